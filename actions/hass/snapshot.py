"""From Home Assistant's registries to a `Home`: fetched as raw JSON, for releases from 2024.3 to 2026.11.

What differs: floors have no aliases, or are no command at all, before 2024.4; an alias may be null from 2026 on,
and then stands for a name that is put together from the device's and the entity's; a child device (2026) is in the
area of its parent unless it has one.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.hass.exposure import ASSISTANT, Exposure, parse_listed
from actions.hass.socket import CommandFailed, HassSocket
from actions.home import Area, Entity, Floor, Home, State

_log = logging.getLogger(__name__)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Registries:
    """What Home Assistant knows about the home apart from states."""

    floors: tuple[Floor, ...] = ()
    areas: tuple[Area, ...] = ()
    devices: Mapping[str, Row] = field(default_factory=dict)
    """Rows of the device registry by id."""
    entries: Mapping[str, Row] = field(default_factory=dict)
    """Extended rows of the entity registry by entity id; entities without a unique id have none."""
    exposure: Exposure = field(default_factory=Exposure)


async def fetch_registries(socket: HassSocket, entity_ids: Iterable[str], *, stored: bool) -> Registries:
    """Ask for everything at once; `entity_ids` are those that have a state.

    :param stored: whether the `conversation` integration runs.
    :raises CommandFailed: Home Assistant refused something that a snapshot cannot do without.
    """
    floors, areas, devices, entries, listed, expose_new = await asyncio.gather(
        _optional(socket, "config/floor_registry/list", default=[]),
        socket.command("config/area_registry/list"),
        socket.command("config/device_registry/list"),
        socket.command("config/entity_registry/get_entries", entity_ids=sorted(entity_ids)),
        fetch_listed(socket),
        _optional(socket, "homeassistant/expose_new_entities/get", default={}, assistant=ASSISTANT),
    )
    return Registries(
        floors=tuple(map(_floor, floors)),
        areas=tuple(map(_area, areas)),
        devices={row["id"]: row for row in devices},
        entries={entity_id: row for entity_id, row in entries.items() if row},
        exposure=Exposure(listed, bool(expose_new.get("expose_new", True)), stored),
    )


async def fetch_listed(socket: HassSocket) -> dict[str, bool] | None:
    """The stored exposures; None where the token is no administrator's."""
    result = await _optional(socket, "homeassistant/expose_entity/list", default=None)
    return None if result is None else parse_listed(result)


async def _optional(socket: HassSocket, kind: str, *, default: Any, **data: Any) -> Any:
    try:
        return await socket.command(kind, **data)
    except CommandFailed as failed:
        _log.debug("Home Assistant does not answer %s: %s", kind, failed.code)
        return default


async def fetch_scripts(socket: HassSocket, entity_ids: Iterable[str]) -> dict[str, Any]:
    """What each script does, by entity id; those that Home Assistant does not show are left out."""
    scripts = sorted(entity_id for entity_id in entity_ids if entity_id.startswith("script."))
    answers = await asyncio.gather(
        *(_optional(socket, "script/config", default={}, entity_id=entity_id) for entity_id in scripts)
    )
    configs = {entity_id: answer.get("config") for entity_id, answer in zip(scripts, answers, strict=True)}
    return {
        entity_id: config["sequence"] for entity_id, config in configs.items() if config and "sequence" in config
    }


def build_home(
    registries: Registries,
    states: Mapping[str, State],
    services: Mapping[str, Any],
    scripts: Mapping[str, Any] | None = None,
) -> Home:
    """A Home over the live `states`: one entity for each of them, in a stable order."""
    return Home(
        floors=registries.floors,
        areas=registries.areas,
        entities=[_entity(entity_id, states[entity_id], registries) for entity_id in sorted(states)],
        states=states,
        services=services,
        scripts=scripts,
    )


def same_registries(left: Home, right: Home) -> bool:
    """Whether two homes are the same to everyone."""
    return (
        left.entities == right.entities
        and left.areas == right.areas
        and left.floors == right.floors
        and left.services == right.services
        and left.scripts == right.scripts
    )


def _floor(row: Row) -> Floor:
    return Floor(row["floor_id"], row["name"], _names(row.get("aliases"), row["name"]), row.get("level"))


def _area(row: Row) -> Area:
    return Area(row["area_id"], row["name"], _names(row.get("aliases"), row["name"]), row.get("floor_id"))


def _entity(entity_id: str, state: State, registries: Registries) -> Entity:
    entry = registries.entries.get(entity_id)
    attributes = state.attributes
    name = _name(entity_id, entry, attributes)
    features = attributes.get("supported_features")
    modes = attributes.get("supported_color_modes") or attributes.get("hvac_modes") or ()
    return Entity(
        id=entity_id,
        name=name,
        aliases=_entity_aliases(entry, name, registries.devices) if entry else (),
        area=_area_id(entry, registries.devices) if entry else None,
        device_class=attributes.get("device_class"),
        exposed=registries.exposure.allows(entity_id, entry, state),
        features=features if isinstance(features, int) else 0,
        modes=tuple(str(mode) for mode in modes),
    )


def _name(entity_id: str, entry: Row | None, attributes: Row) -> str:
    # The state's name follows the registry's at once, and has the device's name in it where that belongs.
    told = [attributes.get("friendly_name")]
    if entry is not None:
        told += [entry.get("name"), entry.get("original_name")]
    named = next((name.strip() for name in told if isinstance(name, str) and name.strip()), "")
    return named or entity_id.partition(".")[2].replace("_", " ")


def _entity_aliases(entry: Row, name: str, devices: Mapping[str, Row]) -> tuple[str, ...]:
    aliases = entry.get("aliases") or ()
    return _names([_computed_name(entry, devices) if alias is None else alias for alias in aliases], name)


def _computed_name(entry: Row, devices: Mapping[str, Row]) -> str:
    parts = [entry.get("name") or entry.get("original_name")]
    device = devices.get(entry.get("device_id") or "")
    if device and entry.get("next_name_part") == "device":
        parts.insert(0, _device_name(device))
        parent = devices.get(device.get("parent_device_id") or "")
        if parent and device.get("next_name_part") == "parent_device":
            parts.insert(0, _device_name(parent))
    return " ".join(part for part in parts if part)


def _device_name(device: Row) -> str | None:
    return device.get("name_by_user") or device.get("name")


def _names(aliases: Iterable[str | None] | None, name: str) -> tuple[str, ...]:
    # Sorted: up to 2024 they come in another order after each restart, which must not look like a change.
    stripped = {alias.strip() for alias in aliases or () if isinstance(alias, str)}
    return tuple(sorted(stripped - {"", name}))


def _area_id(entry: Row, devices: Mapping[str, Row]) -> str | None:
    if own := entry.get("area_id"):
        return str(own)
    device = devices.get(entry.get("device_id") or "")
    if device and not device.get("area_id"):
        device = devices.get(device.get("parent_device_id") or "")
    area = device.get("area_id") if device else None
    return str(area) if area else None
