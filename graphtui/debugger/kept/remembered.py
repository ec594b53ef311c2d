"""The watches of a description are there again the next time it is debugged, without being saved.

They lie in the user's own folder for such state, a small file for each description. Nothing here
may keep anybody from working: what cannot be read or written is left, with a word about it. Where
nothing is kept, nothing is imported that reads or writes it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graphtui.debugger.chapters.standing import Standing
from graphtui.errors import CommandError, GraphtuiError, UsageError
from graphtui.graph.wording import brief, counted

MOST_BYTES = 2**20
"""The largest such file that is read."""

_KEY, _VERSION = "graphtui-watches", 1


def state_folder(environ: Mapping[str, str]) -> str:
    """Where state of ours is kept: `$XDG_STATE_HOME/graphtui`; "" where there is no home.

    >>> state_folder({"XDG_STATE_HOME": "/state"}), state_folder({"HOME": "/home/ada"})
    ('/state/graphtui', '/home/ada/.local/state/graphtui')
    """
    # A relative path is to be ignored: XDG Base Directory Specification.
    state, home = environ.get("XDG_STATE_HOME", ""), environ.get("HOME", "")
    if os.path.isabs(state):
        return os.path.join(state, "graphtui")
    return os.path.join(home, ".local", "state", "graphtui") if os.path.isabs(home) else ""


@dataclass(slots=True)
class Remembered:
    """The watches of one description, outside of any session.

    Args:
        folder: where they are kept.
        description: the absolute path of the description.
    """

    folder: str
    description: str
    _texts: list[str] = field(default_factory=list, init=False)
    """What the file holds."""

    @property
    def file(self) -> Path:
        """Where they lie: called like the description, and told apart by its whole path."""
        path = os.fsencode(self.description)
        stem = re.sub(r"[^\w.-]", "_", Path(self.description).name, flags=re.ASCII)[:40]
        return Path(self.folder) / f"{stem}-{hashlib.sha256(path).hexdigest()[:16]}.json"

    def recall(self, session: Standing) -> str:
        """Watch in a new session what was watched before; what there is to say about it."""
        file = self.file
        if not os.path.lexists(file):
            return ""
        from graphtui.debugger.watches.watches import Watches
        from graphtui.graph.file_text import read_text
        from graphtui.graph.json.text import parse_json

        try:
            document = parse_json(read_text(file, most_bytes=MOST_BYTES), str(file)).value
            if not isinstance(document, dict) or document.get(_KEY) != _VERSION:
                raise CommandError("these are no watches of ours.")
            kept = Watches.from_dict({"watches": document.get("watches", [])}, session.run)
        except GraphtuiError as error:
            first = str(error).splitlines()[0]
            where = "" if str(file) in first else f"{file}: "
            words = "The watches of the last time are left out, as they cannot be read"
            return f"{words}: {where}{first}"
        session.watches, self._texts = kept, list(kept.texts.values())
        count = len(kept.texts)
        return f"{counted(count, 'watch') if count == 1 else f'{count} watches'} of the last time."

    def remember(self, session: Standing) -> str:
        """Keep what the session watches, if that is not kept already; why it cannot be, or ""."""
        texts = list(session.watches.texts.values())
        if texts == self._texts:
            return ""
        self._texts = texts  # a folder that cannot be written is told once for each change
        import json

        from graphtui.graph.replace_file import replace_file

        try:
            if texts:
                document = {_KEY: _VERSION, "description": self.description, "watches": texts}
                os.makedirs(self.folder, mode=0o700, exist_ok=True)
                replace_file(self.file, json.dumps(document, indent=2) + "\n")
            else:
                self.file.unlink(missing_ok=True)
        except (OSError, UsageError) as error:
            return f"The watches are not kept for the next time: {brief(str(error), 200)}"
        return ""
