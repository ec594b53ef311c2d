"""What each command does, and the one table of commands.

Heavy imports happen inside the command that needs them: nothing but the screen loads Textual.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from graphtui.cli.arguments import Settings
from graphtui.cli.examples import find_example, list_examples
from graphtui.cli.loading import Again, Printed, load_graph, read_bindings, read_seed
from graphtui.cli.printing import complain, print_json, print_lines, say, speaks_unicode
from graphtui.cli.progress import progress
from graphtui.cli.saved import opening
from graphtui.errors import GraphtuiError, UsageError

if TYPE_CHECKING:
    from graphtui.debugger.session import DebugSession
    from graphtui.debugger.snapshot import Snapshot
    from graphtui.engine.execute import Run
    from graphtui.view.text.lines import Line


class Command(NamedTuple):
    """One row: how it is typed, what it does, and the options that it takes."""

    name: str
    usage: str
    """What follows `graphtui`."""
    help: str
    call: Callable[[Settings], int]
    options: tuple[str, ...] = ()


# With a screen ----------------------------------------------------------------------------------


def _open(settings: Settings) -> int:
    """The debugger; where there is no terminal, or JSON is wanted, what `run` prints."""
    from graphtui.ui.terminal import has_screen, take_keyboard

    if settings.execute and (settings.json or not has_screen()):
        raise UsageError(
            "'-x' needs a screen, and there is none here: graphtui debug FILE --headless -x COMMAND"
        )
    if settings.json or not has_screen():
        return _run(settings)
    from graphtui.ui.start import open_screen, prepare

    prepare()
    settings, saved = opening(settings)
    seed = read_seed(settings)
    load = Again(settings)
    take_keyboard()
    return open_screen(
        load,
        settings.expression or settings.words[0],
        seed=seed,
        start=settings.execute,
        describe=lambda: load.description,
        printed=load.printed,
        saved=saved,
    )


def open_file(path: str) -> int:
    """Open one file, as `graphtui FILE` does."""
    return _open(Settings(words=(path,)))


def _examples(settings: Settings) -> int:
    if not settings.words:
        list_examples()
        return 0
    if len(settings.words) > 1:
        raise UsageError(f"name one example, got {len(settings.words)}.")
    return _open(settings._replace(words=(str(find_example(settings.words[0])),)))


def _debug(settings: Settings) -> int:
    if settings.headless:
        from graphtui.cli.headless import headless

        return headless(settings)
    if settings.until_end:
        raise UsageError("'--until-end' is for a run without a screen: add --headless.")
    return _open(settings)


# A whole run ------------------------------------------------------------------------------------


def _finished(settings: Settings) -> tuple[Run, Printed]:
    """Both passes, and what the description prints; without a seed, the forward pass only."""
    from graphtui.debugger.session import DebugSession

    settings, saved = opening(settings)
    graph, printed = load_graph(settings)
    session = DebugSession(graph, seed=read_seed(settings))
    for words in session.make(saved.state.edits) if saved is not None else ():
        complain(words)
    if not session.run.plan.seed_step:
        complain(f"forward only: {session.why_no_backward()}")
    for warning in graph.warnings:
        complain(warning)
    run = session.run
    with progress(lambda: f"step {len(run.steps):,} of {len(run.plan.tasks):,}"):
        return run.finish(), printed


def _run(settings: Settings) -> int:
    from graphtui.view.answers import documents, report

    run, printed = _finished(settings)
    if settings.json:
        print_json(documents.run_document(run))
        _tell_faults(run)
    else:
        print_lines(report.run_table(run))
    _pass_on(printed)
    return 0


def _trace(settings: Settings) -> int:
    from graphtui.view.answers import documents, report

    run, printed = _finished(settings)
    if settings.json:
        for step in run.steps:
            print_json(documents.step_document(run, step))
        _tell_faults(run)
    else:
        print_lines(report.trace_lines(run))
    _pass_on(printed)
    return 0


def _tell_faults(run: Run) -> None:
    for fault in run.faults:
        if fault.begins:
            complain(f"step {fault.step}: {fault.message}")


def _pass_on(printed: Printed) -> None:
    """Say what a description has printed, when our own data is out, not in between."""
    if text := printed():
        sys.stdout.flush()
        complain(text)


def _check(settings: Settings) -> int:
    from graphtui.view.answers.documents import error_documents

    if not settings.words and settings.expression is None:
        raise UsageError("name the FILEs to check. See `graphtui check --help`.")
    several = settings.words if settings.expression is None else ("-e",)
    found: list[dict[str, Any]] = []
    worst = 0
    for word in several:
        one = settings if settings.expression is not None else settings._replace(words=(word,))
        try:
            graph, _ = load_graph(one)
        except GraphtuiError as error:
            worst = max(worst, error.exit_code)
            found += error_documents(error, word)
            if not settings.json:
                complain(str(error))
            continue
        if not settings.json:
            from graphtui.view.text.safe_text import safe_text

            size = f"{len(graph.nodes):,} nodes, output '{safe_text(graph.output)}'"
            say(f"{safe_text(settings.expression or word)}: {size}")
        for warning in graph.warnings:
            complain(f"{word}: {warning}")
    if settings.json:
        print_json({"problems": found})
    return worst


def _gradcheck(settings: Settings) -> int:
    from graphtui.engine.gradcheck import gradcheck
    from graphtui.view.answers.report import gradcheck_table

    loaded, nodes = _apart(settings)
    graph, printed = load_graph(loaded)
    with progress(lambda: "comparing gradients with differences"):
        report = gradcheck(graph, nodes=nodes or None, seed=read_seed(settings))
    if settings.json:
        print_json(report.to_dict())
    else:
        print_lines(gradcheck_table(report))
    _pass_on(printed)
    return 0 if report.passed else 1


def _compare(settings: Settings) -> int:
    from graphtui.cli.comparing import compare_files

    return compare_files(settings, _finished)


def _apart(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """What is to be loaded, and the nodes that are named after it."""
    if settings.expression is None:
        return settings._replace(words=settings.words[:1]), settings.words[1:]
    values = tuple(word for word in settings.words if "=" in word)
    read_bindings(values)
    return settings._replace(words=values), tuple(w for w in settings.words if w not in values)


def _draw(settings: Settings) -> int:
    from graphtui.debugger.commands import perform
    from graphtui.debugger.folding import too_many
    from graphtui.debugger.session import DebugSession
    from graphtui.ui.pictures import picture
    from graphtui.view.export.files import printed_lines

    if settings.output is not None:
        _refuse_output(settings.output, settings.words)
    graph, printed = load_graph(settings)
    session = DebugSession(graph, seed=read_seed(settings))
    session.pictures = picture
    with progress(lambda: f"drawing {len(graph.nodes):,} nodes"):
        if too_many(graph) and not settings.lanes:
            told = session.fold_all()
            if not settings.execute:
                complain(f"{told} `-x 'unfold all'` opens them.")
        for command in settings.execute:
            perform(session, command)
        _go_there(session, settings.step)
        snapshot = session.snapshot()
        text = None if settings.output is None else _file_text(snapshot, settings)
        if text is None:
            draw = _tape if settings.lanes else printed_lines
            print_lines(draw(snapshot, ascii_only=not speaks_unicode()))
    if settings.output is not None and text is not None:
        from graphtui.graph.replace_file import replace_file

        replace_file(settings.output, text)
    _pass_on(printed)
    return 0


def _go_there(session: DebugSession, step: int | None) -> None:
    """Go to the step to be drawn: the one asked for, where commands have led to, or the end.

    What a command has chosen to look at is still looked at.
    """
    if step is None and session.cursor:
        return
    tasks, looked_at = session.run.plan.tasks, session.focus
    followed = [task.node for task in tasks[max(session.cursor - 1, 0) :][:1]]
    session.seek(len(tasks) if step is None else step)
    if looked_at not in followed:
        session.focus = looked_at


def _file_text(snapshot: Snapshot, settings: Settings) -> str:
    """The picture as the text of the file that is asked for."""
    from graphtui.ui.pictures import picture, picture_of_lines

    file = settings.output or ""
    if settings.lanes:
        return picture_of_lines(_tape(snapshot, ascii_only=False), snapshot, file, settings.theme)
    return picture(snapshot, file, settings.theme)


def _tape(snapshot: Snapshot, *, ascii_only: bool) -> Sequence[Line]:
    """A row for each node, a lane for each living value."""
    from shutil import get_terminal_size

    from graphtui.view.lanes.lane_lines import lane_heading, lane_lines, whole_width
    from graphtui.view.lanes.lanes import lanes

    found = lanes(snapshot.graph)
    # A terminal has its width, and so has who sets COLUMNS; a file takes all there is.
    width = get_terminal_size((whole_width(found), 0)).columns
    count = len(snapshot.graph.nodes)
    rows = lane_lines(found, snapshot, 0, count, width, ascii_only=ascii_only)
    return [lane_heading(found, width), *rows]


def _refuse_output(output: str, words: tuple[str, ...]) -> None:
    """Refuse a format that there is not, and to take the place of the description."""
    from graphtui.view.export.files import format_of

    format_of(output)
    for word in words:
        if os.path.exists(output) and os.path.exists(word) and os.path.samefile(output, word):
            raise UsageError(f"'{output}' is the description itself. Name another file.")


# What there is ----------------------------------------------------------------------------------


def _ops(settings: Settings) -> int:
    from graphtui.ops import OPS
    from graphtui.ops.other_names import op_hint
    from graphtui.view.answers.op_pages import op_list, op_page

    if not settings.words:
        print_lines(op_list(OPS.values()))
        return 0
    for number, name in enumerate(settings.words):
        if name not in OPS:
            hint = op_hint(name, OPS) or " `graphtui ops` lists them."
            raise UsageError(f"'{name}' is not an op.{hint}")
        if number:
            say("")
        print_lines(op_page(OPS[name]))
    return 0


def _schema(settings: Settings) -> int:
    from graphtui.graph.schema import json_schema

    if settings.words:
        raise UsageError(f"schema takes no words, got '{settings.words[0]}'.")
    print_json(json_schema(), indent=2)
    return 0


_LIMITS = ("--timeout", "--max-array", "--max-total", "--max-file")
_RUNS = ("-e", "--json", "--seed", *_LIMITS)

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        row.name: row
        for row in (
            Command("open", "FILE[.py|.json][:NAME]", "open the debugger", _open, (*_RUNS, "-x")),
            Command(
                "debug",
                "debug FILE [--headless]",
                "the debugger; headless, it talks JSON",
                _debug,
                ("-e", "--seed", *_LIMITS, "--headless", "-x", "--until-end"),
            ),
            Command("run", "run FILE [--json]", "both passes: values and gradients", _run, _RUNS),
            Command("trace", "trace FILE [--json]", "every step of both passes", _trace, _RUNS),
            Command(
                "check",
                "check FILE... [--json]",
                "every problem, with its place",
                _check,
                ("-e", "--json", *_LIMITS),
            ),
            Command(
                "gradcheck",
                "gradcheck FILE [NODE...]",
                "gradients against finite differences",
                _gradcheck,
                _RUNS,
            ),
            Command(
                "compare",
                "compare A B [--json]",
                "two FILEs side by side: 1 if they differ",
                _compare,
                ("--json", "--tolerance", "--seed", *_LIMITS),
            ),
            Command(
                "draw",
                "draw FILE [-o out.svg]",
                "the picture",
                _draw,
                ("-e", "-o", "--theme", "--step", "--lanes", "-x", "--seed", *_LIMITS),
            ),
            Command("ops", "ops [NAME...]", "the ops: formulas, Jacobians, notes", _ops),
            Command(
                "examples",
                "examples [NAME]",
                "list the shipped examples, or open one",
                _examples,
                ("--json", "--seed", "--timeout"),
            ),
            Command("schema", "schema", "JSON Schema of the JSON format", _schema),
        )
    }
)
"""Every command by its name; `open` is the one that needs no name."""
