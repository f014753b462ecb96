"""The day's figures, and how the bridge is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import HearthbridgeConfigEntry
from .entity import HearthbridgeEntity
from .models import Status

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class Description(SensorEntityDescription):
    """One figure of the status."""

    value: Callable[[Status], str | float | datetime | None]
    attributes: Callable[[Status], Mapping[str, Any]] | None = None


def _last_request(status: Status) -> datetime | None:
    return dt_util.parse_datetime(str(status.last_turn.get("at", "")))


SENSORS = (
    Description(
        key="local_share",
        translation_key="local_share",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda status: None if status.local_share is None else status.local_share * 100,
    ),
    Description(
        key="turns_today",
        translation_key="turns_today",
        state_class=SensorStateClass.TOTAL_INCREASING,
        value=lambda status: status.turns,
    ),
    Description(
        key="cost_today",
        translation_key="cost_today",
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement="USD",
        suggested_display_precision=2,
        value=lambda status: status.cost_usd,
    ),
    Description(
        key="latency",
        translation_key="latency",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=lambda status: status.latency_p50,
        attributes=lambda status: {"p95": status.latency_p95},
    ),
    Description(
        key="last_request",
        translation_key="last_request",
        device_class=SensorDeviceClass.TIMESTAMP,
        value=_last_request,
        attributes=lambda status: {key: status.last_turn.get(key) for key in ("device", "tier", "decision")},
    ),
    Description(
        key="pending_confirmations",
        translation_key="pending_confirmations",
        state_class=SensorStateClass.MEASUREMENT,
        value=lambda status: status.pending_confirmations,
    ),
    Description(
        key="model_version",
        translation_key="model_version",
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda status: status.model_version,
        attributes=lambda status: {"tiers": list(status.tiers)},
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant, entry: HearthbridgeConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the sensors of a bridge."""
    add(Sensor(entry, description) for description in SENSORS)


class Sensor(HearthbridgeEntity, SensorEntity):
    """One figure."""

    entity_description: Description

    def __init__(self, entry: HearthbridgeConfigEntry, description: Description) -> None:
        super().__init__(entry, description.key)
        self.entity_description = description

    @property
    def native_value(self) -> str | float | datetime | None:
        """The figure; None where nothing is known yet."""
        return self.entity_description.value(self.coordinator.data) if self.coordinator.data else None

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What belongs to it."""
        attributes = self.entity_description.attributes
        return attributes(self.coordinator.data) if attributes and self.coordinator.data else None
