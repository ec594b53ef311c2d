"""How it looks: the only layer that knows Textual and Rich."""
