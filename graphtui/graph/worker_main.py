"""The process that runs descriptions: reads requests from one pipe, answers into another, and ends.

It is started by `worker`, which says how. The user's prints go to descriptors 1 and 2, which are a
pipe as well; the descriptors for messages are known to nobody but this module.
"""

from __future__ import annotations

import builtins
import faulthandler
import io
import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from typing import Any, NoReturn

from graphtui.errors import GraphtuiError
from graphtui.graph import wire
from graphtui.graph.nodes import Limits
from graphtui.graph.run_file import run_file
from graphtui.graph.user_error import user_code_error


def main(arguments: list[str]) -> NoReturn:
    """Answer requests until there are no more.

    Args:
        arguments: the descriptors of requests, of answers, and for the traces of crashes.
    """
    requests, answers, traces = map(int, arguments)
    for descriptor in (requests, answers, traces):
        os.set_inheritable(descriptor, False)
    _prepare(traces)
    threading.Thread(target=_end_with_parent, args=(requests,), daemon=True).start()
    while (message := wire.receive(requests)) is not None:
        header, _ = message
        if header["request"] != "describe":
            break
        _answer(header, answers, traces)
    # Threads that the program left running must not keep the process alive.
    os._exit(0)


def _prepare(traces: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    faulthandler.enable(traces)
    builtins.input = _nobody_answers


def _nobody_answers(prompt: object = "") -> str:
    raise EOFError(
        f"input({prompt!r}) asks a question, and nobody can answer while graphtui loads a file. "
        "Take the value from sys.argv instead."
    )


def _end_with_parent(requests: int) -> None:
    """Wait until the other end of the pipe is closed; then nobody wants an answer any more."""
    watch = select.poll()
    watch.register(requests, 0)
    if any(event & select.POLLHUP for _, event in watch.poll()):
        os.killpg(0, signal.SIGKILL)


def _answer(request: Mapping[str, Any], answers: int, traces: int) -> None:
    process = os.getpid()
    # This clock runs without Python, so it also ends a program that is stuck in compiled code.
    faulthandler.dump_traceback_later(request["timeout"], exit=True, file=traces)
    try:
        graph = run_file(
            request["path"],
            request["name"],
            args=request["args"],
            limits=Limits(*request["limits"]),
            most_bytes=request["most_bytes"],
        )
        message = wire.graph_message(graph)
    except GraphtuiError as error:
        message = wire.error_message(error)
    except KeyboardInterrupt as error:
        message = wire.error_message(user_code_error(error, request["path"]))
    except Exception:
        message = wire.packed({"answer": "bug", "traceback": traceback.format_exc()})
    if os.getpid() != process:
        os._exit(0)  # a copy that the program made of us with os.fork; the original answers
    faulthandler.cancel_dump_traceback_later()
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None and not stream.closed:
            stream.flush()
    wire.send(answers, message)
