"""The process that runs a description: reads requests from a pipe, answers into another, and ends.

It describes first; then it evaluates the ops that the description defines, as often as it is asked.
It is started by `process`, which says how. The user's prints go to descriptors 1 and 2,
which are a pipe as well; the descriptors for messages are known to nobody but this module.
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
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn

from graphtui.errors import GraphtuiError
from graphtui.graph.nodes import Limits
from graphtui.graph.python.run_file import running
from graphtui.graph.python.user_error import user_code_error
from graphtui.graph.worker import wire
from graphtui.graph.worker.wire_calls import answer_to
from graphtui.ops.linear_map import Array
from graphtui.ops.user_op import UserOp

MOST_BODY = 2**62
"""Bytes of arrays in a request: whatever our own program sends."""


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
    served, clock = _Served(), _Clock(traces)
    while (message := _next_request(requests, clock)) is not None:
        _answer(*message, served, clock, answers)
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


class _Clock:
    """Ends the process, with a trace, when a request takes longer than it may.

    It runs without Python, so it also ends a program that is stuck in compiled code. Setting it
    takes as long as a whole call, so between calls that follow each other at once it goes on.
    """

    def __init__(self, traces: int) -> None:
        self._traces = traces
        self._ends = 0.0
        self.idle = 0.0
        """Seconds for which it may go on without a request."""

    @contextmanager
    def within(self, timeout: float) -> Iterator[None]:
        """Give what is inside `timeout` seconds, or up to half as many more."""
        begin = time.monotonic()
        if self._ends < begin + timeout:
            spare = min(timeout / 2, 1.0)
            faulthandler.dump_traceback_later(timeout + spare, exit=True, file=self._traces)
            self._ends = begin + timeout + spare
        yield
        if time.monotonic() - begin > timeout / 2:
            self.stop()
        self.idle = min(timeout / 4, 0.05)

    def stop(self) -> None:
        """Let time pass."""
        faulthandler.cancel_dump_traceback_later()
        self._ends = 0.0


def _next_request(requests: int, clock: _Clock) -> tuple[dict[str, Any], list[Array]] | None:
    waiting = select.poll()
    waiting.register(requests, select.POLLIN)
    if not waiting.poll(1000 * clock.idle):
        clock.stop()
    return wire.receive(requests, MOST_BODY)


class _Served:
    """The description that is being run, and the ops that it has defined."""

    def __init__(self) -> None:
        self.path = ""
        self.ops: Sequence[UserOp] = ()
        self.running = ExitStack()
        """Never left: the ops are functions of the program, which stays the main one."""

    def described(self, request: Mapping[str, Any]) -> bytes:
        """The answer to the first request: the graph."""
        self.path = request["path"]
        graph = self.running.enter_context(
            running(
                self.path,
                request["name"],
                args=request["args"],
                limits=Limits(*request["limits"]),
                most_bytes=request["most_bytes"],
            )
        )
        self.ops = wire.own_ops(graph)
        return wire.graph_message(graph)


def _answer(
    request: Mapping[str, Any],
    arrays: Sequence[Array],
    served: _Served,
    clock: _Clock,
    answers: int,
) -> None:
    process = os.getpid()
    with clock.within(request["timeout"]):
        try:
            if request["request"] == "describe":
                message = served.described(request)
            else:
                message = answer_to(request, arrays, served.ops)
        except GraphtuiError as error:
            message = wire.error_message(error)
        except KeyboardInterrupt as error:
            message = wire.error_message(user_code_error(error, served.path))
        except Exception:
            message = wire.packed({"answer": "bug", "traceback": traceback.format_exc()})
    if os.getpid() != process:
        os._exit(0)  # a copy that the program made of us with os.fork; the original answers
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None and not stream.closed:
            stream.flush()
    wire.send(answers, message)
