"""Names that several modules share."""

from typing import Final

DOMAIN: Final = "hearthbridge"
API: Final = 1
"""The version of the bridge's HTTP surface that this integration speaks."""
OLDEST_BRIDGE: Final = "0.1.0"
"""The first bridge with everything that this integration asks of it."""
DEFAULT_URL: Final = "http://127.0.0.1:8765"

CONF_CODE: Final = "code"
CONF_CLOUD: Final = "cloud"
CONF_WITHOUT_TIERS: Final = "without_tiers"
CLOUD: Final = "cloud"
"""The tier that is not local."""

EVENTS: Final = {
    "turn": f"{DOMAIN}_turn_finished",
    "phone": f"{DOMAIN}_phone_result",
    "unanswered": f"{DOMAIN}_confirmation_unanswered",
}
"""What the bridge calls it -> the event on Home Assistant's bus."""

ISSUE_UNREACHABLE: Final = "bridge_unreachable"
ISSUE_BRIDGE_TOO_OLD: Final = "bridge_too_old"
ISSUE_INTEGRATION_TOO_OLD: Final = "integration_too_old"
