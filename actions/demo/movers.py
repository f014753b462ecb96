"""What moves: covers, valves, locks, the alarm, the vacuum cleaner and the lawn mower."""

from functools import partial

from actions.demo.device import Behaviour, Data, Device, Frame, Frames, becomes, by_way_of, one_of, to, toggled

TRAVEL = 2.0
"""Seconds from closed to open, at pace 1."""
_STEP = 10
_WAY_HOME = 2.0
_BOLT = 0.4
_EXIT = 1.0


def _move(device: Device, data: Data, *, position: int | None = None) -> Frames:
    """Opening or closing in steps, to a position from 0 (closed) to 100; the way is shown."""
    end = int(data["position"]) if position is None else position
    start = int(device.get("current_position") or 0)
    if start == end:
        return to(_resting(end))
    way, step = ("opening", _STEP) if end > start else ("closing", -_STEP)
    stops = [*range(start + step, end, step), end]
    lengths = [abs(b - a) for a, b in zip([start, *stops], stops, strict=False)]
    between = tuple(
        Frame(way, _at(stop), after=TRAVEL * length / 100)
        for stop, length in zip(stops[:-1], lengths[:-1], strict=True)
    )
    return (Frame(way), *between, Frame(_resting(end), _at(end), after=TRAVEL * lengths[-1] / 100))


def _stop(device: Device, _data: Data) -> Frames:
    return to(_resting(int(device.get("current_position") or 0)))


def _at(position: int) -> dict[str, int | bool]:
    return {"current_position": position, "is_closed": position == 0}


def _resting(position: int) -> str:
    return "closed" if position == 0 else "open"


def _pause(device: Device, _data: Data) -> Frames:
    return to("paused") if device.now.state in ("cleaning", "mowing", "returning") else ()


def _fan_speed(device: Device, data: Data) -> Frames:
    return to(fan_speed=one_of(device, "fan_speed_list", data["fan_speed"]))


def _nothing(_device: Device, _data: Data) -> Frames:
    return ()


_open: Behaviour = partial(_move, position=100)
_close: Behaviour = partial(_move, position=0)
_go_home = by_way_of("returning", "docked", _WAY_HOME)

MOVERS: dict[str, Behaviour] = {
    "cover.open_cover": _open,
    "cover.close_cover": _close,
    "cover.toggle": toggled(_open, _close, idle=("closed",)),
    "cover.set_cover_position": _move,
    "cover.stop_cover": _stop,
    "valve.open_valve": _open,
    "valve.close_valve": _close,
    "valve.toggle": toggled(_open, _close, idle=("closed",)),
    "valve.set_valve_position": _move,
    "valve.stop_valve": _stop,
    "lock.lock": by_way_of("locking", "locked", _BOLT),
    "lock.unlock": by_way_of("unlocking", "unlocked", _BOLT),
    "lock.open": by_way_of("opening", "open", _BOLT),
    "alarm_control_panel.alarm_disarm": becomes("disarmed"),
    "alarm_control_panel.alarm_arm_home": by_way_of("arming", "armed_home", _EXIT),
    "alarm_control_panel.alarm_arm_away": by_way_of("arming", "armed_away", _EXIT),
    "alarm_control_panel.alarm_arm_night": by_way_of("arming", "armed_night", _EXIT),
    "vacuum.start": becomes("cleaning"),
    "vacuum.pause": _pause,
    "vacuum.stop": becomes("idle"),
    "vacuum.return_to_base": _go_home,
    "vacuum.locate": _nothing,
    "vacuum.clean_spot": becomes("cleaning"),
    "vacuum.clean_area": becomes("cleaning"),
    "vacuum.set_fan_speed": _fan_speed,
    "lawn_mower.start_mowing": becomes("mowing"),
    "lawn_mower.pause": _pause,
    "lawn_mower.dock": _go_home,
}
