"""What media players do. One that is off shows nothing but its sources, as in Home Assistant."""

from typing import Any

from actions.demo.device import ABSENT, Behaviour, Data, Device, Frames, one_of, to, toggled

_SOUND = ("volume_level", "is_volume_muted", "source")
_MEDIA = ("media_content_id", "media_content_type", "media_title", "media_artist", "media_position")
_IDLE = ("off", "standby")


def _turn_on(device: Device, _data: Data) -> Frames:
    if device.now.state not in _IDLE:
        return ()
    kept = {key: device.keeps[key] for key in _SOUND if key in device.keeps}
    return to("on" if device.entity.device_class == "tv" else "idle", **kept)


def _turn_off(device: Device, _data: Data) -> Frames:
    device.keeps |= {key: device.get(key) for key in _SOUND if key in device.now.attributes}
    return to("off", **dict.fromkeys((*_SOUND, *_MEDIA), ABSENT))


def _set(device: Device, **attributes: Any) -> Frames:
    """Set what is heard; of a player that is off, only remembered."""
    device.keeps |= attributes
    return () if device.now.state in _IDLE else to(**attributes)


def _volume(device: Device, data: Data) -> Frames:
    return _set(device, volume_level=round(min(max(data["volume_level"], 0), 1), 2))


def _volume_step(by: float) -> Behaviour:
    def step(device: Device, _data: Data) -> Frames:
        level = {**device.keeps, **device.now.attributes}.get("volume_level", 0)
        return _volume(device, {"volume_level": level + by})

    return step


def _mute(device: Device, data: Data) -> Frames:
    return _set(device, is_volume_muted=data["is_volume_muted"])


def _source(device: Device, data: Data) -> Frames:
    return _set(device, source=one_of(device, "source_list", data["source"]))


def _play(device: Device, _data: Data) -> Frames:
    return () if device.now.state in _IDLE else to("playing", **_track(device, 0 if _silent(device) else None))


def _pause(device: Device, _data: Data) -> Frames:
    return to("paused") if device.now.state == "playing" else ()


def _stop(device: Device, _data: Data) -> Frames:
    return () if device.now.state in _IDLE else to("idle", **dict.fromkeys(_MEDIA, ABSENT))


def _skip(by: int) -> Behaviour:
    def skip(device: Device, _data: Data) -> Frames:
        if device.now.state not in ("playing", "paused"):
            return ()
        return to("playing", **_track(device, device.keeps.get("track", 0) + by))

    return skip


def _silent(device: Device) -> bool:
    return "media_title" not in device.now.attributes


def _track(device: Device, number: int | None) -> dict[str, Any]:
    """The attributes of a track, by its place in the device's own list; none to stay on the present one."""
    tracks = device.keeps.get("tracks")
    if number is None or not tracks:
        return {}
    device.keeps["track"] = number % len(tracks)
    title, artist = tracks[number % len(tracks)]
    kind = "channel" if device.entity.device_class == "tv" else "music"
    return {"media_content_type": kind, "media_title": title, "media_artist": artist, "media_content_id": ABSENT}


def _play_media(device: Device, data: Data) -> Frames:
    if data.get("announce"):
        return ()
    heard = {key: device.keeps[key] for key in _SOUND if key in device.keeps and key not in device.now.attributes}
    return to(
        "playing",
        **heard,
        media_content_id=data["media_content_id"],
        media_content_type=data["media_content_type"],
        media_title=data["media_content_id"].rpartition("/")[2],
        media_artist=ABSENT,
    )


def _play_pause(device: Device, data: Data) -> Frames:
    return _pause(device, data) if device.now.state == "playing" else _play(device, data)


PLAYERS: dict[str, Behaviour] = {
    "media_player.turn_on": _turn_on,
    "media_player.turn_off": _turn_off,
    "media_player.toggle": toggled(_turn_on, _turn_off, idle=_IDLE),
    "media_player.volume_set": _volume,
    "media_player.volume_up": _volume_step(0.1),
    "media_player.volume_down": _volume_step(-0.1),
    "media_player.volume_mute": _mute,
    "media_player.select_source": _source,
    "media_player.media_play": _play,
    "media_player.media_pause": _pause,
    "media_player.media_play_pause": _play_pause,
    "media_player.media_stop": _stop,
    "media_player.media_next_track": _skip(1),
    "media_player.media_previous_track": _skip(-1),
    "media_player.play_media": _play_media,
}
