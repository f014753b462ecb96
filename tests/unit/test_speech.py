"""What is said: honest about each outcome, short, and in the person's language where there is a text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from actions.call import ToolCall
from actions.catalog import build_registry
from actions.demo import DemoHome
from actions.lookup import look_up
from actions.perform import intend
from actions.plan import Plan
from actions.planner import plan
from actions.receipt import Receipt, Status
from actions.risk import Rules
from actions.validation import Choice, Problem
from bridge.speech import Speech

HOME = DemoHome(pace=0).home
REGISTRY = build_registry(HOME, ())


def planned(intent: str, /, **arguments: Any) -> Plan:
    return plan([ToolCall(name=intent, arguments=arguments)], registry=REGISTRY, home=HOME, rules=Rules())


def said(of: Plan, status: Status = Status.DONE, language: str = "en", **more: Any) -> str:
    receipts = [
        receipt if receipt.status is Status.FAILED else receipt.model_copy(update={"status": status, **more})
        for receipts in intend(of, HOME).values()
        for receipt in receipts
    ]
    return Speech(language).outcome(of, receipts, {}, HOME)


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("HassTurnOn", {"name": "Hall light"}, "Turned on Hall light."),
        ("HassTurnOff", {"name": "Hall light"}, "Turned off Hall light."),
        ("HassTurnOn", {"name": "Front door", "domain": "lock"}, "Locked Front door."),
        ("HassTurnOff", {"name": "Front door", "domain": "lock"}, "Unlocked Front door."),
        ("HassTurnOn", {"name": "Garage door"}, "Opened Garage door."),
        (
            "HassTurnOn",
            {"area": "Bedroom", "domain": "light"},
            "Turned on Bedroom ceiling and Reading lamp (Bedroom).",
        ),
    ],
)
def test_what_was_done(name: str, arguments: dict[str, Any], sentence: str) -> None:
    assert said(planned(name, **arguments)) == sentence


def test_many_are_counted() -> None:
    assert said(planned("HassTurnOff", name="all", domain="light")).startswith("Turned off 1")


def test_what_is_not_sure_is_said() -> None:
    of = planned("HassTurnOn", name="Hall light")
    detail = "it still shows off"
    assert said(of, Status.UNKNOWN, reason="timed_out", detail=detail) == (
        "I am not sure about Hall light (Hall): it still shows off."
    )
    assert "was not done: No" in said(of, Status.FAILED, reason="home_refused", detail="No")


def test_what_cannot_be_reached_is_said_once() -> None:
    assert said(planned("HassTurnOn", name="Shed light")) == "Shed light (Garden) cannot be reached."


def test_done_and_not_done_are_told_apart() -> None:
    of = planned("HassTurnOn", area="Bedroom", domain="light")
    first, second = (receipt for receipts in intend(of, HOME).values() for receipt in receipts)
    receipts = [
        first.model_copy(update={"status": Status.DONE}),
        second.model_copy(update={"status": Status.UNKNOWN, "reason": "timed_out", "detail": "it shows off"}),
    ]
    text = Speech("en").outcome(of, receipts, {}, HOME)
    assert text.startswith("Turned on Bedroom ceiling. I am not sure about Reading lamp")


@pytest.mark.parametrize("language", ["de", "fr", "nl", "pt-BR", "zh-Hans", "xx"])
def test_other_languages_say_something(language: str) -> None:
    of = planned("HassTurnOn", name="Hall light")
    assert said(of, language=language).endswith((".", "。", "!"))
    assert Speech(language).not_understood([])


def test_german() -> None:
    assert said(planned("HassTurnOn", name="Hall light"), language="de") != "Turned on Hall light."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"name": "Front door", "domain": "lock", "state": "locked"}, "Yes."),
        ({"name": "Front door", "domain": "lock", "state": "unlocked"}, "No, locked."),
    ],
)
def test_answers(arguments: dict[str, Any], sentence: str) -> None:
    [query] = planned("HassGetState", **arguments).queries
    assert Speech("en").answer(look_up(query, HOME), None) == sentence


def test_the_time() -> None:
    [query] = planned("HassGetCurrentTime").queries
    assert Speech("en").time(query, datetime(2026, 11, 24, 15, 4)) == "3:04 PM."  # noqa: DTZ001


def test_a_problem_ends_with_its_choices() -> None:
    choices = [Choice(label=label, arguments={}) for label in ("Kitchen", "Hall", "Study")]
    problem = Problem(code="unknown_area", path="x", message="There is no room called wug", choices=choices)
    assert Speech("en").problem(problem) == "There is no room called wug. Did you mean Kitchen, Hall or Study?"
    assert Speech("en").problem(problem.model_copy(update={"choices": []})) == "There is no room called wug."


def test_nearest_things_are_offered() -> None:
    text = Speech("en").not_understood(["turn on the lights", "what time is it", "never shown"])
    assert text.endswith("You could say: “turn on the lights” or “what time is it”.")


def test_a_receipt_of_what_still_goes_on() -> None:
    of = planned("HassTurnOn", name="Hall light")
    [receipt] = [r for receipts in intend(of, HOME).values() for r in receipts]
    assert isinstance(receipt, Receipt)
    assert "still going on" in Speech("en").outcome(of, [receipt], {}, HOME)
