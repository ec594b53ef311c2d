"""What went wrong in the user's own Python: the user's frames only, the last line first."""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import TracebackType

from graphtui.errors import Place, Problem, UserCodeError
from graphtui.graph.python.scopes import Scope, Site, is_ours
from graphtui.graph.python.source import Sources
from graphtui.graph.wording import brief

_MOST_CALLS = 6
_LIBRARY = os.path.join(os.path.dirname(os.path.abspath(os.__file__)), "")
_LONGEST = 1_000


def user_code_error(error: BaseException, path: str) -> UserCodeError:
    """The error that says how the program at `path` stopped."""
    frames = user_frames(error.__traceback__, path)
    places = [place for place, _ in frames]
    place, message = places[-1] if places else Place(path), _words(error)
    if isinstance(error, SyntaxError) and error.filename:
        place, message = _syntax_place(error), f"Python cannot read this: {error.msg}."
    else:
        message = f"the program stopped with {message}"
        frames = frames[:-1]
    problem = Problem(message, place, code="user-code")
    lines = [*problem.lines(), *_calls(frames), *_causes(error, path)]
    return UserCodeError("\n".join(lines), [problem])


def call_error(error: BaseException, what: str, path: str) -> UserCodeError:
    """The error, in one line, that says how one function of the program at `path` stopped.

    Args:
        error: what the function raised.
        what: the function, as in "the vjp of 'cube'".
        path: the file that the function stands in.
    """
    frames = user_frames(error.__traceback__, path)
    at = f" at {frames[-1][0]}" if frames else ""
    message = f"{what} stopped{at} with {' '.join(_words(error).split())}"
    callers = [f"{place.file}:{place.line}" for place, _ in reversed(frames[:-1])]
    if callers:
        message += f" (called from {', '.join(callers[:_MOST_CALLS])})"
    place = frames[-1][0] if frames else Place(path)
    return UserCodeError(message, [Problem(message, place, code="user-code")])


def is_users(filename: str, path: str) -> bool:
    """Whether a file is a part of the program at `path`: not ours, not Python's, not installed."""
    if filename == path:
        return True
    if is_ours(filename) or filename.startswith("<frozen "):
        return False
    full = os.path.abspath(filename)
    installed = f"{os.sep}site-packages{os.sep}" in full or f"{os.sep}dist-packages{os.sep}" in full
    return not installed and not full.startswith(_LIBRARY)


def user_frames(traceback: TracebackType | None, path: str) -> list[tuple[Place, str]]:
    """The places and functions of the user's frames, outermost first."""
    sources = Sources()
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if is_users(code.co_filename, path):
            site = Site(Scope(traceback.tb_frame, None), traceback.tb_lasti)
            frames.append((sources.place(site), code.co_qualname))
        traceback = traceback.tb_next
    return frames


def _calls(frames: Sequence[tuple[Place, str]]) -> list[str]:
    """For each caller, innermost first, a line that says where it stands."""
    lines = [
        f"      called from {place.file}:{place.line}"
        + (f", in '{function}'" if function != "<module>" else "")
        for place, function in reversed(frames)
    ]
    more = len(lines) - _MOST_CALLS
    return [*lines[:_MOST_CALLS], f"      and {more:,} more calls"] if more > 0 else lines


def _causes(error: BaseException, path: str) -> list[str]:
    """A line for each exception that this one followed from."""
    lines: list[str] = []
    seen = {id(error)}
    while len(lines) < _MOST_CALLS:
        hidden = None if error.__suppress_context__ else error.__context__
        cause = error.__cause__ or hidden
        if cause is None or id(cause) in seen:
            break
        seen.add(id(cause))
        frames = user_frames(cause.__traceback__, path)
        where = f" at {frames[-1][0].file}:{frames[-1][0].line}" if frames else ""
        lines.append(f"      after {_words(cause)}{where}")
        error = cause
    return lines


def _words(error: BaseException) -> str:
    name = type(error).__name__
    try:
        text = str(error)
    except Exception:  # the user's own class may fail at this, too; its name must do
        text = ""
    return f"{name}: {brief(text, _LONGEST)}" if text else name


def _syntax_place(error: SyntaxError) -> Place:
    line, column = error.lineno or 0, error.offset or 0
    end_line, end = error.end_lineno or line, error.end_offset or column + 1
    text = (error.text or "").split("\n")[0]
    return Place(str(error.filename), line, column, end_line, max(end, column + 1), text)
