"""Every kind of answer has a document for programs, and lines where a sentence does not say all."""

from __future__ import annotations

import json

import numpy as np
import pytest

from graphtui.debugger.printed import Printed
from graphtui.debugger.reply import Reply
from graphtui.view.answers.replies import LOOKS, has_page, reply_document, reply_lines
from graphtui.view.text.lines import plain


def test_a_sentence_needs_no_page() -> None:
    reply = Reply("Bye.")
    assert not has_page(reply)
    assert reply_document(reply) is None
    assert plain(reply_lines(reply, 20)) == "Bye."


def test_lines_that_are_no_list_are_shown_as_they_are() -> None:
    reply = Reply("one\ntwo \x1b[2J")
    assert has_page(reply)
    assert plain(reply_lines(reply, 20)).splitlines()[0] == "one"
    assert "\x1b" not in plain(reply_lines(reply, 20))


@pytest.mark.parametrize(
    ("result", "value"),
    [(None, None), (True, True), (np.asarray(0.5), 0.5), (np.asarray(np.inf), "inf")],
)
def test_a_printed_number_is_a_sentence(result: object, value: object) -> None:
    reply = Reply("x", Printed("x", result))  # type: ignore[arg-type]
    assert not has_page(reply)
    assert reply_document(reply)["value"] == value


def test_a_printed_array_is_a_page_with_its_numbers() -> None:
    reply = Reply("W", Printed("W", np.array([[1.0, 2.5], [np.nan, -4.0]])))
    assert has_page(reply)
    assert plain(reply_lines(reply, 60)).splitlines() == [
        "W is (2, 2) float64, from -4.0 to 2.5, 1 of 4 not finite",
        "",
        " 1.0  2.5",
        " nan -4.0",
    ]
    assert json.dumps(reply_document(reply)["value"]) == '[[1.0, 2.5], ["nan", -4.0]]'


def test_a_huge_array_is_neither_shown_nor_sent_whole() -> None:
    reply = Reply("W", Printed("W", np.zeros((1000, 1000))))
    assert len(reply_lines(reply, 80)) < 300
    assert reply_document(reply)["elided"] == 1_000_000


def test_every_kind_has_a_type_of_its_own() -> None:
    assert len(LOOKS) == len({look.document for look in LOOKS.values()})
