"""The catalogue of phone actions: everything a paired phone can be asked to do."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import Field

from actions.action import Action, Risk
from shortcuts.phone import arguments as a
from shortcuts.phone.action import Given, PhoneAction, phone_action
from shortcuts.phone.acts import ACTS
from shortcuts.phone.apps import APPS
from shortcuts.phone.availability import EVERYWHERE, LOOKED_AT
from shortcuts.phone.own import Own, OwnShortcut
from shortcuts.phone.questions import QUESTIONS

BUILT_IN = (*ACTS, *QUESTIONS)
"""Every phone action that needs nothing of the owner's."""


class PhoneCatalogue(Mapping[str, PhoneAction]):
    """Phone actions by the name of their registry action."""

    def __init__(self, own: Own | None = None) -> None:
        """Every built-in action, opening apps, and running the owner's own shortcuts where there are some."""
        own = own or Own()
        found = [*BUILT_IN, _open_app({**APPS, **own.apps})]
        if own.shortcuts:
            found.append(_run_shortcut({shortcut.name: shortcut for shortcut in own.shortcuts}))
        self._actions = {one.action.name: one for one in found}

    def __getitem__(self, name: str) -> PhoneAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)

    @property
    def actions(self) -> tuple[Action, ...]:
        """For the registry."""
        return tuple(one.action for one in self._actions.values())


def _open_app(apps: Mapping[str, str]) -> PhoneAction:
    return phone_action(
        "open_app",
        "Opens an app on the phone.",
        a.one_of("OpenApp", "name", tuple(sorted(apps)), "The app."),
        "open_app",
        replace(LOOKED_AT, prompts=False),
        says="open {name}",
        make=lambda given: {"name": given["name"], "url": apps[given["name"]]},
        examples=("open Maps",),
    )


def _run_shortcut(shortcuts: Mapping[str, OwnShortcut]) -> PhoneAction:
    described = "; ".join(f"{name}: {one.description}" for name, one in shortcuts.items())
    inputs = "; ".join(f"{name}: {one.input}" for name, one in shortcuts.items() if one.input)
    more = {"input": (a.Long | None, Field(None, description=inputs))} if inputs else {}

    def risk_of(given: Given) -> Risk:
        return shortcuts[given["name"]].risk

    return phone_action(
        "run_shortcut",
        "Runs one of the person's own shortcuts on the phone.",
        a.one_of("RunShortcut", "name", tuple(shortcuts), described, **more),
        "run_shortcut",
        EVERYWHERE,
        says=lambda given: f"run “{given['name']}”" + (f" with “{given['input']}”" if given.get("input") else ""),
        risk=max((one.risk for one in shortcuts.values()), key=lambda risk: risk.rank),
        risk_of=risk_of,
        examples=tuple(f"run {name}" for name in list(shortcuts)[:3]),
    )
