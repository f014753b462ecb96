"""Toggling, stopping on the way, humidifiers, searching for media, and changing one's mind."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from actions.action import Place
from actions.catalog import build_registry
from actions.effects import Effect, Unsupported, effect_of
from actions.errors import CallRejected
from actions.home import Area, Entity, Home, State
from actions.link import ServiceCall
from actions.perform import HomePerformer, intend, perform
from actions.receipt import Receipt, Status
from bridge.speech import Speech
from tests.unit.homes import call, planned

SEARCH, PLAY = 4194304, 512
PLAYERS = Home(
    areas=[Area("den", "Den"), Area("bath", "Bath")],
    entities=[
        Entity("media_player.radio", "Radio", area="den"),
        Entity("media_player.box", "Box", area="den", features=SEARCH | PLAY),
        Entity("media_player.tiles", "Tiles", area="den", features=SEARCH | PLAY),
    ],
    states={f"media_player.{name}": State("idle") for name in ("radio", "box", "tiles")},
)


def effect(intent: str, entity: Entity, state: State, **arguments: Any) -> Effect:
    given, problems = build_registry(PLAYERS).check(call(intent, name="x", **arguments))
    assert given is not None, problems
    return effect_of(intent, entity, state, given)


@pytest.mark.parametrize(
    ("entity", "state", "service"),
    [
        (Entity("light.x", "X"), "on", "light.turn_off"),
        (Entity("light.x", "X"), "off", "light.turn_on"),
        (Entity("cover.x", "X", features=3), "closed", "cover.open_cover"),
        (Entity("cover.x", "X", features=3), "open", "cover.close_cover"),
    ],
)
def test_toggling_does_the_opposite(entity: Entity, state: str, service: str) -> None:
    assert effect("HassToggle", entity, State(state)).service == service


def test_a_lock_is_not_toggled() -> None:
    with pytest.raises(Unsupported):
        effect("HassToggle", Entity("lock.x", "X"), State("locked"))


def test_a_cover_stops_where_it_can() -> None:
    made = effect("HassStopMoving", Entity("cover.x", "X", features=8), State("opening"))
    assert made.service == "cover.stop_cover"
    with pytest.raises(Unsupported):
        effect("HassStopMoving", Entity("cover.x", "X", features=3), State("opening"))


def test_humidity_keeps_to_the_range_of_the_device() -> None:
    entity = Entity("humidifier.x", "X")
    ranged = State("on", {"min_humidity": 30, "max_humidity": 70})
    assert effect("HassHumidifierSetpoint", entity, ranged, humidity=50).data == {"humidity": 50}
    for state, humidity in ((ranged, 80), (State("on"), 50)):
        with pytest.raises(Unsupported):
            effect("HassHumidifierSetpoint", entity, state, humidity=humidity)


def test_a_humidifier_takes_the_modes_that_it_has() -> None:
    entity = Entity("humidifier.x", "X", features=1)
    state = State("on", {"available_modes": ["Sleep", "Eco"]})
    assert effect("HassHumidifierMode", entity, state, mode="sleep").data == {"mode": "Sleep"}
    with pytest.raises(Unsupported, match="Sleep, Eco"):
        effect("HassHumidifierMode", entity, state, mode="turbo")


def test_of_the_players_of_a_room_one_is_searched() -> None:
    made = planned(PLAYERS, call("HassMediaSearchAndPlay", search_query="jazz", area="Den"))
    [step] = made.steps
    assert step.service is not None
    assert step.service.targets == ("media_player.box",)


def test_a_player_that_cannot_search_is_refused() -> None:
    made = planned(PLAYERS, call("HassMediaSearchAndPlay", search_query="jazz", name="Radio"))
    assert made.steps[0].refused[0].reason == "unsupported"
    with pytest.raises(CallRejected):
        planned(PLAYERS, call("HassMediaSearchAndPlay", search_query="jazz", area="Bath"))


class Player:
    """A home with a player: its far side, which answers searches and plays what it is told to."""

    def __init__(self, found: list[dict[str, str]]) -> None:
        self.home = PLAYERS
        self.found = found
        self.calls: list[ServiceCall] = []
        self.connected = True

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def ready(self, timeout: float) -> bool:
        return True

    async def call(self, call: ServiceCall) -> Mapping[str, Any]:
        self.calls.append(call)
        return {call.targets[0]: {"result": self.found}} if call.answers else {}

    async def wait_for(self, entity_id: str, met: Callable[[State], bool], timeout: float) -> bool:
        return met(State("playing", {"media_title": "Blue"}))


@pytest.mark.parametrize(("found", "status"), [(True, Status.DONE), (False, Status.FAILED)])
async def test_what_is_found_first_is_played(found: bool, status: Status) -> None:
    results = [{"media_content_id": f"m{n}", "media_content_type": "album", "title": "t"} for n in (1, 2)]
    player = Player(results if found else [])
    wanted = call("HassMediaSearchAndPlay", search_query="Blue", media_class="album", name="Box")
    made = planned(PLAYERS, wanted)
    settled: list[Receipt] = []

    async def settle(receipt: Receipt) -> None:
        settled.append(receipt)

    await perform(made, intend(made, PLAYERS), {Place.HOME: HomePerformer(player)}, settle)
    assert [receipt.status for receipt in settled] == [status]
    search, *played = player.calls
    assert (search.name, search.data) == (
        "media_player.search_media",
        {"search_query": "Blue", "media_filter_classes": ["album"]},
    )
    assert [each.data for each in played] == (
        [{"media_content_id": "m1", "media_content_type": "album"}] if found else []
    )


def test_never_mind_does_nothing_and_says_so() -> None:
    made = planned(PLAYERS, call("HassNevermind"))
    assert made.steps == ()
    [query] = made.queries
    assert Speech("en").time(query, datetime.now(UTC)) == "OK."
