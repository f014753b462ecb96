"""Replies and error messages in all languages."""

import datetime

import pytest

from actions.home import Entity, State
from bridge.tiers.grammar import Texts
from bridge.tiers.grammar.corpus import load
from bridge.tiers.grammar.languages import AVAILABLE
from bridge.tiers.grammar.texts import StateView

LAMP = StateView.of(Entity("light.l", "Lamp"), State("on"))
DOOR = StateView.of(Entity("lock.d", "Door"), State("unlocked"))
HEAT = StateView.of(Entity("climate.h", "Heating"), State("heat", {"current_temperature": 20.5, "temperature": 21}))
WARM = StateView.of(
    Entity("sensor.t", "Warmth"), State("20.5", {"unit_of_measurement": "°C", "device_class": "temperature"})
)
SUNNY = StateView.of(
    Entity("weather.w", "Weather"), State("sunny", {"temperature": 12.0, "temperature_unit": "°C"})
)
ANN = StateView.of(Entity("person.a", "Ann"), State("not_home"))
TIMER = {
    "is_active": True,
    "name": "pizza",
    "area": "Kitchen",
    "total_seconds_left": 300,
    "rounded_hours_left": 0,
    "rounded_minutes_left": 5,
    "rounded_seconds_left": 0,
    "start_hours": 0,
    "start_minutes": 5,
    "start_seconds": 0,
}
SLOTS = {
    "name": "Lamp",
    "area": "Kitchen",
    "floor": "Upstairs",
    "state": "on",
    "item": "milk",
    "domain": "light",
    "device_class": "window",
    "color": "red",
    "minutes": "5",
    "hours": "1",
    "seconds": "30",
    "date": datetime.date(2026, 11, 23),
    "time": datetime.time(9, 5),
    "timers": [TIMER, {**TIMER, "is_active": False}],
    "media": None,
    "fan_mode": "auto",
    "canceled": 2,
    "temperature": 21,
    "brightness": 50,
    "position": 50,
    "percentage": 50,
    "volume_level": 30,
    "volume_step": 10,
}


@pytest.mark.parametrize("language", AVAILABLE)
def test_every_reply_renders(language: str) -> None:
    texts = Texts(language)
    corpus = load(language)
    for intent, keys in corpus.responses.items():
        for key in keys:
            for view in (LAMP, DOOR, HEAT, WARM, SUNNY, ANN):
                said = texts.response(intent, key, slots=SLOTS, state=view, matched=[view], unmatched=[LAMP])
                assert said is not None, (intent, key, view)
                assert "\n" not in said
    variables = {"area": "a", "floor": "f", "domain": "light", "entity": "e", "device_class": "door", "state": "on"}
    assert all(texts.error(key, **variables) for key in corpus.errors if corpus.errors[key])


def test_english_replies() -> None:
    texts = Texts("en-GB")
    assert texts.response("HassTurnOn", "default", slots={}, state=LAMP) == "Turned on the light"
    assert texts.response("HassGetState", "one_yesno", slots={}, unmatched=[DOOR]) == "No, unlocked"
    assert texts.response("HassGetState", "which", slots={}, matched=[LAMP, DOOR]) == "Door and Lamp"
    assert texts.response("HassGetState", "one", slots={"name": "warmth"}, state=WARM) == "Warmth is 20.5 °C"
    assert texts.response("HassStartTimer", "default", slots={"minutes": "5"}) == "Timer set for 5 minutes"
    assert texts.response("HassClimateGetTemperature", None, slots={}, state=HEAT) == "20.5 degrees"
    assert texts.response("HassTurnOn", "no such key", slots={}) is None
    assert texts.response("HassFlyToTheMoon", None, slots={}) is None
    assert texts.error("no_area", area="attic") == "Sorry, I am not aware of any area called attic"
    assert texts.error("no such error") is None


def test_states_in_the_language() -> None:
    assert Texts("en").state_word("unlocked", "lock") == "unlocked"
    assert Texts("de").state_word("on", "light") == "angeschaltet"
    assert Texts("de").state_word("whatever", "light") == "whatever"
    view = StateView.of(Entity("lock.d", "Tür"), State("unlocked"), word=Texts("de").state_word("unlocked", "lock"))
    assert view != "unlocked"
    assert view.domain == "lock"


def test_an_unknown_language_is_english() -> None:
    assert Texts("tlh").language == "en"


def test_templates_cannot_reach_out(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = Texts("en")
    monkeypatch.setitem(load("en").errors, "evil", "{{ ''.__class__.__mro__[1].__subclasses__() }}")
    assert not texts.error("evil")
