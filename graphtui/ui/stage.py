"""The panels of the main screen, what is shown in them, and which of them are seen.

What keys do to them stands in `screen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from textual.app import ComposeResult
from textual.geometry import Region
from textual.layout import Layout
from textual.screen import Screen
from textual.widget import Widget

from graphtui.debugger.snapshot import Snapshot
from graphtui.ui.arrangement import Panel, Regions, Wanted, arrange
from graphtui.ui.bars import HeaderView, KeysView, StatusView, TimelineView
from graphtui.ui.borders import Thumb
from graphtui.ui.frame_view import FrameView
from graphtui.ui.framework import LayoutByName
from graphtui.ui.graph_view import GraphView
from graphtui.ui.messages import Hovered, ListWanted, Said
from graphtui.ui.panels import (
    Content,
    InspectorView,
    PageView,
    SourceView,
    WatchesView,
)
from graphtui.ui.session_jobs import Shown
from graphtui.view.panels.key_bar import wanted_at

if TYPE_CHECKING:
    from graphtui.debugger.profile_columns import Profiled
    from graphtui.debugger.viewed import Viewed
    from graphtui.debugger.watches.watches import WatchRow
    from graphtui.ui.lane_view import LaneView
    from graphtui.ui.lens_view import LensView
    from graphtui.ui.list_view import ListView
    from graphtui.ui.profile_panel import ProfilePanel
    from graphtui.ui.prompt import Prompt
    from graphtui.ui.tensor_panel import TensorPanel

View = TypeVar("View", bound=Widget)


class TakesKeys(Protocol):
    """A panel that has keys of its own."""

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Those for the key bar, each with a word."""

    def take_key(self, key: str) -> bool:
        """Do what a key means there, and say whether it means something."""


MOST_ANSWER_ROWS = 4
PROMPT_KEYS = (("enter", "carry out"), ("tab", "complete"), ("up", "recall"), ("escape", "leave"))
LOADING_KEYS = (("q", "leave"),)
PAGE_KEYS = (
    ("q", "close"),
    ("right_square_bracket", "further down"),
    ("left_square_bracket", "further up"),
)


class Stage(Screen[None], inherit_bindings=False):
    """Everything that is seen.

    Args:
        title: what is being loaded.
        extra_keys: entries of the key bar besides commands: a key and a word.
    """

    AUTO_FOCUS: ClassVar[str | None] = ""

    def __init__(self, title: str, extra_keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.wanted = Wanted()
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
        self.keys.show(LOADING_KEYS)
        self.page_view: PageView | None = None
        self.lens_view: LensView | None = None
        self.lists_view: ListView | None = None
        self.tensor_view: TensorPanel | None = None
        self.profile_view: ProfilePanel | None = None
        self._behind: Panel | None = None
        self._watches: WatchesView | None = None
        self.prompt_view: Prompt | None = None
        self.lanes_view: LaneView | None = None

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
        if self.lens_view is not None:
            self.lens_view.show(snapshot)
        if self.lanes_view is not None and self.wanted.lanes:
            self.lanes_view.show(snapshot)
        if self.lists_view is not None and shown.listed is not None:
            self.lists_view.show(*shown.listed, snapshot.breakpoints)
        if not self._opened(shown) and self.full_view is not None and not shown.still_moving:
            self.full_view.follow(snapshot)
        self._show_watches(snapshot.watched)
        self.mark_frame()

    def _opened(self, shown: Shown) -> bool:
        """Open the panel that an answer is for, if it is for one."""
        if shown.reply.subject is None:
            return False
        from graphtui.debugger.lensed import Lensed  # none of them is there before the first one
        from graphtui.debugger.profile_columns import Profiled
        from graphtui.debugger.viewed import Viewed

        match shown.reply.subject:
            case Viewed(value=value) as found if value is not None:
                self.open_tensor(found, shown.snapshot)
            case Profiled() as wanted:
                self.open_profile(wanted)
            case Lensed(slot=slot, entry=entry):
                self.open_lens(slot, entry)
            case _:
                return False
        return True

    def say(self, answer: str, role: str = "") -> None:
        """Show the answer to a command; a long one takes more rows, up to `MOST_ANSWER_ROWS`."""
        self.status.say(answer, role)
        self._fit_answer()

    def open_page(self, content: Content) -> None:
        """Show a page instead of the panels."""
        if self.page_view is None:
            self.page_view = self.added(PageView(Panel.PAGE))
        self.page_view.show(content)
        self.want(page=True)

    def open_tensor(self, found: Viewed, snapshot: Snapshot) -> None:
        """Show an array instead of the panels."""
        if self.tensor_view is None:
            from graphtui.ui.tensor_panel import TensorPanel  # when it is first wanted

            self.tensor_view = self.added(TensorPanel(Panel.TENSOR))
        self.tensor_view.show(found, snapshot)
        self._behind = self.wanted.full if self.wanted.full is Panel.PROFILE else self._behind
        self.want(page=False, full=Panel.TENSOR)

    def open_lens(self, slot: int | None = None, entry: tuple[int, int] | None = None) -> None:
        """Show the Jacobian of an input of the focused node, beside the graph if both fit.

        Args:
            slot: the number of the input; the first that receives a gradient if nothing is said.
            entry: the row and the column of the entry that is to be seen.
        """
        if self.lens_view is None:
            from graphtui.ui.lens_view import LensView  # when it is first wanted

            self.lens_view = self.added(LensView(Panel.LENS))
        if self.shown is not None:
            self.lens_view.show(self.shown.snapshot)
        if slot is not None:
            self.lens_view.show_input(slot, entry)
        if self.wanted.lists:
            self.post_message(ListWanted(""))
        self.want(lens=True, full=None, page=False)

    def open_profile(self, wanted: Profiled) -> None:
        """Show the profile instead of the panels."""
        if self.profile_view is None:
            from graphtui.ui.profile_panel import ProfilePanel  # when it is first wanted

            self.profile_view = self.added(ProfilePanel(Panel.PROFILE))
        self.profile_view.show(wanted)
        self.want(page=False, full=Panel.PROFILE)

    @property
    def full_view(self) -> TensorPanel | ProfilePanel | None:
        """The panel that fills the screen, or would without the page."""
        views = {Panel.TENSOR: self.tensor_view, Panel.PROFILE: self.profile_view}
        return views.get(self.wanted.full) if self.wanted.full is not None else None

    @property
    def in_front(self) -> TakesKeys | None:
        """What has the keys before commands have them: a panel that fills the screen, the lists."""
        wanted = self.wanted
        if wanted.page or wanted.prompt:
            return None
        if self.full_view is not None:
            return self.full_view
        far = self.graph.is_far and Panel.GRAPH in self._places
        lens = self.lens_view if wanted.lens else None
        return self.lists_seen or lens or (self.graph if far else None)

    @property
    def page_is_open(self) -> bool:
        """Whether a page hides the panels."""
        return self.wanted.page

    @property
    def typing(self) -> Prompt | None:
        """The prompt, while it is open."""
        return self.prompt_view if self.wanted.prompt else None

    @property
    def lists_seen(self) -> ListView | None:
        """The panel of lists, while it is open and has the keys."""
        wanted = self.wanted
        hidden = wanted.page or wanted.full or wanted.prompt
        return self.lists_view if wanted.lists and not hidden else None

    @property
    def lists_hide_the_graph(self) -> bool:
        """Whether there is no room for both."""
        return not self.graph_is_seen

    @property
    def graph_is_seen(self) -> bool:
        """Whether the graph is on the screen, as a picture or as lanes."""
        return Panel.GRAPH in self._places or Panel.LANES in self._places

    @property
    def inspector_is_seen(self) -> bool:
        """Whether the inspector is on the screen."""
        return Panel.INSPECTOR in self._places

    @property
    def lanes_seen(self) -> LaneView | None:
        """The lane view, while it is on the screen."""
        return self.lanes_view if Panel.LANES in self._places else None

    def open_lists(self, open_it: bool) -> None:
        """Open the panel of lists, or close it; as long as nothing is loaded there are none."""
        if self.shown is None:
            return
        if self.lists_view is None and open_it:
            from graphtui.ui.list_view import ListView  # when it is first wanted

            self.lists_view = self.added(ListView(Panel.LISTS))
        wanted = self.wanted
        self.want(
            lists=open_it,
            lens=wanted.lens and not open_it,
            page=wanted.page and not open_it,
            full=None if open_it else wanted.full,
        )

    def close(self) -> bool:
        """Close what is in front: the page, else the lens, else the lanes. False for nothing."""
        for panel in ("page", "lens", "lanes"):
            if getattr(self.wanted, panel):
                self.want(**{panel: False})
                return True
        return False

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
        if self.lanes_view is not None:
            thumbs[Panel.LANES, "y"] = self.lanes_view.thumb
        if self.page_view is not None:
            thumbs[Panel.PAGE, "y"] = self.page_view.thumb
        if self.lists_view is not None:
            thumbs[Panel.LISTS, "y"] = self.lists_view.thumb
        if self.full_view is not None and self.wanted.full is not None:
            full = self.wanted.full
            thumbs |= {(full, way): each for way, each in self.full_view.thumbs.items()}
        self.frame.mark(thumbs)
        first = wanted_at(self.shown.snapshot) if self.shown is not None else ()
        self.keys.show(self._keys_in_context(), first)

    def on_moved(self) -> None:
        """Show on the frame what part of a panel is seen now."""
        self.mark_frame()

    def on_panel_closed(self) -> None:
        """Show again what was there before a panel filled the screen."""
        self.want(full=self._behind)
        self._behind = None
        if self.full_view is not None and self.shown is not None:
            self.full_view.follow(self.shown.snapshot)
        self.mark_frame()

    def on_said(self, message: Said) -> None:
        """Show what a panel has to say."""
        self.say(message.words, message.role)

    def on_hovered(self, message: Hovered) -> None:
        """Show what the mouse is over, as long as it is."""
        self.status.meanwhile(message.words)

    def on_prompt_closed(self) -> None:
        """Give the keys back to the panels."""
        self.want(prompt=False)
        self._fit_answer()

    def _keys_in_context(self) -> Sequence[tuple[str, str]]:
        """The keys of what is in front, each with a word; nothing where those of commands are."""
        if self.wanted.prompt:
            return PROMPT_KEYS
        if self.wanted.page:
            return PAGE_KEYS
        if self.shown is None:
            return LOADING_KEYS
        front = self.in_front
        return front.keys if front is not None else ()

    def _show_watches(self, rows: tuple[WatchRow, ...]) -> None:
        if self._watches is None and rows:
            self._watches = self.added(WatchesView(Panel.WATCHES))
        if self._watches is not None:
            self._watches.show(rows)
        self.want(watches=len(rows))

    def _settled(self) -> None:
        """Do what depends on the sizes of the panels, which they know by now."""
        self._fit_answer()
        self.mark_frame()

    def completions(self, text: str) -> list[str]:
        """Whole lines that `text` may become."""
        from graphtui.debugger.completing import completions  # when it is first wanted

        return completions(text, self.shown.snapshot) if self.shown is not None else []

    def _fit_answer(self) -> None:
        """Give the answer the rows that it needs."""
        words = self._places.get(Panel.STATUS)
        if words is not None and not self.wanted.prompt:
            self.want(answer_rows=self.status.rows(words.width, MOST_ANSWER_ROWS))

    def want(self, **changes: Any) -> None:
        """See other panels; the changes are those of `Wanted`."""
        wanted = self.wanted._replace(**changes)
        if wanted != self.wanted:
            self.wanted = wanted
            self.frame.refresh(layout=True)  # a child's wish; a parent's own would find its cache

    def added(self, view: View) -> View:
        """A panel that was not there until now."""
        self.mount(view)
        return view

    def _regions(self, width: int, height: int) -> dict[str, Region]:
        """The region of every panel, for Textual; the panels that ask get to know about it."""
        self._places = arrange(width, height, self.wanted)
        settled = arrange(width, height, self.wanted._replace(answer_rows=1))
        if Panel.GRAPH in settled:
            self.graph.settle(settled[Panel.GRAPH].width, settled[Panel.GRAPH].height)
        self.frame.surround(self._places)
        self.call_next(self._settled)
        return {panel: Region(*place) for panel, place in self._places.items()}
