"""Calls become steps for each thing that can do them, or all that is wrong with them at once."""

from typing import Any

import pytest

from actions.action import Risk
from actions.demo import DemoHome
from actions.home import Area, Entity, State
from actions.planner import MAX_CALLS
from actions.risk import Rules
from tests.unit.homes import call, called, own_action, planned, problems, refused, small_home

DEMO = DemoHome(pace=0).home


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = problems(
        DEMO,
        call("HassTurnOn", name="corner lamp"),
        call("HassTurnOnn", name="x"),
        call("HassLightSet", name="corner lamp", brightness=200, colour="red"),
        call("HassTurnOn", area="kitchn", domain="light"),
    )
    assert [(problem.path, problem.code) for problem in found] == [
        ("calls[1].name", "unknown_tool"),
        ("calls[2].arguments.brightness", "out_of_range"),
        ("calls[2].arguments.colour", "unknown_argument"),
        ("calls[3].arguments.area", "unknown_area"),
    ]
    assert found[0].nearest[0] == "HassTurnOn"


def test_too_many_calls() -> None:
    assert problems(DEMO, *[call("HassTurnOn", name="corner lamp")] * (MAX_CALLS + 1))[0].code == "too_many_calls"
    assert len(planned(DEMO, *[call("HassTurnOn", name="corner lamp")] * MAX_CALLS).steps) == MAX_CALLS


def test_no_calls_are_an_empty_plan() -> None:
    made = planned(DEMO)
    assert (made.steps, made.queries, made.risk) == ((), (), Risk.SAFE)


def test_targets_of_one_call_go_out_together() -> None:
    [step] = planned(DEMO, call("HassTurnOff", area="kitchen", domain="light")).steps
    assert step.service is not None
    assert step.service.targets == ("light.kitchen_ceiling", "light.worktop_lights", "light.dining_table_lamp")
    assert step.summary == (
        "turn off Kitchen ceiling (Kitchen), Worktop lights (Kitchen) and Dining table lamp (Kitchen)"
    )


def test_those_that_cannot_are_left_out_when_only_the_kind_was_named() -> None:
    made = planned(DEMO, call("HassLightSet", area="kitchen", domain="light", brightness=30))
    assert set(called(made)) == {"light.kitchen_ceiling", "light.dining_table_lamp"}  # the worktop cannot be dimmed
    assert refused(made) == {}


def test_the_one_that_was_named_is_refused() -> None:
    made = planned(DEMO, call("HassLightSet", name="worktop lights", brightness=30))
    assert (called(made), refused(made)) == ({}, {"light.worktop_lights": "unsupported"})


def test_when_none_of_a_kind_can_each_is_refused() -> None:
    made = planned(DEMO, call("HassLightSet", area="garage", domain="light", brightness=30))
    assert refused(made) == {"light.garage_light": "unsupported"}


def test_what_cannot_be_reached_is_refused_and_the_others_are_done() -> None:
    made = planned(DEMO, call("HassTurnOn", area="garden", domain="light"))
    assert called(made) == {"light.patio_lights": "light.turn_on"}
    assert refused(made) == {"light.shed_light": "unavailable"}


def test_relative_changes_are_reckoned_for_each() -> None:
    made = planned(DEMO, call("HassLightSet", name="hall light", brightness_step=10))
    assert made.steps[0].service is not None
    assert made.steps[0].service.data == {"brightness_pct": 50}
    several = planned(DEMO, call("HassLightSet", area="study", domain="light", brightness_step=-20))
    assert called(several) == {"light.desk_lamp": "light.turn_on"}  # the other is off, and stays off


def test_a_question_makes_no_step() -> None:
    made = planned(DEMO, call("HassGetState", name="front door", state="locked"))
    assert made.steps == ()
    assert made.queries[0].entities == ("lock.front_door",)
    assert [p.code for p in problems(DEMO, call("HassGetState"))] == ["missing_argument"]


@pytest.mark.parametrize(
    ("room", "entity"), [("bathroom", "climate.bathroom_heating"), ("bedroom", "sensor.bedroom_temperature")]
)
def test_a_room_without_a_thermostat_has_a_thermometer(room: str, entity: str) -> None:
    assert planned(DEMO, call("HassClimateGetTemperature", area=room)).queries[0].entities == (entity,)


# Vacuum cleaners


def test_a_vacuum_is_sent_to_a_room() -> None:
    [step] = planned(DEMO, call("HassVacuumCleanArea", area="the kitchen")).steps
    assert step.service is not None
    assert (step.service.targets, step.service.data) == (("vacuum.robin",), {"cleaning_area_id": ["kitchen"]})
    assert step.summary == "send Robin (Living room) to clean Kitchen"


def test_a_room_without_devices_can_be_cleaned() -> None:
    vacuum = Entity("vacuum.v", "V", area="a", features=16384)
    home = small_home(vacuum, areas=(Area("a", "Attic"), Area("b", "Box room")))
    assert called(planned(home, call("HassVacuumCleanArea", area="box room"))) == {"vacuum.v": "vacuum.clean_area"}
    [problem] = problems(home, call("HassVacuumCleanArea", area="boxx room"))
    assert problem.code == "unknown_area"


def test_choosing_a_vacuum_keeps_the_room() -> None:
    two = [Entity(f"vacuum.{n}", "Robot", features=16384) for n in "xy"]
    home = small_home(*two, areas=(Area("a", "Attic"),))
    asked = call("HassVacuumCleanArea", area="attic", name="robot")
    [problem] = problems(home, asked)
    for choice, one in zip(problem.choices, two, strict=True):
        chosen = asked.model_copy(update={"arguments": {**asked.arguments, **choice.arguments}})
        assert set(called(planned(home, chosen))) == {one.id}


# Shopping lists

TASKS = Entity("todo.tasks", "Tasks", features=15)


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ([Entity("todo.shopping_list", "Groceries", features=15), TASKS], "todo.shopping_list"),
        ([Entity("todo.x", "The shopping lists", features=15), TASKS], "todo.x"),
        ([Entity("todo.x", "Shop", ("shopping list",), features=15), TASKS], "todo.x"),
    ],
)
def test_the_shopping_list(lists: list[Entity], expected: str) -> None:
    assert set(called(planned(small_home(*lists), call("HassShoppingListAddItem", item="Milk")))) == {expected}


@pytest.mark.parametrize(
    ("lists", "code"),
    [
        ([TASKS], "none_match"),  # the only list, and not the shopping list
        ([], "none_match"),
        ([Entity(f"todo.{n}", "Shopping list", features=15) for n in "xy"], "ambiguous_name"),
        ([Entity("todo.shopping_list", "Shopping list", exposed=False), TASKS], "none_match"),
    ],
)
def test_another_list_is_never_a_shopping_list(lists: list[Entity], code: str) -> None:
    [problem] = problems(small_home(*lists), call("HassShoppingListAddItem", item="Milk"))
    assert (problem.code, problem.choices) == (code, [])


def test_braces_in_what_was_said_do_no_harm() -> None:
    made = planned(DEMO, call("HassListAddItem", name="shopping list", item="{x} {}"))
    assert made.steps[0].summary == 'add "{x} {}" to Shopping list'


# Scripts and own actions


def test_a_script_is_run_with_its_fields() -> None:
    [step] = planned(DEMO, call("script.announce", message="Dinner")).steps
    assert step.service is not None
    assert (step.service.name, step.service.targets) == ("script.turn_on", ("script.announce",))
    assert step.service.data == {"variables": {"message": "Dinner"}}
    assert step.summary == 'run Announce with {"message": "Dinner"}'
    [plain] = planned(DEMO, call("script.movie_night")).steps
    assert plain.service is not None
    assert plain.service.data == {}


def test_an_own_action_sends_what_is_fixed() -> None:
    own = own_action("light.turn_on", "light.corner_lamp", brightness_pct=10)
    [step] = planned(DEMO, call("own_act"), own=(own,)).steps
    assert step.service is not None
    assert (step.service.targets, step.service.data) == (("light.corner_lamp",), {"brightness_pct": 10})
    assert step.targets[0].expect is not None


@pytest.mark.parametrize(
    ("service", "target", "observable"),
    [
        ("light.turn_off", "light.corner_lamp", True),
        ("lock.lock", "lock.front_door", True),
        ("scene.turn_on", "scene.relax", True),
        ("cover.set_cover_position", "cover.bedroom_blinds", False),
        ("todo.remove_completed_items", "todo.shopping_list", False),
    ],
)
def test_an_own_action_is_read_back_where_an_intent_would_be(service: str, target: str, observable: bool) -> None:
    [step] = planned(DEMO, call("own_act"), own=(own_action(service, target),)).steps
    assert (step.targets[0].expect is not None) is observable


def test_what_cannot_be_reached_gets_no_call_from_an_own_action() -> None:
    some = own_action("light.turn_on", "light.corner_lamp", "light.shed_light")
    [step] = planned(DEMO, call("own_act"), own=(some,)).steps
    assert step.service is not None
    assert step.service.targets == ("light.corner_lamp",)
    [none] = planned(DEMO, call("own_act"), own=(own_action("light.turn_on", "light.shed_light"),)).steps
    assert none.service is None
    assert [left.reason for left in none.refused] == ["unavailable"]


def test_a_script_that_cannot_be_reached_gets_no_call() -> None:
    home = small_home(Entity("script.x", "X"), states={"script.x": State("unavailable")})
    [step] = planned(home, call("script.x")).steps
    assert (step.service, refused(planned(home, call("script.x")))) == (None, {"script.x": "unavailable"})


def test_an_own_action_without_targets_is_sent() -> None:
    [step] = planned(DEMO, call("own_act"), own=(own_action("notify.phone", message="x"),)).steps
    assert step.service is not None
    assert (step.service.targets, step.targets) == ((), ())


def test_an_own_action_on_what_is_gone() -> None:
    [problem] = problems(DEMO, call("own_act"), own=(own_action("light.turn_on", "light.gone"),))
    assert problem.code == "unknown_name"
    assert "light.gone" in problem.message


# Elsewhere


@pytest.mark.parametrize(
    ("asked", "summary", "arguments"),
    [
        (call("HassStartTimer", minutes="5", name="pizza"), "Starts a timer (minutes 5, name pizza)",
         {"minutes": 5, "name": "pizza"}),
        (call("HassCancelAllTimers"), "Cancels all timers", {}),
    ],
)  # fmt: skip
def test_timers(asked: Any, summary: str, arguments: dict[str, Any]) -> None:
    [step] = planned(DEMO, asked).steps
    assert (step.summary, step.arguments, step.service) == (summary, arguments, None)


def test_the_owners_word_on_a_timer() -> None:
    assert (
        planned(
            DEMO, call("HassCancelAllTimers"), rules=Rules(actions={"HassCancelAllTimers": Risk.SENSITIVE})
        ).risk
        is Risk.SENSITIVE
    )


def test_an_announcement_goes_to_every_satellite() -> None:
    made = planned(DEMO, call("HassBroadcast", message="Dinner"))
    assert called(made) == {"assist_satellite.kitchen_voice": "assist_satellite.announce"}
    assert problems(small_home(), call("HassBroadcast", message="x"))[0].code == "none_match"
