"""What outlives a session: saved sessions, exported tests, watches, arrays."""
