"""The HTTP surface, version 1."""

from bridge.api.app import create_app

__all__ = ["create_app"]
