"""Features: Home Assistant's `supported_features` bits of each domain, by their names."""

from collections.abc import Iterable, Mapping

FEATURES: Mapping[str, Mapping[str, int]] = {
    "cover": {"open": 1, "close": 2, "set_position": 4, "stop": 8},
    "valve": {"open": 1, "close": 2, "set_position": 4, "stop": 8},
    "fan": {"set_speed": 1, "oscillate": 2, "turn_off": 16, "turn_on": 32},
    "climate": {
        "target_temperature": 1,
        "target_temperature_range": 2,
        "fan_mode": 8,
        "turn_off": 128,
        "turn_on": 256,
    },
    "media_player": {
        "pause": 1,
        "volume_set": 4,
        "volume_mute": 8,
        "previous_track": 16,
        "next_track": 32,
        "turn_on": 128,
        "turn_off": 256,
        "play_media": 512,
        "volume_step": 1024,
        "stop": 4096,
        "play": 16384,
        "search_media": 4194304,
    },
    "humidifier": {"modes": 1},
    "vacuum": {"pause": 4, "stop": 8, "return_home": 16, "fan_speed": 32, "start": 8192, "clean_area": 16384},
    "lawn_mower": {"start_mowing": 1, "pause": 2, "dock": 4},
    "todo": {"create_todo_item": 1, "delete_todo_item": 2, "update_todo_item": 4},
    "assist_satellite": {"announce": 1},
}


def bits(domain: str, features: Iterable[str]) -> int:
    """Feature names as Home Assistant's number; those that it does not know count nothing."""
    known = FEATURES.get(domain, {})
    return sum(known.get(feature, 0) for feature in set(features))


def every(domain: str) -> int:
    """All features of a domain."""
    return sum(FEATURES.get(domain, {}).values())
