"""What may let somebody in is sensitive, by whatever way it is reached."""

import time
from typing import Any

import pytest

from actions.action import Risk
from actions.demo import DemoHome
from actions.home import Area, Entity, Home, State
from actions.risk import Rules, risk_of_service
from tests.unit.homes import NO_RULES, call, own_action, planned, small_home

SAFE, REVERSIBLE, SENSITIVE, FORBIDDEN = Risk.SAFE, Risk.REVERSIBLE, Risk.SENSITIVE, Risk.FORBIDDEN

LAMP = Entity("light.lamp", "Lamp")
LOCK = Entity("lock.door", "Door")
BLIND = Entity("cover.blind", "Blind", device_class="blind")
GARAGE = Entity("cover.garage", "Garage", device_class="garage", features=15)
COVERS = Entity("cover.all", "All covers", features=15)  # a group has no device class of its own
SHADES = Entity("cover.shades", "Shades")
WATER = Entity("valve.water", "Water", device_class="water")
GAS = Entity("valve.gas", "Gas", device_class="gas", features=3)
EVERYTHING = Entity("group.everything", "Everything")
ROOM = Entity("group.room", "Room")
EVENING = Entity("scene.evening", "Evening")
LEAVING = Entity("scene.leaving", "Leaving")
ODD = Entity("scene.hub", "Hub")  # an integration's own, which lists no members
SCRIPT = Entity("script.it", "It")
CHILD = Entity("script.child", "Child")
MOTION = Entity("automation.motion", "Motion")
MEMBERS = {
    "cover.all": ["cover.blind", "cover.garage"],
    "cover.shades": ["cover.blind"],
    "group.everything": ["light.lamp", "group.room", "lock.door"],
    "group.room": ["light.lamp", "group.room"],  # names itself
    "scene.evening": ["light.lamp", "cover.blind"],
    "scene.leaving": ["light.lamp", "lock.door"],
}


def home(sequence: Any = None, **more: Any) -> Home:
    scripts = {"script.it": sequence, "script.child": [{"action": "lock.unlock"}], **more}
    everything = (LAMP, LOCK, BLIND, GARAGE, COVERS, SHADES, WATER, GAS, EVERYTHING, ROOM)
    states = {key: State("closed", {"entity_id": members}) for key, members in MEMBERS.items()}
    return small_home(
        *everything, EVENING, LEAVING, ODD, SCRIPT, CHILD, MOTION, states=states,
        scripts={key: value for key, value in scripts.items() if value is not None},
    )  # fmt: skip


def step(action: str, entity_id: Any = None, **more: Any) -> dict[str, Any]:
    return {"action": action, **({"target": {"entity_id": entity_id}} if entity_id else {}), **more}


UNLOCK = step("lock.unlock", "lock.door")
LIGHT = step("light.turn_on", "light.lamp")


@pytest.mark.parametrize(
    ("sequence", "risk"),
    [
        ([], REVERSIBLE),
        ([LIGHT], REVERSIBLE),
        ([LIGHT, UNLOCK], SENSITIVE),
        ([{"service": "lock.unlock"}], SENSITIVE),  # as it was written up to 2024
        ([{"service_template": "lock.{{ 'unlock' }}"}], SENSITIVE),
        ([{"action": " Lock.Unlock "}], SENSITIVE),
        ([step("lock.lock", "lock.door")], REVERSIBLE),
        ([step("lock.open", "lock.door")], SENSITIVE),
        ([step("alarm_control_panel.alarm_disarm", "alarm_control_panel.x")], SENSITIVE),
        ([step("alarm_control_panel.alarm_arm_away", "alarm_control_panel.x")], REVERSIBLE),
        # Nested in whatever way
        ([{"if": [], "then": [UNLOCK]}], SENSITIVE),
        ([{"if": [], "then": [LIGHT], "else": [UNLOCK]}], SENSITIVE),
        ([{"choose": [{"conditions": [], "sequence": [UNLOCK]}]}], SENSITIVE),
        ([{"choose": [], "default": [UNLOCK]}], SENSITIVE),
        ([{"parallel": [LIGHT, {"sequence": [UNLOCK]}]}], SENSITIVE),
        ([{"repeat": {"count": 3, "sequence": [UNLOCK]}}], SENSITIVE),
        ([{"repeat": {"while": [], "sequence": [{"choose": [{"sequence": UNLOCK}]}]}}], SENSITIVE),
        ({"alias": "x", "mode": "single", "sequence": [UNLOCK]}, SENSITIVE),
        # Covers
        ([step("cover.open_cover", "cover.blind")], REVERSIBLE),
        ([step("cover.open_cover", "cover.garage")], SENSITIVE),
        ([step("cover.close_cover", "cover.garage")], REVERSIBLE),
        ([step("cover.toggle", ["cover.blind", "cover.garage"])], SENSITIVE),
        ([step("cover.set_cover_position", "cover.blind, cover.garage")], SENSITIVE),
        ([step("cover.open_cover", "Cover.Garage")], SENSITIVE),
        ([step("cover.open_cover", "cover.all")], SENSITIVE),  # a group with a garage door
        ([step("cover.open_cover", "cover.shades")], REVERSIBLE),
        ([step("cover.open_cover", "cover.unheard_of")], SENSITIVE),
        ([step("cover.open_cover", "all")], SENSITIVE),
        ([step("cover.open_cover", "none")], SENSITIVE),  # nothing to go by
        ([step("cover.open_cover", "0123456789abcdef0123456789abcdef")], SENSITIVE),  # a registry's id
        ([step("cover.open_cover", "{{ door }}")], SENSITIVE),
        ([{"action": "cover.open_cover", "target": "{{ where }}"}], SENSITIVE),
        ([{"action": "cover.open_cover", "target": {"area_id": "garage"}}], SENSITIVE),
        ([{"action": "cover.open_cover", "target": {"device_id": ["x"]}}], SENSITIVE),
        ([{"action": "cover.open_cover", "target": {"label_id": "x"}}], SENSITIVE),
        ([{"action": "cover.open_cover", "target": {"floor_id": "x"}}], SENSITIVE),
        ([{"action": "cover.open_cover", "data": {"entity_id": "cover.blind"}}], REVERSIBLE),
        ([{"action": "cover.open_cover", "entity_id": "cover.garage"}], SENSITIVE),
        ([{"action": "cover.open_cover", "entity_id": None}], SENSITIVE),
        ([{"action": "cover.open_cover", "entity_id": {"odd": 1}}], SENSITIVE),
        ([{"action": "light.turn_on", "target": {"area_id": "garage"}}], REVERSIBLE),  # lamps are lamps
        ([step("valve.open_valve", "valve.gas")], SENSITIVE),
        ([step("valve.set_valve_position", "valve.gas")], SENSITIVE),
        ([step("valve.open_valve", "valve.water")], REVERSIBLE),
        # By a general service
        ([step("homeassistant.turn_on", "light.lamp")], REVERSIBLE),
        ([step("homeassistant.turn_off", "lock.door")], SENSITIVE),
        ([step("homeassistant.toggle", "cover.garage")], SENSITIVE),
        ([step("homeassistant.turn_on", "cover.blind")], REVERSIBLE),
        ([step("homeassistant.turn_on", "script.child")], SENSITIVE),
        ([step("homeassistant.turn_on", "scene.leaving")], SENSITIVE),
        ([step("homeassistant.turn_on", "scene.evening")], REVERSIBLE),
        ([step("homeassistant.turn_on", "group.everything")], SENSITIVE),
        ([step("homeassistant.turn_on", "group.room")], REVERSIBLE),
        ([step("homeassistant.turn_on", "group.unheard_of")], SENSITIVE),
        ([step("homeassistant.turn_on", "all")], SENSITIVE),
        ([step("homeassistant.restart")], SENSITIVE),
        ([step("homeassistant.update_entity", "sensor.x")], REVERSIBLE),
        # By another script, a scene, an automation
        ([step("script.child")], SENSITIVE),
        ([step("script.turn_on", "script.child")], SENSITIVE),
        ([step("script.turn_on", "script.child", data={"variables": {"x": 1}})], SENSITIVE),
        ([step("script.turn_off", "script.child")], REVERSIBLE),
        ([step("script.turn_on", "{{ which }}")], SENSITIVE),
        ([step("script.turn_on")], SENSITIVE),
        ([step("script.unheard_of")], SENSITIVE),
        ([step("script.it")], REVERSIBLE),  # itself
        ([step("scene.turn_on", "scene.evening")], REVERSIBLE),
        ([step("scene.turn_on", "scene.leaving")], SENSITIVE),
        ([step("scene.turn_on", "scene.hub")], REVERSIBLE),
        ([step("scene.turn_on", "{{ which }}")], SENSITIVE),
        ([step("scene.turn_on", "scene.made_at_run_time")], SENSITIVE),
        ([{"scene": "scene.leaving"}], SENSITIVE),
        ([{"scene": "scene.evening"}], REVERSIBLE),
        ([{"scene": "{{ which }}"}], SENSITIVE),
        ([step("scene.apply", data={"entities": {"light.lamp": "on"}})], REVERSIBLE),
        ([step("scene.apply", data={"entities": {"lock.door": "unlocked"}})], SENSITIVE),
        ([step("scene.apply", data="{{ what }}")], SENSITIVE),
        ([step("scene.create", data={"scene_id": "x", "entities": {"lock.door": "unlocked"}})], SENSITIVE),
        ([step("scene.create", data={"scene_id": "x", "snapshot_entities": ["lock.door"]})], REVERSIBLE),
        ([step("automation.trigger", "automation.motion")], SENSITIVE),
        ([step("automation.turn_off", "automation.motion")], SENSITIVE),
        # What cannot be told from outside
        ([step("shell_command.x")], SENSITIVE),
        ([step("mqtt.publish", data={"topic": "lock"})], SENSITIVE),
        ([step("conversation.process", data={"text": "unlock the door"})], SENSITIVE),
        ([step("{{ service }}")], SENSITIVE),
        ([{"event": "my_event"}], SENSITIVE),
        ({"use_blueprint": {"path": "x.yaml"}}, SENSITIVE),
        ("{{ steps }}", SENSITIVE),
        # Devices' own actions, as the editor writes them
        ([{"device_id": "x", "domain": "lock", "type": "unlock"}], SENSITIVE),
        ([{"device_id": "x", "domain": "cover", "type": "open"}], SENSITIVE),
        ([{"device_id": "x", "domain": "light", "type": "turn_on"}], REVERSIBLE),
        ([{"device_id": "x", "domain": "zha", "type": "warn"}], SENSITIVE),
        # What only looks or waits
        ([{"condition": "device", "device_id": "x", "domain": "lock", "type": "is_locked"}], REVERSIBLE),
        ([{"wait_for_trigger": [{"trigger": "device", "device_id": "x", "domain": "lock"}]}], REVERSIBLE),
        ([{"delay": "00:01"}, {"variables": {"action": "lock.unlock"}}, {"stop": "x"}], REVERSIBLE),
        (["{{ is_state('lock.door', 'locked') }}"], REVERSIBLE),
        ([step("notify.phone", data={"message": "hi"}), step("tts.speak")], REVERSIBLE),
        ([None, 5, {"action": None}, {"action": 5}], REVERSIBLE),
    ],
)  # fmt: skip
def test_a_script_is_as_risky_as_what_it_may_do(sequence: Any, risk: Risk) -> None:
    made = home(sequence)
    assert planned(made, call("HassTurnOn", name="script.it")).risk is risk
    assert planned(made, call("script.it")).risk is risk


def test_a_script_that_cannot_be_read_may_do_anything() -> None:
    assert planned(home(None), call("HassTurnOn", name="It")).risk is SENSITIVE


def test_scripts_that_call_each_other_are_judged_in_no_time() -> None:
    names = [f"script.s{n}" for n in range(12)]
    scripts = {name: [step(other) for other in names] * 3 for name in names}
    started = time.process_time()
    assert risk_of_service("script.it", [], {}, home([step(names[0])], **scripts), NO_RULES) is REVERSIBLE
    assert time.process_time() - started < 0.1


def test_a_very_long_chain_counts_as_sensitive() -> None:
    chain = {f"script.s{n}": [step(f"script.s{n + 1}")] for n in range(300)} | {"script.s300": []}
    assert risk_of_service("script.s0", [], {}, home([], **chain), NO_RULES) is SENSITIVE
    assert risk_of_service("script.s290", [], {}, home([], **chain), NO_RULES) is REVERSIBLE


@pytest.mark.parametrize(
    ("name", "intent", "more", "risk"),
    [
        ("Door", "HassTurnOff", {}, SENSITIVE),
        ("Door", "HassTurnOn", {}, REVERSIBLE),
        ("Garage", "HassTurnOn", {}, SENSITIVE),
        ("Garage", "HassTurnOff", {}, REVERSIBLE),
        ("Garage", "HassSetPosition", {"position": 1}, SENSITIVE),
        ("Garage", "HassSetPosition", {"position": 0}, REVERSIBLE),
        ("All covers", "HassTurnOn", {}, SENSITIVE),
        ("All covers", "HassTurnOff", {}, REVERSIBLE),
        ("All covers", "HassSetPosition", {"position": 50}, SENSITIVE),
        ("Shades", "HassTurnOn", {}, REVERSIBLE),
        ("Gas", "HassTurnOn", {}, SENSITIVE),
        ("Gas", "HassTurnOff", {}, REVERSIBLE),
        ("Water", "HassTurnOn", {}, REVERSIBLE),
        ("Evening", "HassTurnOn", {}, REVERSIBLE),
        ("Leaving", "HassTurnOn", {}, SENSITIVE),
        ("Motion", "HassTurnOn", {}, SENSITIVE),
        ("Lamp", "HassTurnOn", {}, REVERSIBLE),
    ],
)
def test_an_intent_is_as_risky_as_what_it_does_to_its_target(
    name: str, intent: str, more: dict[str, Any], risk: Risk
) -> None:
    assert planned(home([]), call(intent, name=name, **more)).risk is risk


@pytest.mark.parametrize(
    ("service", "targets", "data", "risk"),
    [
        ("light.turn_on", ("light.lamp",), {}, REVERSIBLE),
        ("lock.unlock", ("lock.door",), {}, SENSITIVE),
        ("lock.unlock", (), {"entity_id": "lock.door"}, SENSITIVE),
        ("cover.open_cover", (), {"entity_id": "cover.garage"}, SENSITIVE),
        ("cover.open_cover", ("cover.blind",), {}, REVERSIBLE),
        ("scene.turn_on", (), {"entity_id": "scene.leaving"}, SENSITIVE),
        ("script.turn_on", ("script.child",), {}, SENSITIVE),
        ("mqtt.publish", (), {"topic": "x"}, SENSITIVE),
        ("notify.phone", (), {"message": "x"}, REVERSIBLE),
    ],
)
def test_an_own_action_is_as_risky_as_its_service(
    service: str, targets: tuple[str, ...], data: dict[str, Any], risk: Risk
) -> None:
    own = own_action(service, *targets, **data)
    assert planned(home([]), call("own_act"), own=(own,)).risk is risk


def test_an_own_action_may_be_declared_riskier() -> None:
    own = own_action("light.turn_on", "light.lamp", risk=SENSITIVE)
    assert planned(home([]), call("own_act"), own=(own,)).risk is SENSITIVE
    lowered = Rules(actions={"own_act": REVERSIBLE})
    assert planned(home([]), call("own_act"), own=(own,), rules=lowered).risk is REVERSIBLE


@pytest.mark.parametrize(
    ("rules", "sequence", "name", "risk"),
    [
        ({"light.lamp": FORBIDDEN}, [], "Lamp", FORBIDDEN),
        ({"light.lamp": FORBIDDEN}, [LIGHT], "It", FORBIDDEN),
        ({"light.lamp": SENSITIVE}, [{"action": "light.turn_on", "target": {"area_id": "x"}}], "It", SENSITIVE),
        ({"light.lamp": SENSITIVE}, [{"action": "switch.turn_on", "target": {"area_id": "x"}}], "It", REVERSIBLE),
        ({"light.lamp": FORBIDDEN}, [step("homeassistant.turn_on", "all")], "It", FORBIDDEN),
        ({"light.lamp": FORBIDDEN}, [], "Evening", FORBIDDEN),
        ({"lock.door": FORBIDDEN}, [UNLOCK], "It", FORBIDDEN),
        ({"script.child": FORBIDDEN}, [step("script.child")], "It", FORBIDDEN),
        ({"script.child": FORBIDDEN}, [step("script.turn_on", "script.child")], "It", FORBIDDEN),
        ({"script.child": REVERSIBLE}, [step("script.child")], "It", REVERSIBLE),
        ({"script.it": REVERSIBLE}, [UNLOCK], "It", REVERSIBLE),  # the owner's word on the whole of it
        ({"cover.garage": REVERSIBLE}, [], "Garage", REVERSIBLE),
        ({"cover.garage": REVERSIBLE}, [], "All covers", REVERSIBLE),
        ({"cover.garage": FORBIDDEN}, [], "All covers", FORBIDDEN),
        ({"scene.hub": SENSITIVE}, [], "Hub", SENSITIVE),
    ],
)
def test_the_owners_word_holds_by_whatever_way(
    rules: dict[str, Risk], sequence: Any, name: str, risk: Risk
) -> None:
    assert planned(home(sequence), call("HassTurnOn", name=name), rules=Rules(entities=rules)).risk is risk


def test_the_owners_word_on_an_action() -> None:
    forbidden = Rules(actions={"HassTurnOff": FORBIDDEN})
    assert planned(home([]), call("HassTurnOff", name="Lamp"), rules=forbidden).risk is FORBIDDEN
    low = Rules(actions={"HassTurnOff": SAFE})  # what a target adds stays
    assert planned(home([]), call("HassTurnOff", name="Door"), rules=low).risk is SENSITIVE


def test_one_entrance_among_many_makes_the_step_sensitive() -> None:
    kitchen = Area("kitchen", "Kitchen")
    both = [
        Entity(f"cover.{kind}", kind, area="kitchen", device_class=kind, features=3) for kind in ("blind", "gate")
    ]
    made = planned(small_home(*both, areas=(kitchen,)), call("HassTurnOn", area="kitchen", domain="cover"))
    assert made.risk is SENSITIVE


@pytest.mark.parametrize(
    ("call_", "risk"),
    [
        (call("script.let_the_cat_in"), SENSITIVE),
        (call("script.movie_night"), REVERSIBLE),
        (call("HassTurnOn", name="good night"), REVERSIBLE),
        (call("HassTurnOff", name="front door"), SENSITIVE),
        (call("HassTurnOn", area="garage", domain="cover"), SENSITIVE),
        (call("HassTurnOff", name="all", domain="lock"), SENSITIVE),
    ],
)
async def test_in_the_demo_home(call_: Any, risk: Risk) -> None:
    assert planned(DemoHome(pace=0).home, call_).risk is risk
