"""The shortcuts themselves."""
