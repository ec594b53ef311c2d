"""A debugger session as a JSON file: where its graph comes from, where it stood, what was set.

Such a file may come from somebody else. It holds names, numbers, and expressions of our own small
language; reading it runs nothing and opens no other file. It is read as strictly as a description,
to the end, before anything that it names is touched.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from graphtui.debugger.chapters.lasting import Lasting
from graphtui.debugger.description import Description
from graphtui.debugger.edits.edits import Edit
from graphtui.debugger.finding import parse_query
from graphtui.debugger.kept.carry_over import MOST_TASKS, State, state_of
from graphtui.debugger.stops.stops import Stops
from graphtui.debugger.watches.watches import Watches
from graphtui.engine.execute import Run
from graphtui.engine.plan import Phase, Task
from graphtui.errors import CommandError, DescriptionError, nearest
from graphtui.graph.file_text import MOST_BYTES, read_text
from graphtui.graph.findings import Finding, problems
from graphtui.graph.graph import Graph, node
from graphtui.graph.json.text import JsonText, parse_json
from graphtui.graph.values import nested_list
from graphtui.graph.wording import brief, listed, quoted

KEY = "graphtui-session"
FORMAT_VERSION = 1
SUFFIX = ".graphtui"
SUFFIXES = (".py", ".json")
"""How the file of a description may end."""

MOST_EDITS = 1_000
"""Edits that are read from a session."""

_BEGINNING = re.compile(rf'\s*\{{\s*"{KEY}"\s*:')
_HASH = re.compile(r"(?:[0-9a-f]{64})?", re.ASCII)
_MOST_STEPS = 10**9
_LONGEST_PATH = 4096


@dataclass(frozen=True, slots=True)
class SavedSession:
    """A session as it was saved."""

    file: str
    """The session's own file, as it was named."""
    description: Description
    seed: Any
    """The gradient to start backward with: a number, nested lists, or None."""
    state: State

    @property
    def is_beside(self) -> bool:
        """Whether the description lies in the session's folder, or in a folder in there."""
        return self.description.is_below(os.path.dirname(os.path.abspath(self.file)))


# Writing ----------------------------------------------------------------------------------------


def session_text(session: Lasting, file: str) -> str:
    """The session as the text of `file`; paths in it begin at the folder of that file.

    Raises:
        CommandError: its graph was not loaded from something that could be found again.
    """
    description = session.description
    if description is None:
        raise CommandError(
            "this graph came from no file, so a session of it could not be opened again. "
            "Write it into a description, and debug that."
        )
    state = state_of(session)
    document = {
        KEY: FORMAT_VERSION,
        "description": _description_document(description, os.path.dirname(os.path.abspath(file))),
        "seed": _seed_document(session.seed),
        "cursor": {
            "step": state.step,
            "tasks": [{"phase": phase.value, "node": name} for phase, name in state.tasks],
        },
        "focus": state.focus,
        "folded": sorted(state.folded),
        "framed": state.framed,
        "paths": state.paths,
        "around": state.around,
        "find": {"text": state.find, "marked": state.marked} if state.find else None,
        "stops": state.stops,
        **state.watches,
        "edits": [edit.to_dict() for edit in state.edits],
        "view": state.view,
    }
    lines = (f"  {_compact(key)}: {_compact(value)}" for key, value in document.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, allow_nan=False)


def _description_document(description: Description, folder: str) -> dict[str, Any]:
    if not description.file:
        return {"expression": description.expression, "values": dict(description.values)}
    found: dict[str, Any] = {"file": Path(os.path.relpath(description.file, folder)).as_posix()}
    if description.output is not None:
        found["output"] = description.output
    return {**found, "sha256": description.sha256}


def _seed_document(seed: Any) -> Any:
    numbers = np.asarray(seed)
    return nested_list(numbers) if numbers.dtype.kind in "fiub" else seed


def is_session(path: str | os.PathLike[str]) -> bool:
    """Whether there is a file at `path` that begins as a session does.

    Raises:
        DescriptionError, LimitError: it is no text, or cannot be read.
    """
    return bool(_BEGINNING.match(read_text(path)))


# Reading ----------------------------------------------------------------------------------------


def read_session(path: str | os.PathLike[str], *, most_bytes: int = MOST_BYTES) -> SavedSession:
    """The session that the file at `path` holds.

    Args:
        path: the file.
        most_bytes: how big it may be.

    Raises:
        DescriptionError: it cannot be read or is no session; every problem with its place.
        LimitError: it is beyond the limits.
    """
    file = os.fsdecode(path)
    source = parse_json(read_text(path, most_bytes=most_bytes), file)
    if not isinstance(source.value, dict) or KEY not in source.value:
        message = f'this is no saved session: it lacks "{KEY}". `save` writes one.'
        _refuse(source, [Finding(message, "session")])
    version = source.value[KEY]
    if type(version) is not int or version != FORMAT_VERSION:
        newer = type(version) is int and version > FORMAT_VERSION
        advice = "Open it with a newer graphtui." if newer else f"Write {FORMAT_VERSION}."
        found = f"the format is {FORMAT_VERSION}, and this is {brief(json.dumps(version))}"
        _refuse(source, [Finding(f"{found}. {advice}", "session", (KEY,))])
    reading = _Reading(source.value)
    description, state = reading.description(file), reading.state()
    reading.known((), _KEYS)
    if reading.findings:
        _refuse(source, reading.findings)
    return SavedSession(file, description, source.value.get("seed"), state)


def at_description(saved: SavedSession, description: Description) -> SavedSession:
    """The session with its description elsewhere, which keeps the hash of what was saved."""
    before = saved.description
    output = before.output if description.output is None else description.output
    return replace(saved, description=description._replace(output=output, sha256=before.sha256))


def _refuse(source: JsonText, findings: list[Finding]) -> NoReturn:
    raise DescriptionError(problems(findings, source.places))


_KEYS = (
    KEY,
    "description",
    "seed",
    "cursor",
    "focus",
    "folded",
    "framed",
    "paths",
    "around",
    "find",
    "stops",
    "watches",
    "edits",
    "view",
)


class _Reading:
    """Reads a document, and notes what is wrong in it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self.findings: list[Finding] = []

    def known(self, path: tuple[str, ...], keys: tuple[str, ...]) -> None:
        """Note every key of the object at `path` that is not one of `keys`."""
        there = self._document
        for step in path:
            there = there[step]
        for key in there:
            if key not in keys:
                hint = nearest(key, keys) or f" There are {listed(keys)}."
                self._wrong(f"{quoted(key)} is not known here.{hint}", *path, key, key=True)

    def description(self, file: str) -> Description:
        """Where the graph comes from."""
        given = self._document.get("description")
        if not isinstance(given, dict):
            self._wrong("a session names the 'description' that it is of.", "description")
            return Description()
        if "expression" in given:
            return self._expression(given)
        self.known(("description",), ("file", "output", "sha256"))
        where = given.get("file", "")
        if wrong := _wrong_file(where):
            self._wrong(wrong, "description", "file")
            return Description()
        output = given.get("output")
        if output is not None and (not isinstance(output, str) or not output):
            self._wrong("the 'output' is the name of a node.", "description", "output")
        sha256 = given.get("sha256", "")
        if not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
            self._wrong("a SHA-256 has 64 hexadecimal digits.", "description", "sha256")
        folder = os.path.dirname(os.path.abspath(file))
        return Description(os.path.normpath(os.path.join(folder, where)), output, sha256)

    def _expression(self, given: Mapping[str, Any]) -> Description:
        self.known(("description",), ("expression", "values"))
        text, values = given["expression"], given.get("values", {})
        if not isinstance(text, str) or not text.strip():
            self._wrong("the 'expression' is a text.", "description", "expression")
        if not isinstance(values, dict) or not all(isinstance(x, str) for x in values.values()):
            self._wrong("'values' gives each name a text.", "description", "values")
        return Description(expression=text, values=values)

    def state(self) -> State:
        """Where the session stood and what was set."""
        cursor = self._object("cursor")
        if cursor:
            self.known(("cursor",), ("step", "tasks"))
        step = cursor.get("step", 0)
        if type(step) is not int or not 0 <= step <= _MOST_STEPS:
            self._wrong("a step is a whole number from 0 up.", "cursor", "step")
        focus = self._document.get("focus", "")
        if not isinstance(focus, str):
            self._wrong("the 'focus' is the name of a node.", "focus")
        folded = self._document.get("folded", [])
        if not isinstance(folded, list) or not all(isinstance(each, str) for each in folded):
            self._wrong("'folded' is a list of groups.", "folded")
            folded = []
        stops = self._document.get("stops", {})
        watches = {"watches": self._document.get("watches", [])}
        seed = self._document.get("seed")
        if seed is not None and type(seed) not in (int, float, list):
            self._wrong("the 'seed' is a number, or nested lists of numbers.", "seed")
        self._check_written("stops", lambda run: Stops.from_dict(stops, run))
        self._check_written("watches", lambda run: Watches.from_dict(watches, run))
        find, marked = self._search()
        return State(
            step=step,
            tasks=self._tasks(cursor),
            focus=focus,
            folded=frozenset(folded),
            framed=self._truth("framed"),
            paths=self._truth("paths") or False,
            around=self._around(),
            find=find,
            marked=marked,
            stops=stops,
            watches=watches,
            edits=self._edits(),
            view=self._object("view"),
        )

    def _truth(self, key: str) -> bool | None:
        found = self._document.get(key)
        if found is None or isinstance(found, bool):
            return found
        self._wrong(f"{quoted(key)} is true or false.", key)
        return None

    def _around(self) -> int | None:
        around = self._document.get("around")
        if around is None or (type(around) is int and 0 < around <= _MOST_STEPS):
            return around
        self._wrong("'around' is a number of boxes, from 1 up, or null.", "around")
        return None

    def _search(self) -> tuple[str, bool]:
        """What was looked for, and whether what was found bears marks."""
        if self._document.get("find") is None:
            return "", False
        search = self._object("find")
        if search is not self._document["find"]:
            return "", False
        self.known(("find",), ("text", "marked"))
        text, marked = search.get("text"), search.get("marked", False)
        if not isinstance(text, str):
            self._wrong("what was looked for is a 'text'.", "find", "text")
            return "", False
        if not isinstance(marked, bool):
            self._wrong("'marked' is true or false.", "find", "marked")
        try:
            parse_query(text)
        except CommandError as error:
            self._wrong(str(error), "find", "text")
        return text, marked is True

    def _tasks(self, cursor: Mapping[str, Any]) -> tuple[Task, ...]:
        tasks = cursor.get("tasks", [])
        if not isinstance(tasks, list) or len(tasks) > MOST_TASKS:
            self._wrong(f"'tasks' is a list of at most {MOST_TASKS}.", "cursor", "tasks")
            return ()
        found = []
        for number, each in enumerate(tasks):
            fields = each if isinstance(each, dict) else {}
            phase, name = fields.get("phase"), fields.get("node")
            if len(fields) == 2 and phase in list(Phase) and isinstance(name, str):
                found.append(Task(Phase(phase), name))
            else:
                self._wrong("a task has a 'phase' and a 'node'.", "cursor", "tasks", number)
        return tuple(found)

    def _edits(self) -> tuple[Edit, ...]:
        edits = self._document.get("edits", [])
        if not isinstance(edits, list) or len(edits) > MOST_EDITS:
            self._wrong(f"'edits' is a list of at most {MOST_EDITS:,}.", "edits")
            return ()
        found = []
        for number, each in enumerate(edits):
            try:
                found.append(Edit.from_dict(each))
            except CommandError as error:
                self._wrong(str(error), "edits", number)
        return tuple(found)

    def _check_written(self, key: str, read: Callable[[Run], object]) -> None:
        """Note what is not of its kind; which names are known is not asked yet."""
        try:
            read(_nowhere())
        except CommandError as error:
            self._wrong(str(error), key)

    def _object(self, key: str) -> dict[str, Any]:
        found = self._document.get(key, {})
        if isinstance(found, dict):
            return found
        self._wrong(f"{quoted(key)} is an object.", key)
        return {}

    def _wrong(self, message: str, *path: str | int, key: bool = False) -> None:
        self.findings.append(Finding(message, "session", path, key))


def _wrong_file(name: object) -> str:
    """Why that is not the file of a description; "" where it may be."""
    if not isinstance(name, str) or not name or "\0" in name or len(name) > _LONGEST_PATH:
        return "the 'file' of a description is a path, as text."
    if "://" in name:
        return f"{quoted(name)} is an address, and only files are opened. Download it."
    if not name.lower().endswith(SUFFIXES):
        return f"the file of a description ends in .py or .json, and this is {quoted(name)}."
    return ""


def _nowhere() -> Run:
    """A run of a graph in which hardly a name is known."""
    return Run(Graph([node("x", "constant", value=0.0)]))
