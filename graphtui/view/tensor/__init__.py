"""Arrays of any rank and size, looked at: a view that moves, and what is drawn of it."""
