"""Where we are: a cursor on a run, and the one table of commands. No screen."""
