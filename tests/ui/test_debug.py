"""`graphtui.debug` where there is no terminal: it prints, and never hangs."""

from __future__ import annotations

import pytest

import graphtui


def test_without_a_terminal_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    x = graphtui.input(-2.0)
    f = x * x
    graphtui.debug(f)
    printed = capsys.readouterr().out
    assert "multiply" in printed
    assert "-4.0" in printed


def test_what_is_no_described_value_is_refused() -> None:
    with pytest.raises(graphtui.UsageError, match="got float"):
        graphtui.debug(1.0)  # type: ignore[arg-type]
