"""The process that runs a description and the functions of its ops, and the messages to it."""
