"""The link to a real Home Assistant."""
