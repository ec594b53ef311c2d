"""The main screen: the panels, what is shown in them, and which of them are seen.

It moves the picture and opens pages; what a command does to the session is the app's and the engine
thread's affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.geometry import Region
from textual.layout import Layout
from textual.screen import Screen
from textual.widget import Widget

from graphtui.ui.arrangement import Panel, Regions, Wanted, arrange
from graphtui.ui.bars import HeaderView, KeysView, StatusView, TimelineView
from graphtui.ui.borders import Thumb
from graphtui.ui.frame_view import FrameView
from graphtui.ui.framework import LayoutByName
from graphtui.ui.graph_view import ACROSS, DOWN, GraphView
from graphtui.ui.messages import Perform
from graphtui.ui.panels import Content, InspectorView, LensView, PageView, SourceView
from graphtui.ui.session_jobs import Shown

if TYPE_CHECKING:
    from graphtui.ui.prompt import Prompt

View = TypeVar("View", bound=Widget)

MOST_ANSWER_ROWS = 3
NOTHING_TO_LOOK_AT = "There is nothing further there."


class MainScreen(Screen[None], inherit_bindings=False):
    """Everything that is seen.

    Args:
        title: what is being loaded.
        extra_keys: entries of the key bar besides commands: a key and a word.
    """

    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, title: str, extra_keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._wanted = Wanted()
        self._places: Regions = {}
        self._by_place = LayoutByName(self._regions)
        self.shown: Shown | None = None
        """The moment that is shown."""
        self.frame = FrameView(Panel.FRAME)
        self.header = HeaderView(Panel.HEADER, title)
        self.graph = GraphView(Panel.GRAPH)
        self.inspector = InspectorView(Panel.INSPECTOR)
        self.source = SourceView(Panel.SOURCE)
        self.timeline = TimelineView(Panel.TIMELINE)
        self.status = StatusView(Panel.STATUS)
        self.keys = KeysView(Panel.KEYS, extra_keys)
        self._page: PageView | None = None
        self._lens: LensView | None = None
        self._prompt: Prompt | None = None

    def compose(self) -> ComposeResult:
        """The panels that are there from the start; the others come when they are first wanted."""
        yield self.frame
        yield self.header
        yield self.graph
        yield self.inspector
        yield self.source
        yield self.timeline
        yield self.status
        yield self.keys

    # What is shown -----------------------------------------------------------------------------

    def show(self, shown: Shown) -> None:
        """Show another moment in every panel."""
        self.shown = shown
        snapshot = shown.snapshot
        self.header.show(snapshot)
        self.graph.show(shown)
        self.inspector.show(snapshot)
        self.source.show(snapshot)
        self.timeline.show(snapshot)
        if self._lens is not None:
            self._lens.show(snapshot)
        self.mark_frame()

    def say(self, answer: str, role: str = "") -> None:
        """Show the answer to a command; a long one takes more rows, up to `MOST_ANSWER_ROWS`."""
        self.status.say(answer, role)
        self._fit_answer()

    def open_page(self, content: Content) -> None:
        """Show a page instead of the panels."""
        if self._page is None:
            self._page = self._added(PageView(Panel.PAGE))
        self._page.show(content)
        self._want(page=True)

    @property
    def page_is_open(self) -> bool:
        """Whether a page hides the panels."""
        return self._wanted.page

    @property
    def typing(self) -> Prompt | None:
        """The prompt, while it is open."""
        return self._prompt if self._wanted.prompt else None

    def close(self) -> bool:
        """Close what is in front: the page, else the lens. False where nothing was."""
        if not self._wanted.page and not self._wanted.lens:
            return False
        self._want(page=False, lens=self._wanted.page and self._wanted.lens)
        return True

    # View actions: the names stand in `VIEW_ACTIONS` ---------------------------------------------

    def type_command(self, text: str = "") -> None:
        """Open the prompt with `text` typed in."""
        if self._prompt is None:
            from graphtui.ui.prompt import Prompt  # when it is first wanted

            self._prompt = self._added(Prompt(Panel.PROMPT, self._completions))
        self._want(prompt=True, answer_rows=1)
        self._prompt.open(text)

    def toggle(self) -> None:
        """The inspector instead of the graph; where both fit, the graph alone."""
        self._want(swapped=not self._wanted.swapped, lens=False)

    def lens(self) -> None:
        """Open the Jacobian lens; when open, show the next input; after the last, close it."""
        if self._lens is None:
            self._lens = self._added(LensView(Panel.LENS))
            if self.shown is not None:
                self._lens.show(self.shown.snapshot)
        if not self._wanted.lens:
            self._want(lens=True)
        elif not self._lens.next_input():
            self._want(lens=False)

    def look_up(self) -> None:
        """Look at the box above."""
        self._look_at(self.graph.neighbour(-1))

    def look_down(self) -> None:
        """Look at the box below."""
        self._look_at(self.graph.neighbour(1))

    def look_back(self) -> None:
        """Look at the first input of the focused node."""
        if self.shown is not None:
            snapshot = self.shown.snapshot
            self._look_at(next(iter(snapshot.graph.nodes[snapshot.focus].inputs), None))

    def look_on(self) -> None:
        """Look at the first node that reads the focused one."""
        if self.shown is not None:
            snapshot = self.shown.snapshot
            readers = snapshot.graph.consumers[snapshot.focus]
            self._look_at(readers[0].target if readers else None)

    def pan_left(self) -> None:
        """Show what is further left."""
        self._pan(-1, 0)

    def pan_right(self) -> None:
        """Show what is further right."""
        self._pan(1, 0)

    def pan_up(self) -> None:
        """Show what is further up."""
        self._pan(0, -1)

    def pan_down(self) -> None:
        """Show what is further down."""
        self._pan(0, 1)

    def centre(self) -> None:
        """Bring the focused box into the middle."""
        self.graph.centre()

    def further_down(self) -> None:
        """Show what is further down on the page or in the inspector."""
        self._scroll(1)

    def further_up(self) -> None:
        """Show what is further up."""
        self._scroll(-1)

    # Within ------------------------------------------------------------------------------------

    @property
    def layout(self) -> Layout:
        return self._by_place

    def mark_frame(self) -> None:
        """Show on the borders how much of each panel's content is seen."""
        thumbs: dict[tuple[Panel, str], Thumb] = {
            (Panel.GRAPH, direction): thumb for direction, thumb in self.graph.thumbs.items()
        }
        thumbs[Panel.INSPECTOR, "y"] = self.inspector.thumb
        if self._page is not None:
            thumbs[Panel.PAGE, "y"] = self._page.thumb
        self.frame.mark(thumbs)

    def on_moved(self) -> None:
        """Show on the frame what part of a panel is seen now."""
        self.mark_frame()

    def on_prompt_closed(self) -> None:
        """Give the keys back to the panels."""
        self._want(prompt=False)
        self._fit_answer()

    def _look_at(self, name: str | None) -> None:
        if name is None:
            self.say(NOTHING_TO_LOOK_AT, "dim")
        else:
            self.post_message(Perform.of("goto", name))

    def _pan(self, across: int, down: int) -> None:
        if self._wanted.lens and self._lens is not None:
            self._lens.pan(across, down)
        else:
            self.graph.pan(across * ACROSS, down * DOWN)

    def _scroll(self, direction: int) -> None:
        view = self._page if self._wanted.page and self._page is not None else self.inspector
        view.scroll_rows(direction * max(view.size.height // 2, 1))

    def _completions(self, text: str) -> list[str]:
        from graphtui.ui.completion import completions

        return completions(text, self.shown.snapshot.graph) if self.shown is not None else []

    def _fit_answer(self) -> None:
        """Give the answer the rows that it needs."""
        words = self._places.get(Panel.STATUS)
        if words is not None and not self._wanted.prompt:
            self._want(answer_rows=self.status.rows(words.width, MOST_ANSWER_ROWS))

    def _want(self, **changes: Any) -> None:
        wanted = self._wanted._replace(**changes)
        if wanted != self._wanted:
            self._wanted = wanted
            self.frame.refresh(layout=True)  # a child's wish; a parent's own would find its cache

    def _added(self, view: View) -> View:
        self.mount(view)
        return view

    def _regions(self, width: int, height: int) -> dict[str, Region]:
        """The region of every panel, for Textual; the panels that ask get to know about it."""
        self._places = arrange(width, height, self._wanted)
        settled = arrange(width, height, self._wanted._replace(answer_rows=1))
        if Panel.GRAPH in settled:
            self.graph.settle(settled[Panel.GRAPH].width, settled[Panel.GRAPH].height)
        self.frame.surround(self._places)
        self.call_next(self.mark_frame)  # when the panels know their sizes
        return {panel: Region(*place) for panel, place in self._places.items()}
