"""The app: keys and commands in, moments out. Thin on purpose.

Key bindings are made from `COMMANDS` and `VIEW_ACTIONS`; commands go to the engine thread; what
comes back is shown by the main screen.
"""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.screen import Screen

from graphtui.debugger.chapters.informing import INFO
from graphtui.debugger.commands import find_command
from graphtui.debugger.reply import Reply
from graphtui.ui.bars import printed_words
from graphtui.ui.bindings import ACTIONS, extra_keys, help_lines, key_bindings
from graphtui.ui.engine_thread import Bug, Executor, InlineExecutor
from graphtui.ui.failures import bug_text, failure_lines
from graphtui.ui.framework import BUG_EXIT_CODE, SturdyApp
from graphtui.ui.messages import Arrived, ListWanted, Ordered, Perform, Press, Seeing, Typing, Work
from graphtui.ui.screen import MainScreen
from graphtui.ui.session_jobs import FileChanged, LoadFailed, SessionJobs, Shown
from graphtui.ui.theme import ANSI, DARK, LIGHT, textual_themes
from graphtui.ui.waiting import TICK, command_words, loading_words
from graphtui.view.text.lines import Line
from graphtui.view.text.safe_text import safe_text

INTERRUPTED = 130
MOST_PIECES = 10_000
"""Pieces of what was printed in this process that are kept until they are told."""

ENDING_SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT")


class GraphtuiApp(SturdyApp, inherit_bindings=False):
    """The debugger's screen.

    Args:
        jobs: where commands go.
        title: what is being loaded.
        theme: one of `theme`'s.
        ascii_only: whether the terminal can show nothing else.
        painted: called once, when the first moment has been painted.
        look_every: seconds between looks whether the description has changed; 0 is never.
        numbers: where whole arrays are read, so that commands need not wait for it.
    """

    BINDINGS: ClassVar[list[BindingType]] = key_bindings()
    ENABLE_COMMAND_PALETTE = False  # ours is opened by a view action, from the same tables

    def __init__(
        self,
        jobs: SessionJobs,
        title: str,
        *,
        theme: str = DARK,
        ascii_only: bool = False,
        painted: Callable[[], object] | None = None,
        look_every: float = 0,
        numbers: Executor | None = None,
    ) -> None:
        super().__init__(no_color=theme == ANSI, ascii_only=ascii_only)
        for each in textual_themes():
            self.register_theme(each)
        self.begin_with(theme)
        self._jobs = jobs
        self.title = "graphtui"
        self._title = safe_text(title)
        self._painted = painted
        self._look_every = look_every
        self._numbers = numbers or InlineExecutor()
        self.main = MainScreen(title, extra_keys())
        self._failed: LoadFailed | None = None
        self._loading_since: float | None = None
        self._telling = False
        """Whether what is being waited for will be told in a moment."""
        self._broken = ""
        """That the description as it is now is refused, where it is."""
        self._printed: deque[str] = deque(maxlen=MOST_PIECES)
        """What ops print that run in this process, as far as it was not told."""

    def get_default_screen(self) -> Screen[None]:
        return self.main

    def on_load(self) -> None:
        """Take signals before the terminal is switched, so that it is always switched back."""
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for name in ENDING_SIGNALS:
                if hasattr(signal, name):
                    number = getattr(signal, name)
                    loop.add_signal_handler(number, self._end, 128 + number)

    def on_mount(self) -> None:
        """Begin to load."""
        self.begin_capture_print(self)  # else Textual drops it
        self._jobs.executor.attach(self._arrive)
        self._jobs.reader.attach(self._arrive)
        self._numbers.attach(self._arrive)
        self._watch_loading()
        if not self._jobs.begun:
            self._jobs.begin()
        if self._look_every:
            self.set_interval(self._look_every, self._jobs.look)

    # What comes back from the engine thread ---------------------------------------------------

    def _arrive(self, result: object) -> None:
        """Take what another thread has."""
        if result is not None:
            self.post_message(Arrived(result))

    def on_print(self, event: events.Print) -> None:
        """Keep what was printed until the next answer tells it."""
        self._printed.append(event.text)

    def on_arrived(self, message: Arrived) -> None:
        """Show what came."""
        match message.result:
            case Shown() as shown:
                self._show(shown)
            case LoadFailed() as failed if self.main.shown is None:
                self._refuse(failed)
            case LoadFailed() as failed:
                self._stay(failed)
            case FileChanged():
                self._reload(asked=False)
            case Bug(error=error) if self.main.shown is None:
                self._refuse(LoadFailed((bug_text(error),), BUG_EXIT_CODE))
            case Bug(error=error):
                self._loading_since = None
                self.main.say(bug_text(error), "fault")

    def _refuse(self, failed: LoadFailed) -> None:
        """Show why there is nothing to debug."""
        self._loading_since, self._failed = None, failed
        self.main.open_page(lambda width: failure_lines(failed, width))
        self.main.say("r reads the description again, q quits.", "dim")

    def _stay(self, failed: LoadFailed) -> None:
        """Show why the description cannot be read again; the graph of before stays."""
        self._loading_since = None
        self._broken = broken = f"{self._title} is refused; this is the graph of before."
        if failed.asked:
            self.main.open_page(lambda width: failure_lines(failed, width, broken))
        else:
            self.main.say(f"{failed.lines[0]} r shows all of it; the graph stays.", "warning")

    def _show(self, shown: Shown) -> None:
        first = self.main.shown is None
        if not shown.still_moving:
            self.main.status.meanwhile("")
        if first or (shown.reloaded and self._broken):
            self.main.close()
        if first or shown.reloaded:
            self._loading_since, self._failed, self._broken = None, None, ""
        if first and shown.view:
            self.main.arrange_as(shown.view)
        self.main.show(shown)
        if shown.closed:
            self._end(0)
        elif not shown.still_moving:
            self._answer(shown, first=first)
        if first and self._painted is not None:
            self.call_after_refresh(self._painted)

    def _answer(self, shown: Shown, *, first: bool) -> None:
        """Say what a command answers, and what the description has printed in the meantime."""
        words, role = shown.reply.text, "warning" if shown.refused else ""
        page = None if shown.refused else _page(shown.reply)
        if page is not None:
            self.main.open_page(page)
            words = ""  # what was said of something else does not stand below it
        elif words:
            stop = shown.snapshot.stop
            if stop is not None and stop.message in words and not shown.refused:
                role = "title"
            words = f"{words} ({self._broken})" if self._broken else words
        elif first:
            words, role = "n goes a step on, ? explains everything.", "dim"
        printed = printed_words(self._title, self._jobs.printed() + "".join(self._printed))
        self._printed.clear()
        if words or printed or page is not None:
            self.main.say("\n".join(filter(None, (words, printed))), role)

    # What the user wants --------------------------------------------------------------------------

    def on_perform(self, message: Perform) -> None:
        """Carry out a command that was typed, or clicked."""
        words = message.command.split()
        if words == ["help"]:
            self._open_help()
        elif len(words) == 2 and words[0] == "info" and words[1] in INFO:
            self._list(words[1])
        else:
            self._perform(message.command)

    def on_key(self, event: events.Key) -> None:
        """Give the key to the prompt while it is open; otherwise the bindings have it."""
        if self.main.typing is not None:
            event.prevent_default()
            self.main.typing.take_key(event)
        elif self.main.in_front is not None and self.main.in_front.take_key(event.key):
            event.prevent_default()

    def on_work(self, message: Work) -> None:
        """Do what takes long on the thread for numbers."""
        if message.afresh:
            self._numbers.cancel()
        self._numbers.submit(message.job)

    def on_seeing(self, message: Seeing) -> None:
        """Have the session give what the picture needs."""
        self._jobs.see(message.needs)
        self._tell_later()

    def on_typing(self, message: Typing) -> None:
        """Have a command typed that a panel begins."""
        self.main.type_command(message.text)

    def on_paste(self, event: events.Paste) -> None:
        """Paste into the prompt, and nowhere else."""
        if self.main.typing is not None:
            self.main.typing.take_text(event.text)

    async def on_press(self, message: Press) -> None:
        """Do what the key does."""
        if message.in_context:
            self.simulate_key(message.key)
        else:
            await self.run_action(ACTIONS[message.key])

    def on_list_wanted(self, message: ListWanted) -> None:
        """Show another list, or none."""
        self._list(message.what)

    def on_ordered(self, message: Ordered) -> None:
        """Do something with a row of a list."""
        order = message.order
        if order.typed:
            self.main.type_command(order.command)
            return
        if order.leaves and self.main.lists_hide_the_graph:
            self._list("")
        self.post_message(Perform(order.command))

    def action_command(self, name: str) -> None:
        """A command's key: carried out at once, unless there is something to type."""
        row = find_command(name)
        if name in ("help", "quit") and self.main.page_is_open and self._failed is None:
            self.main.close()
        elif name == "quit":
            self.action_leave()
        elif name == "help":
            self._open_help()
        elif row.asks:
            self.main.type_command(row.beginning)
        else:
            self._perform(name)

    def action_view(self, name: str) -> None:
        """A view action's key."""
        own = {
            "interrupt": self._interrupt,
            "reload": self._reload,
            "other_theme": self._other_theme,
            "close": self._close,
            "palette": self._open_palette,
        }
        (own[name] if name in own else getattr(self.main, name))()

    def action_stop_or_leave(self) -> None:
        """Stop typing, or a command that takes long; where there is neither, leave."""
        if self.main.typing is not None:
            self.main.on_prompt_closed()
        elif self.main.shown is not None and (self._jobs.executor.busy or self._numbers.busy):
            self._interrupt()
        else:
            self._end(0 if self.main.shown is not None else INTERRUPTED)

    def action_leave(self) -> None:
        """Leave; after a refusal with its exit code."""
        self._end(self._failed.exit_code if self._failed is not None else 0)

    def _perform(self, command: str) -> None:
        if self._failed is None and self.main.shown is not None:
            if self.main.page_is_open:
                self.main.close()
            self._jobs.perform(command, self.main.arrangement)
            self._tell_later()

    def _list(self, what: str) -> None:
        self.main.open_lists(bool(what))
        self._jobs.show_list(what)
        self._tell_later()

    def _interrupt(self) -> None:
        self._jobs.executor.cancel()
        self._numbers.cancel()

    def _close(self) -> None:
        if self._failed is not None or self.main.close():
            return
        shown = self.main.shown
        if shown is not None and shown.snapshot.matches and not self._jobs.executor.busy:
            self._perform("find-off")
        else:
            self._interrupt()

    def _reload(self, *, asked: bool = True) -> None:
        if self._loading_since is None:
            self._watch_loading()
            if self.main.shown is None:
                self._jobs.begin()
            else:
                self._jobs.reload(asked=asked)

    def _other_theme(self) -> None:
        if self.theme in (DARK, LIGHT):
            self.theme = LIGHT if self.theme == DARK else DARK
            self.main.refresh()

    def _open_help(self) -> None:
        self.main.open_page(help_lines)

    def _open_palette(self) -> None:
        from graphtui.ui.palette import palette

        self.push_screen(palette())

    def _end(self, code: int) -> None:
        self._jobs.executor.cancel()
        self._numbers.cancel()
        self.exit(return_code=code)

    # What is being waited for ------------------------------------------------------------------

    def _watch_loading(self) -> None:
        self._loading_since = self._jobs.clock()
        self._tell_later()

    def _tell_later(self) -> None:
        """Tell in a moment what is being waited for, unless nothing is."""
        waits = self._loading_since is not None or self._jobs.executor.busy
        if waits and not self._telling:
            self._telling = True
            self.set_timer(TICK, self._tell)

    def _tell(self) -> None:
        self._telling = False
        self.main.status.meanwhile(self._awaited())
        self._tell_later()

    def _awaited(self) -> str:
        """What is being waited for, in words."""
        now, work = self._jobs.clock(), self._jobs.at_work
        if work is not None:
            return command_words(work.command, now - work.since, stopping=work.token.cancelled)
        if self._loading_since is None:
            return ""
        again = self.main.shown is not None
        return loading_words(self._title, now - self._loading_since, again=again)


def _page(reply: Reply) -> Callable[[int], Sequence[Line]] | None:
    """The page with what a reply is about, by its width; None where its sentence says all."""
    if reply.subject is None and "\n" not in reply.text:
        return None
    from graphtui.view.answers.replies import has_page, reply_lines  # when it is first wanted

    return partial(reply_lines, reply) if has_page(reply) else None
