"""House: the devices themselves, and what services do to them. Knows nothing of connections."""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

from actions.demo.appliances import APPLIANCES
from actions.demo.device import Behaviour, Data, Device, Frame, Frames, becomes, timestamp, to
from actions.demo.layout import Layout
from actions.demo.lights import LIGHTS, by_hand
from actions.demo.lists import ANSWERS, LISTS, item
from actions.demo.movers import MOVERS
from actions.demo.players import PLAYERS
from actions.demo.service import Service, compiled, script
from actions.errors import HomeRefused
from actions.home import Entity, State
from actions.link import ServiceCall

SETTLE = 0.005
"""Seconds until the home hears of a change, at pace 1."""
_SCRIPT_RUN = 0.05
_PLACE = re.compile(r"{{\s*(\w+)\s*}}")
_BEHAVIOURS: dict[str, Behaviour] = {
    **LIGHTS,
    **MOVERS,
    **APPLIANCES,
    **PLAYERS,
    **LISTS,
    "script.turn_off": becomes("off"),
}

Report = Callable[[Device, State, int], None]
"""Told of each change: the device, what it showed then, and which of its changes that is."""


class House:
    """Devices that answer service calls. Must be used within a running event loop, bar `put`."""

    def __init__(self, layout: Layout, *, pace: float, report: Report) -> None:
        self._pace = pace
        self._report = report
        self.devices: dict[str, Device] = {}
        self._layout = layout
        self._services: dict[str, Service] = {}
        self.rebuild(layout)

    def rebuild(self, layout: Layout) -> None:
        """Take another layout; devices that stay are as they were."""
        self._layout = layout
        gone = self.devices.keys() - {entity.id for entity in layout.entities}
        for entity_id in gone:
            self.devices.pop(entity_id).halt()
        for entity in layout.entities:
            if entity.id in self.devices:
                self.devices[entity.id].entity = entity
            else:
                self.devices[entity.id] = self._new(entity)
        self._services = {
            f"{domain}.{name}": compiled(f"{domain}.{name}", one)
            for domain, services in layout.services.items()
            for name, one in services.items()
        }
        self._services |= {key: script(key) for key in self._layout.does if key.startswith("script.")}

    def _new(self, entity: Entity) -> Device:
        keeps = dict(self._layout.keeps.get(entity.id, {}))
        if entity.domain == "todo":
            keeps["items"] = [item(one) for one in keeps.get("items", ())]
        return Device(entity, self._layout.states.get(entity.id, State("unknown")), keeps)

    def put(self, entity_id: str, state: str, attributes: Mapping[str, Any]) -> Device:
        """Make a device be something, at once; what it was about to do is off.

        :raises KeyError: there is no such device.
        """
        device = self.devices[entity_id]
        device.halt()
        if state == "unavailable":
            device.vanish()
            return device
        device.come_back()
        device.become(state, by_hand(device, state, attributes) if device.entity.domain == "light" else attributes)
        return device

    def still(self) -> None:
        """Stop every movement."""
        for device in self.devices.values():
            device.halt()

    def check(self, call: ServiceCall) -> tuple[Data, list[Device]]:
        """The data as the service reads it, and the devices it acts on. Others are passed over, as in the real one.

        :raises HomeRefused: no such service, or the call does not fit it.
        """
        service = self._services.get(call.name)
        if service is None:
            raise HomeRefused(f"Action {call.name} not found", hint="This home offers no such service.")
        data = service.checked(call)
        found = (self.devices.get(entity_id) for entity_id in call.targets)
        return data, [one for one in found if one and one.now.available and service.suits(one.entity)]

    def perform(self, call: ServiceCall) -> Mapping[str, Any]:
        """Carry out a call; returns the response data.

        :raises HomeRefused: as `check`, or a device cannot do it.
        """
        data, devices = self.check(call)
        if call.name in ANSWERS:
            return {one.entity.id: ANSWERS[call.name](one, data) for one in devices}
        if call.name in self._layout.does:
            self._run(call.name, data)
        elif call.domain == "homeassistant":
            self._pass_on(call, devices)
        else:
            for device in devices:
                self._answer(call.name, device, data)
        return {}

    def _answer(self, name: str, device: Device, data: Data) -> None:
        running = device.now.state == "on"
        if name == "script.turn_on" or (name == "script.toggle" and not running):
            self._run(device.entity.id, data.get("variables") or {})
        elif name == "scene.turn_on":
            self._run_calls(device.entity.id, {})
            self._play(device, to(timestamp()))
        else:
            self._play(device, _BEHAVIOURS[name](device, data))

    def _pass_on(self, call: ServiceCall, devices: list[Device]) -> None:
        for device in devices:
            name = f"{device.entity.domain}.{call.service}"
            if name in self._services:
                self.perform(ServiceCall(device.entity.domain, call.service, (device.entity.id,)))

    def _run(self, entity_id: str, variables: Data) -> None:
        """Run a script: on, its calls in order, off."""
        device = self.devices.get(entity_id)
        if device is None or not device.now.available:
            return
        self._play(
            device,
            (
                Frame("on", {"last_triggered": timestamp(), "current": 1}),
                Frame("off", {"current": 0}, after=_SCRIPT_RUN),
            ),
        )
        self._run_calls(entity_id, variables)

    def _run_calls(self, entity_id: str, variables: Data) -> None:
        for step in self._layout.does.get(entity_id, ()):
            domain, _, service = step["action"].partition(".")
            data = {key: _filled(value, variables) for key, value in step.get("data", {}).items()}
            self.perform(ServiceCall(domain, service, tuple(step.get("target", {}).get("entity_id", ())), data))

    def _play(self, device: Device, frames: Frames) -> None:
        """Show the first frame now and the others in their time; they end what was under way."""
        if not frames:
            return
        if frames[0].state is not None or len(frames) > 1:
            device.halt()
        self._show(device, frames, 0)

    def _show(self, device: Device, frames: Frames, index: int) -> None:
        frame = frames[index]
        if device.become(frame.state, frame.attributes):
            self._later(SETTLE, self._report, device, device.now, device.written)
        if index + 1 < len(frames):
            device.motion = self._later(frames[index + 1].after, self._show, device, frames, index + 1)
        elif index:
            device.motion = None

    def _later(self, seconds: float, act: Callable[..., None], *given: Any) -> asyncio.Handle:
        loop = asyncio.get_running_loop()
        if seconds * self._pace == 0:
            return loop.call_soon(act, *given)  # in the order of the calls, which timers do not promise
        return loop.call_later(seconds * self._pace, act, *given)


def _filled(value: Any, variables: Data) -> Any:
    """A script's data with `{{ name }}` filled in; "" for what was not given, as in Home Assistant."""
    if not isinstance(value, str):
        return value
    return _PLACE.sub(lambda match: str(variables.get(match[1], "")), value)
