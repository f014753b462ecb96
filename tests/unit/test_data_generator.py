"""The data generator: the same for a seed, right by the planner, in the evaluation's format, apart by split."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from actions.catalog.own import OwnAction
from actions.text import stem
from coreml_export.data import phrases, templates
from coreml_export.data.case import Case, Wanted
from coreml_export.data.check import WrongCase, check
from coreml_export.data.digest import digest
from coreml_export.data.homes import JsonHome
from coreml_export.data.households import households
from coreml_export.data.repertoire import INTENTS, Repertoire
from coreml_export.data.scene import Scene
from coreml_export.data.split import ASIDE, Split
from coreml_export.data.stream import Order, Stream
from coreml_export.data.words import words
from coreml_export.data.write import write
from tests.unit.test_data_format import read_set

Made = list[tuple[JsonHome, list[Case]]]


@pytest.fixture(scope="module")
def streams() -> dict[Split, Stream]:
    return {split: Stream(Order(2500, 11, ("en",), split)) for split in ("train", "valid")}


@pytest.fixture(scope="module")
def made(streams: dict[Split, Stream]) -> dict[Split, Made]:
    return {split: list(stream) for split, stream in streams.items()}


def everything(made: dict[Split, Made]) -> list[Case]:
    return [case for split in made.values() for _, cases in split for case in cases]


def test_a_seed_gives_the_same_files(tmp_path: Path) -> None:
    orders = {"a": Order(150, 5), "b": Order(150, 5), "c": Order(150, 6)}
    for name, order in orders.items():
        write(order, tmp_path / name)
    for file in ("homes.jsonl", "cases.jsonl", "card.json"):
        texts = {name: (tmp_path / name / file).read_text("utf-8") for name in orders}
        assert texts["a"] == texts["b"]
        assert texts["a"] != texts["c"]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl"])
def test_the_files_keep_to_the_format(tmp_path: Path, language: str) -> None:
    card = write(Order(250, 3, (language,)), tmp_path)
    homes, cases = read_set(tmp_path)
    assert len(cases) == card["cases"] == 250
    assert len(homes) == card["homes"]
    assert card["by_language"] == {language: 250}
    assert sum(card["by_kind"].values()) == 250


def test_labels_are_whole_in_three_thousand_cases(tmp_path: Path) -> None:
    write(Order(3000, 21), tmp_path)
    _, cases = read_set(tmp_path)  # it reads them strictly
    clauses = Counter(len(case["clauses"]) for case in cases)
    assert max(clauses) >= 6
    assert sum(bool(case["texts"]) for case in cases) > 150


def test_the_card_counts_what_is_there(tmp_path: Path) -> None:
    write(Order(200, 9, ("en",), "valid"), tmp_path)
    card = json.loads((tmp_path / "card.json").read_text("utf-8"))
    _, cases = read_set(tmp_path)
    assert card["by_kind"] == dict(sorted(Counter(case["expected"]["kind"] for case in cases).items()))
    assert card["by_family"] == dict(sorted(Counter(case["family"] for case in cases).items()))
    assert "CC BY 4.0" in card["licences"]["templates"]
    assert {"hassil", "home-assistant-intents"} <= card["versions"].keys()


def test_few_cases_fail_the_check(streams: dict[Split, Stream], made: dict[Split, Made]) -> None:
    assert made
    for stream in streams.values():
        assert stream.tally.drop_rate < 0.02, stream.tally.dropped.most_common(5)


def test_what_is_kept_passes_the_planner(made: dict[Split, Made]) -> None:
    for home, cases in made["valid"][:20]:
        scene = Scene(home)
        for case in cases:
            check(case, scene)


def test_the_check_sees_wrong_targets(made: dict[Split, Made]) -> None:
    seen = 0
    for home, cases in made["train"]:
        scene = Scene(home)
        for case in cases:
            if case.kind == "action" and case.calls[0].targets:
                call = case.calls[0]
                case.calls[0] = Wanted(call.name, call.slots, frozenset({"light.of_another_home"}), call.own)
                with pytest.raises(WrongCase):
                    check(case, scene)
                case.calls[0] = call
                seen += 1
    assert seen > 100


def test_every_intent_is_asked_for(made: dict[Split, Made]) -> None:
    for split, homes in made.items():
        called = {call.name for _, cases in homes for case in cases for call in case.calls}
        # What is kept aside has no announcement in English.
        assert set(INTENTS) - called <= ({"HassBroadcast"} if split == "valid" else set()), split


def test_no_intent_drowns_the_others(made: dict[Split, Made]) -> None:
    called = Counter(call.name for case in everything(made) for call in case.calls)
    assert called.most_common(1)[0][1] < called.total() * 0.2


def test_every_kind_of_case_is_there(made: dict[Split, Made]) -> None:
    cases = everything(made)
    reasons = {case.reason for case in cases}
    assert {"missing_name", "missing_area", "cannot", "hidden", "none_here"} <= reasons
    assert {"chat", "overheard", "other_app", "out_of_range", "fragment", "wrong_area", "not_now"} <= reasons
    themes = {case.theme for case in cases}
    assert {"compound", "partial", "delay", "own"} <= themes
    assert max(len(case.calls) for case in cases) >= 5
    assert {"compound.room", "compound.none"} <= {case.family for case in cases}
    assert 0.03 < sum(bool(case.previous) for case in cases) / len(cases) < 0.09
    assert any(case.family.startswith("correct.") for case in cases)


def test_devices_of_one_name_stand_in_many_rooms_and_are_told_apart_by_them(made: dict[Split, Made]) -> None:
    apart = 0
    for split in made.values():
        for home, cases in split:
            names = Counter(stem(entity["name"]) for entity in home["entities"])
            for case in cases:
                apart += any(
                    "area" in call.slots and names[stem(str(call.slots.get("name", "")))] > 2 for call in case.calls
                )
    assert apart > 300


def test_combinations_of_slots_are_in_balance(made: dict[Split, Made]) -> None:
    called = [call for case in everything(made) for call in case.calls if not call.own]
    counted = Counter((call.name, *sorted(call.slots)) for call in called)
    assert len(counted) > 200
    assert counted.most_common(1)[0][1] < len(called) * 0.06


def test_nothing_is_called_where_nothing_can_be_done(made: dict[Split, Made]) -> None:
    for case in everything(made):
        assert (case.kind == "unsupported") == (not case.calls)


def test_families_are_in_one_split(made: dict[Split, Made]) -> None:
    def plain(cases: list[Case]) -> set[str]:
        families = {case.family for case in cases if not case.family.startswith("compound.")}
        return {family.partition("~")[0].partition("/")[0] for family in families}

    train, valid = ({family for _, cases in made[split] for family in plain(cases)} for split in ("train", "valid"))
    assert train
    assert valid
    assert not train & valid


def test_names_are_in_one_split(made: dict[Split, Made]) -> None:
    bank = words("en")
    aliases = {stem(alias) for names in bank.area_aliases.values() for alias in names}
    shared = aliases | {stem(name) for name in (*bank.commons, bank.shopping)}
    # What a thing is called by what it is, alone or in one of the commonest rooms.
    shared |= {stem(noun) for nouns in bank.nouns.values() for noun in nouns}
    names: dict[str, set[str]] = {}
    for split, homes in made.items():
        entities = [entity for home, _ in homes for entity in home["entities"]]
        names[split] = {stem(name) for entity in entities for name in (entity["name"], *entity["aliases"])}
        names[split] |= {stem(area["name"]) for home, _ in homes for area in home["areas"]}
        names[split] -= shared
    assert not names["train"] & names["valid"]


def test_homes_vary(made: dict[Split, Made]) -> None:
    homes = [home for split in made.values() for home, _ in split]
    sizes = [len(home["entities"]) for home in homes]
    assert min(sizes) < 10
    assert max(sizes) > 100
    assert any(not home["areas"] for home in homes)
    assert any(not home["floors"] for home in homes)
    assert any(home["actions"] for home in homes)
    entities = [entity for home in homes for entity in home["entities"]]
    assert any(not entity["exposed"] for entity in entities)
    assert any(entity["area"] is None and entity["domain"] == "light" for entity in entities)
    assert any(entity["aliases"] for entity in entities)
    clashes = [home for home in homes if len({stem(e["name"]) for e in home["entities"]}) < len(home["entities"])]
    assert clashes


def test_own_actions_are_ones_that_the_registry_takes(made: dict[Split, Made]) -> None:
    rows = [row for split in made.values() for home, _ in split for row in home["actions"]]
    assert len({row["action"] for row in rows}) > 100
    for row in rows[::7]:
        name, fields = row["action"].replace("-", "_"), row["fields"]
        action = OwnAction(name=name, description=row["description"], service="own.act", parameters=fields).action()
        assert action.name == row["action"]
    for split in made.values():
        for home, _ in split:
            names = [row["action"] for row in home["actions"]]
            assert len(set(names)) == len(names) <= 65


def test_households_speak_of_what_they_have_and_ask_for_what_they_lack(made: dict[Split, Made]) -> None:
    names = {household.name for household in households()}
    asked = said = lacked = 0
    two: set[str] = set()
    for home, cases in made["train"]:
        here = {row["action"] for row in home["actions"]} & names
        for case in cases:
            called = {call.name for call in case.calls} & names
            assert called <= here
            asked += bool(called)
            two |= {call.name for call in case.calls if call.name in names and len(call.slots) > 1}
            if case.family.startswith("house.") and not case.calls:
                mine = case.family.removeprefix("house.").removesuffix("~chat") in here
                assert mine == (case.reason == "chat") == case.family.endswith("~chat")
                said, lacked = said + mine, lacked + (not mine)
    assert asked > 100
    assert min(said, lacked) > 10
    assert two


def test_no_home_has_two_actions_of_households_that_are_asked_for_alike(made: dict[Split, Made]) -> None:
    known = {household.name: household for household in households()}
    for split in made.values():
        for home, _ in split:
            mine = [known[row["action"]] for row in home["actions"] if row["action"] in known]
            assert not any(one.like(other) for one, other in combinations(mine, 2))


def test_what_is_kept_aside_is_there_and_is_little() -> None:
    written = {family.id.partition("/")[0] for family in (*phrases.load().families, *phrases.load().wrappers)}
    written |= phrases.load().lines.keys()
    assert {family for family in ASIDE if not family.startswith("ha.")} <= written
    assert 0.03 < len(ASIDE & written) / len(written) < 0.1
    for language in ("en", "de", "fr", "es", "it", "nl"):
        # Of another version of home-assistant-intents some are other sentences.
        of_language = {family.id for family in templates.families(language)}
        assert 0.02 < len(ASIDE & of_language) / len(of_language) < 0.12


def test_many_sentences_ask_for_several_things_and_own_actions(made: dict[Split, Made]) -> None:
    cases = everything(made)
    several = [case for case in cases if len(case.parts) > 1]
    assert len(several) > len(cases) * 0.25
    assert sum(len(case.parts) > 2 for case in several) > len(several) / 2
    assert sum(any(call.own for call in case.calls) for case in several) > len(several) / 5


def test_the_blocklist_keeps_utterances_out() -> None:
    cases = [case for _, cases in Stream(Order(120, 8)) for case in cases]
    blocked = frozenset(digest(case.utterance) for case in cases[::2])
    stream = Stream(Order(120, 8, blocked=blocked))
    kept = [case for _, cases in stream for case in cases]
    assert len(kept) == 120
    assert stream.tally.blocked >= 1
    assert not blocked & {digest(case.utterance) for case in kept}


def test_a_set_of_any_size_streams_home_by_home() -> None:
    stream = iter(Stream(Order(10_000_000, 1)))
    _, cases = next(stream)
    assert 0 < len(cases) <= 60


def test_hundreds_of_templates_are_written_by_hand() -> None:
    written = phrases.load()
    assert sum(written.lines.values()) > 2500
    assert len(written.lines) > 450
    for split in ("train", "valid"):
        own = Repertoire(("en",), split)
        assert len(own.unsupported) >= (8 if split == "train" else 5)
        assert own.wrappers


def test_every_written_template_can_be_said() -> None:
    rng = Random(4)
    for family in (*phrases.load().families, *phrases.load().wrappers):
        for sentence in family.says:
            parts: list[Any] = family.say(sentence, rng, words("en"))
            assert parts
