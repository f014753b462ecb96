"""Questions are answered from what the home shows."""

import time
from typing import Any

import pytest

from actions.demo import DemoHome
from actions.home import Entity, Home, State
from actions.lookup import Found, look_up, summary, temperature
from tests.unit.homes import call, planned, small_home

DEMO = DemoHome(pace=0).home


def asked(home: Home, intent: str = "HassGetState", **arguments: Any) -> Found:
    return look_up(planned(home, call(intent, **arguments)).queries[0], home)


@pytest.mark.parametrize(
    ("arguments", "matched", "unmatched"),
    [
        ({"name": "front door", "state": "locked"}, ["lock.front_door"], []),
        ({"name": "front door", "state": "Unlocked"}, [], ["lock.front_door"]),
        ({"name": "front door"}, ["lock.front_door"], []),
        ({"domain": "lock", "state": ["locked", "locking"]}, ["lock.back_door", "lock.front_door"], []),
        # A sensor shows on and off, whatever people call it
        ({"name": "garden gate", "state": "open"}, ["binary_sensor.garden_gate"], []),
        ({"name": "garden gate", "state": "on"}, ["binary_sensor.garden_gate"], []),
        ({"name": "garden gate", "state": "closed"}, [], ["binary_sensor.garden_gate"]),
        ({"device_class": "window", "state": "open"},
         ["binary_sensor.bedroom_window"], ["binary_sensor.living_room_window"]),
        ({"name": "bathroom leak", "state": "dry"}, ["binary_sensor.bathroom_leak"], []),
        ({"device_class": "motion", "state": "detected"},
         ["binary_sensor.living_room_motion"], ["binary_sensor.hall_motion"]),
        ({"name": "corner lamp", "state": "open"}, [], ["light.corner_lamp"]),
    ],
)  # fmt: skip
def test_states(arguments: dict[str, Any], matched: list[str], unmatched: list[str]) -> None:
    found = asked(DEMO, **arguments)
    assert [seen.entity.id for seen in found.matched] == matched
    assert [seen.entity.id for seen in found.unmatched] == unmatched


def test_values_have_units() -> None:
    assert asked(DEMO, name="outdoor temperature").all[0].value == "11.8 °C"
    assert asked(DEMO, name="front door").all[0].value == "locked"


def test_temperature() -> None:
    seen = temperature(asked(DEMO, "HassClimateGetTemperature", area="bathroom"))
    assert seen is not None
    assert seen.entity.id == "climate.bathroom_heating"
    assert temperature(asked(small_home(Entity("climate.x", "X")), "HassClimateGetTemperature")) is None


def test_summary() -> None:
    assert summary(asked(DEMO, domain="lock", state="locked")) == {
        "query": "HassGetState",
        "matched": {"lock.back_door": "locked", "lock.front_door": "locked"},
        "unmatched": {},
    }


def test_what_is_gone_meanwhile_is_left_out() -> None:
    query = planned(DEMO, call("HassGetState", name="corner lamp")).queries[0]
    assert look_up(query, small_home()).all == ()


def test_five_thousand_entities_are_no_burden() -> None:
    lamps = [Entity(f"light.l{n}", f"Lamp {n}") for n in range(5000)]
    home = small_home(*lamps, states={f"light.l{n}": State("on") for n in range(2500)})
    query = planned(home, call("HassGetState", domain="light", state="on")).queries[0]
    started = time.process_time()
    found = look_up(query, home)
    assert time.process_time() - started < 0.5
    assert (len(found.matched), len(found.unmatched)) == (2500, 2500)
