"""Things by other words than their names, and texts that nobody has learnt by heart."""

from random import Random

import pytest

from coreml_export.data.describing import described, shortened
from coreml_export.data.pointing import Pointed, together
from coreml_export.data.scene import Scene
from coreml_export.data.texts import text_of_kind
from coreml_export.data.walk import Infeasible
from coreml_export.data.words import odd_words, words

ENGLISH = words("en")


def scene(*entities: tuple[str, str, str | None]) -> Scene:
    """Things by id, name and room."""
    return Scene(
        {
            "lang": "en",
            "floors": [],
            "areas": [{"id": area, "name": area.title(), "aliases": []} for area in ("den", "patio")],
            "entities": [
                {
                    "entity_id": entity_id, "name": name, "aliases": [], "area": area, "state": "on",
                    "domain": entity_id.partition(".")[0], "exposed": True,
                    **({"device_class": "speaker"} if entity_id.startswith("media_player.") else {}),
                }
                for entity_id, name, area in entities
            ],
            "actions": [],
        }
    )  # fmt: skip


SOUND = ("media_player.a", "Old Faithful", "patio")


def ways(of: Scene, entity_id: str, here: str | None = None) -> list[Pointed]:
    entity = of.home.entities[entity_id]
    return [described(of, entity, ENGLISH, Random(seed), here) for seed in range(40)]


def test_the_only_one_of_its_kind_is_called_by_its_kind_alone_or_with_its_room() -> None:
    said = {(each.said, "area" in each.slots) for each in ways(scene(SOUND), "media_player.a")}
    assert ("speaker", False) in said
    assert any(word.lower().startswith("patio ") and placed for word, placed in said)
    assert all(each.slots["device_class"] == "speaker" for each in ways(scene(SOUND), "media_player.a"))


def test_with_others_elsewhere_its_room_is_said_or_is_where_it_is_said() -> None:
    two = scene(SOUND, ("media_player.b", "New Faithful", "den"))
    assert all(each.slots["area"] == "Patio" for each in ways(two, "media_player.a"))
    assert {each.here for each in ways(two, "media_player.a", "patio")} == {None, "patio"}


def test_two_of_a_kind_in_one_room_cannot_be_told_apart() -> None:
    with pytest.raises(Infeasible):
        ways(scene(SOUND, ("media_player.b", "New Faithful", "patio")), "media_player.a")


def test_a_word_that_another_thing_bears_is_not_used() -> None:
    nouns = ENGLISH.nouns["speaker"][:4]
    crowded = scene(SOUND, *((f"switch.s{number}", noun, "patio") for number, noun in enumerate(nouns)))
    with pytest.raises(Infeasible, match="called so"):
        ways(crowded, "media_player.a")


@pytest.mark.parametrize("lists", [("Chores",), ("Chores", "Shopping List")])
def test_the_one_list_is_the_list(lists: tuple[str, ...]) -> None:
    of = scene(*((f"todo.{number}", name, None) for number, name in enumerate(lists)))
    assert {each.slots["name"] for each in ways(of, "todo.0")} == {"Chores"}


def test_a_part_of_a_name_is_enough_where_no_other_thing_has_it() -> None:
    of = scene(("switch.a", "Hot Springs Tub Heater", None), ("switch.b", "Pool Heater", None))
    heater = of.home.entities["switch.a"]
    parts = {shortened(of, heater, ENGLISH, Random(seed)).said for seed in range(40)}
    assert "Tub Heater" in parts
    assert "Heater" not in parts
    with pytest.raises(Infeasible):
        shortened(
            scene(("switch.a", "Den Heater", "den"), ("switch.b", "Heater", None)), heater, ENGLISH, Random(1)
        )
    alone = scene(("light.a", "Cosy Light", "den"))
    with pytest.raises(Infeasible):
        shortened(alone, alone.home.entities["light.a"], ENGLISH, Random(1))


@pytest.mark.parametrize("kind", ["items", "messages", "timers", "queries"])
def test_texts_are_many_in_english_and_the_bank_elsewhere(kind: str) -> None:
    rng = Random(4)
    assert len({text_of_kind(kind, ENGLISH, rng) for _ in range(400)}) > 150
    german = words("de")
    assert {text_of_kind(kind, german, rng) for _ in range(200)} <= set(getattr(german, kind))


def test_odd_words_are_no_words_of_commands() -> None:
    odd = set(odd_words())
    assert len(odd) > 10_000
    assert not odd & {"Kitchen", "Light", "Turn", "Percent", "Timer", "Volume"}


@pytest.mark.parametrize(
    ("language", "said"), [("de", "im"), ("fr", "dans"), ("es", "en"), ("it", "nel"), ("nl", "in de")]
)
def test_a_room_is_named_in_the_language_of_the_sentence(language: str, said: str) -> None:
    rng = Random(2)
    ways = {together("Lampe", "Salon", language, rng) for _ in range(200)}
    assert any(f"Lampe {said} " in way for way in ways)
    assert not any(" the " in way for way in ways)
