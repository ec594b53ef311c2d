"""`python -m graphtui` is `graphtui`."""

from __future__ import annotations

from graphtui.cli import main

raise SystemExit(main())
