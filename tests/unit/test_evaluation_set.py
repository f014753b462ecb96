"""The small tier's test set is what its README says, and each expected call can be carried out in its home."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import coreml_export
from actions.action import Action
from actions.call import ToolCall
from actions.catalog.intents import CLOCK
from actions.catalog.intents import HOME as INTENTS
from actions.catalog.own import OwnAction
from actions.home import Home
from actions.planner import plan
from actions.registry import Registry
from actions.risk import Rules
from actions.text import stem
from coreml_export.data.homes import as_home

FOLDER = Path(coreml_export.__file__).parent / "evaluation" / "set"
LATER, STEP = "conversation_command", "_step"
NOT_DONE = {
    *("missing_device", "missing_area", "wrong_area", "none_here", "hidden", "ambiguous", "cannot", "out_of_range"),
    *("chat", "overheard", "other_app", "fragment", "not_now", "past", "hypothetical", "injection", "sql", "html"),
}
Row = Mapping[str, Any]


@cache
def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


@cache
def homes() -> dict[str, dict[str, Any]]:
    return {home["id"]: home for home in read("homes.jsonl")}


@cache
def live(home_id: str) -> Home:
    return as_home(homes()[home_id])


def own_action(row: Row) -> Action:
    return OwnAction(
        name=row["action"],
        description=row["description"],
        service=f"script.{row['action']}",
        targets=row["entity_ids"],
        parameters=row["fields"],
        examples=row.get("phrases", []),
    ).action()


def names_of(things: list[Row]) -> set[str]:
    return {name for thing in things for name in (thing["name"], *thing["aliases"])}


def orders(expected: Row) -> Iterator[list[Row]]:
    """Each set of calls that is right, with the first of the values that a slot may have."""
    for calls in (expected["calls"], *expected.get("alternatives", [])):
        yield [{**call, "slots": {key: first(value) for key, value in call["slots"].items()}} for call in calls]


def first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def carry_out(calls: list[Row], home_id: str, more: Row | None = None, here: str | None = None) -> None:
    """Plan the calls, and fail on one that is refused or names what the home does not have."""
    home = homes()[home_id]
    own = {action["action"]: action for action in (*home["actions"], *([more] if more else []))}
    registry = Registry((*INTENTS, *CLOCK, *map(own_action, own.values())))
    asked = []
    for call in calls:
        assert call.keys() in ({"intent", "slots"}, {"action", "slots"})
        spoken(call, home)
        if "action" in call:
            asked.append(own_call(call, own[call["action"]], home))
        else:
            slots = {key: value for key, value in call["slots"].items() if key != LATER}
            asked.append(ToolCall(name=call["intent"], arguments=slots))
    planned = plan(asked, registry=registry, home=live(home_id), rules=Rules(), here=here)
    assert not any(step.refused for step in planned.steps)
    reached = {target.entity_id for step in planned.steps for target in step.targets}
    reached |= {entity_id for query in planned.queries for entity_id in query.entities}
    assert all(live(home_id).entities[entity_id].exposed for entity_id in reached)


def spoken(call: Row, home: Row) -> None:
    slots = call["slots"]
    assert "Timer" in call.get("intent", "") or slots.get("name", "all") in names_of(home["entities"]) | {"all"}
    assert "area" not in slots or slots["area"] in {area["name"] for area in home["areas"]}
    assert "floor" not in slots or slots["floor"] in {floor["name"] for floor in home["floors"]}


def own_call(call: Row, action: Row, home: Row) -> ToolCall:
    """As the registry takes it: without the room or the name of one of its things, and nothing relative."""
    slots = dict(call["slots"])
    area = next((area["id"] for area in home["areas"] if area["name"] == slots.pop("area", None)), None)
    things = [entity for entity in home["entities"] if entity["entity_id"] in action["entity_ids"]]
    assert area is None or any(entity["area"] == area for entity in things)
    assert slots.pop("name", None) in {None, *names_of(things)}
    for slot in [slot for slot in slots if slot.endswith(STEP)]:
        assert isinstance(slots.pop(slot), int)
        slots[slot.removesuffix(STEP)] = action["fields"][slot.removesuffix(STEP)]["minimum"]
    return ToolCall(name=call["action"], arguments=slots)


def test_counts_are_as_the_readme_says() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    table = re.findall(r"^\| `?(\w+)`? \| (\d+) \|", readme, re.MULTILINE)
    sources = Counter(case["source"] for case in read("cases.jsonl"))
    assert {name: int(count) for name, count in table} == {**sources, "all": sources.total()}
    tries = read("own_actions.jsonl")
    actions = {row["action"]["action"] for row in tries}
    assert f"{len(tries)} tries of {len(actions)} actions" in readme
    assert {home for home in homes() if f"`{home}`" not in readme} == set()


def test_ids_and_sentences_are_unique() -> None:
    rows = [*read("cases.jsonl"), *read("own_actions.jsonl")]
    assert len({row["id"] for row in rows}) == len(rows)
    said = Counter((row.get("home_ref"), row["utterance"].casefold(), str(row.get("context"))) for row in rows)
    assert [sentence for sentence, count in said.items() if count > 1] == []


@pytest.mark.parametrize("home_id", homes())
def test_homes_hold_together(home_id: str) -> None:
    home = homes()[home_id]
    assert home.keys() == {"id", "lang", "floors", "areas", "entities", "actions"}
    floors, areas = {floor["id"] for floor in home["floors"]}, {area["id"] for area in home["areas"]}
    ids = {entity["entity_id"] for entity in home["entities"]}
    assert (len(floors), len(areas), len(ids)) == tuple(len(home[key]) for key in ("floors", "areas", "entities"))
    assert {area["floor"] for area in home["areas"]} <= floors | {None}
    for entity in home["entities"]:
        assert entity["area"] in areas | {None}
        assert entity["entity_id"].partition(".")[0] == entity["domain"]
    for action in home["actions"]:
        assert own_action(action)
        assert set(action["entity_ids"]) <= ids


@pytest.mark.parametrize("home_id", homes())
def test_what_is_expected_can_be_done(home_id: str) -> None:
    for case in (case for case in read("cases.jsonl") if case["home_ref"] == home_id):
        expected, context = case["expected"], case.get("context", {})
        assert case["lang"] == homes()[home_id]["lang"]
        assert expected["kind"] in {"action", "query", "unsupported"}
        assert (expected["kind"] == "unsupported") == (expected["calls"] == [])
        assert context.get("area") in {None, *(area["id"] for area in homes()[home_id]["areas"])}
        for calls in (*orders(expected), context.get("previous", [])):
            carry_out(calls, home_id, here=context.get("area"))


def test_what_is_not_done_says_why() -> None:
    for case in read("cases.jsonl"):
        expected = case["expected"]
        impossible = case["source"] == "partial" or expected["kind"] == "unsupported"
        assert ("reason" in expected) == impossible
        assert expected.get("reason") in (NOT_DONE if impossible else {None})


def test_what_is_said_to_be_hidden_is_hidden() -> None:
    for case in (case for case in read("cases.jsonl") if case["expected"].get("reason") == "hidden"):
        home = homes()[case["home_ref"]]
        words = stemmed(case["utterance"])
        named = [entity for entity in home["entities"] if stemmed(entity["name"]) <= words]
        assert any(not entity["exposed"] for entity in named), case["utterance"]


def stemmed(text: str) -> set[str]:
    return set(stem(text).split())


@pytest.mark.parametrize("row", read("own_actions.jsonl"), ids=lambda row: row["id"])
def test_an_own_action_can_be_added_and_asked_for(row: Row) -> None:
    action, home = row["action"], homes()[row["home"]]
    assert 2 <= len(action["phrases"]) <= 4
    assert row["utterance"].casefold() not in {phrase.casefold() for phrase in action["phrases"]}
    assert action["action"] not in {own["action"] for own in home["actions"]}
    exposed = {entity["entity_id"] for entity in home["entities"] if entity["exposed"]}
    assert set(action["entity_ids"]) <= exposed
    for calls in orders(row["expected"]):
        carry_out(calls, row["home"], action)
        assert not calls or action["action"] in {call.get("action") for call in calls}
