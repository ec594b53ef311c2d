"""A page has the lines as they are, foreign text as text, and loads nothing."""

from __future__ import annotations

import re
from functools import partial
from html.parser import HTMLParser

from graphtui.ui.colours import LIGHT, look
from graphtui.view.export.html import html
from graphtui.view.text.lines import line, plain
from graphtui.view.text.safe_text import safe_text

LOOKS = partial(look, LIGHT)


class Reading(HTMLParser):
    """The text of a page's picture, its elements, and what is wide or has a cell of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.title, self.kinds = "", "", list[tuple[str, str]]()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds.append((tag, dict(attrs).get("class") or ""))
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "pre" in self._open:
            self.text += data
        elif "title" in self._open:
            self.title += data


def read(*lines: object, title: str = "net") -> tuple[Reading, str]:
    text = html(lines, LOOKS, title)  # type: ignore[arg-type]
    found = Reading()
    found.feed(text)
    found.close()
    return found, text


def test_the_text_is_that_of_the_lines() -> None:
    lines = (
        line("┌─┐ ", ("2.00", "value")),
        line(),
        line("a & b < c ", ("漢 ◂·", "node.current"), ("!", "fault")),
    )
    found, text = read(*lines)
    assert found.text.strip("\n") == plain(lines)
    assert ("span", "g-node-current") in found.kinds
    assert found.kinds.count(("i", "wide")) == 1
    assert f".g-fault {{ color: {LOOKS('fault').ink}; background: {LOOKS('fault').ground}" in text


def test_foreign_text_is_no_markup_and_nothing_is_loaded() -> None:
    evil = "</pre><script>alert(1)</script><img src=http://a.b/c> &amp; \u202e"
    found, text = read(line((safe_text(evil), "value")), title=evil)
    assert {kind for kind, _ in found.kinds} <= {
        "html", "head", "meta", "title", "style", "body", "pre", "span", "i",
    }  # fmt: skip
    assert found.text.strip("\n") == safe_text(evil)
    assert found.title == evil
    assert not re.search(r"\b(src|href|url)\s*[=(]", text.replace("src=http://a.b/c", ""))
