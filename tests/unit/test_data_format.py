"""A strict reader of generated data, written from the format's description and apart from the writer."""

import itertools
import json
from pathlib import Path
from typing import Any

from coreml_export.data.digest import norm

_ENTITY = {"entity_id", "name", "aliases", "area", "domain", "state", "exposed"}
_ENTITY_MORE = {"device_class", "attributes", "features", "supports"}
_CASE = {"id", "source", "split", "lang", "home_ref", "utterance", "expected", "family", "noise"}
_CASE |= {"targets", "clauses", "texts"}
_CASE_MORE = {"context", "state"}
_TARGETING = {"name", "area", "floor"}


def read_set(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Homes and cases; fails on anything that the format does not have."""
    homes = [json.loads(line) for line in (folder / "homes.jsonl").read_text("utf-8").splitlines()]
    cases = [json.loads(line) for line in (folder / "cases.jsonl").read_text("utf-8").splitlines()]
    by_id = {home["id"]: home for home in homes}
    assert len(by_id) == len(homes)
    assert len({case["id"] for case in cases}) == len(cases)
    for home in homes:
        _home(home)
    for case in cases:
        _case(case, by_id[case["home_ref"]])
    return homes, cases


def _home(home: dict[str, Any]) -> None:
    assert home.keys() == {"id", "lang", "floors", "areas", "entities", "actions"}
    floors, areas = {floor["id"] for floor in home["floors"]}, {area["id"] for area in home["areas"]}
    assert len(floors) == len(home["floors"])
    assert len(areas) == len(home["areas"])
    assert all(floor.keys() == {"id", "name", "aliases"} for floor in home["floors"])
    for area in home["areas"]:
        assert area.keys() == {"id", "name", "aliases", "floor"}
        assert area["floor"] is None or area["floor"] in floors
    ids = {entity["entity_id"] for entity in home["entities"]}
    assert 3 <= len(ids) == len(home["entities"]) <= 200
    for entity in home["entities"]:
        assert _ENTITY <= entity.keys() <= _ENTITY | _ENTITY_MORE
        assert entity["entity_id"].startswith(f"{entity['domain']}.")
        assert entity["area"] is None or entity["area"] in areas
        assert entity["name"].strip()
        assert isinstance(entity["exposed"], bool)
    for action in home["actions"]:
        assert action.keys() - {"phrases"} == {"action", "fields", "entity_ids", "description"}
        assert set(action["entity_ids"]) <= ids


def _case(case: dict[str, Any], home: dict[str, Any]) -> None:
    assert _CASE <= case.keys() <= _CASE | _CASE_MORE
    assert case["lang"] == home["lang"]
    assert case["utterance"].strip()
    assert not set("{}[]<>|") & set(case["utterance"])
    expected = case["expected"]
    assert {"kind", "calls"} <= expected.keys() <= {"kind", "calls", "reason"}
    assert expected["kind"] in {"action", "query", "unsupported"}
    assert (expected["kind"] == "unsupported") == (expected["calls"] == [])
    own = {action["action"] for action in home["actions"]}
    names = {
        "name": {name for e in home["entities"] for name in (e["name"], *e["aliases"])} | {"all"},
        "area": {area["name"] for area in home["areas"]},
        "floor": {floor["name"] for floor in home["floors"]},
    }
    context = case.get("context", {})
    assert context.keys() <= {"area", "previous"}
    assert "area" not in context or context["area"] in {area["id"] for area in home["areas"]}
    for call in (*expected["calls"], *context.get("previous", [])):
        assert call.keys() in ({"intent", "slots"}, {"action", "slots"})
        assert "action" not in call or call["action"] in own
        for slot in _TARGETING & call["slots"].keys():
            free = slot == "name" and "Timer" in call.get("intent", "")
            assert free or call["slots"][slot] in names[slot]
    ids = {entity["entity_id"] for entity in home["entities"]}
    _labels(case, ids)
    for entity_id, state in case.get("state", {}).items():
        assert entity_id in ids
        assert state.keys() == {"state", "attributes"}


def _labels(case: dict[str, Any], ids: set[str]) -> None:
    said, calls, clauses = case["utterance"], case["expected"]["calls"], case["clauses"]
    assert len(case["targets"]) == len(calls)
    assert all(targets is None or (targets and set(targets) <= ids) for targets in case["targets"])
    starts = [clause["start"] for clause in clauses]
    assert starts[0] == 0
    assert all(before < after for before, after in itertools.pairwise(starts))
    assert all(not said[start].isspace() and said[start - 1].isspace() for start in starts[1:])
    assert sorted(call for clause in clauses for call in clause["calls"]) == list(range(len(calls)))
    for clause in clauses:
        assert clause.keys() == {"start", "calls", "reason"}
        assert bool(clause["calls"]) != bool(clause["reason"])
    for text in case["texts"]:
        assert text.keys() == {"call", "slot", "start", "end"}
        value = calls[text["call"]]["slots"][text["slot"]]
        words = norm(said[text["start"] : text["end"]]).split()
        # Noise may put a word between those of a text, or change one.
        assert len(words) >= len(norm(value).split())
