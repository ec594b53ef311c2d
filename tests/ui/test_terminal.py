"""The screen in a real terminal: keys work, and whatever ends it leaves the terminal clean."""

from __future__ import annotations

import os
import re
import signal
import sys

import pytest

from tests.terminal import Terminal

HEAD = """
import sys
from graphtui.errors import DescriptionError, Problem
from graphtui.graph.graph import Graph, node
from graphtui.ui.start import open_screen
nasty = "n\\x1b]52;c;aGk=\\x07\\x9b2J\\u202e[/]"
def load():
    return Graph([node("x", "input", value=3.0), node(nasty, "square", ["x"]),
                  node("f", "exp", [nasty])], name=nasty)
"""
OPEN = HEAD + "sys.exit(open_screen(load, 'net.py'))"
STUCK = HEAD + "import threading; sys.exit(open_screen(threading.Event().wait, 'net.py'))"
BROKEN = (
    HEAD
    + """
from graphtui.ui.screen import MainScreen
def broken(self):
    secret = "hunter2"
    raise ZeroDivisionError("division by zero")
MainScreen.toggle = broken
sys.exit(open_screen(load, 'net.py'))
"""
)
REFUSED = (
    HEAD
    + """
def refuse():
    raise DescriptionError([Problem("no node is named 'q'.")])
sys.exit(open_screen(refuse, 'net.py'))
"""
)

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def terminal(program: str = OPEN, **settings: object) -> Terminal:
    return Terminal([sys.executable, "-c", program], **settings)  # type: ignore[arg-type]


def assert_clean(screen: Terminal) -> None:
    assert screen.termios_restored()
    assert not screen.modes_left_on()
    assert not screen.unexpected_sequences()


def test_keys_step_and_q_leaves_the_terminal_as_it_was() -> None:
    with terminal() as screen:
        screen.wait_for("step 0 of 5")
        screen.send("n")
        screen.wait_for("step 1 of 5")
        screen.send("\x1b[C\x1b[C")
        screen.wait_for("step 3 of 5")
        screen.send(":back 2\r")
        screen.wait_for("step 1 of 5")
        screen.send("?")
        screen.wait_for("Commands")
        screen.send("q")
        screen.wait_for("timeline")
        screen.resize(40, 10)
        screen.wait_for("needs 60x18, has 40x10")
        screen.resize(120, 36)
        screen.wait_for("source")
        screen.send("q")
        assert screen.wait_exit() == 0
        assert_clean(screen)


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_a_signal_ends_the_screen_in_order(name: str, code: int) -> None:
    with terminal() as screen:
        screen.wait_for("step 0 of 5")
        os.kill(screen._pid, getattr(signal, name))
        assert screen.wait_exit() == code
        assert_clean(screen)


def test_a_load_that_takes_for_ever_can_be_given_up() -> None:
    with terminal(STUCK) as screen:
        screen.wait_for("Loading net.py")
        screen.send("\x03")
        assert screen.wait_exit() == 130
        assert_clean(screen)


def test_a_refused_description_ends_with_its_exit_code() -> None:
    with terminal(REFUSED) as screen:
        screen.wait_for("no node is named 'q'.")
        screen.send("q")
        assert screen.wait_exit() == 1
        assert_clean(screen)


def test_a_bug_ends_with_one_line_and_without_the_values_of_variables() -> None:
    with terminal(BROKEN) as screen:
        screen.wait_for("step 0 of 5")
        screen.send("\t")
        assert screen.wait_exit() == 70
        assert_clean(screen)
        said = "\n".join(screen.screen())
        assert "graphtui has a bug: ZeroDivisionError" in said
        assert b"hunter2" not in screen.raw
        assert "Traceback" not in said


def test_without_colour_nothing_is_coloured() -> None:
    with terminal(env={"NO_COLOR": "1"}) as screen:
        screen.wait_for("step 0 of 5")
        screen.send("nnnj")
        screen.wait_for("Jacobian")
        screen.send("q")
        assert screen.wait_exit() == 0
        for sequence in COLOUR.findall(screen.raw.decode()):
            for number in sequence[2:-1].split(";"):
                # Bold, dim, underline, reverse, off; the terminal's own colours.
                assert number in ("", "0", "1", "2", "4", "7", "22", "24", "27", "39", "49")
        assert_clean(screen)


def test_a_real_mouse_sets_a_breakpoint_with_either_button() -> None:
    with terminal() as screen:
        screen.wait_for("│ x ├")
        row, line = next((y, text) for y, text in enumerate(screen.screen()) if "│ x ├" in text)
        column = line.index("│ x ├")

        def click(button: int) -> None:
            for end in "Mm":
                screen.send(f"\x1b[<{button};{column + 1};{row + 1}{end}")

        click(2)
        screen.wait_for("breakpoint 1: x")
        click(2)
        screen.wait_for("Removed breakpoint 1.")
        click(0)
        screen.wait_for("Looking at 'x'.")
        click(0)
        screen.wait_for("breakpoint 2: x")
        screen.send("q")
        assert screen.wait_exit() == 0
        assert_clean(screen)
