"""The grammar tier on single English sentences."""

from functools import cache
from typing import Any

import pytest

from actions.catalog.intents import CLOCK, HOME
from actions.demo.demo import DemoHome
from actions.home import Area, Entity, Floor, Home
from actions.registry import Registry
from bridge.tiers.base import Kind, Understanding, Utterance
from bridge.tiers.grammar import GrammarTier

REGISTRY = Registry([*HOME, *CLOCK])
WORLD = Home(
    floors=[Floor("up", "Upstairs")],
    areas=[Area("kitchen", "Kitchen"), Area("bedroom", "Bedroom", ("master bedroom",), "up"), Area("hall", "Hall")],
    entities=[
        Entity("light.k", "Kitchen Ceiling", area="kitchen"),
        Entity("light.sp", "Salt and Pepper Lamp", area="kitchen"),
        Entity("light.b1", "Reading Lamp", area="bedroom"),
        Entity("light.h1", "Reading Lamp", area="hall"),
        Entity("light.anna", "Anna’s Lámp", area="bedroom"),
        Entity("lock.front", "Front Door", area="hall"),
        Entity("binary_sensor.front", "Front Door", area="hall", device_class="door"),
        Entity("binary_sensor.win", "Bedroom Window Sensor", area="bedroom", device_class="window"),
        Entity("media_player.tv", "Television", ("TV", "telly"), area="bedroom"),
        Entity("media_player.radio", "Kitchen Radio", area="kitchen"),
        Entity("climate.t", "Thermostat", area="hall"),
        Entity("todo.s", "Shopping List"),
        Entity("scene.m", "Movie Night"),
        Entity("switch.secret", "Secret Switch", area="hall", exposed=False),
    ],
)


@cache
def tier() -> GrammarTier:
    return GrammarTier()


async def ask(text: str, home: Home = WORLD, *, area: str | None = None, language: str = "en") -> Understanding:
    return await tier().understand(Utterance(text, language, area), home, REGISTRY)


Call = tuple[str, dict[str, Any]]


def calls(understanding: Understanding) -> list[Call]:
    return [(call.name, call.arguments) for call in understanding.calls]


ON, OFF, STATE = "HassTurnOn", "HassTurnOff", "HassGetState"


@pytest.mark.parametrize(
    ("sentence", "name", "arguments"),
    [
        ("turn on the kitchen lights", ON, {"area": "Kitchen", "domain": "light"}),
        ("turn off the lights in the master bedroom", OFF, {"area": "Bedroom", "domain": "light"}),
        ("turn off the lights upstairs", OFF, {"floor": "Upstairs", "domain": "light"}),
        ("turn off the telly", OFF, {"name": "Television"}),
        ("turn on annas lamp", ON, {"name": "Anna’s Lámp"}),
        ("turn on the reading lamp in the hall", ON, {"name": "reading lamp", "area": "Hall"}),
        ("turn on salt and pepper lamp", ON, {"name": "Salt and Pepper Lamp"}),
        ("lock the front door", ON, {"name": "front door", "domain": "lock"}),
        ("is the front door locked?", STATE, {"name": "front door", "domain": "lock", "state": "locked"}),
        ("set the kitchen ceiling to 40%", "HassLightSet", {"name": "Kitchen Ceiling", "brightness": 40}),
        ("set the kitchen ceiling to fifty percent", "HassLightSet", {"name": "Kitchen Ceiling", "brightness": 50}),
        ("set the kitchen ceiling to half", "HassLightSet", {"name": "Kitchen Ceiling", "brightness": 50}),
        ("set kitchen ceiling to red", "HassLightSet", {"name": "Kitchen Ceiling", "color": "red"}),
        (
            "set the thermostat to 21.5 degrees",
            "HassClimateSetTemperature",
            {"name": "Thermostat", "temperature": 21.5},
        ),
        ("set the tv volume to 30", "HassSetVolume", {"name": "Television", "volume_level": 30}),
        ("turn up the tv volume", "HassSetVolumeRelative", {"name": "Television", "volume_step": "up"}),
        ("set a timer for five minutes", "HassStartTimer", {"minutes": 5}),
        ("set a timer for an hour and a half", "HassStartTimer", {"hours": 1, "minutes": 30}),
        ("set a 10 minute timer called Pizza Napoli", "HassStartTimer", {"minutes": 10, "name": "Pizza Napoli"}),
        (
            "add Fish and Chips to my shopping list",
            "HassListAddItem",
            {"name": "Shopping List", "item": "Fish and Chips"},
        ),
        ("announce that Dinner, at last, is Ready!", "HassBroadcast", {"message": "Dinner, at last, is Ready"}),
        ("what time is it?", "HassGetCurrentTime", {}),
        ("turn on movie night", ON, {"name": "Movie Night"}),
        ("movie night", ON, {"name": "Movie Night"}),
        ("lock all the doors", ON, {"domain": "lock", "name": "all"}),
        ("heat the hall to 22 degrees", "HassClimateSetTemperature", {"area": "Hall", "temperature": 22}),
    ],
)
async def test_sentences(sentence: str, name: str, arguments: dict[str, Any]) -> None:
    understood = await ask(sentence)
    assert calls(understood) == [(name, arguments)]
    assert understood.kind is Kind.CALLS
    assert understood.confidence > 0.6
    assert len(understood.responses) == 1
    assert understood.trace["matches"][0]["template"]


@pytest.mark.parametrize("wrapped", ["could you turn off the TV please", "Hey, turn off the tv, thanks!"])
async def test_politeness_changes_nothing(wrapped: str) -> None:
    assert calls(await ask(wrapped)) == [(OFF, {"name": "Television"})]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [("turn off all the lights", OFF), ("turn on all lights", ON), ("turn all the lights on everywhere", ON)],
)
async def test_the_whole_home_is_said_outright(sentence: str, name: str) -> None:
    assert calls(await ask(sentence)) == [(name, {"name": "all", "domain": "light"})]


class TestRooms:
    async def test_a_room_that_was_not_said_is_left_to_the_resolver(self) -> None:
        for area in ("hall", None):
            understood = await ask("turn on the lights", area=area)
            assert calls(understood) == [(ON, {"domain": "light"})]

    async def test_a_spoken_room_wins(self) -> None:
        understood = await ask("turn on the kitchen lights", area="hall")
        assert calls(understood) == [(ON, {"area": "Kitchen", "domain": "light"})]

    @pytest.mark.parametrize(
        ("sentence", "call"),
        [
            ("set the temperature to 21", ("HassClimateSetTemperature", {"temperature": 21})),
            ("turn on the fans", (ON, {"domain": "fan"})),
            ("pause the music", ("HassMediaPause", {})),
        ],
    )
    async def test_never_the_whole_home_instead(self, sentence: str, call: Call) -> None:
        assert calls(await ask(sentence)) == [call]


async def test_one_is_no_percentage() -> None:
    assert not (await ask("the bedroom one")).calls
    assert calls(await ask("bedroom 50 percent")) == [
        ("HassLightSet", {"area": "Bedroom", "domain": "light", "brightness": 50})
    ]


class TestUnknownNames:
    """What would be understood but for one name becomes a call with that name, for the resolver to ask about."""

    @pytest.mark.parametrize(
        ("sentence", "call"),
        [
            ("turn on the lights in the dungeon", (ON, {"area": "dungeon", "domain": "light"})),
            ("turn on the dungeon lights", (ON, {"area": "dungeon", "domain": "light"})),
            ("turn on the xylophone", (ON, {"name": "xylophone"})),
        ],
    )
    async def test_one_word(self, sentence: str, call: Call) -> None:
        understood = await ask(sentence)
        assert calls(understood) == [call]
        assert understood.confidence < 0.5

    @pytest.mark.parametrize(
        "sentence", ["order me a pizza", "turn on everything", "turn off the house", "xylophone"]
    )
    async def test_no_name_is_made_up(self, sentence: str) -> None:
        assert not (await ask(sentence)).calls


class TestQuestions:
    @pytest.mark.parametrize(
        "sentence",
        [
            "is the front door locked",
            "are any lights on in the kitchen?",
            "is the tv on?",
            "what is the temperature in the hall?",
            "which lights are on upstairs?",
            "how many lights are on?",
        ],
    )
    async def test_questions_read(self, sentence: str) -> None:
        understood = await ask(sentence)
        assert understood.kind is Kind.CALLS
        assert all(REGISTRY[call.name].reads_only for call in understood.calls)

    @pytest.mark.parametrize(
        "sentence",
        [
            "television?",
            "should I turn on the TV",
            "did you lock the front door?",
            "is the kitchen ceiling set to red",
        ],
    )
    async def test_questions_never_act(self, sentence: str) -> None:
        assert not [call for call in (await ask(sentence)).calls if not REGISTRY[call.name].reads_only]

    async def test_windows_with_sensors_are_windows(self) -> None:
        understood = await ask("are any windows open?")
        assert calls(understood) == [
            (STATE, {"domain": "binary_sensor", "device_class": "window", "state": "on"}),
        ]


class TestOtherOutcomes:
    async def test_never_mind_and_hello(self) -> None:
        assert calls(await ask("never mind")) == [("HassNevermind", {})]
        hello = await ask("hello")
        assert (hello.kind, hello.say) == (Kind.ANSWER, "Hello from Home Assistant.")

    async def test_duplicates_are_less_sure(self) -> None:
        twice = await ask("turn on the reading lamp")
        assert calls(twice) == [(ON, {"name": "reading lamp"})]
        assert twice.confidence < 0.75

    async def test_what_is_not_exposed_is_never_proposed(self) -> None:
        understood = await ask("please do turn the secret switch on right now")
        assert understood.kind is Kind.NOTHING
        assert not any("secret" in sentence.casefold() for sentence in understood.nearest)

    async def test_what_the_registry_lacks_is_not_done(self) -> None:
        understood = await GrammarTier().understand(Utterance("turn on the tv"), WORLD, Registry(CLOCK))
        assert understood.kind is Kind.NOTHING
        assert understood.trace["reason"] == "not_in_registry"

    async def test_nearest_is_understood(self) -> None:
        home = DemoHome().home
        understood = await ask("turn of the kitchen light", home)
        assert understood.kind is Kind.NOTHING
        assert "turn off the lights in the kitchen" in understood.nearest
        for sentence in understood.nearest:
            assert (await ask(sentence, home)).kind is Kind.CALLS, sentence

    async def test_a_delayed_command_is_not_done_at_once(self) -> None:
        understood = await ask("in 5 minutes turn off the tv")
        assert understood.kind is Kind.NOTHING
        assert understood.say == "I cannot do things later yet, only at once."

    async def test_results_are_remembered(self) -> None:
        fresh = GrammarTier()
        first = await fresh.understand(Utterance("turn off the tv"), WORLD, REGISTRY)
        again = await fresh.understand(Utterance("turn off the tv"), WORLD, REGISTRY)
        assert first.calls == again.calls
        assert (first.trace["cached"], again.trace["cached"]) == (False, True)
