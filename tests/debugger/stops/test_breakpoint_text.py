"""The words of `break` and `log`: what is written reads back, what is wrong is said in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.stops.breakpoint_text import parse_breakpoint, parse_logpoint
from graphtui.debugger.stops.breakpoints import Breakpoint, Kind, Target
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node

ODD = ["a b", "it's", 'say "x"', "if", "at", "once", "op:relu", "node:x", "sign", "β", "a/b", "'\""]


def odd_graph() -> Graph:
    """A graph of names that mean something else in a command."""
    drafts = [node("x", "input", value=1.0)]
    for name in ODD:
        drafts.append(node(name, "tanh", [drafts[-1].name], group="g h"))
    return Graph(drafts)


GRAPH = odd_graph()


@pytest.mark.parametrize(
    ("text", "breakpoint"),
    [
        ("h1", Breakpoint(target=Target(Kind.NODE, "h1"))),
        ("h1 backward", Breakpoint(target=Target(Kind.NODE, "h1"), phase=Phase.BACKWARD)),
        ("'h1'", Breakpoint(target=Target(Kind.NODE, "h1"))),
        ("node:h1", Breakpoint(target=Target(Kind.NODE, "h1"))),
        ("group:layer1", Breakpoint(target=Target(Kind.GROUP, "layer1"))),
        (
            "op:tanh if norm(upstream) > 10",
            Breakpoint(target=Target(Kind.OP, "tanh"), condition="norm(upstream) > 10"),
        ),
        ("if isnan(any(grad(W1)))", Breakpoint(condition="isnan(any(grad(W1)))")),
        ("h1 hits 3", Breakpoint(target=Target(Kind.NODE, "h1"), hits=3)),
        ("h1 once", Breakpoint(target=Target(Kind.NODE, "h1"), once=True)),
        ("h1 after 2", Breakpoint(target=Target(Kind.NODE, "h1"), after=2)),
        ("contribution W1 2", Breakpoint(target=Target(Kind.CONTRIBUTION, "W1", 2))),
        ("contribution W1 once", Breakpoint(target=Target(Kind.CONTRIBUTION, "W1"), once=True)),
        ("sign W1", Breakpoint(target=Target(Kind.SIGN, "W1"))),
        ("ratio W1 0.01", Breakpoint(target=Target(Kind.RATIO, "W1", 0.01))),
        ("ratio W1 1E-2", Breakpoint(target=Target(Kind.RATIO, "W1", 0.01))),
        (
            "  h1  once forward after 1   armed-by 2 if  loss > 1 ",
            Breakpoint(
                target=Target(Kind.NODE, "h1"),
                phase=Phase.FORWARD,
                once=True,
                after=1,
                armed_by=2,
                condition="loss > 1",
            ),
        ),
        ("backward if step > 3", Breakpoint(phase=Phase.BACKWARD, condition="step > 3")),
    ],
)
def test_what_was_typed_is_meant(text: str, breakpoint: Breakpoint, mlp: Graph) -> None:
    assert parse_breakpoint(text, mlp) == breakpoint
    assert parse_breakpoint(str(breakpoint), mlp) == breakpoint
    assert Breakpoint.from_dict(breakpoint.to_dict()) == breakpoint


@pytest.mark.parametrize(
    ("text", "breakpoint"),
    [
        (
            "norm(grad(W1)) at op:matmul",
            Breakpoint(target=Target(Kind.OP, "matmul"), log="norm(grad(W1))"),
        ),
        ("norm(grad(W1))", Breakpoint(log="norm(grad(W1))")),
        ("loss if loss > 1", Breakpoint(log="loss", condition="loss > 1")),
        ("loss at backward hits 2", Breakpoint(log="loss", phase=Phase.BACKWARD, hits=2)),
        (
            "step + 1 at h1 after 1 if loss > 1",
            Breakpoint(
                target=Target(Kind.NODE, "h1"), log="step + 1", after=1, condition="loss > 1"
            ),
        ),
    ],
)
def test_what_is_logged_is_meant(text: str, breakpoint: Breakpoint, mlp: Graph) -> None:
    assert parse_logpoint(text, mlp) == breakpoint
    assert parse_logpoint(str(breakpoint), mlp) == breakpoint
    assert Breakpoint.from_dict(breakpoint.to_dict()) == breakpoint


NAMES = st.sampled_from([*ODD, "x"])
TARGETS = st.one_of(
    st.builds(Target, st.sampled_from([Kind.NODE, Kind.SIGN]), NAMES, st.just(0)),
    st.builds(Target, st.just(Kind.CONTRIBUTION), NAMES, st.integers(0, 5)),
    st.builds(Target, st.just(Kind.RATIO), NAMES, st.floats(1e-300, 1e300)),
    st.just(Target(Kind.OP, "tanh")),
    st.just(Target(Kind.GROUP, "g h")),
)
COUNTED = st.sampled_from([{}, {"hits": 3}, {"after": 12}])
CONDITIONS = st.sampled_from(["", "'a b' > 0", "not ('if' > 1)", "x == 1  and step > 2"])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    target=TARGETS,
    counted=COUNTED,
    condition=CONDITIONS,
    phase=st.sampled_from([None, Phase.FORWARD, Phase.BACKWARD]),
    once=st.booleans(),
    armed=st.integers(0, 9),
    log=st.sampled_from(["", "x + 1", "'at' * 2"]),
)
def test_every_breakpoint_reads_back_from_its_words_and_from_its_dict(
    target: Target,
    counted: dict[str, int],
    condition: str,
    phase: Phase | None,
    once: bool,
    armed: int,
    log: str,
) -> None:
    place = target.kind in (Kind.NODE, Kind.OP, Kind.GROUP)
    breakpoint = Breakpoint(
        target=target,
        condition=condition,
        phase=phase if place else None,
        once=once and not log,
        armed_by=armed,
        log=log,
        **counted,
    )
    parse = parse_logpoint if log else parse_breakpoint
    assert parse(str(breakpoint), GRAPH) == breakpoint
    assert Breakpoint.from_dict(breakpoint.to_dict()) == breakpoint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "break where? Name a node"),
        ("scors", "no node is named 'scors'. Did you mean 'scores'?"),
        ("layer1", "For the group, write group:layer1."),
        ("tanh", "For every node of that op, write op:tanh."),
        ("op:tahn", "no node has the op 'tahn'. Did you mean 'tanh'?"),
        ("op:conv2d", "There are 'add', 'cross_entropy'"),
        ("op:parameter", "no node has the op 'parameter'."),
        ("op:", "'op:' needs a name right behind it."),
        ("group:layer9", "Did you mean 'layer2'?"),
        ("h1 backwards", "'backwards' is not expected here. Did you mean 'backward'?"),
        ("h1 z1", "'z1' is not expected here. There are `forward`"),
        ("h1 forward backward", "'backward' is said twice, or against an earlier word."),
        ("h1 once once", "'once' is said twice"),
        ("h1 hits", "hits needs a whole number from 1 up, got 'nothing'."),
        ("h1 hits 0", "got '0'"),
        ("h1 hits ²", "got '²'"),
        ("h1 after -1", "after needs a whole number from 1 up, got '-1'."),
        ("h1 hits " + "9" * 99, "hits needs a whole number"),
        ("h1 hits 1 after 1", "not both"),
        ("h1 if", "if what?"),
        ("h1 if norm(grad(W9)) > 1", "'W9'"),
        ("h1 if h1 > 1", "a condition is a single truth"),
        ("h1 if loss > 1 hits 3", "Options stand before `if`."),
        ("contribution", "'contribution' needs the name of a node. For a node"),
        ("contribution W1 0", "the contribution needs a whole number from 1 up, got '0'."),
        ("contribution W1 two", "got 'two'"),
        ("contribution W1 2 backward", "'contribution' is about gradients, so it needs no pass."),
        ("sign", "'sign' needs the name of a node."),
        ("sign w1", "no node is named 'w1'. Did you mean 'W1'?"),
        ("ratio W1", "the ratio is a number such as 0.01, got 'nothing'."),
        ("ratio W1 nan", "got 'nan'"),
        ("ratio W1 1_0", "got '1_0'"),
        ("ratio W1 0", "must be more than 0 and finite"),
        ("ratio W1 1e999", "must be more than 0 and finite"),
        ("'h1", "a quotation mark has no partner"),
    ],
)
def test_what_is_wrong_is_said_in_words(text: str, words: str, mlp: Graph) -> None:
    with pytest.raises(CommandError) as refused:
        parse_breakpoint(text, mlp)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "log what?"),
        ("at", "no node or function is named 'at'"),
        ("norm(grad(W9))", "'W9'"),
        ("loss at", "log it where?"),
        ("loss at if loss > 1", "log it where?"),
        ("loss at nowhere", "no node is named 'nowhere'"),
        ("loss at h1 once", "Write `hits 1`."),
        ("if loss > 1", "log what?"),
        ("'loss", "no partner"),
    ],
)
def test_a_wrong_log_is_refused_in_words(text: str, words: str, mlp: Graph) -> None:
    with pytest.raises(CommandError) as refused:
        parse_logpoint(text, mlp)
    assert words in str(refused.value)


def test_a_quotation_mark_in_the_condition_belongs_to_the_condition() -> None:
    assert parse_breakpoint("x if 'a b' > 1", GRAPH).condition == "'a b' > 1"
    with pytest.raises(CommandError, match="expression"):
        parse_breakpoint("x if 'a b > 1", GRAPH)
