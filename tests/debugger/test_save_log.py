"""What the logs have recorded becomes a file, whole or not at all, and never over another one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.debugger.stops.log_table import COLUMNS
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph


def logged(graph: Graph) -> DebugSession:
    session = DebugSession(graph)
    session.log_at("norm(upstream) at op:matmul")
    session.resume()
    return session


def test_every_record_is_a_row(mlp: Graph, tmp_path: Path) -> None:
    session, path = logged(mlp), tmp_path / "norms.csv"
    told = perform(session, f"save-log '{path}'")
    assert str(told) == f"Wrote 4 records to '{path}'."
    header, *rows = csv.reader(path.read_text().splitlines())
    assert header == list(COLUMNS)
    assert [row[2] for row in rows] == ["z1", "scores", "scores", "z1"]
    assert [row[5] for row in rows[:2]] == ["", ""]  # no upstream in the forward pass
    assert float(rows[2][5]) > 0


def test_an_older_log_is_replaced_and_anything_else_is_not(mlp: Graph, tmp_path: Path) -> None:
    session = logged(mlp)
    session.save_log(str(tmp_path / "norms"))
    assert (tmp_path / "norms.csv").exists()
    session.save_log(str(tmp_path / "norms.csv"))
    other = tmp_path / "mine.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match=r"is there already, and is not a log\."):
        session.save_log(str(other))
    assert other.read_text() == "a,b\n1,2\n"
    with pytest.raises(CommandError, match=r"the file of a log ends in \.csv"):
        session.save_log(str(tmp_path / "norms.txt"))


def test_nothing_recorded_is_nothing_written(mlp: Graph, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nothing was recorded yet"):
        DebugSession(mlp).save_log(str(tmp_path / "x.csv"))
    assert not list(tmp_path.iterdir())
