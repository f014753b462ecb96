"""A phone action: the registry's Action, with what a shortcut is told for it and where it works."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from actions.action import Action, Place, Risk, Undo
from actions.catalog.parameters import Arguments
from shortcuts.kinds import KINDS, PhoneKind
from shortcuts.phone.availability import Availability

Given = Mapping[str, Any]
"""Validated arguments, those left out missing."""
MakeArgs = Callable[[Given], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class PhoneAction:
    """One thing that a phone can do."""

    action: Action
    kind: str
    """Of `shortcuts.kinds.KINDS`."""
    availability: Availability
    make: MakeArgs

    @property
    def phone_kind(self) -> PhoneKind:
        """How the shortcuts carry it out."""
        return KINDS[self.kind]

    def args(self, given: Given) -> dict[str, Any]:
        """The `args` of the device action."""
        return self.phone_kind.args.model_validate(self.make(given)).model_dump(mode="json")


def phone_action(
    name: str,
    description: str,
    parameters: type[Arguments],
    kind: str,
    availability: Availability,
    *,
    says: str | Callable[[Given], str],
    undo: Undo = Undo.NONE,
    risk: Risk = Risk.REVERSIBLE,
    risk_of: Callable[[Given], Risk] | None = None,
    make: MakeArgs = dict,
    examples: tuple[str, ...] = (),
) -> PhoneAction:
    """A phone action.

    :param says: exactly what is done: "set the brightness to {percent} %", or a function of the arguments.
    :param make: the shortcut's arguments, where they are not those given.
    """
    action = Action(
        f"phone.{name}",
        description,
        parameters,
        risk,
        undo,
        Place.PHONE,
        examples,
        says=says if callable(says) else says.format_map,
        risk_of=risk_of,
    )
    return PhoneAction(action, kind, availability, make)
