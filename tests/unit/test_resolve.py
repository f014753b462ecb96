"""Names, rooms and kinds come to entities that exist and are exposed, or to a question; never to more."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.call import ToolCall
from actions.demo import DemoHome
from actions.errors import CallRejected
from actions.home import Area, Entity, Floor, Home, State
from actions.resolve import Wanted, resolve
from actions.validation import Choice, Problem
from tests.unit.homes import call, called, planned, problems, small_home

DEMO = DemoHome(pace=0).home


def found(home: Home, arguments: dict[str, Any], here: str | None = None) -> set[str]:
    return set(called(planned(home, call("HassTurnOn", **arguments), here=here)))


def applied(asked: ToolCall, choice: Choice) -> ToolCall:
    return asked.model_copy(update={"arguments": {**asked.arguments, **choice.arguments}})


@pytest.mark.parametrize(
    ("arguments", "here", "expected"),
    [
        # By name
        ({"name": "corner lamp"}, None, {"light.corner_lamp"}),
        ({"name": "the Corner Lamp"}, None, {"light.corner_lamp"}),
        ({"name": "corner lamps"}, None, {"light.corner_lamp"}),
        ({"name": "MOOD LIGHT"}, None, {"light.corner_lamp"}),  # an alias
        ({"name": "light.corner_lamp"}, None, {"light.corner_lamp"}),
        ({"name": "reading lamp"}, "study", {"light.study_reading_lamp"}),
        ({"name": "reading lamp", "area": "bedroom"}, None, {"light.bedroom_reading_lamp"}),
        ({"name": "reading lamp", "area": "bedroom"}, "study", {"light.bedroom_reading_lamp"}),
        ({"name": "coffee maker"}, None, {"switch.coffee_maker"}),
        ({"name": "living room blinds", "floor": "downstairs"}, None, {"cover.living_room_blinds"}),
        ({"name": "corner lamp", "domain": "light"}, None, {"light.corner_lamp"}),
        ({"name": "corner lamp", "domain": ["light", "switch"]}, None, {"light.corner_lamp"}),
        # By room and kind
        ({"area": "kitchen", "domain": "switch"}, None, {"switch.coffee_maker"}),
        ({"area": "Lounge", "domain": "cover"}, None, {"cover.living_room_blinds"}),
        ({"area": "living_room", "domain": "cover"}, None, {"cover.living_room_blinds"}),  # by id
        ({"area": "area.living_room", "domain": "cover"}, None, {"cover.living_room_blinds"}),
        ({"area": "kitchen", "domain": "Light", "name": "all"}, None,
         {"light.kitchen_ceiling", "light.worktop_lights", "light.dining_table_lamp"}),
        ({"floor": "upstairs", "domain": "fan"}, None, {"fan.bedroom_fan", "fan.extractor_fan"}),
        ({"floor": "floor.first", "domain": "fan", "area": "bath"}, None, {"fan.extractor_fan"}),
        ({"device_class": "outlet", "area": "garage"}, None, {"switch.car_charger"}),
        ({"domain": "lock", "name": "all"}, None, {"lock.front_door", "lock.back_door"}),
        # By kind alone: here, or the only one
        ({"domain": "light"}, "hall", {"light.hall_light"}),
        ({"domain": "valve"}, None, {"valve.garden_watering"}),
        ({"domain": "valve"}, "kitchen", {"valve.garden_watering"}),
        ({"device_class": "garage"}, None, {"cover.garage_door"}),
    ],
)  # fmt: skip
def test_found(arguments: dict[str, Any], here: str | None, expected: set[str]) -> None:
    assert found(DEMO, arguments, here) == expected


@pytest.mark.parametrize(
    ("arguments", "code", "nearest"),
    [
        ({}, "missing_argument", []),
        ({"name": "kitchin ceiling"}, "unknown_name", None),
        ({"name": "kitchen"}, "unknown_name", []),  # a room, not a device
        ({"name": "zzz qqq"}, "unknown_name", []),
        ({"name": "..."}, "unknown_name", []),
        ({"name": "reading lamp"}, "ambiguous_name", ["Reading lamp (Bedroom)", "Reading lamp (Study)"]),
        ({"name": "corner lamp", "area": "kitchen"}, "unknown_name", ["Corner lamp (Living room)"]),
        ({"name": "corner lamp", "floor": "upstairs"}, "unknown_name", ["Corner lamp (Living room)"]),
        ({"name": "corner lamp", "domain": "switch"}, "unsupported", []),
        ({"name": "Alex"}, "unsupported", []),
        ({"name": "wifi"}, "not_exposed", []),
        ({"name": "switch.router"}, "not_exposed", []),
        ({"area": "kitchn", "domain": "light"}, "unknown_area", ["Kitchen"]),
        ({"area": "the moon", "domain": "light"}, "unknown_area", []),
        ({"area": "the moon", "name": "all", "domain": "light"}, "unknown_area", []),
        ({"area": "the moon", "name": "corner lamp"}, "unknown_area", []),
        ({"floor": "cellar", "domain": "light"}, "unknown_floor", []),
        ({"area": "kitchen", "floor": "upstairs", "domain": "light"}, "none_match", []),
        ({"area": "kitchen", "domain": "cover"}, "none_match", []),
        ({"area": "kitchen"}, "too_wide", ["the lights", "the locks", "the media players", "the switches"]),
        ({"name": "all"}, "too_wide", None),
        ({"name": "All", "area": "garage"}, "too_wide", ["the covers", "the lights", "the switches"]),
        ({"domain": "light"}, "needs_scope", None),
        ({"domain": "sensor"}, "not_allowed", []),
        ({"domain": "siren"}, "none_match", []),
        ({"domain": "siren", "area": "kitchen"}, "none_match", []),
        ({"domain": "scene", "name": "all"}, "ambiguous_name", ["Relax", "Good night"]),  # nobody means that
        ({"domain": "script", "name": "all"}, "ambiguous_name", None),
    ],
)
def test_not_found(arguments: dict[str, Any], code: str, nearest: list[str] | None) -> None:
    [problem] = problems(DEMO, call("HassTurnOn", **arguments))
    assert problem.code == code
    if nearest is not None:
        assert problem.nearest == nearest
    assert problem.path.startswith("calls[0].arguments.")
    assert "Router" not in str(problem)


def test_kind_alone_with_several_elsewhere_is_a_question_of_rooms() -> None:
    [problem] = problems(DEMO, call("HassTurnOn", domain="cover"), here="kitchen")
    assert {choice.label for choice in problem.choices} == {"Living room", "Bedroom", "Garage", "Study"}
    for choice in problem.choices:
        assert len(found(DEMO, {"domain": "cover", **choice.arguments})) == 1


def test_reading_may_look_at_the_whole_home() -> None:
    made = planned(DEMO, call("HassGetState", domain="lock"))
    assert made.queries[0].entities == ("lock.back_door", "lock.front_door")
    assert "switch.router" not in planned(DEMO, call("HassGetState", name="all")).queries[0].entities


@pytest.mark.parametrize("intent", ["HassMediaPause", "HassMediaUnpause"])
def test_what_plays_is_meant_when_only_one_does(intent: str) -> None:
    assert set(called(planned(DEMO, call(intent)))) == {"media_player.kitchen_speaker"}


@pytest.mark.parametrize(
    "asked",
    [
        call("HassTurnOn", name="reading lamp"),
        call("HassTurnOn", name="reading lamp", floor="upstairs"),
        call("HassTurnOn", name="corner lamp", area="kitchen"),
        call("HassTurnOn", name="corner lamp", floor="upstairs", domain="light"),
        call("HassTurnOn", name="kitchin ceiling"),
        call("HassTurnOn", name="hall lihgt", area="hall"),
        call("HassTurnOn", name="all", domain="scene"),
        call("HassMediaNext", area="garden", name="kitchen speaker"),
    ],
)
def test_each_choice_means_exactly_that_entity(asked: ToolCall) -> None:
    [problem] = problems(DEMO, asked)
    assert problem.choices
    for choice in problem.choices:
        made = planned(DEMO, applied(asked, choice))
        assert [DEMO.label(DEMO.entities[entity]) for entity in called(made)] == [choice.label]


# Names that clash

OLD = Area("kitchen", "Old kitchen")  # renamed; it keeps its id
NEW = Area("kitchen_2", "Kitchen")
DENS = (Area("den", "Study", ("Den",)), Area("study", "Office", ("den",)))
LIGHTS = tuple(Entity(f"light.{area.id}", "Light", area=area.id) for area in (OLD, NEW, *DENS))
CLASHES = small_home(*LIGHTS, areas=(OLD, NEW, *DENS))


@pytest.mark.parametrize(
    ("area", "light"),
    [
        ("kitchen", "light.kitchen_2"),  # a name before an id
        ("kitchen_2", "light.kitchen_2"),
        ("old kitchen", "light.kitchen"),
        ("area.kitchen", "light.kitchen"),
        ("study", "light.den"),
        ("area.study", "light.study"),
    ],
)
def test_a_rooms_name_comes_before_another_rooms_id(area: str, light: str) -> None:
    assert found(CLASHES, {"area": area, "domain": "light"}) == {light}


def test_rooms_of_one_name_are_told_apart_by_their_choices() -> None:
    [problem] = problems(CLASHES, call("HassTurnOn", area="den", domain="light"))
    assert problem.code == "ambiguous_area"
    assert [choice.label for choice in problem.choices] == ["Study (den)", "Office (study)"]
    lights = [found(CLASHES, {"domain": "light", **choice.arguments}) for choice in problem.choices]
    assert lights == [{"light.den"}, {"light.study"}]


def test_choices_of_an_unknown_room_mean_exactly_that_room() -> None:
    [problem] = problems(CLASHES, call("HassTurnOn", area="kitchn", domain="light"))
    lights = {choice.label: found(CLASHES, {"domain": "light", **choice.arguments}) for choice in problem.choices}
    assert lights["Kitchen"] == {"light.kitchen_2"}
    assert lights["Old kitchen"] == {"light.kitchen"}


def test_the_exact_name_comes_before_its_plural() -> None:
    home = small_home(Entity("light.one", "Kitchen light"), Entity("light.group", "Kitchen lights"))
    assert found(home, {"name": "kitchen lights"}) == {"light.group"}
    assert found(home, {"name": "the kitchen light"}) == {"light.one"}


def test_labels_always_differ() -> None:
    twins = [Entity(f"light.{n}", "Lamp", area="a") for n in "xy"]
    home = small_home(*twins, Entity("switch.lamp", "Lamp", area="a"), areas=(Area("a", "Attic"),))
    asked = call("HassTurnOn", name="lamp")
    [problem] = problems(home, asked)
    assert problem.nearest == ["Lamp (Attic), light.x", "Lamp (Attic), light.y", "Lamp (Attic), switch"]
    assert [list(called(planned(home, applied(asked, choice)))) for choice in problem.choices] == [
        ["light.x"],
        ["light.y"],
        ["switch.lamp"],
    ]


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Anna’s lámp", "anna lamps"),
        ("Anna’s lámp", "ANNA'S LAMP"),
        ("Leselampe Büro", "leselampe buro"),
        ("रसोई की बत्ती", "रसोई की बत्ती"),
        ("客厅灯", "客厅灯"),
        ("💡", "💡\ufe0f"),
        ("Lamp A", "lamp a"),
    ],
)
def test_names_of_all_kinds(name: str, spoken: str) -> None:
    home = small_home(Entity("light.it", name), Entity("light.other", "Other"))
    assert found(home, {"name": spoken}) == {"light.it"}


@pytest.mark.parametrize("spoken", ["...", "?", "🎹", "lamp", "-"])
def test_signs_are_not_each_others_names(spoken: str) -> None:
    home = small_home(Entity("light.it", "💡"), Entity("light.b", "Lamp A"))
    [problem] = problems(home, call("HassTurnOn", name=spoken))
    assert problem.code == "unknown_name"


# What is not exposed

HIDDEN = (
    Entity("light.secret", "Secret lamp", ("Hidden",), area="a", exposed=False),
    Entity("lock.secret", "Secret lock", area="a", exposed=False),
    Entity("light.seen", "Seen lamp", area="a"),
    Entity("light.twin", "Twin", area="a"),
    Entity("light.hidden_twin", "Twin", area="a", exposed=False),
)
PARTLY = small_home(*HIDDEN, areas=(Area("a", "Attic", floor="f"),), floors=(Floor("f", "Top"),))


@pytest.mark.parametrize(
    "arguments",
    [
        {"domain": "light", "name": "all"},
        {"domain": "light", "area": "attic"},
        {"domain": "light", "floor": "top"},
        {"domain": "light"},
        {"name": "twin"},
    ],
)
def test_only_what_is_exposed_is_acted_on(arguments: dict[str, Any]) -> None:
    assert found(PARTLY, arguments, here="a") <= {"light.seen", "light.twin"}


@pytest.mark.parametrize("name", ["secret lamp", "hidden", "light.secret", "secret lamps", "light.hidden_twin"])
def test_what_is_not_exposed_is_said_to_be_so(name: str) -> None:
    assert [problem.code for problem in problems(PARTLY, call("HassTurnOn", name=name))] == ["not_exposed"]


@pytest.mark.parametrize(
    "arguments", [{"name": "secrt lamp"}, {"area": "attic"}, {"domain": "lock", "area": "attic"}]
)
def test_what_is_not_exposed_is_never_offered(arguments: dict[str, Any]) -> None:
    [problem] = problems(PARTLY, call("HassTurnOn", **arguments))
    assert "ecret" not in str([problem.choices, problem.nearest, problem.allowed])
    assert "lock" not in str(problem.choices)


words = st.one_of(
    st.text(max_size=40),
    st.sampled_from([name for entity in DEMO.entities.values() for name in (*entity.names, entity.id)]),
    st.sampled_from([name for area in DEMO.areas.values() for name in (*area.names, area.id)]),
    st.sampled_from(["all", "light", "switch", "outlet", "router"]),
)
slots = st.dictionaries(st.sampled_from(["name", "area", "floor", "domain", "device_class"]), words)


@given(slots, st.sampled_from([None, "kitchen", "study", "nowhere"]), st.booleans())
def test_any_words_come_to_what_is_exposed_or_to_problems(
    arguments: dict[str, str], here: str | None, turn_on: bool
) -> None:
    name = "HassTurnOn" if turn_on else "HassGetState"
    asked = call(name, **arguments)
    try:
        made = planned(DEMO, asked, here=here)
    except CallRejected:
        offered = [choice.arguments for problem in problems(DEMO, asked, here=here) for choice in problem.choices]
        assert "switch.router" not in str(offered)
        return
    touched = {target.entity_id for step in made.steps for target in step.targets}
    touched |= {entity for query in made.queries for entity in query.entities}
    assert touched
    assert all(DEMO.entities[entity].exposed for entity in touched)


# Speed

AREAS = tuple(Area(f"a{n}", f"Room {n}") for n in range(100))
BIG = small_home(
    *(Entity(f"light.l{n}", f"Lamp number {n}", (f"alias {n}",), area=f"a{n % 100}") for n in range(5000)),
    areas=AREAS,
    states={f"light.l{n}": State("off") for n in range(5000)},
)


def wanted(**more: Any) -> Wanted:
    given: dict[str, Any] = {"name": None, "area": None, "floor": None, "device_classes": None, "by_kind": True}
    return Wanted(**{**given, "domains": frozenset({"light"}), **more})


@pytest.mark.parametrize(
    ("target", "many", "limit_ms"),
    [(wanted(name="lamp number 4321"), 1, 1.0), (wanted(area="room 42"), 50, 5.0)],
)
def test_five_thousand_entities_are_no_burden(target: Wanted, many: int, limit_ms: float) -> None:
    resolve(BIG, target)
    took = []
    for _ in range(20):
        started = time.process_time()
        assert len(resolve(BIG, target).entities) == many
        took.append((time.process_time() - started) * 1000)
    assert min(took) < limit_ms


def test_problem_messages_are_for_a_person() -> None:
    [problem] = problems(DEMO, call("HassTurnOn", name="reading lamp"))
    assert isinstance(problem, Problem)
    assert problem.message == "Which reading lamp: Reading lamp (Bedroom) or Reading lamp (Study)?"
    assert problem.spoken == "reading lamp"
