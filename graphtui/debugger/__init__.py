"""Where we are: a cursor on a run, and the one table of commands; a folder for each subject."""
