"""What each command does; heavy imports happen inside the one that needs them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphtui.cli.arguments import begin_loading, load_graph, parse, read_seed
from graphtui.cli.examples import example_files, title
from graphtui.cli.printing import complain, print_json, print_lines, say, speaks_unicode
from graphtui.errors import GraphtuiError, Problem, UsageError, nearest

if TYPE_CHECKING:
    from graphtui.engine.execute import Run


def _run(parsed: argparse.Namespace) -> Run:
    """Both passes; the forward pass only, and a word on stderr, without a seed."""
    from graphtui.debugger.session import DebugSession

    session = DebugSession(load_graph(parsed), seed=read_seed(parsed))
    if not session.run.plan.seed_step:
        complain(f"forward only: {session.why_no_backward()}")
    return session.run.finish()


def _open(parsed: argparse.Namespace) -> int:
    """The debugger; where there is no terminal, what `run` prints."""
    if not _has_screen():
        return _print_run(parsed)
    load = begin_loading(parsed)
    seed = read_seed(parsed)
    title = parsed.expression or parsed.targets[0]
    from graphtui.ui.start import open_screen

    _keyboard_from_terminal()
    return open_screen(load, title, seed=seed)


def _has_screen() -> bool:
    """Whether a screen can be drawn and keys read: Textual paints on stderr and reads stdin."""
    if os.environ.get("TERM", "dumb") in ("", "dumb"):
        return False
    if not (sys.stdout.isatty() and sys.stderr.isatty()):
        return False
    return sys.stdin.isatty() or _terminal_number() is not None


def _terminal_number() -> int | None:
    try:
        return os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return None


def _keyboard_from_terminal() -> None:
    """Give the screen the keyboard where standard input is a pipe that has been read."""
    if sys.stdin.isatty():
        return
    number = _terminal_number()
    if number is not None:
        os.dup2(number, 0)
        sys.stdin = sys.__stdin__ = open(0, closefd=False)  # noqa: SIM115 - it lives as long as we do


def _print_run(parsed: argparse.Namespace) -> int:
    from graphtui.view import documents, report

    run = _run(parsed)
    if parsed.json:
        print_json(documents.run_document(run))
    else:
        print_lines(report.run_table(run))
    return 0


def _print_trace(parsed: argparse.Namespace) -> int:
    from graphtui.view import documents, report

    run = _run(parsed)
    if parsed.json:
        for step in run.steps:
            print_json(documents.step_document(run, step))
    else:
        print_lines(report.trace_lines(run))
    return 0


def _check(parsed: argparse.Namespace) -> int:
    from graphtui.view.documents import problem_document
    from graphtui.view.safe_text import safe_text

    if not parsed.targets and parsed.expression is None:
        raise UsageError("name the FILEs to check. See `graphtui --help`.")
    found: list[dict[str, Any]] = []
    worst = 0
    for target in parsed.targets if parsed.expression is None else [""]:
        one = argparse.Namespace(
            **{**vars(parsed), "targets": [target]} if target else vars(parsed)
        )
        try:
            graph = load_graph(one)
        except GraphtuiError as error:
            worst = max(worst, error.exit_code)
            problems: Sequence[Problem] = getattr(error, "problems", ()) or (Problem(str(error)),)
            found += [problem_document(problem, target) for problem in problems]
            if not parsed.json:
                complain(str(error))
        else:
            if not parsed.json:
                what = safe_text(target or parsed.expression)
                say(f"{what}: {len(graph.nodes)} nodes, output '{safe_text(graph.output)}'\n")
                for warning in graph.warnings:
                    complain(warning)
    if parsed.json:
        print_json({"problems": found})
    return worst


def _gradcheck(parsed: argparse.Namespace) -> int:
    from graphtui.engine.gradcheck import gradcheck
    from graphtui.view.report import gradcheck_table

    *files, node = parsed.targets if len(parsed.targets) == 2 else (*parsed.targets, None)
    parsed.targets = files if parsed.expression is None else parsed.targets
    report = gradcheck(
        load_graph(parsed),
        nodes=None if node is None or parsed.expression else [node],
        seed=read_seed(parsed),
    )
    if parsed.json:
        print_json(report.to_dict())
    else:
        print_lines(gradcheck_table(report))
    return 0 if report.passed else 1


def _draw(parsed: argparse.Namespace) -> int:
    from graphtui.debugger.session import DebugSession
    from graphtui.view.lines import plain
    from graphtui.view.scene import whole_picture

    if parsed.output and Path(parsed.output).suffix not in (".txt", ""):
        raise UsageError(f"pictures are drawn as text (.txt), got '{parsed.output}'.")
    session = DebugSession(load_graph(parsed), seed=read_seed(parsed))
    session.seek(len(session.run.plan.tasks) if parsed.step is None else parsed.step)
    picture = whole_picture(session.snapshot(), ascii_only=not speaks_unicode())
    if parsed.output:
        Path(parsed.output).write_text(plain(picture) + "\n", encoding="utf-8")
    else:
        print_lines(picture)
    return 0


def _ops(parsed: argparse.Namespace) -> int:
    from graphtui.ops import OPS
    from graphtui.view import report

    if not parsed.targets:
        print_lines(report.op_table(OPS.values()))
        return 0
    for name in parsed.targets:
        if name not in OPS:
            raise UsageError(
                f"'{name}' is not an op.{nearest(name, OPS) or ' `graphtui ops` lists all.'}"
            )
        print_lines(report.op_page(OPS[name]))
    return 0


def _schema(parsed: argparse.Namespace) -> int:
    from graphtui.graph.schema import json_schema

    print_json(json_schema(), indent=2)
    return 0


def _examples(parsed: argparse.Namespace) -> int:
    files = example_files()
    if not parsed.targets:
        list_examples()
        return 0
    name = parsed.targets[0].removesuffix(".py")
    if name not in files:
        raise UsageError(f"'{name}' is not an example.{nearest(name, files)}")
    parsed.targets = [str(files[name])]
    return _open(parsed)


def list_examples() -> None:
    """Print the shipped examples, numbered."""
    for number, (name, path) in enumerate(example_files().items(), start=1):
        say(f"{number:>3}  {name:<22} {title(path)}\n")


def welcome(help_text: str) -> int:
    """The help and the examples; in a terminal, one of them opens by its number."""
    say(help_text + "\nExamples:\n")
    list_examples()
    if not (_has_screen() and sys.stdin.isatty()):
        return 0
    say("\nOpen which one? [1]  (q leaves) ")
    sys.stdout.flush()
    answer = sys.stdin.readline().strip() or "1"
    if answer.lower() in ("q", "quit"):
        return 0
    files = list(example_files().values())
    if not answer.isdecimal() or not 1 <= int(answer) <= len(files):
        raise UsageError(f"the examples are numbered 1 to {len(files)}, got '{answer}'.")
    return _open(parse("open", [str(files[int(answer) - 1])]))


def version() -> int:
    """Print our version and those that matter to us."""
    import platform
    from importlib import metadata

    def installed(package: str) -> str:
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            return "not installed"

    from graphtui import __version__

    parts = [f"{name} {installed(name)}" for name in ("numpy", "textual", "rich")]
    say(f"graphtui {__version__} (Python {platform.python_version()}, {', '.join(parts)})\n")
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "open": _open,
    "run": _print_run,
    "trace": _print_trace,
    "check": _check,
    "gradcheck": _gradcheck,
    "draw": _draw,
    "ops": _ops,
    "examples": _examples,
    "schema": _schema,
}
