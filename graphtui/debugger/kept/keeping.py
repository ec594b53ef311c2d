"""The session's commands that write files: itself, the picture, and a test of what is wrong.

What such files hold is for `session_file`, `pytest_export` and whoever draws. All of it, and what
writes files, is imported when it is first wanted.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from graphtui.debugger.chapters.lasting import Lasting
from graphtui.errors import CommandError, GraphtuiError, UsageError
from graphtui.graph.file_text import read_text
from graphtui.graph.wording import counted, quoted

if TYPE_CHECKING:
    from graphtui.debugger.kept.picture_export import Pictures

PYTEST = "--pytest"
"""What `export` writes instead of a picture."""


class Keeping(Lasting):
    """What outlives the session."""

    pictures: Pictures | None = None
    """Who draws, if anybody looks at this session."""

    def save(self, file: str | None = None) -> str:
        """Write the session to a file, from which `graphtui FILE` opens it again.

        Without a name it is the file that it came from or was last saved in; else it is called like
        the description, and lies beside it. The old file stays until the new one is whole.

        Raises:
            CommandError: it cannot be written there, or something else is there.
        """
        from graphtui.debugger.kept.session_file import SUFFIX, is_session, session_text

        path = self._session_path(file, SUFFIX)
        text = session_text(self, path)
        _refuse_others(path, is_session, "a saved session")
        _write(path, text)
        self.kept_in = path
        description = self.description
        assert description is not None, "else there was nothing to write"
        answer = f"Saved in '{path}'."
        if not description.is_below(os.path.dirname(os.path.abspath(path))):
            answer += f" '{description.name}' lies elsewhere: to open this, name both."
        return answer

    def write_array(self, text: str) -> str:
        """Write an array to a .npy file: `grad(W) to w.npy`; an older such file is replaced.

        Raises:
            CommandError: the array is not there yet, or it cannot be written there.
        """
        from graphtui.debugger.expressions.expression import compile_expression
        from graphtui.debugger.kept.array_file import save_array
        from graphtui.debugger.viewed import split_off

        expression, file = split_off(text, "to")
        if not file:
            raise CommandError("to which file? Write `save-array EXPR to FILE`, as `W to w.npy`.")
        found = compile_expression(expression, self.graph).evaluate(self.snapshot(moving=True))
        if found is None:
            raise CommandError(f"{expression} is not there yet.")
        array = np.asarray(found)
        try:
            path = save_array(os.path.expanduser(file), array, self.interrupted)
        except UsageError as error:
            raise CommandError(str(error)) from None
        return f"Wrote {array.shape} {array.dtype} to '{path}'."

    def save_log(self, file: str) -> str:
        """Write what the logs have recorded to a file, as CSV; an older such file is replaced.

        Raises:
            CommandError: nothing was recorded, or it cannot be written there.
        """
        from graphtui.debugger.stops.log_table import log_csv

        rows = list(self.stops.log_rows())
        if not rows:
            raise CommandError("nothing was recorded yet: `log EXPR` says what is to be.")
        path = _ending_in(".csv", os.path.expanduser(file), "a log")
        _refuse_others(path, _is_log, "a log")
        _write(path, log_csv(rows))
        return f"Wrote {counted(len(rows), 'record')} to '{path}'."

    def export(self, file: str, more: str | None = None) -> str:
        """Write the picture to a file, in the format that its name ends in; or a test.

        Args:
            file: where to; or `--pytest`, for a test of what is wrong.
            more: light or dark; for a test, its file.

        Raises:
            CommandError: nobody draws here, or it cannot be written there.
            UsageError, LimitError: there is no such format, or the picture is too large for it.
        """
        if file == PYTEST:
            return self._export_test(more)
        if file.startswith("--"):
            raise CommandError(f"export knows '{PYTEST}' or a FILE, got {quoted(file)}.")
        from graphtui.debugger.kept.picture_export import THEMES, is_picture

        theme = more or THEMES[0]
        if theme not in THEMES:
            raise CommandError(f"a picture is {' or '.join(THEMES)}, got {quoted(theme)}.")
        if self.pictures is None:
            raise CommandError(
                "nothing that draws is at hand here. `graphtui draw FILE -o picture.svg` does, and "
                "so do the screen and `graphtui debug FILE --headless`."
            )
        path = os.path.expanduser(file)
        text = self.pictures(self.snapshot(moving=True), path, theme)
        _refuse_others(path, is_picture, "a picture that was written here")
        _write(path, text)
        return f"Wrote '{path}'."

    def _export_test(self, file: str | None) -> str:
        """Write what is wrong as a test for pytest: red now, green when it is put right.

        Without a name it is called like the description, with `test_` before it, and lies beside
        it. Only a test that was written here takes the place of an old one.

        Raises:
            CommandError: nothing is wrong, or it cannot be written there.
        """
        from graphtui.debugger.kept.defects import defects
        from graphtui.debugger.kept.pytest_export import is_test, pytest_text

        description = self.description
        if description is None:
            raise CommandError("this graph came from no file, so a test could not load it.")
        path = file or _beside(description.file, "test_", ".py")
        path = _ending_in(".py", os.path.expanduser(path), "a test")
        found = defects(self)
        if not found:
            raise CommandError(
                "there is nothing to state: the run comes to its end, everything is finite, no "
                f"gradient at {quoted(self.focus)} or at a parameter is 0 or missing, and no catch "
                "finds anything. `catch` or `goto` may tell what is wrong."
            )
        text = pytest_text(found, description, path, seed=self.seed, edits=self.branch.edits)
        _refuse_others(path, is_test, "a test that was written here")
        _write(path, text)
        lines = [f"Wrote {counted(len(found), 'test')} to '{path}': pytest {shlex.quote(path)}"]
        return "\n".join([*lines, *(each.sentence for each in found)])

    def _session_path(self, file: str | None, ending: str) -> str:
        """Where the session is to be saved."""
        if not file:
            if self.kept_in:
                return self.kept_in
            file = _beside(self.description.file if self.description else "", "", ending)
        return _ending_in(ending, os.path.expanduser(file), "a session")


def _ending_in(ending: str, path: str, what: str) -> str:
    """`path`, with `ending` where it has none."""
    found = os.path.splitext(path)[1]
    if found not in ("", ending):
        raise CommandError(f"the file of {what} ends in {ending}, and this ends in {found}.")
    return path if found else path + ending


def _beside(description: str, before: str, suffix: str) -> str:
    """The file called like the description that lies beside it."""
    if not description:
        raise CommandError("name a FILE: there is no description to call it after.")
    path = Path(description)
    name = re.sub(r"\W", "_", path.stem) if suffix == ".py" else path.stem
    return str(path.with_name(f"{before}{name}{suffix}"))


def _is_log(path: str) -> bool:
    """Whether the file begins like the table of a log."""
    from graphtui.debugger.stops.log_table import log_csv

    return read_text(path).startswith(log_csv([]))


def _refuse_others(path: str, ours: Callable[[str], bool], what: str) -> None:
    """Refuse to write over anything that is not `what`."""
    if os.path.lexists(path):
        with suppress(GraphtuiError):  # something that cannot be read as text is not ours
            if ours(path):
                return
        raise CommandError(f"'{path}' is there already, and is not {what}. Name another file.")


def _write(path: str, text: str) -> None:
    from graphtui.graph.replace_file import replace_file

    try:
        replace_file(path, text)
    except UsageError as error:
        raise CommandError(str(error)) from None
