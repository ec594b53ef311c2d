"""Where we are: a cursor on a run, and the one table of commands. No screen.

The session is written in `chapters`; what its commands are about has a folder for each subject:
`expressions`, `stops`, `watches`, `reasons`, `edits`, `compare`, `checks`, and `kept` for files.
"""
