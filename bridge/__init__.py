"""The service: turns, tiers, devices, store, HTTP and CLI."""
