"""The command palette: both tables, searched while one types. Imported when it is first opened."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from graphtui.debugger.commands import COMMANDS
from graphtui.ui.view_actions import VIEW_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.worker import Worker


class CommandRows(Provider):
    """Every row of the two tables."""

    async def discover(self) -> Hits:
        for text, run in self._rows():
            yield DiscoveryHit(Content(text), run, text=text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for text, run in self._rows():
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, Content(text), run, text=text)

    def _rows(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """What is shown of each row, and what choosing it does."""
        for command in COMMANDS:
            yield (
                f"{command.name}: {command.help}",
                partial(self._run, f"command('{command.name}')"),
            )
        for action in VIEW_ACTIONS:
            if action.name != "palette":
                yield action.help, partial(self._run, f"view('{action.name}')")

    async def _run(self, action: str) -> None:
        await self.app.run_action(action)


class Palette(CommandPalette):
    """The palette, which may be closed at any time."""

    def run_worker(self, *args: Any, **how: Any) -> Worker[Any]:
        """Search; Textual 8.2 goes on after the list is gone, and would end the app for that."""
        return super().run_worker(*args, **how | {"exit_on_error": False})


def palette() -> CommandPalette:
    """A fresh palette, to be pushed on the screen."""
    return Palette(providers=[CommandRows])
