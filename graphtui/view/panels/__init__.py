"""The panels around the picture: header, timeline, keys, lists, source and help."""
