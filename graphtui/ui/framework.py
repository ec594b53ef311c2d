"""Every workaround for Textual and Rich, each with the version that needs it.

Nothing here knows about graphs. When a Textual release makes one of these unnecessary, it goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from rich.segment import Segment
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.color import Color
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import Layout, WidgetPlacement
from textual.strip import Strip
from textual.widget import Widget

from graphtui.view.text.safe_text import to_ascii

BUG_EXIT_CODE = 70

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)


class HarmlessText(LineFilter):
    """Removes what a terminal would act on: Textual 8.2 and Rich 15 pass ESC, C1 and bidi through.

    Views clean their text themselves; this is the net under everything else, such as a pasted text.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if not any(_UNSAFE.search(text) for text, _, _ in segments):
            return segments
        return [Segment(_UNSAFE.sub("", text), style) for text, style, _ in segments]


class AsciiText(LineFilter):
    """Lines and signs as ASCII, cell by cell, where the terminal's encoding knows no others.

    Textual 8.2 would write each of them as an escape of six letters.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(to_ascii(text), style) for text, style, _ in segments]


def line_filters(widget: Widget) -> list[LineFilter]:
    """What has to be applied to lines by hand: Textual 8.2 skips it where these are rendered so.

    Our styles are true colours or the terminal's own, so nothing has to be turned into true ones.
    """
    filters = widget.get_line_filters()
    return [each for each in filters if each.enabled and not isinstance(each, ANSIToTruecolor)]


def is_ascii_only(widget: Widget) -> bool:
    """Whether the terminal can show nothing else."""
    return any(isinstance(each, AsciiText) for each in widget.get_line_filters())


def filtered(strip: Strip, filters: Iterable[LineFilter], background: Color) -> Strip:
    """The strip as the filters leave it."""
    for each in filters:
        strip = strip.apply_filter(each, background)
    return strip


class LayoutByName(Layout):
    """Puts each child where a function says, by its id; those that it does not name are not shown.

    Textual 8.2 knows layouts by name only, so that `styles.layout` cannot hold one of our own: the
    parent overrides its `layout` property instead.
    """

    name = "by name"

    def __init__(self, regions: Callable[[int, int], Mapping[str, Region]]) -> None:
        self._regions = regions

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> list[WidgetPlacement]:
        regions = self._regions(size.width, size.height)
        return [
            WidgetPlacement(regions[child.id], NULL_OFFSET, NULL_SPACING, child, order)
            for order, child in enumerate(children)
            if child.id is not None and child.id in regions
        ]


class SturdyApp(App[int]):
    """An app that ends in good order, and that can be read under NO_COLOR.

    Args:
        no_color: whether the environment asks for no colour.
        ascii_only: whether the terminal can show nothing else.
    """

    def __init__(self, *, no_color: bool, ascii_only: bool = False) -> None:
        # Textual 8.2 picks the NO_COLOR filter once, here: for the ansi colours it keeps the
        # terminal's own colours, for the others it paints greys, and black on black when the theme
        # becomes an ansi one later (textual #2829).
        super().__init__(ansi_color=True if no_color else None)
        self._safety: list[LineFilter] = [HarmlessText(), *([AsciiText()] if ascii_only else [])]
        self._first_theme = ""
        self.bug: BaseException | None = None
        """The exception that nobody expected and that ended the app."""

    def begin_with(self, theme: str) -> None:
        """Use a theme from the start.

        Textual 8.2 would read all styles for its own theme first, and for this one again.
        """
        self.theme = self._first_theme = theme
        self.stylesheet.set_variables(self.get_css_variables())

    def refresh_css(self, animate: bool = True) -> None:
        first, self._first_theme = self._first_theme, ""
        if first and first == self.theme:  # it is what the styles were read for
            self.stylesheet.update(self, animate=animate)
        else:
            super().refresh_css(animate)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *self._safety]

    def pop_screen(self) -> AwaitComplete:
        """Close what is on top; in haste, Textual 8.2's palette closes itself twice."""
        return super().pop_screen() if len(self.screen_stack) > 1 else AwaitComplete()

    def _handle_exception(self, error: Exception) -> None:
        """End the app. Textual 8.2 would print a traceback with the values of local variables."""
        self._return_code = BUG_EXIT_CODE
        if self._exception is None:  # a test's pilot raises it again
            self._exception = error
            self._exception_event.set()
        if self.bug is None:
            self.bug = error
        self._close_messages_no_wait()

    def action_help_quit(self) -> None:
        """Nothing: Textual 8.2 binds ctrl+c to a notice of how to quit; here it quits."""
