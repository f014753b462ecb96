"""What appliances do: switches, helpers, fans, humidifiers, climates and buttons."""

from actions.demo.device import Behaviour, Data, Device, Frame, Frames, becomes, one_of, timestamp, to, toggled
from actions.errors import HomeRefused

_SPEED = 1
_RANGE = 2
_SPEAKING = 1.0


def _fan_on(device: Device, data: Data) -> Frames:
    if not device.entity.features & _SPEED:
        return to("on")
    return _fan_speed(device, {"percentage": data.get("percentage") or device.keeps.get("percentage", 100)})


def _fan_off(device: Device, _data: Data) -> Frames:
    return to("off", percentage=0) if device.entity.features & _SPEED else to("off")


def _fan_speed(device: Device, data: Data) -> Frames:
    speed = round(data["percentage"])
    if speed == 0:
        return _fan_off(device, {})
    device.keeps["percentage"] = speed
    return to("on", percentage=speed)


def _fan_step(sign: int) -> Behaviour:
    def step(device: Device, data: Data) -> Frames:
        speed = (device.get("percentage") or 0) + sign * data.get("percentage_step", 10)
        return _fan_speed(device, {"percentage": min(max(speed, 0), 100)})

    return step


def _oscillate(_device: Device, data: Data) -> Frames:
    return to(oscillating=data["oscillating"])


def _humidify(device: Device, _data: Data) -> Frames:
    return to("on", action=_moistening(device, device.get("humidity")))


def _humidify_not(_device: Device, _data: Data) -> Frames:
    return to("off", action="off")


def _humidity(device: Device, data: Data) -> Frames:
    wanted = round(data["humidity"])
    _within(device, wanted, "min_humidity", "max_humidity")
    action = _moistening(device, wanted) if device.now.state == "on" else "off"
    return to(humidity=wanted, action=action)


def _moistening(device: Device, wanted: int) -> str:
    return "humidifying" if device.get("current_humidity") < wanted else "idle"


def _humidifier_mode(device: Device, data: Data) -> Frames:
    return to(mode=one_of(device, "available_modes", data["mode"]))


def _temperature(device: Device, data: Data) -> Frames:
    if not data.keys() & {"temperature", "target_temp_high", "target_temp_low"}:
        raise HomeRefused("must contain at least one of temperature, target_temp_high, target_temp_low.")
    if "temperature" not in data and not device.entity.features & _RANGE:
        raise HomeRefused(f"Set temperature action was used with a range that {device.entity.id} does not support")
    wanted = data["temperature"]
    _within(device, wanted, "min_temp", "max_temp")
    mode = one_of(device, "hvac_modes", data["hvac_mode"]) if "hvac_mode" in data else device.now.state
    return to(mode, temperature=float(wanted), hvac_action=_working(device, mode, wanted))


def _mode(device: Device, data: Data) -> Frames:
    mode = one_of(device, "hvac_modes", data["hvac_mode"])
    if mode != "off":
        device.keeps["hvac_mode"] = mode
    return to(mode, hvac_action=_working(device, mode, device.get("temperature")))


def _climate_on(device: Device, _data: Data) -> Frames:
    if device.now.state != "off":
        return ()
    return _mode(device, {"hvac_mode": device.keeps.get("hvac_mode", "heat")})


def _climate_off(device: Device, _data: Data) -> Frames:
    if device.now.state != "off":
        device.keeps["hvac_mode"] = device.now.state
    return to("off", hvac_action="off")


def _working(device: Device, mode: str, wanted: float) -> str:
    now = device.get("current_temperature")
    if mode == "off":
        return "off"
    if mode in ("heat", "auto") and now < wanted:
        return "heating"
    return "cooling" if mode in ("cool", "auto") and now > wanted else "idle"


def _fan_mode(device: Device, data: Data) -> Frames:
    return to(fan_mode=one_of(device, "fan_modes", data["fan_mode"]))


def _within(device: Device, wanted: float, least: str, most: str) -> None:
    low, high = device.get(least), device.get(most)
    if not low <= wanted <= high:
        raise HomeRefused(f"Provided {wanted} is not valid. Accepted range is {low} to {high}")


def _announce(_device: Device, _data: Data) -> Frames:
    return (Frame("responding"), Frame("idle", after=_SPEAKING))


def _press(_device: Device, _data: Data) -> Frames:
    return to(timestamp())


_on, _off = becomes("on"), becomes("off")

APPLIANCES: dict[str, Behaviour] = {
    "switch.turn_on": _on,
    "switch.turn_off": _off,
    "switch.toggle": toggled(_on, _off),
    "input_boolean.turn_on": _on,
    "input_boolean.turn_off": _off,
    "input_boolean.toggle": toggled(_on, _off),
    "fan.turn_on": _fan_on,
    "fan.turn_off": _fan_off,
    "fan.toggle": toggled(_fan_on, _fan_off),
    "fan.set_percentage": _fan_speed,
    "fan.increase_speed": _fan_step(1),
    "fan.decrease_speed": _fan_step(-1),
    "fan.oscillate": _oscillate,
    "humidifier.turn_on": _humidify,
    "humidifier.turn_off": _humidify_not,
    "humidifier.toggle": toggled(_humidify, _humidify_not),
    "humidifier.set_humidity": _humidity,
    "humidifier.set_mode": _humidifier_mode,
    "climate.set_temperature": _temperature,
    "climate.set_hvac_mode": _mode,
    "climate.set_fan_mode": _fan_mode,
    "climate.turn_on": _climate_on,
    "climate.turn_off": _climate_off,
    "climate.toggle": toggled(_climate_on, _climate_off),
    "button.press": _press,
    "assist_satellite.announce": _announce,
}
