"""A demo home with the same interface as the link."""
