"""From how far the drawing is seen, by what its boxes are coloured, and whether there is a map.

What the user has chosen, and what follows from it for a moment and a size of the view; numbers and
pictures only. Which part is seen, and what keys and the mouse do, is for `graph_view`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graphtui.ui.session_jobs import Needs, Shown
from graphtui.view.afar.heat_codes import LOWEST, SIZES, Metric, Painting, painting
from graphtui.view.afar.minimap import Minimap, minimap
from graphtui.view.afar.pictures import FromAfar, FromNear, Picture, distances
from graphtui.view.afar.spots import Ink
from graphtui.view.drawing.plan import Flow, Ints
from graphtui.view.picture.highlights import found_boxes

BOXES, ROWS, AFAR = 0, 1, 2
"""Steps of zoom: boxes with their numbers, a row for each node, and from `AFAR` on the overview."""

MOST_ZOOM = 40
"""What a saved session may say."""

MANY = 3
FROM_BOXES = 100
"""So many times as large as the view, and with so many boxes, a drawing has a map by itself."""


class Sight:
    """How the drawing is looked at."""

    def __init__(self) -> None:
        self.zoom = BOXES
        self.metric = Metric.STATE
        self.map: bool | None = None
        """Whether there is a map; None is where it is of use."""
        self.flow: Flow | None = None
        """Where the wires lead; None is as suits the drawing."""
        self._pictured: tuple[object, Picture] | None = None
        self._painted: tuple[object, Painting] | None = None
        self._found: tuple[object, Ints] | None = None
        self._mapped: tuple[Painting, object, Minimap | None] | None = None

    @property
    def is_far(self) -> bool:
        """Whether the overview is wanted."""
        return self.zoom >= AFAR

    def picture(self, shown: Shown, width: int, height: int) -> Picture:
        """The picture in a view of so many cells; boxes as long as there are no rows."""
        key = (shown.layout, shown.rows, self.zoom, width, height)
        if self._pictured is None or self._pictured[0] != key:
            self._pictured = key, self._made(shown, width, height)
        return self._pictured[1]

    def _made(self, shown: Shown, width: int, height: int) -> Picture:
        if not self.is_far:
            rows = shown.rows if self.zoom == ROWS else None
            return FromNear(shown.layout if rows is None else rows)
        far = distances(shown.layout, width, height)
        return FromAfar(shown.layout, far[min(self.zoom - AFAR, len(far) - 1)])

    def farthest(self, shown: Shown, width: int, height: int) -> int:
        """The last step of zoom, from which everything is seen."""
        return AFAR + len(distances(shown.layout, width, height)) - 1

    def painted(self, shown: Shown) -> Painting:
        """The colours of the boxes; as long as there is no heat, all are the same."""
        key = (shown.heat, shown.layout, self.metric)
        if self._painted is None or self._painted[0] != key:
            boxes = len(shown.layout.plan.boxes)
            plain = Painting(Metric.BOXES, np.full(boxes, LOWEST, np.uint8), SIZES, None)
            made = plain if shown.heat is None else painting(shown.heat, self.metric)
            self._painted = key, made
        return self._painted[1]

    def found(self, shown: Shown) -> Ints:
        """The boxes that the last search has found, by their places in the drawing."""
        key = (shown.snapshot.matches, shown.layout)
        if self._found is None or self._found[0] != key:
            number = shown.layout.plan.number
            boxes = found_boxes(shown.scene, shown.snapshot)
            places = [number[key] for key in boxes if key in number]
            self._found = key, np.array(places, np.int64)
        return self._found[1]

    def minimap(
        self, shown: Shown, picture: Picture, width: int, height: int, ink: Ink
    ) -> Minimap | None:
        """The map of a picture that is larger than the view; made anew only when it changes."""
        if not self.has_map(picture, width, height):
            return None
        painted, found = self.painted(shown), self.found(shown)
        key = (picture.layout, width, height, ink, shown.snapshot.matches)
        last = self._mapped
        if last is None or last[0] is not painted or last[1] != key:
            made = minimap(picture.layout, painted, width, height, ink, found=found)
            self._mapped = last = painted, key, made
        return last[2]

    def has_map(self, picture: Picture, width: int, height: int) -> bool:
        """Whether a picture has a map in a view of so many cells."""
        across, down = picture.size
        if across <= width and down <= height:
            return False
        if self.map is None:
            large = across > MANY * width or down > MANY * height
            return large and len(picture.layout.plan.boxes) >= FROM_BOXES
        return self.map

    def needs(self, *, mapped: bool) -> Needs:
        """What the picture needs."""
        return Needs(heat=self.is_far or mapped, rows=self.zoom == ROWS, flow=self.flow)

    # What is kept with a session -----------------------------------------------------------------

    @property
    def kept(self) -> dict[str, object]:
        """What is not as it is at first."""
        first = Sight()
        mine: dict[str, object] = {"zoom": self.zoom, "heat": str(self.metric), "map": self.map}
        mine["flow"] = self.flow.value if self.flow else None
        theirs = {"zoom": first.zoom, "heat": str(first.metric), "map": first.map, "flow": None}
        return {name: each for name, each in mine.items() if each != theirs[name]}

    def keep(self, kept: Mapping[str, object]) -> None:
        """Look as it was looked when a session was saved; it may say anything."""
        zoom, metric, its_map = kept.get("zoom"), kept.get("heat"), kept.get("map")
        if type(zoom) is int and BOXES <= zoom <= MOST_ZOOM:
            self.zoom = zoom
        if metric in list(Metric):
            self.metric = Metric(str(metric))
        if isinstance(its_map, bool):
            self.map = its_map
        if kept.get("flow") in [flow.value for flow in Flow]:
            self.flow = Flow(kept["flow"])


def anchor(picture: Picture, key: str) -> tuple[int, int]:
    """The cell of a box that stays where it is on the screen when the picture becomes another."""
    x, y, width, height = picture.body(key)
    return x + width // 2, y + height // 2
