"""What the user is told when something went wrong: in a description, or in graphtui itself."""

from __future__ import annotations

from graphtui.ui.session_jobs import LoadFailed
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.paragraphs import wrapped
from graphtui.view.text.safe_text import safe_text


def bug_text(error: BaseException) -> str:
    """What is said about an exception that nobody expected: no values of variables in it."""
    trace, place = error.__traceback__, "?"
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}, {code.co_name}"
        trace = trace.tb_next
    return f"graphtui has a bug: {type(error).__name__} in {place}: {safe_text(str(error), 200)}"


def failure_lines(
    failed: LoadFailed, width: int, title: str = "There is nothing to debug."
) -> list[Line]:
    """The page that says why a description was refused; quoted source keeps its columns."""
    head: list[Line] = [(Span(title, "fault"),), ()]
    for text in failed.lines:
        quoted = " │ " in text[:9]
        rows = [(Span(safe_text(text)),)] if quoted else wrapped(safe_text(text), width)
        head += rows
    return head
