"""The small tier: a model of the project's own that points at what is in the home."""
