"""The registry of what can be done: actions, resolving, performing and receipts. Knows no HTTP server, no model."""
