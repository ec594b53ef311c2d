"""The tape and its memory: a row for each node, a lane for each living value."""
