"""Conversations on the demo home: what is said back, and above all what is done, and how often."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select, update

from actions.action import Risk
from actions.demo import DemoHome
from actions.dialects import DIALECTS
from actions.errors import CallRejected, HomeRefused, HomeUnreachable
from actions.link import ServiceCall
from actions.perform import HomePerformer
from actions.receipt import Receipt, Status
from bridge import work
from bridge.reply import Reply
from bridge.service import Service
from bridge.settings import PolicySettings, Settings
from bridge.store import StoreError
from bridge.store.tables import ActRow, ExchangeRow, HomeRow, TimerRow, TurnRow, now
from bridge.tiers.base import Kind, Understanding
from bridge.turns import TurnError
from tests.integration.conftest import Phone, settings_for, use_pragma
from tests.quick import QuickHome

UNLOCK = ("lock", "unlock", ("lock.front_door",))


@pytest.fixture
async def service(home: QuickHome, store_url: str) -> AsyncIterator[Service]:
    async with running(settings_for(store_url), home) as service:
        yield service


@asynccontextmanager
async def running(settings: Settings, home: DemoHome) -> AsyncIterator[Service]:
    service = Service(settings, home)
    await service.start()
    try:
        yield service
    finally:
        await service.stop()


def outcomes(reply: Reply) -> dict[str | None, tuple[str, str | None]]:
    return {receipt.target: (str(receipt.status), receipt.reason) for receipt in reply.receipts}


def calls(home: DemoHome) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(call.domain, call.service, call.targets) for call in home.calls]


async def rows(service: Service, kind: type[Any]) -> list[Any]:
    return await service.store.read(lambda session: list(session.exec(select(kind))))


class SlowHome(QuickHome):
    """Holds every call until it is let go; notes that one has come."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()
        self.go = asyncio.Event()

    async def call(self, call: ServiceCall) -> Any:
        answer = await super().call(call)
        self.reached.set()
        await self.go.wait()
        return answer


# Doing


async def test_lights_by_area(phone: Phone, home: QuickHome) -> None:
    reply = await phone.say("Turn on the bedroom lights 💡")
    assert set(outcomes(reply).values()) == {("done", None)}
    assert set(outcomes(reply)) == {"light.bedroom_ceiling", "light.bedroom_reading_lamp"}
    assert home.home.state("light.bedroom_ceiling").state == "on"
    assert (reply.ok, reply.tier, reply.decision, reply.pending) == (True, "grammar", "performed", False)
    assert reply.timings_ms["total"] > 0


async def test_the_room_of_the_device(phone: Phone) -> None:
    reply = await phone.say("turn on the lights", area="bathroom")
    assert set(outcomes(reply)) == {"light.bathroom_light"}


async def test_a_room_of_the_device_that_is_unknown_is_a_warning(phone: Phone, home: QuickHome) -> None:
    reply = await phone.say("turn on the lights", area="Atlantis")
    assert reply.warnings == ["unknown_area"]
    assert reply.ask
    assert home.calls == []


async def test_a_question_does_nothing(phone: Phone, home: QuickHome) -> None:
    reply = await phone.say("is the front door locked?")
    assert (reply.say, reply.receipts, reply.decision) == ("Yes.", [], "answered")
    assert home.calls == []


async def test_two_commands(phone: Phone) -> None:
    reply = await phone.say("turn on the coffee maker and then turn off the hall light")
    assert outcomes(reply) == {"switch.coffee_maker": ("done", None), "light.hall_light": ("done", None)}


@pytest.mark.parametrize("text", ["", "🙂", "xyzzy plugh", "a " * 5000, "turn on the lights; DROP TABLE turn"])
async def test_what_is_not_understood(phone: Phone, home: QuickHome, text: str) -> None:
    reply = await phone.say(text)
    assert reply.ok
    assert reply.say
    assert home.calls == []


async def test_what_is_not_exposed_is_not_touched(phone: Phone, home: QuickHome) -> None:
    reply = await phone.say("turn off the router")
    assert reply.receipts == []
    assert home.calls == []


async def test_timers_are_the_devices_own(service: Service, phone: Phone) -> None:
    assert outcomes(await phone.say("set a timer for 5 minutes")) == {None: ("done", None)}
    other = await Phone.pair(service, "other")
    assert outcomes(await other.say("cancel the timer")) == {None: ("failed", "timer_not_found")}
    assert outcomes(await phone.say("cancel the timer")) == {None: ("done", None)}


# Confirming


async def test_yes_performs_once(phone: Phone, home: QuickHome) -> None:
    asked = await phone.say("unlock the front door")
    assert asked.ask == asked.say == "Shall I unlock Front door (Hall)?"
    assert (asked.choices, asked.receipts) == (["yes", "no"], [])
    assert home.calls == []
    reply = await phone.answer("Yes!")
    assert outcomes(reply) == {"lock.front_door": ("done", None)}
    assert (reply.decision, reply.turn_id) == ("confirmed", asked.turn_id)
    again = await phone.answer("yes")
    assert (again.receipts, again.decision) == ([], "answered")
    assert calls(home) == [UNLOCK]


@pytest.mark.parametrize(("text", "decision"), [("no", "declined"), ("never mind", "declined"), ("hmm", None)])
async def test_anything_but_yes_ends_it(phone: Phone, home: QuickHome, text: str, decision: str | None) -> None:
    await phone.say("unlock the front door")
    reply = await phone.answer(text)
    assert decision is None or reply.decision == decision
    assert (await phone.answer("yes")).receipts == []
    assert home.calls == []


async def test_another_request_in_the_same_turn_is_that_request(phone: Phone, home: QuickHome) -> None:
    await phone.say("unlock the front door", area="hall")
    reply = await phone.answer("turn on the lights", area="bathroom")
    assert outcomes(reply) == {"light.bathroom_light": ("done", None)}
    assert reply.tier == "grammar"
    assert (await phone.answer("yes")).receipts == []
    assert calls(home) == [("light", "turn_on", ("light.bathroom_light",))]


async def test_a_yes_of_another_turn_or_device_does_nothing(
    service: Service, phone: Phone, home: QuickHome
) -> None:
    asked = await phone.say("unlock the front door")
    other = await Phone.pair(service, "other")
    with pytest.raises(TurnError) as caught:
        await other.say("yes", turn_id=asked.turn_id)
    assert caught.value.code == "unknown_turn"
    assert (await phone.say("yes")).receipts == []
    assert home.calls == []
    # Neither took the question away.
    assert outcomes(await phone.say("yes", turn_id=asked.turn_id)) == {"lock.front_door": ("done", None)}


async def test_a_late_yes_does_nothing(service: Service, phone: Phone, home: QuickHome) -> None:
    await phone.say("unlock the front door")
    past = update(TurnRow).values(pending_until=now() - timedelta(seconds=1))
    await service.store.write(lambda session: session.exec(past))
    reply = await phone.answer("yes")
    assert (reply.decision, reply.receipts) == ("expired", [])
    assert (await phone.answer("yes")).receipts == []
    assert home.calls == []


async def test_a_yes_holds_as_long_as_the_settings_say(service: Service, phone: Phone) -> None:
    await phone.say("unlock the front door")
    [turn] = await rows(service, TurnRow)
    assert timedelta(seconds=115) < turn.pending_until - now() < timedelta(seconds=121)


async def test_yes_twice_at_once_performs_once(phone: Phone, home: QuickHome) -> None:
    asked = await phone.say("unlock the front door")
    replies = await asyncio.gather(
        *(phone.say("yes", turn_id=asked.turn_id) for _ in range(5)), return_exceptions=True
    )
    assert sorted(getattr(reply, "code", "done") for reply in replies) == ["done"] + ["turn_busy"] * 4
    assert calls(home) == [UNLOCK]


async def test_the_question_survives_a_restart(home: QuickHome, store_url: str) -> None:
    async with running(settings_for(store_url), home) as first:
        phone = await Phone.pair(first)
        asked = await phone.say("unlock the front door")
    async with running(settings_for(store_url), home) as second:
        phone.service = second
        assert outcomes(await phone.say("yes", turn_id=asked.turn_id)) == {"lock.front_door": ("done", None)}
        assert (await phone.say("yes", turn_id=asked.turn_id)).receipts == []
    assert calls(home) == [UNLOCK]


async def test_what_changed_in_between_is_asked_again(phone: Phone, home: QuickHome) -> None:
    await phone.say("open the garage door")
    home.set_unavailable("cover.garage_door")
    reply = await phone.answer("yes")
    assert outcomes(reply) == {"cover.garage_door": ("failed", "unavailable")}
    assert home.calls == []


async def test_a_script_is_as_risky_as_what_it_does(phone: Phone, home: QuickHome) -> None:
    reply = await phone.say("run let the cat in")
    assert reply.decision == "confirm_asked"
    assert home.calls == []


async def test_one_risky_act_holds_back_the_whole_request(phone: Phone, home: QuickHome) -> None:
    reply = await phone.say("turn on the hall light and unlock the front door")
    assert reply.ask is not None
    assert "Front door" in reply.ask
    assert home.calls == []
    done = await phone.answer("yes")
    assert set(outcomes(done)) == {"light.hall_light", "lock.front_door"}


async def test_what_the_owner_forbids_is_denied(home: QuickHome, store_url: str) -> None:
    policy = PolicySettings(entities={"switch.printer": Risk.FORBIDDEN}, actions={"HassLightSet": Risk.SENSITIVE})
    async with running(settings_for(store_url, policy=policy), home) as service:
        phone = await Phone.pair(service)
        denied = await phone.say("turn on the printer")
        assert denied.decision == "denied"
        assert "Printer" in denied.say
        assert (await phone.answer("yes")).receipts == []
        assert (await phone.say("set the desk lamp to red")).decision == "confirm_asked"
    assert home.calls == []


# Choosing


@pytest.mark.parametrize("answer", ["the bedroom one", "first", "Reading lamp (Bedroom)", "bedroom"])
async def test_choosing(phone: Phone, home: QuickHome, answer: str) -> None:
    asked = await phone.say("turn on the reading lamp")
    assert asked.choices == ["Reading lamp (Bedroom)", "Reading lamp (Study)"]
    assert home.calls == []
    assert outcomes(await phone.answer(answer)) == {"light.bedroom_reading_lamp": ("done", None)}
    assert calls(home) == [("light", "turn_on", ("light.bedroom_reading_lamp",))]


@pytest.mark.parametrize("answer", ["none", "the kitchen", "yes", "no", "", "reading lamp"])
async def test_choosing_nothing(phone: Phone, home: QuickHome, answer: str) -> None:
    await phone.say("turn on the reading lamp")
    reply = await phone.answer(answer)
    assert reply.receipts == []
    assert home.calls == []


async def test_an_unknown_room_gives_the_nearest_names(phone: Phone, home: QuickHome) -> None:
    reply = await phone.say("turn on the lights in the kitchin")
    assert "kitchin" in reply.say
    assert "Kitchen" in reply.choices
    assert home.calls == []
    assert "light.kitchen_ceiling" in outcomes(await phone.answer("Kitchen"))


async def test_a_choice_may_lead_to_a_confirmation(phone: Phone, home: QuickHome) -> None:
    asked = await phone.say("unlock the back dor")
    if asked.decision == "confirm_asked":
        pytest.fail("a name was guessed for a risky act")
    assert home.calls == []


# The world's troubles


async def test_unavailable(phone: Phone, home: QuickHome) -> None:
    reply = await phone.say("turn on the shed light")
    assert outcomes(reply) == {"light.shed_light": ("failed", "unavailable")}
    assert (reply.decision, home.calls) == ("not_possible", [])


async def test_a_device_that_does_nothing(phone: Phone, home: QuickHome) -> None:
    home.ignore_next("light.turn_on")
    reply = await phone.say("turn on the bathroom light")
    assert outcomes(reply) == {"light.bathroom_light": ("unknown", "timed_out")}
    assert "not sure" in reply.say


async def test_refused_by_the_home(phone: Phone, home: QuickHome) -> None:
    home.fail_next("light.turn_on", HomeRefused("No."))
    reply = await phone.say("turn on the bathroom light")
    assert outcomes(reply) == {"light.bathroom_light": ("failed", "home_refused")}


@pytest.mark.parametrize(("happens", "status"), [(True, "done"), (False, "unknown")])
async def test_lost_on_the_way(phone: Phone, home: QuickHome, happens: bool, status: str) -> None:
    home.lose_next("light.turn_on", happens=happens)
    reply = await phone.say("turn on the bathroom light")
    assert outcomes(reply)["light.bathroom_light"][0] == status
    assert len(home.calls) == 1


async def test_no_connection(service: Service, phone: Phone, home: QuickHome) -> None:
    home.drop_connection()
    with pytest.raises(HomeUnreachable):
        await phone.say("turn on the bathroom light")
    assert await rows(service, ExchangeRow) == []
    home.restore_connection()
    assert outcomes(await phone.say("turn on the bathroom light")) == {"light.bathroom_light": ("done", None)}
    assert len(home.calls) == 1


async def test_no_connection_does_not_use_up_the_question(phone: Phone, home: QuickHome) -> None:
    asked = await phone.say("unlock the front door")
    home.drop_connection()
    with pytest.raises(HomeUnreachable):
        await phone.answer("yes")
    home.restore_connection()
    assert outcomes(await phone.say("yes", turn_id=asked.turn_id)) == {"lock.front_door": ("done", None)}


async def test_a_fault_of_a_performer_is_an_unknown_outcome(
    service: Service, phone: Phone, home: QuickHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def faulty(self: HomePerformer, step: Any, intended: list[Receipt]) -> AsyncIterator[Receipt]:
        await self.link.call(step.service)
        if intended:
            raise ZeroDivisionError
        yield intended[0]

    monkeypatch.setattr(HomePerformer, "perform", faulty)
    reply = await phone.say("turn on the bathroom light")
    assert outcomes(reply)["light.bathroom_light"][0] == "unknown"
    assert [act.status for act in await rows(service, ActRow)] == ["unknown"]


async def test_a_fault_of_ours_in_the_middle_is_recorded(
    service: Service, phone: Phone, home: QuickHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def faulty(plan: Any, intended: Any, performers: Any, settle: Any) -> None:
        await service.link.call(plan.steps[0].service)
        raise ZeroDivisionError

    monkeypatch.setattr(work, "perform", faulty)
    with pytest.raises(ZeroDivisionError):
        await phone.say("turn on the bathroom light", idempotency_key="k")
    [exchange] = await rows(service, ExchangeRow)
    assert (exchange.decision, exchange.finished is None) == ("failed", False)
    [act] = await rows(service, ActRow)
    assert (act.status, act.receipt["status"], act.receipt["reason"]) == ("unknown", "unknown", "internal_error")
    # The same request again is told so, and does nothing more.
    again = await phone.say("turn on the bathroom light", idempotency_key="k")
    assert outcomes(again) == {"light.bathroom_light": ("unknown", "internal_error")}
    assert len(home.calls) == 1
    assert await service.record.recover() == 0


async def test_a_fault_of_a_tier_before_anything_was_done(
    service: Service, phone: Phone, home: QuickHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def faulty(*_: Any) -> Understanding:
        raise ZeroDivisionError

    monkeypatch.setattr(service.grammar, "understand", faulty)
    with pytest.raises(ZeroDivisionError):
        await phone.say("turn on the bathroom light")
    assert await rows(service, ExchangeRow) == []
    assert home.calls == []


# In time


async def test_past_the_deadline_the_work_goes_on(store_url: str) -> None:
    home = SlowHome()
    async with running(settings_for(store_url), home) as service:
        phone = await Phone.pair(service)
        asked = {"deadline_s": 0.1, "idempotency_key": "k"}
        assert (await phone.say("turn on the bathroom light", **asked)).pending
        await home.reached.wait()
        reply = await phone.say("turn on the bathroom light", **asked)
        assert reply.pending
        assert outcomes(reply) == {"light.bathroom_light": ("intended", None)}
        with pytest.raises(TurnError) as caught:
            await phone.answer("yes")
        assert caught.value.code == "turn_busy"
        other = await Phone.pair(service, "other")
        assert await service.turns.find(reply.turn_id, other.device) is None
        assert (await phone.history(reply.turn_id, wait_s=0.05))["pending"] is True
        waiting = asyncio.create_task(phone.history(reply.turn_id, wait_s=10))
        await asyncio.sleep(0)
        home.go.set()
        final = await waiting
    assert final["pending"] is False
    assert [receipt["status"] for receipt in final["receipts"]] == ["done"]
    assert final["exchanges"][0]["receipts"] == final["receipts"]
    assert len(home.calls) == 1


async def test_what_came_to_nothing_after_pending_says_why(
    service: Service, phone: Phone, home: QuickHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = asyncio.Event()

    async def slow(*_: Any) -> Understanding:
        await go.wait()
        raise HomeUnreachable("gone")

    monkeypatch.setattr(service.grammar, "understand", slow)
    reply = await phone.say("turn on the bathroom light", deadline_s=0.05)
    assert reply.pending
    go.set()
    for _ in range(2):
        with pytest.raises(HomeUnreachable):
            await phone.history(reply.turn_id, wait_s=5)
    other = await Phone.pair(service, "other")
    assert await service.turns.find(reply.turn_id, other.device) is None


async def test_the_history_of_a_turn(phone: Phone) -> None:
    asked = await phone.say("unlock the front door")
    await phone.answer("no")
    history = await phone.history(asked.turn_id)
    assert [exchange["request"]["text"] for exchange in history["exchanges"]] == ["unlock the front door", "no"]
    assert [exchange["decision"] for exchange in history["exchanges"]] == ["confirm_asked", "declined"]
    assert history["say"] == "All right, I did nothing."
    assert history["exchanges"][0]["home_version"]
    assert history["exchanges"][0]["tiers"][0]["tier"] == "grammar"
    json.dumps(history)


async def test_enough_is_kept_to_replay_a_turn(service: Service, phone: Phone) -> None:
    await phone.say("turn on the bathroom light", area="bathroom")
    [exchange] = await rows(service, ExchangeRow)
    [kept] = await rows(service, HomeRow)
    assert exchange.home_version == kept.version
    assert exchange.registry_version
    assert exchange.request["area"] == "bathroom"
    assert exchange.tiers[0]["confidence"] > 0
    [act] = await rows(service, ActRow)
    assert act.receipt["before"] == {"state": "off"}
    assert act.receipt["after"]["state"] == "on"
    await phone.say("turn off the bathroom light")
    assert len(await rows(service, HomeRow)) == 1


async def test_a_new_version_of_the_home_is_kept_too(service: Service, phone: Phone, home: QuickHome) -> None:
    await phone.say("turn on the bathroom light")
    home.with_entities(without=["light.shed_light"])
    await phone.say("turn off the bathroom light")
    assert len(await rows(service, HomeRow)) == 2


# The same request again


async def test_the_same_key_gets_the_same_answer(phone: Phone, home: QuickHome) -> None:
    first = await phone.say("add salt to my shopping list", idempotency_key="k")
    sent = len(home.calls)
    assert await phone.say("add salt to my shopping list", idempotency_key="k") == first
    assert len(home.calls) == sent


async def test_the_same_key_at_once(phone: Phone, home: QuickHome) -> None:
    replies = await asyncio.gather(
        *(phone.say("turn on the bathroom light", idempotency_key="k") for _ in range(9))
    )
    assert {reply.turn_id for reply in replies} == {replies[0].turn_id}
    assert len(home.calls) == 1


async def test_the_same_key_after_a_restart(home: QuickHome, store_url: str) -> None:
    async with running(settings_for(store_url), home) as first:
        phone = await Phone.pair(first)
        reply = await phone.say("turn on the bathroom light", idempotency_key="k")
    async with running(settings_for(store_url), home) as second:
        phone.service = second
        again = await phone.say("turn on the bathroom light", idempotency_key="k")
        # The acts come from the record.
        assert again.model_dump(exclude={"timings_ms"}) == reply.model_dump(exclude={"timings_ms"})
    assert len(home.calls) == 1


@pytest.mark.parametrize("more", [{"text": "turn off the bathroom light"}, {"area": "study"}, {"turn_id": "other"}])
async def test_a_key_for_another_request(phone: Phone, home: QuickHome, more: dict[str, Any]) -> None:
    await phone.say("turn on the bathroom light", idempotency_key="k")
    with pytest.raises(TurnError) as caught:
        await phone.say(**{"text": "turn on the bathroom light", "idempotency_key": "k", **more})
    assert caught.value.code == "idempotency_conflict"
    assert len(home.calls) == 1


async def test_a_key_for_another_request_at_once(store_url: str) -> None:
    home = SlowHome()
    async with running(settings_for(store_url), home) as service:
        phone = await Phone.pair(service)
        first = asyncio.create_task(phone.say("turn on the bathroom light", idempotency_key="k"))
        await home.reached.wait()
        with pytest.raises(TurnError) as caught:
            await phone.say("turn on the hall light", idempotency_key="k")
        assert caught.value.code == "idempotency_conflict"
        home.go.set()
        await first
    assert len(home.calls) == 1


async def test_keys_are_the_devices_own(service: Service, phone: Phone, home: QuickHome) -> None:
    other = await Phone.pair(service, "other")
    await phone.say("turn on the bathroom light", idempotency_key="k")
    assert (await other.say("turn off the bathroom light", idempotency_key="k")).ok
    assert len(home.calls) == 2


async def test_a_yes_with_a_key_is_done_once_and_told_twice(phone: Phone, home: QuickHome) -> None:
    asked = await phone.say("unlock the front door", idempotency_key="a")
    replies = [await phone.say("yes", turn_id=asked.turn_id, idempotency_key="b") for _ in range(2)]
    assert replies[0] == replies[1]
    assert outcomes(replies[0]) == {"lock.front_door": ("done", None)}
    assert calls(home) == [UNLOCK]


async def test_a_key_is_forgotten_after_a_day(service: Service, phone: Phone, home: QuickHome) -> None:
    await phone.say("turn on the bathroom light", idempotency_key="k")
    old = update(ExchangeRow).values(created=now() - timedelta(hours=24, seconds=1))
    await service.store.write(lambda session: session.exec(old))
    await phone.say("turn off the bathroom light", idempotency_key="k")
    assert len(home.calls) == 2


async def test_a_key_whose_request_failed_may_be_used_again(phone: Phone, home: QuickHome) -> None:
    home.drop_connection()
    with pytest.raises(HomeUnreachable):
        await phone.say("turn on the bathroom light", idempotency_key="k")
    home.restore_connection()
    assert outcomes(await phone.say("turn on the bathroom light", idempotency_key="k"))


# After a crash


async def crashed(store_url: str, home: SlowHome) -> tuple[Phone, str]:
    """A service that was killed in the middle of a turn, as far as its store and its home can tell."""
    service = Service(settings_for(store_url), home)
    await service.start()
    phone = await Phone.pair(service)
    reply = await phone.say("turn on the bathroom light", deadline_s=0.05, idempotency_key="k")
    assert reply.pending
    await home.reached.wait()
    for running_turn in service.turns._running.values():
        running_turn.task.cancel()
    await asyncio.sleep(0)
    service.clock.stop()
    service.store.close()
    return phone, reply.turn_id


async def test_what_a_crash_left_open_is_unknown_and_not_repeated(store_url: str) -> None:
    home = SlowHome()
    phone, turn = await crashed(store_url, home)
    home.go.set()
    async with running(settings_for(store_url), home) as service:
        phone.service = service
        history = await phone.history(turn)
        assert (history["pending"], history["decision"]) == (False, "interrupted")
        [receipt] = history["receipts"]
        assert (receipt["status"], receipt["reason"]) == ("unknown", "bridge_restarted")
        again = await phone.say("turn on the bathroom light", idempotency_key="k")
        assert outcomes(again) == {"light.bathroom_light": ("unknown", "bridge_restarted")}
        assert await service.record.recover() == 0
    assert len(home.calls) == 1


async def test_stopping_gives_running_turns_a_moment(store_url: str) -> None:
    home = SlowHome()
    service = Service(settings_for(store_url), home)
    await service.start()
    phone = await Phone.pair(service)
    asking = asyncio.create_task(phone.say("turn on the bathroom light"))
    await home.reached.wait()
    asyncio.get_running_loop().call_later(0.05, home.go.set)
    await service.stop()
    assert outcomes(await asking) == {"light.bathroom_light": ("done", None)}


async def test_timers_survive_a_restart_and_those_that_ended_are_announced(home: QuickHome, store_url: str) -> None:
    async with running(settings_for(store_url), home) as first:
        phone = await Phone.pair(first)
        await phone.say("set a pizza timer for 10 minutes")
        await phone.say("set a timer for 1 hour")
        ended = update(TimerRow).where(col(TimerRow.name).is_(None)).values(ends=now() - timedelta(seconds=1))
        await first.store.write(lambda session: session.exec(ended))
    assert home.calls == []
    async with running(settings_for(store_url), home) as second:
        async with asyncio.timeout(30):
            while len(second.clock.of(phone.device.id)) > 1:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert [timer.name for timer in second.clock.of(phone.device.id)] == ["pizza"]
    assert [call.name for call in home.calls] == ["persistent_notification.create"]


# The store's troubles


@contextmanager
def locked(service: Service) -> Iterator[None]:
    blocker = sqlite3.connect(str(service.store.engine.url.database), isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        blocker.close()


@pytest.fixture
async def lite(home: QuickHome, tmp_path: Path) -> AsyncIterator[Service]:
    """On SQLite, with little patience for locks."""
    async with running(settings_for(f"sqlite:///{tmp_path / 'lite.db'}"), home) as service:
        use_pragma(service.store, "busy_timeout=20")
        yield service


async def test_a_locked_database_means_that_nothing_is_done(lite: Service, home: QuickHome) -> None:
    phone = await Phone.pair(lite)
    asked = await phone.say("unlock the front door")
    with locked(lite):
        with pytest.raises(StoreError) as caught:
            await phone.say("turn on the bathroom light")
        with pytest.raises(StoreError):
            await phone.say("yes", turn_id=asked.turn_id)
        with pytest.raises(StoreError):
            await phone.say("set a timer for 5 minutes")
    assert caught.value.code == "store_unavailable"
    assert home.calls == []
    assert lite.clock.of(phone.device.id) == []
    assert outcomes(await phone.say("yes", turn_id=asked.turn_id)) == {"lock.front_door": ("done", None)}


async def test_a_database_that_is_locked_in_the_middle(lite: Service, home: QuickHome) -> None:
    phone = await Phone.pair(lite)
    unlock: list[Callable[[], Any]] = []

    async def call_and_lock(call: ServiceCall) -> Any:
        context = locked(lite)
        context.__enter__()
        unlock.append(lambda: context.__exit__(None, None, None))
        return await QuickHome.call(home, call)

    home.call = call_and_lock  # type: ignore[method-assign]
    reply = await phone.say("turn on the bathroom light", idempotency_key="k")
    # It was done, and that is said; the record is made good later.
    assert outcomes(reply) == {"light.bathroom_light": ("done", None)}
    assert reply.warnings == ["not_recorded"]
    assert (await phone.history(reply.turn_id))["pending"] is True
    unlock[0]()
    history = await phone.history(reply.turn_id)
    assert [receipt["status"] for receipt in history["receipts"]] == ["done"]
    again = await phone.say("turn on the bathroom light", idempotency_key="k")
    assert outcomes(again) == outcomes(reply)
    assert len(home.calls) == 1


async def test_a_read_only_database_means_that_nothing_is_done(lite: Service, home: QuickHome) -> None:
    phone = await Phone.pair(lite)
    use_pragma(lite.store, "query_only=ON")
    with pytest.raises(StoreError) as caught:
        await phone.say("turn on the bathroom light")
    assert "readonly" in caught.value.message
    assert home.calls == []


async def test_a_service_does_not_start_on_a_database_it_cannot_use(home: QuickHome, tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    service = Service(settings_for(f"sqlite:///{tmp_path / 'folder.db'}"), home)
    with pytest.raises(StoreError):
        await service.start()
    service.store.close()


# Programs' own calls

PAYLOADS: dict[str, Callable[[str, dict[str, Any]], Any]] = {
    "openai": lambda name, arguments: [
        {"id": "c", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
    ],
    "anthropic": lambda name, arguments: {
        "role": "assistant",
        "content": [{"type": "tool_use", "id": "c", "name": name, "input": arguments}],
    },
    "gemini": lambda name, arguments: {
        "candidates": [{"content": {"parts": [{"functionCall": {"name": name, "args": arguments}}]}}]
    },
    "mcp": lambda name, arguments: {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": name, "arguments": arguments},
    },
}


async def call_tool(phone: Phone, dialect: str, name: str, arguments: dict[str, Any], **more: Any) -> Reply:
    read = DIALECTS[dialect].calls(PAYLOADS[dialect](name, arguments), phone.service.worker.registry)
    return await phone.say("", calls=tuple(read), **more)


@pytest.mark.parametrize("dialect", PAYLOADS)
async def test_calls_of_each_dialect(phone: Phone, home: QuickHome, dialect: str) -> None:
    reply = await call_tool(phone, dialect, "HassTurnOn", {"area": "Bathroom", "domain": "light"})
    assert outcomes(reply) == {"light.bathroom_light": ("done", None)}
    assert reply.tier == "caller"
    asked = await call_tool(phone, dialect, "HassTurnOff", {"name": "Front door", "domain": "lock"})
    assert asked.decision == "confirm_asked"
    with pytest.raises(CallRejected) as caught:
        await call_tool(phone, dialect, "HassTurnOn", {"area": "Bathrom", "domain": "light"})
    assert caught.value.problems[0].code == "unknown_area"
    assert len(home.calls) == 1


async def test_calls_with_a_key(phone: Phone, home: QuickHome) -> None:
    arguments = {"item": "salt"}
    replies = [
        await call_tool(phone, "mcp", "HassShoppingListAddItem", arguments, idempotency_key="k") for _ in range(2)
    ]
    assert replies[0] == replies[1]
    assert sum(call.name == "todo.add_item" for call in home.calls) == 1
    with pytest.raises(TurnError):
        await call_tool(phone, "mcp", "HassShoppingListAddItem", {"item": "pepper"}, idempotency_key="k")


async def test_calls_in_between_take_the_question_away(phone: Phone, home: QuickHome) -> None:
    asked = await phone.say("unlock the front door")
    light = {"area": "Bathroom", "domain": "light"}
    await call_tool(phone, "mcp", "HassTurnOn", light, turn_id=asked.turn_id)
    assert (await phone.say("yes", turn_id=asked.turn_id)).receipts == []
    assert len(home.calls) == 1


async def test_of_two_words_at_once_one_stands(service: Service, phone: Phone) -> None:
    await phone.say("turn on the bathroom light")
    [act] = await rows(service, ActRow)
    receipt = Receipt.model_validate(act.receipt)
    intended = update(ActRow).where(col(ActRow.id) == act.id).values(status="intended")
    await service.store.write(lambda session: session.exec(intended))
    words = [receipt.model_copy(update={"status": status}) for status in (Status.FAILED, Status.DONE)]
    await asyncio.gather(*(service.record.settle([word]) for word in words))
    assert (await rows(service, ActRow))[0].status == "failed"


# Many


async def test_nothing_is_left_over_after_many_turns(service: Service, phone: Phone) -> None:
    for batch in range(3):
        texts = ["turn on the bathroom light", "unlock the front door", "xyzzy", "what time is it"] * 5
        replies = await asyncio.gather(
            *(phone.say(text, idempotency_key=f"{batch} {index}") for index, text in enumerate(texts))
        )
        assert all(reply.ok for reply in replies)
    turns = service.turns
    assert (len(turns._running), len(turns._keys), len(turns._failed)) == (0, 0, 0)
    assert len(await rows(service, ExchangeRow)) == 60
    assert {act.status for act in await rows(service, ActRow)} == {"done"}


async def test_a_tiers_own_answer_and_question(service: Service, phone: Phone) -> None:
    class Tier:
        name = "odd"
        understood = Understanding(Kind.ANSWER, 1.0, say="42.")

        async def understand(self, *_: Any) -> Understanding:
            return self.understood

    tier = Tier()
    service.worker._tiers = [tier]
    assert (await phone.say("what?")).say == "42."
    tier.understood = Understanding(Kind.QUESTION, 0.4, say="Which?", options=("a", "b"))
    reply = await phone.say("that one")
    assert (reply.ask, reply.choices) == ("Which?", ["a", "b"])
    tier.understood = Understanding(Kind.NOTHING)
    assert (await phone.say("?")).decision == "not_understood"
