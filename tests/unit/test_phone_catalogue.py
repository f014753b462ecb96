"""The catalogue of phone actions, against what the shortcuts know and what every dialect takes."""

from pathlib import Path
from typing import Any

import pytest

from actions.action import Place, Risk, Undo
from actions.call import ToolCall
from actions.catalog.intents import CLOCK, HOME
from actions.catalog.own import load
from actions.demo import DemoHome
from actions.dialects import DIALECTS
from actions.errors import CatalogError
from actions.planner import plan
from actions.registry import Registry
from actions.risk import Rules
from shortcuts.catalogue import PhoneCatalogue
from shortcuts.kinds import KINDS
from shortcuts.phone.own import Own, OwnShortcut, load_own

OWN = Own(
    shortcuts=(
        OwnShortcut(name="Say “hi” 👋 & 'bye'", description="Greets.", risk=Risk.REVERSIBLE),
        OwnShortcut(name="Garage", description="Opens it.", input="How far."),
    ),
    apps={"Signal": "sgnl://"},
)
CATALOGUE = PhoneCatalogue(OWN)
REGISTRY = Registry([*HOME, *CLOCK, *CATALOGUE.actions])
GIVEN: dict[str, dict[str, Any]] = {
    "phone.run_shortcut": {"name": "Garage", "input": "half"},
    "phone.open_app": {"name": "Signal"},
    "phone.open_url": {"url": "https://example.com/a?b=c"},
    "phone.set_clipboard": {"text": "a {text} with braces"},
    "phone.set_brightness": {"percent": 40},
    "phone.set_volume": {"percent": 0},
    "phone.set_focus": {"on": True},
    "phone.torch": {"on": False},
    "phone.low_power": {"on": True},
    "phone.appearance": {"mode": "dark"},
    "phone.start_timer": {"minutes": 5, "seconds": 1},
    "phone.set_alarm": {"time": "7:05"},
    "phone.add_reminder": {"title": "Milk", "due": "2026-12-24T18:30"},
    "phone.add_event": {"title": "Dinner", "start": "2026-12-24T18:30", "end": "2026-12-24T20:00"},
    "phone.send_message": {"to": "+49 170 1234567", "text": "Late"},
    "phone.send_mail": {"to": "a@example.com", "text": "Late"},
    "phone.play_pause": {},
    "phone.take_photo": {"request": "What is it?"},
    "phone.take_screenshot": {"request": "What is it?"},
    "phone.say": {"text": "Hello"},
    "phone.notify": {"text": "Hello"},
    "phone.ask": {"prompt": "Tea?"},
    "phone.get_clipboard": {},
    "phone.get_location": {},
    "phone.get_battery": {},
}


def step(action: str, /, **given: Any) -> Any:
    home = DemoHome(pace=0).home
    [one] = plan([ToolCall(name=action, arguments=given)], registry=REGISTRY, home=home, rules=Rules()).steps
    return one


def problem(action: str, /, **given: Any) -> str:
    arguments, problems = REGISTRY.check(ToolCall(name=action, arguments=given))
    assert arguments is None
    return problems[0].code


def test_every_kind_has_an_action() -> None:
    assert {one.kind for one in CATALOGUE.values()} == set(KINDS)
    assert set(CATALOGUE) == set(GIVEN)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_an_action_is_whole(name: str) -> None:
    one = CATALOGUE[name]
    assert one.action.place is Place.PHONE
    assert one.availability.locked is not one.phone_kind.unlocked
    assert one.availability.pushed is one.phone_kind.pushed
    assert (one.action.undo is Undo.NOTHING) is bool(one.phone_kind.answers and one.kind != "run_shortcut")
    planned = step(name, **GIVEN[name])
    assert (
        one.args(planned.arguments) == one.phone_kind.args.model_validate(one.make(planned.arguments)).model_dump()
    )
    assert planned.summary[0].islower()
    assert "{" not in planned.summary.replace("{text}", "")


def test_arguments_become_those_of_the_shortcut() -> None:
    made = {name: CATALOGUE[name].args(step(name, **given).arguments) for name, given in GIVEN.items()}
    assert made["phone.open_app"] == {"name": "Signal", "url": "sgnl://"}
    assert made["phone.set_focus"] == {"mode": "do_not_disturb", "on": True}
    assert made["phone.start_timer"] == {"seconds": 301}
    assert made["phone.set_alarm"] == {"time": "07:05", "label": ""}
    assert made["phone.play_pause"] == {"mode": "toggle"}
    assert made["phone.add_reminder"]["due"] == "2026-12-24T18:30"
    assert made["phone.set_clipboard"] == {"text": "a {text} with braces"}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("phone.open_url", {"url": "shortcuts://run-shortcut?name=Garage"}),
        ("phone.open_url", {"url": "javascript:alert(1)"}),
        ("phone.open_url", {"url": "https:///nowhere"}),
        ("phone.open_app", {"name": "Nothing"}),
        ("phone.run_shortcut", {"name": "Not allowed"}),
        ("phone.set_brightness", {"percent": 101}),
        ("phone.start_timer", {}),
        ("phone.start_timer", {"hours": 24, "seconds": 1}),
        ("phone.set_alarm", {"time": "25:00"}),
        ("phone.add_reminder", {"title": "x", "due": "tomorrow"}),
        ("phone.add_event", {"title": "x", "start": "2026-12-24T18:30", "end": "2026-12-24T18:30"}),
        ("phone.set_focus", {"on": True, "mode": "reading"}),
        ("phone.say", {"text": ""}),
    ],
)
def test_what_does_not_fit_is_refused(name: str, given: dict[str, Any]) -> None:
    assert problem(name, **given)


def test_the_risk_is_the_shortcuts_own() -> None:
    assert step("phone.run_shortcut", name="Garage").risk is Risk.SENSITIVE
    assert step("phone.run_shortcut", name="Say “hi” 👋 & 'bye'").risk is Risk.REVERSIBLE
    home = DemoHome(pace=0).home
    call = ToolCall(name="phone.run_shortcut", arguments={"name": "Garage"})
    rules = Rules(actions={"phone.run_shortcut": Risk.FORBIDDEN})
    assert plan([call], registry=REGISTRY, home=home, rules=rules).risk is Risk.FORBIDDEN


def test_without_own_shortcuts_none_can_be_run() -> None:
    assert "phone.run_shortcut" not in PhoneCatalogue()


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_every_dialect_takes_them(dialect: str) -> None:
    assert "set_brightness" in str(DIALECTS[dialect].tools(REGISTRY))


def test_own_file(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "actions: []\nshortcuts:\n  - name: Log Water 💧\n    description: Logs it.\napps:\n  Signal: sgnl://\n"
    )
    own = load_own(path)
    assert [shortcut.name for shortcut in own.shortcuts] == ["Log Water 💧"]
    assert own.apps == {"Signal": "sgnl://"}
    assert load(path) == ()
    assert load_own(None) == Own()


@pytest.mark.parametrize(
    "content",
    [
        "shortcuts: 3",
        "shortcuts:\n  - name: x",
        "shortcuts:\n  - {name: a, description: b}\n  - {name: A, description: b}",
        "apps: {x: nothing}",
        "apps: {x: 'shortcuts://run'}",
        "more: 1",
        "a: [",
    ],
)
def test_a_bad_own_file_says_where(tmp_path: Path, content: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(content)
    with pytest.raises(CatalogError):
        load_own(path)


def test_an_own_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="Cannot read"):
        load_own(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogError):
        load_own(tmp_path / "bytes.yaml")
