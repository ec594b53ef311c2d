"""A window on the picture of the graph: it pans, follows the focus, and goes nearer and farther.

From how far the drawing is seen is in `sight`; what is drawn is for `view`, and what the mouse does
for `graph_view`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphtui.ui.borders import Thumb
from graphtui.ui.camera import MARGIN, Span, centre, middle, reveal, settle
from graphtui.ui.framework import is_ascii_only
from graphtui.ui.line_view import LineView
from graphtui.ui.messages import Moved, Said, Seeing
from graphtui.ui.session_jobs import Needs, Shown
from graphtui.ui.sight import BOXES, Sight, anchor
from graphtui.ui.theme import ANSI
from graphtui.view.afar.heat_codes import Metric
from graphtui.view.afar.minimap import Minimap, corner, framed, laid_over
from graphtui.view.afar.pictures import FromAfar, Picture
from graphtui.view.afar.spots import Ink
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.plan import Flow
from graphtui.view.picture.graph_panel import draw_graph
from graphtui.view.picture.pointing import Pointed, pointed
from graphtui.view.text.lines import Line
from graphtui.view.text.lines import Span as Text


class PictureView(LineView):
    """The picture of the graph at the cursor, as far as it is seen."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.shown: Shown | None = None
        """The moment that is shown."""
        self._sight = Sight()
        self._asked = Needs()
        self._x = self._y = -MARGIN
        self._width = self._height = 0

    def show(self, shown: Shown) -> None:
        """Show another moment; the picture stays unless the focus leaves it."""
        before, self.shown = self.shown, shown
        redrawn = before is None or self._picture(before) != self._picture(shown)
        if before is None:
            self._rest()
        else:
            self._hold(before, shown)
        moved = before is not None and before.snapshot.focus != shown.snapshot.focus
        # What is opened or folded only makes room: what is seen stays where it is.
        shifted = before is not None and shown.scene.framed is not None
        if (redrawn and not shifted) or ((moved or redrawn) and not self._is_in_sight()):
            self._follow()
        self._ask()
        self.redraw()

    def settle(self, width: int, height: int) -> None:
        """Take note of the room; an answer that grows over the picture does not change it."""
        if (width, height) != (self._width, self._height):
            self._width, self._height = width, height
            self._rest()
            self._follow()
            self._ask()
            self.redraw()

    @property
    def thumbs(self) -> dict[str, Thumb]:
        """How much of the picture is seen, across ("x") and down ("y")."""
        if self.shown is None:
            return {}
        width, height = self._picture(self.shown).size
        return {
            "x": Thumb(self._x + MARGIN, self._width, width + 2 * MARGIN),
            "y": Thumb(self._y + MARGIN, self._room, height + 2 * MARGIN),
        }

    def pan(self, across: int, down: int) -> None:
        """Move the window, as far as the picture goes."""
        if self.shown is not None:
            width, height = self._picture(self.shown).size
            if width > self._width:
                self._x = settle(self._x + across, self._width, width)
            if height > self._room:
                self._y = settle(self._y + down, self._room, height)
            self._moved()

    def centre(self) -> None:
        """Bring the focused box into the middle."""
        if self.shown is not None:
            picture = self._picture(self.shown)
            across, down = _spans([picture.box(_here(self.shown))])
            self._x = centre(self._width, picture.size[0], across)
            self._y = centre(self._room, picture.size[1], down)
            self._moved()

    def neighbour(self, rows: int, columns: int = 0) -> str | None:
        """The node of the next box up or down, or to a side, from the focused one, if any."""
        if self.shown is None:
            return None
        key = self._picture(self.shown).towards(_here(self.shown), columns, rows)
        return None if key is None else self.shown.scene.speaker[key]

    # From how far ------------------------------------------------------------------------------

    @property
    def is_far(self) -> bool:
        """Whether it is the overview that is seen."""
        return self._sight.is_far

    def zoom(self, steps: int, at: tuple[int, int] | None = None) -> None:
        """Go nearer, or farther away; what is looked at stays where it is on the screen.

        Args:
            steps: how many, nearer if above 0.
            at: a cell of the view; the box that is seen there stays, instead of the focused one.
        """
        if self.shown is None:
            return
        farthest = self._sight.farthest(self.shown, self._width, self._height - 1)
        wanted = min(max(min(self._sight.zoom, farthest) - steps, BOXES), farthest)
        if wanted == self._sight.zoom:
            words = "everything is in sight" if steps < 0 else "boxes and numbers are seen"
            self.post_message(Said(f"It goes no {'farther' if steps < 0 else 'nearer'}: {words}."))
        else:
            self.zoom_to(wanted, at)

    def zoom_to(self, zoom: int, at: tuple[int, int] | None = None) -> None:
        """See the drawing from that far."""
        shown = self.shown
        if shown is None:
            self._sight.zoom = zoom
            return
        before = self._picture(shown)
        self._sight.zoom = zoom
        key = _here(shown)
        if at is not None:
            x, y = at[0] + self._x, at[1] + self._y
            under = None if before.body(key)[:2] == (x, y) else before.at(x, y)
            key = under or key
        self._turn_to(before, key, self._picture(shown), key)
        if at is None:
            self._follow()
        self._ask(again=True)
        self._moved()

    def next_metric(self) -> Metric:
        """Colour the overview and the map by something else, and say by what."""
        self._sight.metric = self._sight.metric.following
        self._ask(again=True)
        self.redraw()
        return self._sight.metric

    def toggle_map(self) -> bool:
        """Show the map, or hide it; and say whether there is one now."""
        sight, shown = self._sight, self.shown
        if shown is None:
            return False
        picture = self._picture(shown)
        sight.map = not sight.has_map(picture, self._width, self._room)
        self._ask()
        self.redraw()
        return sight.has_map(picture, self._width, self._room)

    def turn(self) -> Flow | None:
        """Let the wires lead to the right, then down, then as suits the drawing; say where."""
        turns = (None, Flow.RIGHT, Flow.DOWN)
        self._sight.flow = turns[(turns.index(self._sight.flow) + 1) % len(turns)]
        self._ask()
        return self._sight.flow

    @property
    def kept(self) -> dict[str, object]:
        """How it is looked at, as a saved session keeps it."""
        return self._sight.kept

    def keep(self, kept: Mapping[str, object]) -> None:
        """Look as it was looked when a session was saved; it may say anything."""
        self._sight.keep(kept)
        if self.shown is not None:
            self._rest()
            self._follow()
        self._ask()
        self.redraw()

    # Drawing -----------------------------------------------------------------------------------

    def draw(self, width: int, height: int) -> Sequence[Line]:
        shown = self.shown
        if shown is None:
            return []
        picture = self._picture(shown)
        window = Window(self._x, self._y, width, height)
        if isinstance(picture, FromAfar):
            from graphtui.view.afar.heat_codes import legend
            from graphtui.view.afar.overview import overview  # when it is first wanted

            painted = self._sight.painted(shown)
            window = window._replace(height=height - 1)
            focus = shown.layout.plan.number[_here(shown)]
            afar, ink, found = picture.afar, self._ink, self._sight.found(shown)
            lines = overview(shown.layout, painted, afar, window, ink=ink, focus=focus, found=found)
            colour, dots = ink is Ink.HALVES, ink is Ink.DOTS
            key = legend(painted, width - 1, colour=colour, dots=dots, found=len(found) > 0)
            lines = [*lines, (Text(" "), *key)]
        elif picture.layout is shown.layout:
            lines = draw_graph(picture.layout, shown.scene, shown.snapshot, window)
        else:
            from graphtui.view.picture.node_rows import draw_rows  # when they are first wanted

            lines = draw_rows(picture.layout, shown.scene, shown.snapshot, window)
        if (its := self._map(shown)) is not None:
            lines = laid_over(
                lines, framed(its, picture.seen(window)), *self._map_corner(shown, its)
            )
        return lines

    @property
    def _ink(self) -> Ink:
        if self.app.theme != ANSI and not is_ascii_only(self):
            return Ink.HALVES
        return Ink.DOTS if self._sight.metric is Metric.BOXES else Ink.LETTERS

    @property
    def _room(self) -> int:
        """The rows of the picture: the overview has a legend below it."""
        return self._height - 1 if self._sight.is_far else self._height

    def _picture(self, shown: Shown) -> Picture:
        return self._sight.picture(shown, self._width, max(self._height - 1, 1))

    def _map(self, shown: Shown) -> Minimap | None:
        picture = self._picture(shown)
        return self._sight.minimap(shown, picture, self._width, self._room, self._ink)

    def _map_corner(self, shown: Shown, its: Minimap) -> tuple[int, int]:
        box = self._picture(shown).box(_here(shown))
        kept = box._replace(x=box.x - self._x, y=box.y - self._y)
        rows = min(self._room, self.size.height - self.is_far)  # a long answer takes some
        return corner(its.size, (self._width, rows), kept)

    def _ask(self, *, again: bool = False) -> None:
        """Ask for what the picture needs, where that was not asked for yet; `again` if stopped."""
        if self.shown is None or not self._width:
            return
        picture = self._picture(self.shown)
        mapped = self._sight.has_map(picture, self._width, self._room)
        needs = self._sight.needs(mapped=mapped)
        if again or needs != self._asked:
            self._asked = needs
            self.call_next(self._seeing, needs)

    def _seeing(self, needs: Needs) -> None:
        # Posted within a call of the parent, it would go no farther than that (Textual 8.2).
        self.post_message(Seeing(needs))

    # Where the window is -----------------------------------------------------------------------

    def _moved(self) -> None:
        self.redraw()
        self.post_message(Moved())

    def _rest(self) -> None:
        """Put a picture that fits in the middle."""
        if self.shown is not None:
            width, height = self._picture(self.shown).size
            self._x = middle(self._width, width) if width <= self._width else self._x
            self._y = middle(self._room, height) if height <= self._room else self._y

    def _follow(self) -> None:
        """Bring the focused box into sight; with what it reads, if there is room."""
        if self.shown is None or not self._width:
            return
        shown, picture = self.shown, self._picture(self.shown)
        width, height = picture.size
        if not self.is_far:
            across, down = _spans([picture.body(key) for key in _gate(shown)])
            if across.length + 2 * MARGIN <= self._width:
                self._x = reveal(self._x, self._width, width, across)
            if down.length + 2 * MARGIN <= self._room:
                self._y = reveal(self._y, self._room, height, down)
        across, down = _spans([picture.box(_here(shown))])
        self._x = reveal(self._x, self._width, width, across)
        self._y = reveal(self._y, self._room, height, down)

    def _is_in_sight(self) -> bool:
        """Whether all of the focused box is seen, with its numbers."""
        assert self.shown is not None, "there is a picture"
        across, down = _spans([self._picture(self.shown).box(_here(self.shown))])
        columns = self._x <= across.start and across.end <= self._x + self._width
        return columns and self._y <= down.start and down.end <= self._y + self._room

    def _hold(self, before: Shown, after: Shown) -> None:
        """Keep what was looked at where it was seen, as far as the new drawing allows."""
        old, new = self._picture(before), self._picture(after)
        names = (before.snapshot.focus, after.snapshot.focus)
        kept = next(
            (each for each in names if _is_drawn(each, before) and _is_drawn(each, after)), ""
        )
        if old == new or not kept:
            return
        was, now = before.scene.box_of[kept], after.scene.box_of[kept]
        if type(old) is type(new) and old.layout is before.layout and new.layout is after.layout:
            self._x += new.box(now).x - old.box(was).x
            self._y += new.box(now).y - old.box(was).y
            if before.snapshot.hops != after.snapshot.hops or after.snapshot.hops:
                self._x = settle(self._x, self._width, new.size[0])  # a part may fit as a whole
                self._y = settle(self._y, self._room, new.size[1])
        else:
            self._turn_to(old, was, new, now)

    def _turn_to(self, before: Picture, was: str, after: Picture, now: str) -> None:
        """Keep a box where it is on the screen while the picture becomes another."""
        (old_x, old_y), (new_x, new_y) = anchor(before, was), anchor(after, now)
        width, height = after.size
        self._x = settle(self._x + new_x - old_x, self._width, width)
        self._y = settle(self._y + new_y - old_y, self._room, height)

    # Places on the screen ----------------------------------------------------------------------

    def pointed(self, x: int, y: int) -> Pointed | None:
        """What a cell of the view belongs to."""
        shown = self.shown
        if shown is None:
            return None
        picture = self._picture(shown)
        x, y = x + self._x, y + self._y
        if picture.layout is shown.layout and not self.is_far:
            return pointed(shown.layout, shown.scene, shown.snapshot, x, y)
        key = picture.at(x, y)
        if key is None:
            return None
        box = shown.layout.placed[key]  # its corner, where no mark opens it
        return pointed(shown.layout, shown.scene, shown.snapshot, box.x, box.y)

    def jump(self, x: int, y: int) -> bool:
        """Show what the map shows in a cell of the view; False where the map is not."""
        shown = self.shown
        its = self._map(shown) if shown is not None else None
        if shown is None or its is None:
            return False
        left, top = self._map_corner(shown, its)
        place = its.place(x - left, y - top)
        if place is None:
            return False
        picture = self._picture(shown)
        (column, row), (width, height) = picture.cell(*place), picture.size
        self._x = settle(column - self._width // 2, self._width, width)
        self._y = settle(row - self._room // 2, self._room, height)
        self._moved()
        return True


def _here(shown: Shown) -> str:
    """The box that is looked at."""
    return shown.scene.box_of[shown.snapshot.focus]


def _is_drawn(name: str, shown: Shown) -> bool:
    """Whether a node has a box in the drawing."""
    return shown.scene.box_of.get(name) in shown.scene.speaker


def _gate(shown: Shown) -> list[str]:
    """The box that is looked at, and those whose wires arrive at it."""
    here, plan = _here(shown), shown.layout.plan
    return [here, *(plan.wires[wire].source for wire in plan.wires_into(here).tolist())]


def _spans(boxes: Sequence[Window]) -> tuple[Span, Span]:
    """The columns and rows of some boxes."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    return Span(left, right - left), Span(top, bottom - top)
