"""The session, chapter by chapter: each class holds the commands of one subject."""
