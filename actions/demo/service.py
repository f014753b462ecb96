"""Service: what a service takes, compiled from its description to check calls against."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from actions.errors import HomeRefused
from actions.home import Entity
from actions.link import ServiceCall

Check = Callable[[Any], Any]
"""Gives the value as the service reads it; ValueError or TypeError when it cannot."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service, ready to check calls."""

    name: str
    fields: Mapping[str, Check] | None
    """None: takes anything, as a script does."""
    required: frozenset[str] = frozenset()
    targets: bool = False
    domains: frozenset[str] = frozenset()
    """Domains of entities that it acts on; empty: any."""
    features: tuple[int, ...] = ()
    """Feature bits, of which an entity must have all of one."""
    answers: bool | None = None
    """Whether response data must (True) or may (False) be asked for; None: there is none."""

    def checked(self, call: ServiceCall) -> dict[str, Any]:
        """The call's data as the service reads it.

        :raises HomeRefused: the call does not fit.
        """
        if self.targets and not call.targets:
            raise HomeRefused("must contain at least one of entity_id, device_id, area_id, floor_id, label_id.")
        if self.answers and not call.answers:
            raise HomeRefused(f"The action {self.name} requires responses and must be called with return_response")
        if call.answers and self.answers is None:
            raise HomeRefused(f"The action {self.name} does not return responses")
        if self.fields is None:
            return dict(call.data)
        if missing := self.required - call.data.keys():
            raise HomeRefused(f"required key not provided @ data['{min(missing)}']")
        return {key: self._read(key, value) for key, value in call.data.items()}

    def _read(self, key: str, value: Any) -> Any:
        check = (self.fields or {}).get(key)
        if check is None:
            raise HomeRefused(f"extra keys not allowed @ data['{key}']")
        try:
            return check(value)
        except (TypeError, ValueError) as error:
            raise HomeRefused(f"{error} @ data['{key}']. Got {value!r}") from error

    def suits(self, entity: Entity) -> bool:
        """Whether the service acts on an entity of this domain.

        :raises HomeRefused: it does, but this one cannot do it.
        """
        if self.domains and entity.domain not in self.domains:
            return False
        if self.features and not any(entity.features & bits == bits for bits in self.features):
            raise HomeRefused(f"Entity {entity.id} does not support action {self.name}")
        return True


def compiled(name: str, description: Mapping[str, Any]) -> Service:
    """A service from its description in the shape of Home Assistant's get_services."""
    fields = dict(_flat(description["fields"]))
    wanted = description.get("target", {}).get("entity", [{}])[0]
    response = description.get("response")
    return Service(
        name=name,
        fields={key: _check(key, one.get("selector") or {}) for key, one in fields.items()},
        required=frozenset(key for key, one in fields.items() if one.get("required")),
        targets="target" in description,
        domains=frozenset(wanted.get("domain", ())),
        features=tuple(wanted.get("supported_features", ())),
        answers=None if response is None else not response["optional"],
    )


def script(name: str) -> Service:
    """A script as a service. Home Assistant does not check what it is given."""
    return Service(name, None, answers=False)


def _flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, one in fields.items():
        if "fields" in one:
            yield from _flat(one["fields"])
        else:
            yield key, one


def _check(key: str, selector: Mapping[str, Any]) -> Check:
    if key in _BY_NAME:
        return _BY_NAME[key]
    kind = next(iter(selector), "")
    return partial(_BY_SELECTOR[kind], selector[kind] or {}) if kind in _BY_SELECTOR else _anything


def _anything(value: Any) -> Any:
    return value


def _number(limits: Mapping[str, Any], value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("expected a number")
    number = float(value)
    if not limits.get("min", number) <= number <= limits.get("max", number):
        raise ValueError(f"value must be at least {limits['min']} and at most {limits['max']}")
    return number


def _boolean(_options: Mapping[str, Any], value: Any) -> bool:
    word = str(value).lower()
    if word in ("true", "on", "yes", "1", "enable"):
        return True
    if word in ("false", "off", "no", "0", "disable"):
        return False
    raise ValueError("invalid boolean value")


def _text(options: Mapping[str, Any], value: Any) -> Any:
    if options.get("multiple") and isinstance(value, list):
        return [_text({}, one) for one in value]
    if value is None or isinstance(value, list | dict | tuple):
        raise TypeError("value should be a string")
    return str(value)


def _select(options: Mapping[str, Any], value: Any) -> Any:
    values = value if options.get("multiple") and isinstance(value, list) else [value]
    if any(one not in options["options"] for one in values):
        raise ValueError(f"value must be one of {options['options']}")
    return values if options.get("multiple") else value


def _numbers(value: Any, *most: float) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or len(value) != len(most):
        raise TypeError(f"expected {len(most)} numbers")
    return tuple(_number({"min": 0, "max": limit}, one) for one, limit in zip(value, most, strict=True))


def _rgb(_options: Mapping[str, Any], value: Any) -> tuple[float, ...]:
    return _numbers(value, 255, 255, 255)


def _date(_options: Mapping[str, Any], value: Any) -> str:
    return date.fromisoformat(value).isoformat()


def _datetime(_options: Mapping[str, Any], value: Any) -> str:
    return datetime.fromisoformat(value).isoformat()


_BY_NAME: dict[str, Check] = {
    "hs_color": lambda value: _numbers(value, 360, 100),
    "xy_color": lambda value: _numbers(value, 1, 1),
}
_BY_SELECTOR: dict[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "number": _number,
    "boolean": _boolean,
    "text": _text,
    "select": _select,
    "color_rgb": _rgb,
    "color_temp": lambda _options, value: _number({"min": 1, "max": 40_000}, value),
    "date": _date,
    "datetime": _datetime,
}
