"""The table is the only list of commands: every row works, every wrong use is refused in words."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from graphtui.debugger.commands import COMMANDS, Command, find_command, perform, perform_words
from graphtui.debugger.description import Description
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph

EXAMPLES = {
    "node": "h1",
    "checked": "h1",
    "edge": "h1.1",
    "entry": "[0, 1] [0, 0]",
    "step": "2",
    "count": "1",
    "hops": "2",
    "number": "1",
    "which": "1",
    "watch": "1",
    "group": "layer1",
    "phase": "forward",
    "command": "step",
    "place": "op:tanh backward if norm(upstream) > 0",
    "expression": "norm(h1)",
    "array": "h1[0] where > 0 by size",
    "saving": "x to kept",
    "catch": "nan",
    "edit": "x[0, 0] = 0.5",
    "comparison": "edit",
    "nudge": "h1[0, 1] 0.01",
    "query": "op:tanh group:layer1",
    "profile": "update worst rate 0.1",
    "export": "--pytest",
}
"""Something for every kind of argument."""


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_row_can_be_performed(
    command: Command, mlp: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    examples = {**EXAMPLES, "file": str(tmp_path / "kept")}
    words = [each.choices[0] if each.choices else examples[each.kind] for each in command.arguments]
    assert perform(prepared(mlp), " ".join([command.name, *words])).text
    assert perform_words(prepared(mlp), command.name, words).text


def prepared(graph: Graph) -> DebugSession:
    """A session with one of everything that commands may refer to."""
    session = DebugSession(graph)
    session.description = Description("/nowhere/mlp.json")
    session.catch("vanishing 1e9")  # so that there is something to export
    edits = "step 3", "set x[0, 0] = 1", "set x[0, 0] = 2", "undo", "compare"
    looks = "find op:tanh", "goto h1", "goto z1", "look-back"
    for command in ("watch norm(h1)", *edits, "break h1", "log z1", "step", "why h1", *looks):
        perform(session, command)
    return session


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_arguments_are_those_of_the_method(command: Command) -> None:
    parameters = list(inspect.signature(command.call).parameters.values())[1:]
    assert len(parameters) == len(command.arguments)
    for parameter, argument in zip(parameters, command.arguments, strict=True):
        assert (parameter.default is inspect.Parameter.empty) == argument.required


def test_names_aliases_and_keys_are_unique() -> None:
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)


def test_help_lists_every_row(chain: Graph) -> None:
    text = perform(DebugSession(chain), "help").text
    for command in COMMANDS:
        assert command.usage in text
        assert command.help in text


def test_a_count_steps_that_many(mlp: Graph) -> None:
    session = DebugSession(mlp)
    perform(session, "n 5")
    assert session.cursor == 5
    perform(session, "back 2")
    assert session.cursor == 3
    perform(session, "n 999999999999")
    assert session.cursor == len(session.run.plan.tasks)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "type a command"),
        ("stp", "'stp' is not a command. Did you mean 'step'?"),
        ("step many", "step: write a whole number from 1 up, not 'many'."),
        ("step 0", "from 1 up"),
        ("step -1", "from 1 up"),
        ("step ²", "not '²'"),
        ("step " + "9" * 5000, "whole number"),
        ("step 1 2", "is used like this: step [N]"),
        ("until", "is used like this: until NODE [forward|backward]"),
        ("until h1 sideways", "until: write 'forward' or 'backward', not 'sideways'."),
        ("until nowhere", "no node is named 'nowhere'"),
        ("seek 1000", "steps are numbered 0 to"),
        ("goto 'unfinished", "No closing quotation"),
        ("fold layer9", "no group is named 'layer9'. Did you mean"),
        ("help stp", "is not a command"),
    ],
)
def test_a_wrong_command_is_refused_and_changes_nothing(text: str, words: str, mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.seek(3)
    before = (session.cursor, session.focus, session.folded)
    with pytest.raises(CommandError, match=re.escape(words)):
        perform(session, text)
    assert (session.cursor, session.focus, session.folded) == before


def test_aliases_find_their_row() -> None:
    assert find_command("p").name == "back"
    assert find_command("rc").name == "reverse-continue"


def test_every_refused_word_is_told_with_the_words_that_are_taken(mlp: Graph) -> None:
    session = DebugSession(mlp)
    told = {}
    for row in COMMANDS:
        for place, argument in enumerate(row.arguments):
            numbers = argument.kind in ("count", "step", "number", "hops")
            if not numbers and not argument.words:
                continue
            before = ["h1"] * place
            with pytest.raises(CommandError) as refusal:
                perform_words(
                    session, row.name, [*before, "xyz", *["h1"][: argument.kind == "number"]]
                )
            told[row.name] = str(refusal.value)
            assert told[row.name].startswith(f"{row.name}: write ")
            assert ", not 'xyz'." in told[row.name]
            assert all(f"'{word}'" in told[row.name] for word in argument.words)
    assert told["paths"] == "paths: write 'on' or 'off', not 'xyz'."
    assert told["around"] == "around: write a whole number from 1 up or 'off', not 'xyz'."
    assert told["info"].startswith("info: write 'nodes', 'ops', ")
    assert told["info"].endswith(" or 'saved', not 'xyz'.")
