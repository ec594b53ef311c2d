"""Every role that a piece of text may have, with what it means.

A view names a role; which colour and weight it gets is decided by the screen's theme alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "": "ordinary text",
        "title": "the name of what a panel shows",
        "heading": "the head of a section or of a column",
        "dim": "what matters less: words around numbers, notes, places",
        "key": "a key to press",
        "cursor": "where the cursor stands on the timeline",
        "breakpoint": "where the run stops, or something is recorded",
        "selected": "the row of a list that keys act on",
        "match": "what was found when something was last looked for",
        "ok": "something is as it should be, or complete",
        "warning": "worth a look, but not wrong: a kink, a sum still incomplete",
        "fault": "wrong in the numbers: a NaN, an infinity, an exception",
        "value": "a value, computed forward",
        "gradient": "a gradient, computed backward",
        "upstream": "the gradient that arrives from the loss side",
        "local": "the local gradient, or an entry of its Jacobian",
        "downstream": "the gradient that one edge sends to its input",
        "absent": "not yet there, which is not zero",
        "stale": "from before an edit, and not computed again yet",
        "source.current": "the source text of the node that is looked at",
        "node": "a box about which nothing else is said",
        "node.leaf": "the box of a given value",
        "node.waiting": "a box whose value is not there yet",
        "node.done": "a box whose value is there",
        "node.current": "the box of the last step",
        "node.sent": "a box that has passed its gradient on",
        "node.fault": "a box at which something went wrong",
        "node.off": "a box that is not on the paths that are lit, and its numbers",
        "node.differs": "a box that differs from the one in the other run",
        "node.differs.strong": "a box that differs by a tenth or more",
        "group.open": "the frame around a group that is open",
        "wire": "a wire that nothing has passed yet",
        "wire.done": "a wire whose value was read",
        "wire.read": "a wire that the last step used",
        "wire.sent": "a wire on which a gradient has come back",
        "wire.off": "a wire that is not on the paths that are lit",
        "stub": "the end of a wire that is not drawn as a whole",
        "wire.far": "a wire that is seen from afar",
        "pixel": "a pixel with a colour of its own, of which the digits behind a dot speak",
    }
)
"""The roles, and nothing else is one."""
