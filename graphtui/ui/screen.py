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

from graphtui.debugger.completing import completions
from graphtui.debugger.watches import WatchRow
from graphtui.ui.arrangement import Panel, Regions, Wanted, arrange
from graphtui.ui.bars import HeaderView, KeysView, StatusView, TimelineView
from graphtui.ui.borders import Thumb
from graphtui.ui.frame_view import FrameView
from graphtui.ui.framework import LayoutByName
from graphtui.ui.graph_view import ACROSS, DOWN, GraphView
from graphtui.ui.messages import ListWanted, Perform
from graphtui.ui.panels import (
    Content,
    InspectorView,
    LensView,
    PageView,
    SourceView,
    WatchesView,
)
from graphtui.ui.session_jobs import Shown
from graphtui.view.key_bar import wanted_at
from graphtui.view.list_panel import LISTS
from graphtui.view.paragraphs import wrapped

if TYPE_CHECKING:
    from graphtui.ui.list_view import ListView
    from graphtui.ui.prompt import Prompt

View = TypeVar("View", bound=Widget)

MOST_ANSWER_ROWS = 4
PROMPT_KEYS = (("enter", "carry out"), ("tab", "complete"), ("up", "recall"), ("escape", "leave"))
PAGE_KEYS = (
    ("q", "close"),
    ("right_square_bracket", "further down"),
    ("left_square_bracket", "further up"),
)
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
        self._lists: ListView | None = None
        self._watches: WatchesView | None = None
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
        if self._lists is not None and shown.listed is not None:
            self._lists.show(*shown.listed, snapshot.breakpoints)
        self._show_watches(snapshot.watched)
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

    @property
    def lists_seen(self) -> ListView | None:
        """The panel of lists, while it is open and has the keys."""
        wanted = self._wanted
        return self._lists if wanted.lists and not wanted.page and not wanted.prompt else None

    @property
    def lists_hide_the_graph(self) -> bool:
        """Whether there is no room for both."""
        return Panel.GRAPH not in self._places

    def open_lists(self, open_it: bool) -> None:
        """Open the panel of lists, or close it."""
        if self._lists is None and open_it:
            from graphtui.ui.list_view import ListView  # when it is first wanted

            self._lists = self._added(ListView(Panel.LISTS))
        self._want(lists=open_it, lens=self._wanted.lens and not open_it)

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
            if self._wanted.lists:
                self.post_message(ListWanted(""))
            self._want(lens=True)
        elif not self._lens.next_input():
            self._want(lens=False)

    def lists(self) -> None:
        """Open the lists, at the one that was seen last; when open, close them."""
        seen = self._lists.what if self._lists is not None else LISTS[0]
        self.post_message(ListWanted("" if self._wanted.lists else seen))

    def answer(self) -> None:
        """Show the last answer as a page."""
        lines = self.status.text
        if lines:
            self.open_page(lambda width: [row for each in lines for row in wrapped(each, width)])

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
        if self._lists is not None:
            thumbs[Panel.LISTS, "y"] = self._lists.thumb
        self.frame.mark(thumbs)
        first = wanted_at(self.shown.snapshot) if self.shown is not None else ()
        self.keys.show(self._keys_in_context(), first)

    def on_moved(self) -> None:
        """Show on the frame what part of a panel is seen now."""
        self.mark_frame()

    def on_prompt_closed(self) -> None:
        """Give the keys back to the panels."""
        self._want(prompt=False)
        self._fit_answer()

    def _keys_in_context(self) -> Sequence[tuple[str, str]]:
        """The keys of what is in front, each with a word; nothing where those of commands are."""
        if self._wanted.prompt:
            return PROMPT_KEYS
        if self._wanted.page:
            return PAGE_KEYS
        return self._lists.keys if self._lists is not None and self._wanted.lists else ()

    def _show_watches(self, rows: tuple[WatchRow, ...]) -> None:
        if self._watches is None and rows:
            self._watches = self._added(WatchesView(Panel.WATCHES))
        if self._watches is not None:
            self._watches.show(rows)
        self._want(watches=len(rows))

    def _settled(self) -> None:
        """Do what depends on the sizes of the panels, which they know by now."""
        self._fit_answer()
        self.mark_frame()

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
        return completions(text, self.shown.snapshot) if self.shown is not None else []

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
        self.call_next(self._settled)
        return {panel: Region(*place) for panel, place in self._places.items()}
