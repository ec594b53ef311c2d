"""The main screen: what keys do to the panels, besides commands.

It moves the picture and opens pages; what a command does to the session is the app's and the engine
thread's affair.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphtui.ui.arrangement import Panel
from graphtui.ui.graph_view import ACROSS, DOWN
from graphtui.ui.messages import ListWanted, Perform
from graphtui.ui.stage import Stage
from graphtui.view.afar.heat_codes import WORDS
from graphtui.view.text.paragraphs import wrapped

NOTHING_TO_LOOK_AT = "There is nothing further there."


class MainScreen(Stage, inherit_bindings=False):
    """The panels with what keys do to them; the names stand in `VIEW_ACTIONS`."""

    def type_command(self, text: str = "") -> None:
        """Open the prompt with `text` typed in."""
        if self.prompt_view is None:
            from graphtui.ui.prompt import Prompt  # when it is first wanted

            self.prompt_view = self.added(Prompt(Panel.PROMPT, self.completions))
        self.want(prompt=True, answer_rows=1)
        self.prompt_view.open(text)

    def toggle(self) -> None:
        """The inspector instead of the graph; where both fit, the graph alone."""
        self.want(swapped=not self.wanted.swapped, lens=False)

    def lens(self) -> None:
        """Open the Jacobian lens; when open, show the next input; after the last, close it."""
        if not self.wanted.lens or self.lens_view is None:
            self.open_lens()
        elif not self.lens_view.next_input():
            self.want(lens=False)

    def lists(self) -> None:
        """Open the lists, at the one that was seen last; when open, close them."""
        from graphtui.view.panels.list_panel import LISTS  # when they are first wanted

        seen = self.lists_view.what if self.lists_view is not None else LISTS[0]
        self.post_message(ListWanted("" if self.wanted.lists else seen))

    def lanes(self) -> None:
        """Show the lane view in the place of the graph; when seen, the graph again."""
        if self.shown is None or self.lanes_seen is not None:
            self.want(lanes=False)
            return
        if self.lanes_view is None:
            from graphtui.ui.lane_view import LaneView  # when it is first wanted

            self.lanes_view = self.added(LaneView(Panel.LANES))
        self.lanes_view.show(self.shown.snapshot)
        if not self.graph_is_seen:
            if self.wanted.lists:
                self.post_message(ListWanted(""))
            self.want(swapped=False, lens=False, page=False, full=None)
        self.want(lanes=True)

    def answer(self) -> None:
        """Show the last answer as a page."""
        lines = self.status.text
        if lines:
            self.open_page(lambda width: [row for each in lines for row in wrapped(each, width)])

    def look_up(self) -> None:
        """Look at the box above, or in the lanes at the row above."""
        if self.lanes_seen is not None:
            self.post_message(Perform("earlier"))
        else:
            self._look_at(self.graph.neighbour(-1))

    def look_down(self) -> None:
        """Look at the box below, or in the lanes at the row below."""
        if self.lanes_seen is not None:
            self.post_message(Perform("later"))
        else:
            self._look_at(self.graph.neighbour(1))

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
        """Bring what is looked at into the middle."""
        (self.lanes_seen or self.graph).centre()

    def nearer(self) -> None:
        """See less of the picture, and more of what is seen."""
        self.graph.zoom(1)

    def farther(self) -> None:
        """See more of the picture, and less of what is seen."""
        self.graph.zoom(-1)

    def boxes(self) -> None:
        """See boxes with their numbers."""
        self.graph.zoom_to(0)

    def flow(self) -> None:
        """Let the wires lead somewhere else."""
        flow = self.graph.turn()
        where = "as suits the drawing: down if it is deep" if flow is None else flow.value
        self.say(f"The wires lead {where}.", "dim")

    def colours(self) -> None:
        """Colour the overview by something else."""
        metric = self.graph.next_metric()
        self.say(f"The overview and the map are coloured by {WORDS[metric]}.", "dim")

    def minimap(self) -> None:
        """Show the map of the whole drawing, or hide it."""
        if self.graph.toggle_map():
            self.say("The map shows all of the drawing; a click goes there.", "dim")
        else:
            self.say("There is no map; a drawing that is wholly in sight needs none.", "dim")

    def further_down(self) -> None:
        """Show what is further down on the page or in the inspector."""
        self._scroll(1)

    def further_up(self) -> None:
        """Show what is further up."""
        self._scroll(-1)

    # What is kept with a session ----------------------------------------------------------------

    @property
    def arrangement(self) -> dict[str, object]:
        """Which panels the user has chosen, as a saved session keeps it."""
        return {"swapped": self.wanted.swapped, **self.graph.kept}

    def arrange_as(self, kept: Mapping[str, object]) -> None:
        """Choose the panels that were seen when a session was saved; it may say anything."""
        self.want(swapped=kept.get("swapped") is True)
        self.graph.keep(kept)

    # Within ------------------------------------------------------------------------------------

    def _look_at(self, name: str | None) -> None:
        if name is None:
            self.say(NOTHING_TO_LOOK_AT, "dim")
        else:
            self.post_message(Perform.of("goto", name))

    def _pan(self, across: int, down: int) -> None:
        if self.wanted.lens and self.lens_view is not None:
            self.lens_view.pan(across, down)
        elif self.lanes_seen is not None:
            self.lanes_seen.pan(across * ACROSS, down * DOWN)
        else:
            self.graph.pan(across * ACROSS, down * DOWN)

    def _scroll(self, direction: int) -> None:
        page = self.page_view if self.wanted.page else None
        alone = None if self.inspector_is_seen else self.lanes_seen
        view = page or alone or self.inspector
        view.scroll_rows(direction * max(view.size.height // 2, 1))
