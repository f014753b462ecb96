"""The evaluation: what predictions are worth, as tables and plots, and the project's own test set."""
