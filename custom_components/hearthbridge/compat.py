"""What has another name in newer releases of Home Assistant."""

try:
    import probatio as vol  # what 2026's Home Assistant validates with, and types its own functions by
except ImportError:
    import voluptuous as vol  # type: ignore[no-redef]

__all__ = ["vol"]
