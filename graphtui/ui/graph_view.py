"""The panel with the picture: a window that pans, follows the focus, and takes clicks on boxes."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from graphtui.debugger.stops.toggling import toggling
from graphtui.ui.borders import Thumb
from graphtui.ui.camera import MARGIN, Span, centre, middle, reveal, settle
from graphtui.ui.line_view import LineView
from graphtui.ui.messages import Moved, Perform
from graphtui.ui.session_jobs import Shown
from graphtui.view.drawing.boxes import Window
from graphtui.view.graph_panel import draw_graph
from graphtui.view.lines import Line
from graphtui.view.pointing import Pointed, pointed

ACROSS, DOWN = 8, 3
"""Cells that one key press pans."""


class GraphView(LineView):
    """The picture of the graph at the cursor."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._shown: Shown | None = None
        self._x = self._y = -MARGIN
        self._width = self._height = 0
        self._dragged = False
        self._clicked: Pointed | None = None
        self._button = self._clicks = 0

    def show(self, shown: Shown) -> None:
        """Show another moment; the picture stays unless the focus or what it reads would go."""
        before, self._shown = self._shown, shown
        moved = before is None or (
            before.snapshot.focus != shown.snapshot.focus or before.layout is not shown.layout
        )
        if before is None:
            self._rest()
        elif before.layout is not shown.layout:
            self._hold(before, shown)
        if moved:
            self._follow()
        self.redraw()

    def settle(self, width: int, height: int) -> None:
        """Take note of the room; an answer that grows over the picture does not change it."""
        if (width, height) != (self._width, self._height):
            self._width, self._height = width, height
            self._rest()
            self._follow()
            self.redraw()

    @property
    def thumbs(self) -> dict[str, Thumb]:
        """How much of the picture is seen, across ("x") and down ("y")."""
        if self._shown is None:
            return {}
        layout = self._shown.layout
        return {
            "x": Thumb(self._x + MARGIN, self._width, layout.width + 2 * MARGIN),
            "y": Thumb(self._y + MARGIN, self._height, layout.height + 2 * MARGIN),
        }

    def pan(self, across: int, down: int) -> None:
        """Move the window, as far as the picture goes."""
        if self._shown is not None:
            layout = self._shown.layout
            if layout.width > self._width:
                self._x = settle(self._x + across, self._width, layout.width)
            if layout.height > self._height:
                self._y = settle(self._y + down, self._height, layout.height)
            self.redraw()
            self.post_message(Moved())

    def centre(self) -> None:
        """Bring the focused box into the middle."""
        if self._shown is not None:
            across, down = _focus_spans(self._shown)
            self._x = centre(self._width, self._shown.layout.width, across)
            self._y = centre(self._height, self._shown.layout.height, down)
            self.redraw()
            self.post_message(Moved())

    def neighbour(self, rows: int) -> str | None:
        """The node whose box stands `rows` boxes below the focused one in its column, if any."""
        if self._shown is None:
            return None
        scene = self._shown.scene
        key = self._shown.layout.beside(scene.box_of[self._shown.snapshot.focus], rows)
        return None if key is None else scene.speaker[key]

    def draw(self, width: int, height: int) -> Sequence[Line]:
        if self._shown is None:
            return []
        window = Window(self._x, self._y, width, height)
        return draw_graph(self._shown.layout, self._shown.scene, self._shown.snapshot, window)

    def _rest(self) -> None:
        """Put a picture that fits in the middle."""
        if self._shown is not None:
            layout = self._shown.layout
            self._x = middle(self._width, layout.width) if layout.width <= self._width else self._x
            self._y = (
                middle(self._height, layout.height) if layout.height <= self._height else self._y
            )

    def _follow(self) -> None:
        """Bring the focused box into sight; with what it reads, if there is room."""
        if self._shown is not None and self._width:
            layout = self._shown.layout
            across, down = _gate_spans(self._shown)
            if across.length + 2 * MARGIN <= self._width:
                self._x = reveal(self._x, self._width, layout.width, across)
            if down.length + 2 * MARGIN <= self._height:
                self._y = reveal(self._y, self._height, layout.height, down)
            across, down = _focus_spans(self._shown)
            self._x = reveal(self._x, self._width, layout.width, across)
            self._y = reveal(self._y, self._height, layout.height, down)

    def _hold(self, before: Shown, after: Shown) -> None:
        """Keep what was looked at where it was seen, as far as the new drawing allows."""
        name = before.snapshot.focus
        if name in after.scene.box_of:
            old = before.layout.placed[before.scene.box_of[name]]
            new = after.layout.placed[after.scene.box_of[name]]
            self._x += new.x - old.x
            self._y += new.y - old.y

    # The mouse ---------------------------------------------------------------------------------

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the picture."""
        if event.button and (event.delta_x or event.delta_y):
            self._dragged = True
            self.pan(-event.delta_x, -event.delta_y)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A click begins, or a drag; the mouse may leave the panel meanwhile."""
        self._dragged = False
        self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A click or a drag ends."""
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Look at the box that was clicked, or open it; a second click sets a breakpoint there."""
        if self._shown is None or self._dragged:
            return
        shown = self._shown
        # Textual counts the clicks of all buttons together.
        follows = event.chain > 1 and event.button == self._button
        self._button, self._clicks = event.button, self._clicks + 1 if follows else 1
        if self._clicks == 1:  # a later click may find the picture moved by the first
            x, y = event.x + self._x, event.y + self._y
            self._clicked = pointed(shown.layout, shown.scene, shown.snapshot, x, y)
        box = self._clicked
        if box is None:
            return
        if event.button != 1 or event.ctrl or (self._clicks == 2 and not box.opens):
            self.post_message(Perform(toggling(shown.snapshot.breakpoints, box.target)))
        elif self._clicks == 1:
            opened = ("fold", box.opens) if box.opens else ("goto", box.node)
            self.post_message(Perform.of(*opened))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Pan with the wheel; with shift across."""
        self.pan(ACROSS, 0) if event.shift else self.pan(0, DOWN)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Pan with the wheel; with shift across."""
        self.pan(-ACROSS, 0) if event.shift else self.pan(0, -DOWN)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Pan with the wheel."""
        self.pan(ACROSS, 0)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Pan with the wheel."""
        self.pan(-ACROSS, 0)


def _gate_spans(shown: Shown) -> tuple[Span, Span]:
    """The columns and rows of the focused box with those whose wires arrive at it."""
    here = shown.scene.box_of[shown.snapshot.focus]
    plan = shown.layout.plan
    sources = (plan.wires[wire].source for wire in plan.wires_into(here).tolist())
    placed = [shown.layout.placed[key] for key in (here, *sources)]
    left, top = min(p.x for p in placed), min(p.y for p in placed)
    right, bottom = max(p.x + p.width for p in placed), max(p.y + p.height for p in placed)
    return Span(left, right - left), Span(top, bottom - top)


def _focus_spans(shown: Shown) -> tuple[Span, Span]:
    """The columns and rows of the focused box with its numbers."""
    box = shown.layout.placed[shown.scene.box_of[shown.snapshot.focus]]
    return Span(box.x, box.width + box.box.gap), Span(box.y, box.height)
