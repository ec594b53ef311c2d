"""The panel with the picture: what the mouse does there, and keys from afar.

Which part of it is seen, and from how far, is for `picture_view`.
"""

from __future__ import annotations

from textual import events

from graphtui.debugger.stops.toggling import toggling
from graphtui.ui.messages import Hovered, Perform, Said
from graphtui.ui.picture_view import PictureView
from graphtui.view.picture.hover import hover_words
from graphtui.view.picture.pointing import Pointed

ACROSS, DOWN = 8, 3
"""Cells that one key press pans."""

_SIDES = {"left": -1, "right": 1}


class GraphView(PictureView):
    """The picture of the graph, which takes clicks on boxes."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._dragged = False
        self._hovered = ""
        self._clicked: Pointed | None = None
        self._button = self._clicks = 0

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Keys for the key bar: those of commands."""
        return []

    def take_key(self, key: str) -> bool:
        """Look at the next box to a side, in the overview; say whether the key means something."""
        if key not in _SIDES or not self.is_far:
            return False
        name = self.neighbour(0, _SIDES[key])
        self.post_message(
            Said("There is nothing further there.", "dim")
            if name is None
            else Perform.of("goto", name)
        )
        return True

    # The mouse ---------------------------------------------------------------------------------

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Say what the mouse is over; with a button, drag the picture."""
        if event.button and (event.delta_x or event.delta_y):
            self._dragged = True
            self.pan(-event.delta_x, -event.delta_y)
        elif not event.button and self.shown is not None:
            box = self.pointed(event.x, event.y)
            self._hover(hover_words(box, self.shown.snapshot) if box is not None else "")

    def on_leave(self, event: events.Leave) -> None:
        """The mouse is elsewhere."""
        self._hover("")

    def _hover(self, words: str) -> None:
        if words != self._hovered:
            self._hovered = words
            self.post_message(Hovered(words))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A click begins, or a drag; the mouse may leave the panel meanwhile."""
        self._dragged = False
        self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A click or a drag ends."""
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Look at the box that was clicked, or open it; a second click sets a breakpoint there."""
        shown = self.shown
        if shown is None or self._dragged or self.jump(event.x, event.y):
            return
        # Textual counts the clicks of all buttons together.
        follows = event.chain > 1 and event.button == self._button
        self._button, self._clicks = event.button, self._clicks + 1 if follows else 1
        if self._clicks == 1:  # a later click may find the picture moved by the first
            self._clicked = self.pointed(event.x, event.y)
        box = self._clicked
        if box is None:
            return
        if event.button != 1 or event.ctrl or (self._clicks == 2 and not box.opens):
            self.post_message(Perform(toggling(shown.snapshot.breakpoints, box.target)))
        elif self._clicks == 1:
            opened = ("fold", box.opens) if box.opens else ("goto", box.node)
            self.post_message(Perform.of(*opened))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Pan with the wheel; with shift across; with control go farther away."""
        event.stop()
        if event.ctrl:
            self.zoom(-1, (event.x, event.y))
        else:
            self.pan(ACROSS, 0) if event.shift else self.pan(0, DOWN)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Pan with the wheel; with shift across; with control go nearer."""
        event.stop()
        if event.ctrl:
            self.zoom(1, (event.x, event.y))
        else:
            self.pan(-ACROSS, 0) if event.shift else self.pan(0, -DOWN)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Pan with the wheel."""
        self.pan(ACROSS, 0)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Pan with the wheel."""
        self.pan(-ACROSS, 0)
