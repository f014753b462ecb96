"""The link to a real Home Assistant, over its WebSocket API.

Importing this package costs about a second (`homeassistant_api` brings an HTTP stack), so nothing outside it
imports that library.
"""

from actions.hass.link import HomeAssistantLink

__all__ = ["HomeAssistantLink"]
