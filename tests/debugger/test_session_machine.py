"""Any walk of any commands: the cursor stays in range, refusals change nothing, a walk ends where a
straight walk ends, and undo after do is the identity.

Commands are drawn from the table itself, so that a new row is walked with without a word here.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from graphtui.debugger.command_text import Argument
from graphtui.debugger.commands import COMMANDS, perform_words
from graphtui.debugger.reply import Reply
from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.replies import reply_document, reply_lines

GROUPS = Graph(
    [
        node("x", "input", value=[0.5, -1.0, 2.0]),
        node("one", "constant", value=1.0),
        node("w", "parameter", value=[1.0, 2.0, -0.5], group="layer"),
        node("s", "multiply", ["x", "w"], group="layer"),
        node("n", "negative", ["s"], group="layer/gate"),
        node("e", "exp", ["n"], group="layer/gate"),
        node("d", "add", ["one", "e"], group="layer/gate"),
        node("r", "reciprocal", ["d"], group="layer/gate"),
        node("q", "multiply", ["r", "r"]),
        node("f", "sum", ["q"], axis=None),
    ]
)
TRAP = Graph(
    [
        node("x", "input", value=[0.0, 2.0]),
        node("zero", "constant", value=0.0),
        node("positive", "greater", ["x", "zero"]),
        node("l", "log", ["x"]),
        node("y", "where", ["positive", "l", "zero"]),
        node("f", "sum", ["y"]),
    ]
)
NO_BACKWARD = Graph([node("x", "input", value=[1.0, 2.0]), node("y", "exp", ["x"])])

UNWALKED = {"quit", "save", "open", "export", "save-log", "save-array"}
"""Rows that end the session or touch files."""

EXPRESSIONS = (
    "x",
    "norm(x)",
    "grad(x)",
    "grad(f)",
    "norm(grad(x)) > 0",
    "upstream",
    "step",
    "x[0]",
    "x +",
    "nowhere",
    "10**10**10",
)
ARRAYS = (
    *EXPRESSIONS,
    "x[:2] where abs > 1 by size",
    "grad(x) by largest",
    "grad(x)[1] where nan",
    "x[7:] where 0",
    "s where odd",
    "x by nothing",
)
EDITS = (
    "x = 0.25",
    "x[0] = nan",
    "x *= 2",
    "w[1:] = 0",
    "f.axis = none",
    "d.nothing = 1",
    "upstream = 0",
    "grad(r) = 1",
    "grad(r) *= 10",
    "r = 0.5",
    "x = [1]",
    "x",
    "nowhere = 1",
    "x[0] = inf",
    "grad(e)[0] = 0",
)
PLACES = (
    "x",
    "e",
    "op:multiply",
    "group:layer",
    "if norm(x) > 1",
    "r backward once",
    "op:exp hits 2",
    "contribution r 2",
    "sign x",
    "ratio x 0.5",
    "nowhere",
    "e if",
    "f armed-by 1",
)
WORDS: dict[str, st.SearchStrategy[str]] = {
    "count": st.sampled_from(["1", "2", "5", "100", "0", "x"]),
    "hops": st.sampled_from(["1", "3", "off", "x", "-1"]),
    "step": st.sampled_from(["0", "1", "4", "9", "100"]),
    "number": st.sampled_from(["1", "2", "9"]),
    "which": st.sampled_from(["1", "2", "all", "9", "x"]),
    "watch": st.sampled_from(["1", "2", "all", "9", "x"]),
    "node": st.sampled_from(["x", "e", "r", "q", "f", "y", "nowhere"]),
    "edge": st.sampled_from(["s.x", "e", "q.2", "x", "e.nothing", "y"]),
    "entry": st.sampled_from(["[0]", "[] [0]", "[0] [1]", "[9] [0]", "0", "[0"]),
    "checked": st.sampled_from(["x", "e", "f", "all", "nowhere"]),
    "group": st.sampled_from(["layer", "layer/gate", "nowhere"]),
    "phase": st.sampled_from(["forward", "backward", "sideways"]),
    "command": st.sampled_from(["step", "nothing"]),
    "place": st.sampled_from(PLACES),
    "expression": st.sampled_from(EXPRESSIONS),
    "array": st.sampled_from(ARRAYS),
    "edit": st.sampled_from(EDITS),
    "catch": st.sampled_from(["nan", "inf", "vanishing 0.5", "zero-gradient", "nan off", "all"]),
    "query": st.sampled_from(["e", "op:exp", "is:sent", "nowhere"]),
    "profile": st.sampled_from(["update rate 0.1", "worst", "rate", "rate -1", "x"]),
    "file": st.just("never.written"),
    "comparison": st.sampled_from(["edit", "off"]),
    "nudge": st.sampled_from(["x", "x[0] 0.01", "e 1e-3", "f", "nowhere"]),
}
"""Words for each kind of argument: most of them right, some of them wrong."""


def words(argument: Argument) -> st.SearchStrategy[str]:
    """Something to say for an argument."""
    return st.sampled_from(argument.choices) if argument.choices else WORDS[argument.kind]


def answer(session: DebugSession, name: str, given: list[str]) -> tuple[Reply | None, str]:
    """What a command answers, or the words of its refusal."""
    try:
        return perform_words(session, name, given), ""
    except CommandError as error:
        return None, str(error)


def seen(session: DebugSession) -> dict[str, Any]:
    """Everything of a session that a user can see, bit for bit."""
    snapshot = session.snapshot()
    return {
        "cursor": session.cursor,
        "focus": session.focus,
        "folded": session.folded,
        "closed": session.closed,
        "stop": session.stop,
        "stops": session.stops.to_dict(),
        "watches": session.watches.to_dict(),
        "graph": session.graph.to_dict(),
        **nodes_seen(snapshot),
    }


def nodes_seen(snapshot: Snapshot) -> dict[str, Any]:
    """What is known of every node."""
    return {
        name: (
            bits(snapshot.value(name)),
            bits(snapshot.gradient(name)),
            snapshot.state(name),
            len(snapshot.received(name)),
        )
        for name in snapshot.graph.nodes
    }


def bits(array: np.ndarray | None) -> tuple[Any, ...] | None:
    return None if array is None else (array.shape, array.dtype.str, array.tobytes())


class Walk(RuleBasedStateMachine):
    """A user who types anything."""

    @initialize(graph=st.sampled_from([GROUPS, TRAP, NO_BACKWARD]))
    def begin(self, graph: Graph) -> None:
        self.session = DebugSession(graph)

    @rule(data=st.data())
    def command(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from([row for row in COMMANDS if row.name not in UNWALKED]))
        wanted = [each for each in row.arguments if each.required or data.draw(st.booleans())]
        given = [data.draw(words(argument)) for argument in wanted]
        before = seen(self.session)
        reply, refusal = answer(self.session, row.name, given)
        if reply is None:
            assert refusal
            assert seen(self.session) == before
        else:
            assert reply.text
            assert reply_lines(reply, 60)
            assert json.dumps(reply_document(reply), allow_nan=False)

    @rule(edit=st.sampled_from(EDITS))
    def change_and_undo(self, edit: str) -> None:
        before = seen(self.session)
        edits = len(self.session.history.past)
        answer(self.session, "set", [edit])
        if len(self.session.history.past) == edits:
            assert seen(self.session) == before
            return
        after = seen(self.session)
        perform_words(self.session, "undo", [])
        assert seen(self.session) == before
        perform_words(self.session, "redo", [])
        assert seen(self.session) == after

    @rule(data=st.data(), again=st.booleans(), more=st.sampled_from(["", "once", "if step > 2"]))
    def go_to_a_stop(self, data: st.DataObject, again: bool, more: str) -> None:
        """Chance alone comes too seldom to a stop of which something is changed while it stands."""
        if again:
            perform_words(self.session, "restart", [])
        place = data.draw(st.sampled_from(list(self.session.graph.nodes)))
        answer(self.session, "break", [f"{place} {more}"])
        perform_words(self.session, "continue", [])

    @precondition(lambda self: self.session.stop is not None)
    @rule(data=st.data())
    def change_what_has_stopped(self, data: st.DataObject) -> None:
        session = self.session
        assert session.stop is not None
        number, catch, _ = data.draw(st.sampled_from(session.stop.reasons))
        if catch:
            given = data.draw(st.sampled_from([f"{catch} off", catch]))
            perform_words(session, "catch", [given])
        else:
            name = data.draw(st.sampled_from(["delete", "disable", "enable", "edit"]))
            place = [data.draw(st.sampled_from(PLACES))] if name == "edit" else []
            answer(session, name, [str(number), *place])

    @rule()
    def stay(self) -> None:
        stop = self.session.stop
        perform_words(self.session, "seek", [str(self.session.cursor)])
        assert self.session.stop == stop

    @invariant()
    def what_it_stopped_for_is_still_set(self) -> None:
        session = self.session
        for number, catch, message in session.stop.reasons if session.stop else ():
            if catch:
                assert catch in session.stops.catches
            else:
                breakpoint = session.stops.breakpoints[number]
                assert breakpoint.enabled
                assert message.startswith(f"breakpoint {number} ({breakpoint})")
        assert session.stop is None or session.stop.step == session.cursor

    @invariant()
    def stands_on_the_timeline(self) -> None:
        session = self.session
        assert 0 <= session.cursor <= len(session.run.steps) <= len(session.run.plan.tasks)
        assert session.focus in session.graph.nodes
        assert session.folded <= set(session.graph.groups)

    @invariant()
    def a_straight_walk_ends_here_too(self) -> None:
        session = self.session
        branch = session.branch
        straight = Run(
            session.graph, seed=session.seed, values=branch.values, gradients=branch.gradients
        )
        while len(straight.steps) < session.cursor:
            straight.advance()
        there = Snapshot(straight, session.cursor, session.focus)
        assert nodes_seen(there) == nodes_seen(session.snapshot())


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
