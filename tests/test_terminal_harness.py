"""The harness must see what a terminal sees, and object to what it would object to."""

from __future__ import annotations

import re
import sys

import pytest

from tests.terminal import EXPECTED_SEQUENCES, KEYS, Terminal, scrubbed_environment


def python(code: str, **how) -> Terminal:
    return Terminal([sys.executable, "-S", "-c", code], **how)


SHOW = "import sys; sys.stdout.write({!r}); sys.stdout.flush()"
WAIT = "; input()"


def ended(text: str, **how) -> Terminal:
    """A terminal in which a program wrote `text` and ended."""
    with python(SHOW.format(text), **how) as terminal:
        assert terminal.wait_exit() == 0
    return terminal


def test_what_was_painted_and_how_it_ended() -> None:
    code = SHOW.format("\x1b[2J\x1b[3;5H\x1b[1;31mred\x1b[0m") + "; sys.exit(3)"
    with python(code, size=(20, 4)) as terminal:
        assert terminal.wait_exit() == 3
        assert terminal.screen() == [" " * 20, " " * 20, "    red".ljust(20), " " * 20]
        assert terminal.cursor == (7, 2)
        assert terminal.raw == b"\x1b[2J\x1b[3;5H\x1b[1;31mred\x1b[0m"
        assert terminal.termios_restored()
    assert terminal.modes_left_on() == terminal.unexpected_sequences() == []


def test_keys_reach_the_program_and_the_window_has_its_size() -> None:
    code = (
        "import os, signal\n"
        "size = os.get_terminal_size\n"
        # Blocked and then waited for: a handler could run just before `input` begins to wait.
        "resized = {signal.SIGWINCH}\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, resized)\n"
        "print('first', *size(), flush=True)\n"
        "signal.sigwait(resized)\n"
        "print('now', *size(), flush=True)\n"
        "print('got', ascii(input()), open('/dev/tty').isatty(), flush=True)"
    )
    with python(code, size=(50, 10)) as terminal:
        terminal.wait_for("first 50 10")
        terminal.resize(60, 12)
        screen = terminal.wait_for(lambda rows: any(row.startswith("now 60 12") for row in rows))
        assert (len(screen[0]), len(screen)) == (60, 12)
        terminal.send("σ" + KEYS["enter"])
        terminal.wait_for(r"got '\u03c3' True")
        assert terminal.wait_exit() == 0


def test_ctrl_c_is_a_signal() -> None:
    code = "import signal; signal.signal(2, signal.SIG_DFL); print('ready', flush=True); input()"
    with python(code) as terminal:
        terminal.wait_for("ready")
        terminal.send(KEYS["ctrl_c"])
        assert terminal.wait_exit() == -2


def test_a_program_that_never_ends_is_ended() -> None:
    with python("print('up', flush=True); input()") as terminal:
        terminal.wait_for("up")
        with pytest.raises(AssertionError, match="still running after 0"):
            terminal.wait_exit(timeout=0)
        with pytest.raises(AssertionError, match=r"(?s)'down' was not on the screen.*\|up +\|"):
            terminal.wait_for("down", timeout=0)
    with pytest.raises(AssertionError, match="ended before 'down'"), python("pass") as terminal:
        terminal.wait_for("down")


def test_the_shells_screen_comes_back() -> None:
    code = SHOW.format("shell\x1b[?1049hprogram") + "; input()" + ";" + SHOW.format("\x1b[?1049l!")
    with python(code) as terminal:
        terminal.wait_for("program")
        assert "shell" not in "\n".join(terminal.screen())
        terminal.send("\r")
        terminal.wait_exit()
        assert terminal.screen()[0].startswith("shell")


def test_half_a_frame_is_not_seen() -> None:
    code = SHOW.format("\x1b[?2026hold") + "; input()" + ";" + SHOW.format("\rnew\x1b[?2026l")
    with python(code) as terminal:
        with pytest.raises(AssertionError, match="'old' was not on the screen"):
            terminal.wait_for("old", timeout=0.1)
        terminal.send("\r")
        terminal.wait_for("new")


def test_questions_are_answered_as_terminals_do() -> None:
    code = (
        "import os, sys, tty; tty.setraw(0)\n"
        "os.write(1, b'\\x1b[2;3H\\x1b[6n\\x1b[?2026$p'); got = b''\n"
        "while not got.endswith(b'y'): got += os.read(0, 99)\n"
        "os.write(1, ascii(got).encode())"
    )
    with python(code) as terminal:
        terminal.wait_for(r"b'\x1b[2;3R\x1b[?2026;2$y'")
        assert terminal.wait_exit() == 0
        assert not terminal.termios_restored()


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ("\x1b[?1000;1006h\x1b[?25l", ["?1000h", "?1006h", "?25l"]),
        ("\x1b[?1000h\x1b[?1000h\x1b[?1000l\x1b[?25l\x1b[?25h\x1b[?7h", []),
        ("\x1b[>1u\x1b[?7l", ["?7l", ">u"]),
        ("\x1b[>1u\x1b[<u\x1b[?1049l", []),
    ],
)
def test_modes_that_were_left_on(sent: str, left: list[str]) -> None:
    assert ended(sent).modes_left_on() == left


def test_every_sequence_that_nobody_asked_for_is_named() -> None:
    bad = [
        "\x1b]52;c;aGk=\x07", "\x1b]0;title\x1b\\", "\x1b]8;;http://x\x1b\\", "\x1bPq\x1b\\",
        "\x1b[6n", "\x1bc", "\x9b", "\x07", "\x00", "\x0e", "\t", "\x7f", "\u202e", "\u200b",
        "\ufeff", "\x1b[?1005h", "\x1b[21t", "\x1b",
    ]  # fmt: skip
    good = [
        "\x1b[0m", "\x1b[38;2;1;2;3m", "\x1b[1;1H", "\x1b[?1049h", "\x1b[>1u", "\x1b]22;text\x07",
    ]  # fmt: skip
    mixed = "σ漢[x]".join([*good, *bad[:-1], *good])
    # The last one is an escape without an end.
    terminal = ended(mixed + bad[-1], answers=False)
    assert terminal.unexpected_sequences() == bad
    assert terminal.unexpected_sequences(re.compile(".*", re.DOTALL)) == []
    assert all(EXPECTED_SEQUENCES.fullmatch(sequence) for sequence in good)


def test_sequences_pyte_cannot_parse_leave_no_dirt_on_the_screen() -> None:
    csi = "a\x1b[>1ub\x1b[<uc\x1b[=5ud\x1b[?2026$pe"
    strings = "\x1bP1;2|ff\x1b\\g\x1b_h\x1b\\i\x1b[4:3mj\x1b]22;k\x07l"
    assert ended(csi + strings, answers=False).screen()[0].rstrip() == "abcdegijl"


def test_sequences_may_arrive_byte_by_byte() -> None:
    sent = "é\x1b[2;2H漢\x1b]22;x\x1b\\!".encode()
    code = (
        "import os, tty; tty.setraw(0)\n"
        f"for byte in {sent!r}: os.write(1, bytes([byte])); os.read(0, 1)"
    )
    with python(code, size=(8, 2)) as terminal:
        for count in range(1, len(sent) + 1):
            terminal.wait_for(lambda _, count=count: len(terminal.raw) == count)
            terminal.send("x")
        assert terminal.wait_exit() == 0
        assert terminal.raw == sent
        assert [row.rstrip() for row in terminal.screen()] == ["é", " 漢!"]
        assert terminal.sequences == ["\x1b[2;2H", "\x1b]22;x\x1b\\"]


def test_the_environment_is_scrubbed(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TEXTUAL_THEME", "x")
    monkeypatch.setenv("KEPT", "yes")
    env = scrubbed_environment({"LC_ALL": None, "NEW": "1"})
    assert not {"NO_COLOR", "TEXTUAL_THEME", "LC_ALL"} & set(env)
    assert (env["TERM"], env["COLORTERM"], env["KEPT"], env["NEW"]) == (
        "xterm-256color", "truecolor", "yes", "1",
    )  # fmt: skip
    code = "import os; print(os.environ.get('NO_COLOR'), os.path.basename(os.getcwd()))"
    with python(code, cwd=tmp_path) as terminal:
        terminal.wait_exit()
        assert terminal.screen()[0].rstrip() == f"None {tmp_path.name}"
