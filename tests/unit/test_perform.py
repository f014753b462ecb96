"""Each act ends in one receipt with what was seen in the world."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from actions.action import Place
from actions.call import ToolCall
from actions.demo import DemoHome
from actions.errors import HomeError, HomeLost, HomeRefused, HomeUnreachable
from actions.expect import Expectation, ListExpectation
from actions.link import ServiceCall
from actions.perform import HomePerformer, _waves, intend, perform, shown
from actions.plan import Plan, Step
from actions.receipt import Receipt, Status
from tests.quick import QuickHome
from tests.unit.homes import call, own_action, planned

DONE, FAILED, UNKNOWN, INTENDED = Status.DONE, Status.FAILED, Status.UNKNOWN, Status.INTENDED
LAMP = "light.corner_lamp"


@pytest.fixture
async def demo() -> AsyncIterator[DemoHome]:
    home = QuickHome()
    await home.start()
    yield home
    await home.stop()


def hurried(made: Plan, timeout: float) -> Plan:
    """The same plan, for people in a hurry."""

    def short(expect: Expectation | ListExpectation | None) -> Expectation | ListExpectation | None:
        return expect and replace(expect, timeout=timeout)

    steps = [replace(s, targets=tuple(replace(t, expect=short(t.expect)) for t in s.targets)) for s in made.steps]
    return replace(made, steps=tuple(steps))


async def done(demo: DemoHome, made: Plan, timeout: float | None = None) -> dict[str, Receipt]:
    """Perform a plan; the receipts by target. Each intended one must settle exactly once."""
    made = made if timeout is None else hurried(made, timeout)
    intended = intend(made, demo.home if demo.connected else DemoHome(pace=0).home)
    settled: list[Receipt] = []

    async def settle(receipt: Receipt) -> None:
        settled.append(receipt)

    await perform(made, intended, {Place.HOME: HomePerformer(demo)}, settle)
    written = [receipt for receipts in intended.values() for receipt in receipts]
    waiting = [receipt.id for receipt in written if receipt.status is INTENDED]
    assert sorted(receipt.id for receipt in settled) == sorted(waiting)
    assert all(receipt.status.settled for receipt in settled)
    everything = [*(receipt for receipt in written if receipt.status.settled), *settled]
    return {receipt.target or receipt.name: receipt for receipt in everything}


async def one(demo: DemoHome, asked: ToolCall, *, timeout: float | None = None, **more: Any) -> Receipt:
    [receipt] = (await done(demo, planned(demo.home, asked, **more), timeout)).values()
    return receipt


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        (call("HassTurnOn", name="corner lamp"), "off", "on"),
        (call("HassTurnOff", name="hall light"), "on", "off"),
        (call("HassTurnOff", name="corner lamp"), "off", "off"),  # it is as it should be
        (call("HassLightSet", name="corner lamp", color="red", brightness=50), "off", "on"),
        (call("HassLightSet", name="corner lamp", temperature=3000), "off", "on"),
        (call("HassLightSet", name="hall light", brightness_step=-10), "on", "on"),
        (call("HassTurnOn", name="bedroom blinds"), "closed", "open"),
        (call("HassTurnOn", name="living room blinds"), "open", "open"),  # from 60 to 100
        (call("HassSetPosition", name="study curtains", position_step=-60), "open", "open"),
        (call("HassTurnOn", name="garden watering"), "closed", "open"),
        (call("HassTurnOff", name="front door"), "locked", "unlocked"),
        (call("HassClimateSetTemperature", area="living room", temperature_step=1), "heat", "heat"),
        (call("HassClimateSetFanMode", area="living room", fan_mode="LOW"), "heat", "heat"),
        (call("HassTurnOn", name="bathroom heating"), "off", "heat"),
        (call("HassTurnOn", name="TV"), "off", "on"),
        (call("HassSetVolume", name="kitchen speaker", volume_level=20), "playing", "playing"),
        (call("HassSetVolumeRelative", name="kitchen speaker", volume_step="up"), "playing", "playing"),
        (call("HassMediaPlayerMute", name="kitchen speaker"), "playing", "playing"),
        (call("HassMediaPause"), "playing", "paused"),
        (call("HassMediaUnpause", name="bedroom speaker"), "paused", "playing"),
        (call("HassMediaNext", name="kitchen speaker"), "playing", "playing"),
        (call("HassFanSetSpeed", name="bedroom fan", percentage=30), "off", "on"),
        (call("HassVacuumStart"), "docked", "cleaning"),
        (call("HassVacuumCleanArea", area="kitchen"), "docked", "cleaning"),
        (call("HassLawnMowerStartMowing"), "docked", "mowing"),
        (call("script.movie_night"), "off", None),
        (call("script.announce", message="Dinner"), "off", None),
        (call("HassTurnOn", name="Relax"), "unknown", None),
        (call("HassTurnOn", name="door chime"), "unknown", None),
        (call("HassTurnOn", name="vacation mode"), "off", "on"),
    ],
)
async def test_done_is_what_was_seen(demo: DemoHome, asked: ToolCall, before: str, after: str | None) -> None:
    receipt = await one(demo, asked)
    assert (receipt.status, receipt.reason) == (DONE, None)
    assert receipt.before is not None
    assert receipt.before["state"] == before
    assert receipt.after is not None
    if after is not None:
        assert receipt.after["state"] == after


@pytest.mark.parametrize("name", ["Relax", "Door chime"])
async def test_twice_within_a_second_is_seen_twice(demo: DemoHome, name: str) -> None:
    for _ in range(2):
        assert (await one(demo, call("HassTurnOn", name=name))).status is DONE


@pytest.mark.parametrize(
    ("service", "asked"),
    [
        ("light.turn_on", call("HassTurnOn", name="corner lamp")),
        ("scene.turn_on", call("HassTurnOn", name="Relax")),
        ("script.turn_on", call("script.movie_night")),
        ("cover.open_cover", call("HassTurnOn", name="living room blinds")),  # which shows "open" already
        ("media_player.media_next_track", call("HassMediaNext", name="kitchen speaker")),
        ("todo.add_item", call("HassShoppingListAddItem", item="Eggs")),
        ("todo.remove_item", call("HassListRemoveItem", name="groceries", item="milk")),
    ],
)
async def test_what_changed_nothing_is_not_done(demo: DemoHome, service: str, asked: ToolCall) -> None:
    demo.ignore_next(service)
    receipt = await one(demo, asked, timeout=0.05)
    assert (receipt.status, receipt.reason) == (UNKNOWN, "timed_out")
    assert "still shows" in (receipt.detail or "")


def _refuse(demo: DemoHome) -> None:
    demo.fail_next("light.turn_on", HomeRefused("No"))


def _away(demo: DemoHome) -> None:
    demo.drop_connection()


def _lost(demo: DemoHome) -> None:
    demo.lose_next("light.turn_on", happens=False)


def _lost_but_done(demo: DemoHome) -> None:
    demo.lose_next("light.turn_on", happens=True)


def _ignored(demo: DemoHome) -> None:
    demo.ignore_next("light.turn_on")


@pytest.mark.parametrize(
    ("trouble", "status", "reason"),
    [
        (_refuse, FAILED, "home_refused"),
        (_away, FAILED, "home_unreachable"),
        (_lost, UNKNOWN, "home_lost"),
        (_lost_but_done, DONE, None),  # no answer came, but the lamp is on
        (_ignored, UNKNOWN, "timed_out"),
    ],
)
async def test_trouble(
    demo: DemoHome, trouble: Callable[[DemoHome], None], status: Status, reason: str | None
) -> None:
    made = planned(demo.home, call("HassTurnOn", name="corner lamp"))
    trouble(demo)
    [receipt] = (await done(demo, made)).values()
    assert (receipt.status, receipt.reason) == (status, reason)


async def test_what_cannot_be_reached_fails_without_a_call(demo: DemoHome) -> None:
    receipt = await one(demo, call("HassTurnOn", name="shed light"))
    assert (receipt.status, receipt.reason) == (FAILED, "unavailable")
    assert demo.calls == []


async def test_what_goes_away_meanwhile_is_unknown(demo: DemoHome) -> None:
    made = planned(demo.home, call("HassTurnOn", name="corner lamp"))
    demo.set_unavailable(LAMP)
    [receipt] = (await done(demo, made)).values()
    assert (receipt.status, receipt.reason) == (UNKNOWN, "unavailable")


async def test_those_that_followed_are_done_though_one_was_refused(demo: DemoHome) -> None:
    made = planned(demo.home, call("HassTurnOff", area="kitchen", domain="light", name="all"))
    demo.set_state("light.kitchen_ceiling", "on")
    demo.fail_next("light.turn_off", HomeRefused("The ceiling broke"))
    receipts = await done(demo, made)
    assert receipts["light.dining_table_lamp"].status is DONE  # off, as it should be
    assert receipts["light.kitchen_ceiling"].status is FAILED
    assert receipts["light.kitchen_ceiling"].detail == "The ceiling broke"


async def test_what_cannot_be_read_back_is_unknown(demo: DemoHome) -> None:
    own = own_action("todo.remove_completed_items", "todo.shopping_list")
    receipt = await one(demo, call("own_act"), own=(own,))
    assert (receipt.status, receipt.reason) == (UNKNOWN, "not_observable")
    assert (await one(demo, call("HassBroadcast", message="x"))).reason == "not_observable"


# Lists


async def items(demo: DemoHome) -> list[tuple[str, str]]:
    ask = ServiceCall("todo", "get_items", ("todo.shopping_list",), {}, answers=True)
    answer = await demo.call(ask)
    return [(item["summary"], item["status"]) for item in answer["todo.shopping_list"]["items"]]


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        (call("HassShoppingListAddItem", item="Eggs"), ("Eggs", "needs_action"), None),
        (call("HassShoppingListAddItem", item="Coffee beans"), ("Coffee beans", "needs_action"), None),
        (call("HassShoppingListCompleteItem", item="MILK"), ("Milk", "completed"), ("Milk", "needs_action")),
        (call("HassListCompleteItem", name="groceries", item="the bread"), ("Bread", "completed"), None),
        (call("HassListRemoveItem", name="groceries", item="milk"), None, ("Milk", "needs_action")),
    ],
)
async def test_entries_are_found_however_they_are_written(
    demo: DemoHome, asked: ToolCall, there: tuple[str, str] | None, gone: tuple[str, str] | None
) -> None:
    receipt = await one(demo, asked)
    assert receipt.status is DONE
    listed = await items(demo)
    assert there is None or there in listed
    assert gone not in listed


async def test_an_entry_that_is_not_there(demo: DemoHome) -> None:
    receipt = await one(demo, call("HassListRemoveItem", name="groceries", item="Caviar"))
    assert (receipt.status, receipt.reason) == (FAILED, "item_not_found")
    assert {sent.service for sent in demo.calls} == {"get_items"}


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (call("HassListRemoveItem", name="groceries", item="coffee beans"), ("Coffee beans", "completed")),
        (call("HassShoppingListCompleteItem", item="coffee beans"), ("Coffee beans", "completed")),
    ],
)
async def test_of_two_with_one_name_the_open_one_is_meant(
    demo: DemoHome, asked: ToolCall, left: tuple[str, str]
) -> None:
    await one(demo, call("HassShoppingListAddItem", item="Coffee beans"))
    assert (await one(demo, asked)).status is DONE
    assert ("Coffee beans", "needs_action") not in await items(demo)
    assert left in await items(demo)


async def test_when_only_the_looking_up_is_lost_nothing_was_done(demo: DemoHome) -> None:
    demo.lose_next("todo.get_items")
    receipt = await one(demo, call("HassListRemoveItem", name="groceries", item="milk"))
    assert (receipt.status, receipt.reason) == (FAILED, "home_unreachable")


# Order


def _step(*targets: str, service: str = "light.turn_on", place: Place = Place.HOME) -> Step:
    if place is Place.CLOCK:
        return planned(DemoHome(pace=0).home, call("HassStartTimer", minutes=1)).steps[0]
    own = own_action(service, *targets)
    return planned(DemoHome(pace=0).home, call("own_act"), own=(own,)).steps[0]


A, B = "light.corner_lamp", "light.hall_light"
SCENE = _step("scene.relax", service="scene.turn_on")
TIMER = _step(place=Place.CLOCK)
BARE = _step(service="notify.phone")


@pytest.mark.parametrize(
    ("steps", "sizes"),
    [
        ([], []),
        ([_step(A)], [1]),
        ([_step(A), _step(B)], [2]),
        ([_step(A), _step(A)], [1, 1]),
        ([_step(A), _step(B), _step(A, B)], [2, 1]),
        ([_step(A), SCENE, _step(B)], [1, 1, 1]),  # a scene may touch anything
        ([SCENE, SCENE], [1, 1]),
        ([TIMER, _step(A)], [2]),
        ([TIMER, TIMER], [1, 1]),
        ([BARE, _step(A)], [1, 1]),
    ],
)
def test_waves(steps: Sequence[Step], sizes: list[int]) -> None:
    waves = _waves(steps)
    assert [len(wave) for wave in waves] == sizes
    assert [step for wave in waves for step in wave] == list(steps)


async def test_steps_on_one_target_keep_their_order(demo: DemoHome) -> None:
    asked = [call("HassTurnOn", name="Relax"), call("HassTurnOff", name="corner lamp")]
    receipts = await done(demo, planned(demo.home, *asked))
    assert {receipt.status for receipt in receipts.values()} == {DONE}
    assert demo.home.state(LAMP).state == "off"


# Defects of our own


class _Broken(HomePerformer):
    async def perform(self, step: Step, intended: Sequence[Receipt]) -> AsyncIterator[Receipt]:
        if step.service is not None and step.service.targets == (LAMP,):
            raise ZeroDivisionError
        async for receipt in super().perform(step, intended):
            yield receipt


async def test_a_defect_leaves_no_receipt_open(demo: DemoHome, caplog: pytest.LogCaptureFixture) -> None:
    asked = [call("HassTurnOn", name=name) for name in ("corner lamp", "patio lights", "corner lamp")]
    made = planned(demo.home, *asked)
    settled: list[Receipt] = []

    async def settle(receipt: Receipt) -> None:
        settled.append(receipt)

    with caplog.at_level(logging.CRITICAL):
        await perform(made, intend(made, demo.home), {Place.HOME: _Broken(demo)}, settle)
    reasons = [(receipt.target, receipt.status, receipt.reason) for receipt in settled]
    assert sorted(reasons, key=str) == sorted(
        [
            (LAMP, UNKNOWN, "internal_error"),
            (LAMP, UNKNOWN, "internal_error"),
            ("light.patio_lights", DONE, None),
        ],
        key=str,
    )


async def test_a_store_that_fails_is_heard_of(demo: DemoHome) -> None:
    made = planned(demo.home, call("HassTurnOn", name="corner lamp"))

    async def settle(receipt: Receipt) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await perform(made, intend(made, demo.home), {Place.HOME: HomePerformer(demo)}, settle)


async def test_who_stops_listening_leaves_no_task_behind() -> None:
    demo = DemoHome(pace=0)
    await demo.start()
    demo.ignore_next("light.turn_on")
    made = planned(demo.home, call("HassTurnOn", area="kitchen", domain="light"))
    work = asyncio.ensure_future(done(demo, made, timeout=60))
    await asyncio.sleep(0.02)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    await asyncio.sleep(0)
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


# What a receipt shows


def test_intended_receipts_say_how_it_was() -> None:
    home = DemoHome(pace=0).home
    made = planned(home, call("HassTurnOn", area="garden", domain="light"), call("HassStartTimer", minutes=1))
    receipts = [receipt for step in intend(made, home).values() for receipt in step]
    assert [(r.target, r.status, r.service) for r in receipts] == [
        ("light.patio_lights", INTENDED, "light.turn_on"),
        ("light.shed_light", FAILED, None),
        (None, INTENDED, None),
    ]
    assert receipts[0].before == {"state": "off"}
    assert len({receipt.id for receipt in receipts}) == 3


def test_a_state_is_shown_as_json() -> None:
    from actions.home import State

    state = State(
        "on", {"brightness": 5, "rgb_color": (1, 2, 3), "last_triggered": object, "secret": 1, "fan_mode": None}
    )
    assert shown(state) == {"state": "on", "brightness": 5, "rgb_color": [1, 2, 3], "last_triggered": str(object)}


@pytest.mark.parametrize("error", [HomeError, HomeUnreachable, HomeRefused, HomeLost])
async def test_errors_of_a_call_without_targets(demo: DemoHome, error: type[HomeError]) -> None:
    class Link(DemoHome):
        async def call(self, call: ServiceCall) -> Mapping[str, Any]:
            raise error("no")

    link = Link(pace=0)
    await link.start()
    [receipt] = (await done(link, planned(link.home, call("own_act"), own=(own_action("notify.x"),)))).values()
    assert (receipt.status, receipt.reason) == (UNKNOWN if error is HomeLost else FAILED, error.code)
