"""One line about a box, whatever is in it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.debugger.stops.breakpoints import Kind, Target
from graphtui.graph.graph import Graph
from graphtui.view.picture.hover import hover_words
from graphtui.view.picture.pointing import Pointed
from graphtui.view.text.safe_text import safe_text
from tests.strategies import graphs
from tests.view.shown import END, at, broken, fan_out, product, sigmoid


def words(session: DebugSession, node: str) -> str:
    return hover_words(Pointed(node, Target(Kind.NODE, node)), session.snapshot())


def test_a_node_has_its_name_its_op_and_its_numbers() -> None:
    assert words(at(sigmoid(), 0), "w0") == "w0 · parameter · value 2.00 · gradient not yet"
    assert words(at(sigmoid(), 0), "s") == "s · add · value not yet · gradient not yet"
    assert words(at(sigmoid(), END), "s") == "s · add · value 1.00 · gradient 0.20"


def test_what_never_has_a_gradient_has_no_word_about_one() -> None:
    assert words(at(fan_out(), END), "three") == "three · constant · value 3.00"


def test_a_sum_says_how_much_of_it_has_arrived() -> None:
    text = words(at(fan_out(), 7), "y")
    assert text == "y · multiply · value 6.00 · gradient 5.00… (1 of 2 contributions)"
    assert words(at(fan_out(), 8), "y") == "y · multiply · value 6.00 · gradient 7.00"


def test_an_array_has_its_shape() -> None:
    assert words(at(product(), 0), "x").startswith("x · input · (2, 3) · value ~")


def test_a_stale_number_and_a_fault_are_said() -> None:
    session = at(sigmoid(), END)
    session.set("w0 = 3")
    assert words(session, "s").endswith("value 1.00? · gradient 0.20?")
    assert words(at(broken(), END), "inner").endswith(" · 2 faults")


def test_a_group_has_the_value_that_leaves_it() -> None:
    session = at(sigmoid(), END)
    pointed = Pointed("f", Target(Kind.GROUP, "sigmoid"))
    assert hover_words(pointed, session.snapshot()) == (
        "sigmoid: 5 nodes · its value is f · value 0.73 · gradient 1.00"
    )


@given(graph=graphs(), data=st.data())
@settings(max_examples=40, deadline=None)
def test_whatever_it_is_called_it_is_one_safe_line(graph: Graph, data: st.DataObject) -> None:
    session = DebugSession(graph)
    session.seek(data.draw(st.integers(0, len(session.run.plan.tasks))))
    for name in graph.nodes:
        text = words(session, name)
        assert "\n" not in text
        assert safe_text(text) == text
