"""From what the heads say to calls: clauses, slots, and what the home can do."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions.action import Risk
from actions.catalog import build_registry
from actions.catalog.own import OwnAction
from actions.demo import layout
from actions.home import Area, Entity, State
from bridge.tiers.small.clauses import MOST_CLAUSES, choices_of
from bridge.tiers.small.features import Context, features_of
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.reading import Reading
from bridge.tiers.small.windows import LONGEST, windows
from bridge.tiers.small.words import MOST, split
from bridge.tiers.trial import trial
from tests.unit.homes import call, small_home
from tests.unit.small import Heard, Stub, read_as

DEMO = layout.load()
HOME = DEMO.home(DEMO.states)
DIMMED: dict[str, Any] = {"modes": ("brightness",)}


def own(name: str, parameters: dict[str, Any], targets: tuple[str, ...] = ()) -> Any:
    return OwnAction.model_validate(
        {
            "name": name,
            "description": f"Does {name}.",
            "service": f"own.{name}",
            "parameters": parameters,
            "targets": list(targets),
        }
    ).action()


MODE = {"type": "string", "enum": ["deep_clean", "quick", "eco-plus"]}
OWN = (
    own("descale", {"mode": MODE, "level": {"type": "integer", "minimum": 1, "maximum": 5, "required": False}}),
    own("show_text", {"text": {"type": "string"}}),
    own("fade", {"minutes": {"type": "number"}}, ("light.hall_light", "light.corner_lamp")),
)
REGISTRY = build_registry(HOME, OWN)


def heard(said: str, *clauses: Heard, area: str | None = None) -> Reading:
    return read_as(clauses, said, HOME, REGISTRY, Context("en", area))


Table = list[tuple[str, Heard, dict[str, Any]]]
LEVELS: Table = [
    ("corner lamp to 40 percent", Heard("HassLightSet", values=("40",)), {"brightness": 40}),
    ("corner lamp red", Heard("HassLightSet", values=("red",)), {"color": "red"}),
    ("corner lamp warm white", Heard("HassLightSet", values=("warm",)), {"temperature": 2700}),
    ("corner lamp 3000", Heard("HassLightSet", values=("3000",)), {"temperature": 3000}),
    ("corner lamp half", Heard("HassLightSet", values=("half",)), {"brightness": 50}),
    ("corner lamp red at 30", Heard("HassLightSet", values=("red", "30")), {"color": "red", "brightness": 30}),
    ("corner lamp 20 brighter", Heard("HassLightSet", step="+", values=("20",)), {"brightness_step": 20}),
    ("corner lamp 20 darker", Heard("HassLightSet", step="-", values=("20",)), {"brightness_step": -20}),
    ("corner lamp brighter", Heard("HassLightSet", step="+some"), {"brightness_step": 20}),
    ("corner lamp a bit darker", Heard("HassLightSet", step="-little"), {"brightness_step": -10}),
    ("corner lamp way brighter", Heard("HassLightSet", step="+lot"), {"brightness_step": 40}),
    ("corner lamp as low as it goes", Heard("HassLightSet", step="lowest"), {"brightness": 1}),
    ("corner lamp full", Heard("HassLightSet", step="highest"), {"brightness": 100}),
    ("corner lamp halfway", Heard("HassLightSet", step="half"), {"brightness": 50}),
]


@pytest.mark.parametrize(("said", "clause", "arguments"), LEVELS, ids=[said for said, _, _ in LEVELS])
def test_levels(said: str, clause: Heard, arguments: dict[str, Any]) -> None:
    (part,) = read_as([_named(clause, "Corner lamp")], said, HOME, REGISTRY).parts
    assert part.call == call("HassLightSet", name="Corner lamp", **arguments)
    assert part.targets == ("light.corner_lamp",)
    assert not part.problem


def _named(clause: Heard, name: str) -> Heard:
    return replace(clause, name=name)


@pytest.mark.parametrize(
    ("said", "clause", "made"),
    [
        (
            "living room two degrees warmer",
            Heard("HassClimateSetTemperature", place="living_room", step="+", values=("two",)),
            call("HassClimateSetTemperature", area="Living room", temperature_step=2),
        ),
        (
            "warmer in the living room",
            Heard("HassClimateSetTemperature", place="living_room", step="+some"),
            call("HassClimateSetTemperature", area="Living room", temperature_step=2),
        ),
        (
            "louder in the kitchen",
            Heard("HassSetVolumeRelative", place="kitchen", step="+some"),
            call("HassSetVolumeRelative", area="Kitchen", volume_step="up"),
        ),
        (
            "a bit quieter in the kitchen",
            Heard("HassSetVolumeRelative", place="kitchen", step="-little"),
            call("HassSetVolumeRelative", area="Kitchen", volume_step=-10),
        ),
        (
            "lights off upstairs",
            Heard("HassTurnOff", place="first", noun="light"),
            call("HassTurnOff", domain="light", floor="First floor"),
        ),
        (
            "turn everything light off",
            Heard("HassTurnOff", name="all", noun="light"),
            call("HassTurnOff", name="all", domain="light"),
        ),
        (
            "is a window open in the bedroom",
            Heard("HassGetState", place="bedroom", noun="binary_sensor/window", state="on"),
            call("HassGetState", area="Bedroom", domain="binary_sensor", device_class="window", state="on"),
        ),
        (
            "living room fan to low",
            Heard("HassClimateSetFanMode", place="living_room", state="low"),
            call("HassClimateSetFanMode", area="Living room", fan_mode="low"),
        ),
        (
            "put Oat Milk on the shopping list",
            Heard("HassListAddItem", name="Shopping list", text=("item", "oat milk")),
            call("HassListAddItem", name="Shopping list", item="Oat Milk"),
        ),
        (
            "buy milk",  # two lists, none named: the shopping list
            Heard("HassListAddItem", text=("item", "milk")),
            call("HassShoppingListAddItem", item="milk"),
        ),
        (
            "tell everyone dinner is ready",
            Heard("HassBroadcast", text=("message", "dinner is ready")),
            call("HassBroadcast", message="dinner is ready"),
        ),
        (
            "set a pasta timer for 8 minutes and 30 seconds",
            Heard("HassStartTimer", values=("8",), text=("name", "pasta")),
            call("HassStartTimer", minutes=8, seconds=30, name="pasta"),
        ),
        (
            "add 5 minutes to my 10 minute timer",
            Heard("HassIncreaseTimer", values=("5", "start:10")),
            call("HassIncreaseTimer", minutes=5, start_minutes=10),
        ),
        (
            "in 10 minutes turn off the heating",
            Heard("HassStartTimer", values=("10",), text=("conversation_command", "turn off the heating")),
            call("HassStartTimer", minutes=10, conversation_command="turn off the heating"),
        ),
        ("cancel all timers", Heard("HassCancelAllTimers", name="Printer"), call("HassCancelAllTimers")),
        ("what time is it", Heard("HassGetCurrentTime"), call("HassGetCurrentTime")),
        (
            "clean the kitchen",
            Heard("HassVacuumCleanArea", place="kitchen"),
            call("HassVacuumCleanArea", area="Kitchen"),
        ),
        ("descale it deep clean", Heard("descale"), call("descale", mode="deep_clean")),
        ("descale, eco plus", Heard("descale"), call("descale", mode="eco-plus")),
        ("descale quik", Heard("descale"), call("descale", mode="quick")),  # misspelt
        ("descale quick at four", Heard("descale", values=("four",)), call("descale", mode="quick", level=4)),
        (
            "show text Hello You",
            Heard("show_text", text=("value", "hello you")),
            call("show_text", text="Hello You"),
        ),
        ("show text red", Heard("show_text", values=("red",)), call("show_text", text="red")),
        ("fade over ten minutes", Heard("fade", values=("ten",)), call("fade", minutes=10)),
        (
            "fade the corner lamp over 3 minutes",
            Heard("fade", name="Corner lamp", values=("3",)),
            call("fade", minutes=3, name="Corner lamp"),
        ),
        (
            "fade the hall over 3 minutes",
            Heard("fade", place="hall", values=("3",)),
            call("fade", minutes=3, area="Hall"),
        ),
    ],
    ids=str,
)
def test_slots(said: str, clause: Heard, made: Any) -> None:
    (part,) = heard(said, clause).parts
    assert part.call == made
    assert not part.problem


@pytest.mark.parametrize(
    ("said", "clause", "made"),
    [
        (  # what is said in a clause is nearer than what is said elsewhere
            "corner lamp to 20 and desk lamp to 30",
            (
                Heard("HassLightSet", name="Corner lamp", values=("20", "30")),
                Heard("HassLightSet", name="Desk lamp", values=("30",), begins="desk"),
            ),
            [
                call("HassLightSet", name="Corner lamp", brightness=20),
                call("HassLightSet", name="Desk lamp", brightness=30),
            ],
        ),
        (
            "corner lamp and desk lamp to 30",
            (
                Heard("HassLightSet", name="Corner lamp", values=("30",)),
                Heard("HassLightSet", name="Desk lamp", values=("30",), begins="desk"),
            ),
            [
                call("HassLightSet", name="Corner lamp", brightness=30),
                call("HassLightSet", name="Desk lamp", brightness=30),
            ],
        ),
    ],
    ids=["each its own", "one for both"],
)
def test_values_of_several_clauses(said: str, clause: tuple[Heard, ...], made: list[Any]) -> None:
    home = small_home(Entity("light.a", "Corner lamp", **DIMMED), Entity("light.b", "Desk lamp", **DIMMED))
    reading = read_as(clause, said, home, build_registry(home))
    assert [part.call for part in reading.parts] == made


TIMED = own(
    "spray",
    {
        "minutes": {"type": "integer", "minimum": 1, "maximum": 90, "required": False},
        "swing": {"type": "string", "enum": ["on", "off"], "required": False},
        "quiet": {"type": "boolean", "required": False},
        "mode": {"type": "string", "enum": ["cool", "heat", "dry"], "required": False},
    },
)


@pytest.mark.parametrize(
    ("said", "values", "arguments"),
    [
        ("spray for half an hour", ("half",), {"minutes": 30}),
        ("spray for an hour", ("an",), {"minutes": 60}),
        ("spray with no swing", (), {"swing": "off"}),
        ("spray and let it swing", (), {"swing": "on"}),
        ("spray and swing", (), {}),
        ("spray and keep quiet", (), {"quiet": True}),
        ("spray but not the heat mode", (), {}),
        ("stop, no quiet spray", (), {"quiet": False}),
        ("spray in cooling mode", (), {"mode": "cool"}),
    ],
)
def test_own_fields_in_the_words_of_people(said: str, values: tuple[str, ...], arguments: dict[str, Any]) -> None:
    home = small_home(Entity("light.a", "Corner lamp"))
    (part,) = read_as([Heard("spray", values=values)], said, home, build_registry(home, (TIMED,))).parts
    assert part.call == call("spray", **arguments)


@pytest.mark.parametrize(
    ("said", "step", "level"),
    [("spray at full", "highest", 90), ("spray half", "half", 45), ("as short as can be", "lowest", 1)],
)
def test_extremes_of_own_fields_are_those_of_the_field(said: str, step: str, level: int) -> None:
    only = own("spray", {"minutes": {"type": "integer", "minimum": 1, "maximum": 90}})
    home = small_home(Entity("light.a", "Corner lamp"))
    (part,) = read_as([Heard("spray", step=step)], said, home, build_registry(home, (only,))).parts
    assert part.call == call("spray", minutes=level)


def test_what_a_field_denies_by_its_name_is_not_guessed() -> None:
    muted = own("intercom", {"muted": {"type": "boolean"}})
    home = small_home(Entity("light.a", "Corner lamp"))
    (part,) = read_as([Heard("intercom")], "let the intercom be heard", home, build_registry(home, (muted,))).parts
    assert part.problem == "unclear"


def test_an_own_action_knows_no_floors() -> None:
    blink = own("blink", {}, ("light.hall_light", "light.corner_lamp"))
    registry = build_registry(HOME, (blink,))
    (part,) = read_as([Heard("blink", place="first")], "blink the lights upstairs", HOME, registry).parts
    assert part.problem == "unclear"  # never all of them


def test_what_the_planner_refuses_is_said_in_other_terms() -> None:
    home = small_home(
        Entity("vacuum.robin", "Robin", area="den", features=8192),
        Entity("switch.pump", "Pool pump"),
        Entity("cover.door", "Garage door", features=3),
        Entity("light.door", "Garage door"),
        Entity("lock.back", "Back door"),
        Entity("switch.fountain", "Fountain switch", area="fountain"),
        areas=(Area("den", "Den"), Area("fountain", "Fountain")),
    )
    registry = build_registry(home)

    def reads(said: str, clause: Heard) -> Any:
        (part,) = read_as([clause], said, home, registry).parts
        return part.problem or (part.call, part.targets)

    vacuum = reads("vacuum the den", Heard("HassVacuumCleanArea", place="den"))
    assert vacuum == (call("HassVacuumStart", area="Den"), ("vacuum.robin",))
    pump = reads("stop the pool pump", Heard("HassStopMoving", name="Pool pump"))
    assert pump == (call("HassTurnOff", name="Pool pump"), ("switch.pump",))
    assert reads("stop the garage door", Heard("HassStopMoving", name="Garage door"))  # never closed instead
    assert reads("stop the back door", Heard("HassStopMoving", name="Back door")) == "unsupported"  # nor unlocked
    blinds = reads("open the blinds in the fountain", Heard("HassTurnOn", place="fountain", noun="cover/blind"))
    assert blinds == "none_match"  # another kind of thing is no blind
    switched = reads("garage door off", Heard("HassTurnOff", name="Garage door", noun="light"))
    assert switched == (call("HassTurnOff", name="Garage door", domain="light"), ("light.door",))
    door = reads("close the garage door", Heard("HassTurnOff", name="Garage door"))
    assert door == (call("HassTurnOff", name="Garage door", domain="cover"), ("cover.door",))
    fountain = reads("turn on the fountain", Heard("HassTurnOn", place="fountain", noun="light"))
    assert fountain == (call("HassTurnOn", area="Fountain", name="Fountain switch"), ("switch.fountain",))


def test_a_mode_is_found_in_the_words() -> None:
    home = small_home(
        Entity("humidifier.mist", "Mist maker", features=1),
        states={"humidifier.mist": State("on", {"available_modes": ["baby", "eco"], "mode": "eco"})},
    )
    heard = Heard("HassHumidifierMode", name="Mist maker")
    (part,) = read_as([heard], "use baby mode on the mist maker", home, build_registry(home)).parts
    assert part.call == call("HassHumidifierMode", name="Mist maker", mode="baby")


@pytest.mark.parametrize(
    ("said", "before", "step"),
    [
        ("a bit more", call("HassLightSet", name="Corner lamp", brightness_step=-20), -10),
        ("too much", call("HassLightSet", name="Corner lamp", brightness_step=-20), 10),
        ("brighter than that", call("HassLightSet", name="Corner lamp", brightness=5), 10),
        ("some of that", call("HassLightSet", name="Corner lamp", brightness=5), -10),
    ],
)
def test_which_way_a_change_goes_on(said: str, before: Any, step: int) -> None:
    clause = Heard("HassLightSet", name="Corner lamp", step="-little")
    context = Context("en", None, (before,))
    (part,) = read_as([clause], said, HOME, REGISTRY, context).parts
    assert part.call == call("HassLightSet", name="Corner lamp", brightness_step=step)


def test_a_room_to_clean_is_the_one_that_it_was_said_in() -> None:
    (part,) = heard("vacuum here", Heard("HassVacuumCleanArea"), area="kitchen").parts
    assert part.call == call("HassVacuumCleanArea", area="Kitchen")


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("corner lamp please", Heard("HassLightSet", name="Corner lamp")),  # how bright?
        ("put it on the list", Heard("HassListAddItem")),  # what?
        ("set a timer", Heard("HassStartTimer")),  # for how long?
        ("descale", Heard("descale")),  # which mode?
        ("living room fan", Heard("HassClimateSetFanMode", place="living_room")),
    ],
)
def test_what_an_action_needs_and_was_not_said_makes_it_unclear(said: str, clause: Heard) -> None:
    reading = heard(said, clause)
    assert [part.problem for part in reading.parts] == ["unclear"]
    assert reading.calls == []


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("set the corner lamp to 900 %", Heard("HassLightSet", name="Corner lamp", values=("900",))),
        ("open the corner lamp to 10", Heard("HassSetPosition", name="Corner lamp", values=("10",))),
        ("worktop lights to 10 percent", Heard("HassLightSet", name="Worktop lights", values=("10",))),  # on or off
        ("descale quick at 99", Heard("descale", values=("99",))),
        ("fade the shed light over 3 minutes", Heard("fade", name="Shed light", values=("3",))),
        ("turn on the reading lamp", Heard("HassTurnOn", name="Reading lamp")),  # there are two
        ("lights on", Heard("HassTurnOn", noun="light")),  # where?
        ("set a timer for 99999 hours", Heard("HassStartTimer", values=("99999",))),
    ],
)
def test_what_the_home_cannot_do_is_no_call(said: str, clause: Heard) -> None:
    reading = heard(said, clause)
    (part,) = reading.parts
    assert part.problem
    assert reading.calls == []


def test_risk_is_that_of_what_would_be_done() -> None:
    (unlock,) = heard("unlock the front door", Heard("HassTurnOff", name="Front door")).parts
    (light,) = heard("hall light off", Heard("HassTurnOff", name="Hall light")).parts
    assert (unlock.risk, light.risk) == (Risk.SENSITIVE, Risk.REVERSIBLE)


def test_how_sure_an_own_action_must_be_is_its_owners_word() -> None:
    (part,) = heard("descale deep clean", Heard("descale")).parts
    assert part.call is not None
    assert trial(part.call, REGISTRY, HOME, None).risk is Risk.SENSITIVE  # asked first: nobody knows the service
    assert part.risk is Risk.REVERSIBLE


def test_clauses_have_their_own_words_values_and_places() -> None:
    reading = heard(
        "corner lamp to 30 and the hall light to 60 then lock the back door",
        Heard("HassLightSet", name="Corner lamp", values=("30",)),
        Heard("HassLightSet", begins="and", name="Hall light", values=("60",)),
        Heard("HassTurnOn", begins="then", name="Back door"),
    )
    assert [part.call for part in reading.calls] == [
        call("HassLightSet", name="Corner lamp", brightness=30),
        call("HassLightSet", name="Hall light", brightness=60),
        call("HassTurnOn", name="Back door"),
    ]
    assert [(part.first, part.last) for part in reading.parts] == [(0, 3), (4, 9), (10, 14)]


def test_a_call_said_twice_is_made_once() -> None:
    reading = heard(
        "hall light off yes hall light off",
        Heard("HassTurnOff", name="Hall light"),
        Heard("HassTurnOff", begins="yes", name="Hall light"),
    )
    assert len(reading.calls) == 1


def test_the_chance_of_a_reading_is_that_of_all_its_heads() -> None:
    loud = heard("hall light off", Heard("HassTurnOff", name="Hall light")).parts[0]
    quiet = heard("hall light off", Heard("HassTurnOff", name="Hall light", loud=5)).parts[0]
    assert loud.chance > 0.99
    assert quiet.chance < 0.6
    assert quiet.marks["action"] < loud.marks["action"]
    assert loud.marks["name_said"] == pytest.approx(1)


def test_more_clauses_than_anybody_says_are_cut() -> None:
    words = " ".join(f"w{chr(97 + n)}" for n in range(20))
    read, memory = features_of(words, Memory.of(HOME, REGISTRY), Context()), Memory.of(HOME, REGISTRY)
    said = Stub([Heard("HassNevermind")]).run(read, memory)
    said.boundary[:] = 12
    assert len(choices_of(said, read, memory)) == MOST_CLAUSES


def test_an_undecided_boundary_makes_both_readings_less_likely() -> None:
    memory = Memory.of(HOME, REGISTRY)
    read = features_of("hall light off and on", memory, Context())
    said = Stub([Heard("HassTurnOff", name="Hall light")]).run(read, memory)
    said.boundary[3] = -0.2
    (choice,) = choices_of(said, read, memory)
    assert choice.boundary == pytest.approx(1 / (1 + np.exp(-0.2)), abs=1e-3)


def test_a_head_can_only_point_at_rows_of_its_kind() -> None:
    memory = Memory.of(HOME, REGISTRY)
    read = features_of("kitchen", memory, Context())
    said = Stub([Heard("HassTurnOff")]).run(read, memory)
    said.name[:, 2] = said.place[:, 1 + len(memory.rows) - 1] = 30  # a room as a thing, an action as a place
    (choice,) = choices_of(said, read, memory)
    assert choice.name.index == 0
    assert choice.place.index == 0


@pytest.mark.parametrize("said", ["", "...", " \x00\x1b\n", "💡"])
def test_nothing_said_is_not_looked_at(said: str) -> None:
    stub = Stub([])
    assert read_as([], said, HOME, REGISTRY).problem == "empty"
    assert stub.runs == 0


def test_too_much_said_is_not_looked_at() -> None:
    assert heard("light " * (LONGEST + 1)).problem == "too_long"


@pytest.mark.parametrize(
    ("said", "cuts"),
    [
        ("light " * MOST, [0]),
        ("light " * (MOST + 1), [0, MOST]),
        ("on " * 40 + ", " + "off " * 40, [0, 40]),
        ("on " * 50 + "and " + "off " * 40, [0, 50]),
        ("on, " * 10 + "off " * 120, [0, 64, 128]),
    ],
)
def test_long_sentences_are_cut_where_a_command_may_end(said: str, cuts: list[int]) -> None:
    words = split(said, LONGEST)
    made = windows(words)
    assert [first for first, _ in made] == cuts[: len(made)]
    assert made[-1][1] == len(words)
    assert all(0 < end - first <= MOST for first, end in made)


def test_what_is_said_in_a_later_window_keeps_its_place() -> None:
    said = "hall light on, please, " + "and so on " * 20 + "and then, hall light on"
    reading = heard(said, Heard("HassTurnOn", name="Hall light"))
    assert len(reading.words) > MOST
    (part,) = reading.parts  # said twice, done once
    assert part.call == call("HassTurnOn", name="Hall light")
    assert len(reading.values) == 0


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("the lamp and the fan in the den on", Heard("HassTurnOn", name="Lamp"), "fan"),
        ("fan in the den on and lamp there off", Heard("HassTurnOff", name="Lamp", begins="lamp"), ""),
    ],
)
def test_what_stands_in_many_rooms_is_in_its_neighbours(said: str, first: Heard, second: str) -> None:
    rooms = ("den", "attic")
    lamps = [Entity(f"light.{room}", "Lamp", area=room) for room in rooms]
    home = small_home(
        *lamps, Entity("fan.den", "Fan", area="den"), areas=tuple(Area(room, room.title()) for room in rooms)
    )
    fan = Heard("HassTurnOn", name="Fan", place="den", begins=second)
    heard = sorted((first, fan), key=lambda each: said.index(each.begins))
    reading = read_as(heard, said, home, build_registry(home))
    lamp = next(part for part in reading.parts if part.call and part.call.arguments["name"] == "Lamp")
    assert lamp.targets == ("light.den",)
    (alone,) = read_as([Heard("HassTurnOn", name="Lamp")], "lamp on", home, build_registry(home)).parts
    assert alone.problem == "ambiguous_name"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("close the blinds in the den and in the attic", "cover"),
        ("close the blinds in the den and the attic lamp", "light"),  # it says its own kind
    ],
)
def test_a_room_that_is_said_alone_is_about_what_the_clause_before_is(said: str, kind: str) -> None:
    rooms = ("den", "attic")
    home = small_home(
        *(Entity(f"light.{room}", "Lamp", area=room) for room in rooms),
        *(Entity(f"cover.{room}", "Blind", area=room) for room in rooms),
        areas=tuple(Area(room, room.title()) for room in rooms),
    )
    heard = [
        Heard("HassTurnOff", place="den", noun="cover"),
        Heard("HassTurnOff", place="attic", noun="light", begins="and"),
    ]
    reading = read_as(heard, said, home, build_registry(home))
    assert [part.targets for part in reading.parts] == [("cover.den",), (f"{kind}.attic",)]


def test_an_option_may_be_said_for_several_things() -> None:
    quiet = own("silence", {"level": {"type": "string", "enum": ["hushed", "silent"]}}, ("light.a", "light.b"))
    home = small_home(Entity("light.a", "Corner lamp"), Entity("light.b", "Desk lamp"))
    both = (Heard("silence", name="Corner lamp"), Heard("silence", name="Desk lamp", begins="desk"))
    reading = read_as(both, "corner lamp and desk lamp to hushed", home, build_registry(home, (quiet,)))
    assert [part.call.arguments["level"] for part in reading.parts if part.call] == ["hushed", "hushed"]
    assert [part.problem for part in reading.parts] == ["", ""]


def test_an_empty_home_is_read_too() -> None:
    home = small_home()
    reading = read_as([Heard("HassTurnOn", noun="light")], "lights on", home, build_registry(home))
    assert reading.calls == []


# Trials


def test_a_trial_looks_through_what_only_stands_in_the_way_now() -> None:
    home = DEMO.home({**DEMO.states, "light.hall_light": type(HOME.state("light.hall_light"))("unavailable")})
    tried = trial(call("HassTurnOn", name="Hall light"), REGISTRY, home, None)
    assert (tried.targets, tried.problem) == (("light.hall_light",), "")


def test_a_trial_takes_steps_of_own_actions_and_commands_for_later() -> None:
    assert not trial(call("descale", mode="quick", level_step=-1), REGISTRY, HOME, None).problem
    assert not trial(
        call("HassStartTimer", minutes=1, conversation_command="lights on"), REGISTRY, HOME, None
    ).problem
    assert trial(call("descale", mode="quick", wattage_step=1), REGISTRY, HOME, None).problem
    assert trial(call("no_such_action"), REGISTRY, HOME, None).problem
    assert trial(call("HassTurnOn", name="Jacuzzi"), REGISTRY, HOME, None).problem


def test_a_trial_names_what_would_be_touched_or_asked_about() -> None:
    assert trial(call("HassGetState", name="Front door"), REGISTRY, HOME, None).targets == ("lock.front_door",)
    narrowed = trial(call("fade", minutes=1, area="Hall"), REGISTRY, HOME, None)
    whole = trial(call("fade", minutes=1), REGISTRY, HOME, None)
    assert narrowed.targets == ("light.hall_light",)
    assert set(whole.targets) == {"light.hall_light", "light.corner_lamp"}
    assert trial(call("fade", minutes=1, name="Shed light"), REGISTRY, HOME, None).problem == "unsupported"
    assert trial(call("fade", minutes=1, area="Garage"), REGISTRY, HOME, None).problem
