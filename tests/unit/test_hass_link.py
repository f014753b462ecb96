"""The Home Assistant link, against a scripted Home Assistant on a real socket."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from actions.errors import HomeAuthFailed, HomeLost, HomeRefused, HomeUnreachable
from actions.hass import HomeAssistantLink
from actions.home import State
from actions.link import HomeLink, ServiceCall
from tests.unit.fake_hass import SILENT, TOKEN, FakeHass, Refusal, running_hass, until

LAMP_ON = ServiceCall("light", "turn_on", ("light.lamp",), {"brightness_pct": 40})


def a_link(hass: FakeHass, token: str = TOKEN, **options: Any) -> HomeAssistantLink:
    quick: dict[str, Any] = {"retry": (0.01, 0.05), "settle": 0.01, "answer_within": 2.0}
    return HomeAssistantLink(hass.url, token, **(quick | options))


@pytest.fixture
async def hass() -> AsyncIterator[FakeHass]:
    async with running_hass() as hass:
        yield hass


@pytest.fixture
async def link(hass: FakeHass) -> AsyncIterator[HomeAssistantLink]:
    link = a_link(hass)
    await link.start()
    assert await link.ready(30)
    yield link
    await link.stop()


def is_on(state: State) -> bool:
    return state.state == "on"


def test_it_is_a_home_link(hass: FakeHass) -> None:
    link: HomeLink = a_link(hass)
    assert not link.connected


async def test_before_it_starts_nothing_is_there(hass: FakeHass) -> None:
    link = a_link(hass)
    with pytest.raises(HomeUnreachable, match="not started"):
        link.home  # noqa: B018
    with pytest.raises(HomeUnreachable):
        await link.call(LAMP_ON)
    assert not await link.ready(0.01)
    await link.stop()


async def test_the_home_is_loaded(link: HomeAssistantLink) -> None:
    assert link.connected
    assert link.home.areas["hall"].names == ("Hall", "Entrance")
    assert link.home.entities["light.lamp"].exposed
    assert link.home.state("light.lamp").state == "off"
    assert link.home.services == {"light": {"turn_on": {}}}


async def test_a_call_goes_out_with_its_targets(hass: FakeHass, link: HomeAssistantLink) -> None:
    assert await link.call(LAMP_ON) == {}
    sent = {key: value for key, value in hass.calls[0].items() if key not in ("id", "type")}
    assert sent == {
        "domain": "light",
        "service": "turn_on",
        "service_data": {"brightness_pct": 40},
        "target": {"entity_id": ["light.lamp"]},
    }


async def test_a_call_without_targets_has_none(hass: FakeHass, link: HomeAssistantLink) -> None:
    assert await link.call(ServiceCall("weather", "get", answers=True)) == {"heard": True}
    assert "target" not in hass.calls[0]
    assert hass.calls[0]["return_response"] is True


async def test_a_refusal_says_what_home_assistant_said(hass: FakeHass, link: HomeAssistantLink) -> None:
    def refuse(_: object) -> None:
        raise Refusal("service_validation_error", "Validation error: too bright")

    hass.handlers["call_service"] = refuse
    with pytest.raises(HomeRefused, match="too bright") as refused:
        await link.call(LAMP_ON)
    assert refused.value.code == "home_refused"
    assert getattr(refused.value.__cause__, "code", "") == "service_validation_error"


async def test_a_call_that_is_no_json_is_refused_here(link: HomeAssistantLink) -> None:
    with pytest.raises(HomeRefused, match="cannot be sent"):
        await link.call(ServiceCall("light", "turn_on", data={"level": float("inf")}))
    assert link.connected


async def test_a_call_without_an_answer_is_lost(hass: FakeHass) -> None:
    hass.handlers["call_service"] = lambda _: SILENT
    link = a_link(hass, answer_within=0.1)
    await link.start()
    assert await link.ready(30)
    with pytest.raises(HomeLost, match=r"light\.turn_on"):
        await link.call(LAMP_ON)
    await link.stop()


async def test_a_connection_that_breaks_in_a_call_loses_it_and_comes_back(
    hass: FakeHass, link: HomeAssistantLink
) -> None:
    def break_off(_: object) -> object:
        hass.drop()
        return SILENT

    hass.handlers["call_service"] = break_off
    with pytest.raises(HomeLost):
        await link.call(LAMP_ON)
    with pytest.raises(HomeUnreachable):
        link.home  # noqa: B018
    hass.areas[0]["name"] = "Corridor"
    assert await link.ready(30)
    assert link.home.areas["hall"].name == "Corridor"


async def test_states_follow(hass: FakeHass, link: HomeAssistantLink) -> None:
    home = link.home
    await hass.become("light.lamp", "on")
    assert await link.wait_for("light.lamp", is_on, 30)
    assert link.home is home
    assert home.state("light.lamp").changed.timestamp() == 2000.5


async def test_waiting_looks_at_the_present_first(link: HomeAssistantLink) -> None:
    assert await link.wait_for("light.lamp", lambda state: state.state == "off", 0)
    assert await link.wait_for("light.nowhere", lambda state: not state.available, 0)
    assert not await link.wait_for("light.lamp", is_on, 0)
    assert len(link._waiters) == 0


async def test_waiting_ends_in_time_and_leaves_nothing(link: HomeAssistantLink) -> None:
    assert not await link.wait_for("light.lamp", is_on, 0.05)
    waiting = asyncio.create_task(link.wait_for("light.lamp", is_on, 30))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert len(link._waiters) == 0


async def test_a_condition_that_fails_fails_its_own_wait_only(hass: FakeHass, link: HomeAssistantLink) -> None:
    def fail_later(state: State) -> bool:
        if state.state == "on":
            raise KeyError("brightness")
        return False

    bad = asyncio.create_task(link.wait_for("light.lamp", fail_later, 30))
    good = asyncio.create_task(link.wait_for("light.lamp", is_on, 30))
    await asyncio.sleep(0.01)
    await hass.become("light.lamp", "on")
    assert await good
    with pytest.raises(KeyError):
        await bad


async def test_many_wait_cheaply(hass: FakeHass, link: HomeAssistantLink) -> None:
    looked: list[State] = []

    def look(state: State) -> bool:
        looked.append(state)
        return False

    others = [asyncio.create_task(link.wait_for(f"light.other_{n}", look, 30)) for n in range(1000)]
    waiting = [asyncio.create_task(link.wait_for("light.lamp", is_on, 30)) for _ in range(1000)]
    await asyncio.sleep(0.05)
    looked.clear()
    await hass.become("light.lamp", "on")
    assert all(await asyncio.gather(*waiting))
    assert not looked
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def test_waiting_goes_on_over_a_reconnect(hass: FakeHass, link: HomeAssistantLink) -> None:
    waiting = asyncio.create_task(link.wait_for("light.lamp", is_on, 30))
    await asyncio.sleep(0.01)
    await hass.stop()
    await until(lambda: not link.connected)
    late = asyncio.create_task(link.wait_for("light.lamp", is_on, 30))
    hass.states["light.lamp"]["s"] = "on"
    await hass.start()
    assert await waiting
    assert await late


async def test_states_from_before_are_gone_while_away(hass: FakeHass, link: HomeAssistantLink) -> None:
    home = link.home
    await hass.stop()
    await until(lambda: not home.state("light.lamp").available)
    with pytest.raises(HomeUnreachable, match="not connected"):
        link.home  # noqa: B018
    await hass.start()


async def test_a_refused_token_is_told_and_tried_again(hass: FakeHass, caplog: pytest.LogCaptureFixture) -> None:
    hass.token = "renewed"
    link = a_link(hass, "renewed-but-not-yet", retry_refused=(0.02, 0.05))
    link_later = a_link(hass, retry_refused=(0.02, 0.05))
    for each in (link, link_later):
        await each.start()
        assert not await each.ready(0.1)
        with pytest.raises(HomeAuthFailed) as refused:
            each.home  # noqa: B018
        with pytest.raises(HomeAuthFailed):
            await each.call(LAMP_ON)
        assert "renewed" not in str(refused.value)
        assert "renewed" not in repr(each)
    hass.token = TOKEN
    assert await link_later.ready(30)
    await link.stop()
    await link_later.stop()
    assert "renewed" not in caplog.text
    assert TOKEN not in caplog.text


async def test_home_assistant_that_still_starts_is_waited_for(hass: FakeHass) -> None:
    hass.config = {"state": "STARTING", "components": []}
    link = a_link(hass)
    await link.start()
    await until(lambda: "get_config" in hass.counts)
    assert not link.connected
    with pytest.raises(HomeUnreachable, match="starting"):
        link.home  # noqa: B018
    hass.config = {"state": "RUNNING", "components": []}
    assert await link.ready(30)
    await link.stop()


async def test_a_renamed_area_makes_a_new_home(hass: FakeHass, link: HomeAssistantLink) -> None:
    before = link.home
    hass.areas[0]["name"] = "Corridor"
    for _ in range(20):
        await hass.fire("area_registry_updated", {})
    await until(lambda: link.home is not before)
    assert link.home.areas["hall"].name == "Corridor"
    assert link.home.version != before.version
    assert link.home.states is before.states
    assert hass.counts["config/area_registry/list"] <= 3


async def test_an_event_that_changes_nothing_keeps_the_home(hass: FakeHass, link: HomeAssistantLink) -> None:
    before = link.home
    await hass.fire("device_registry_updated", {})
    await until(lambda: hass.counts["config/area_registry/list"] == 2)
    await asyncio.sleep(0.05)
    assert link.home is before


async def test_entities_come_and_go(hass: FakeHass, link: HomeAssistantLink) -> None:
    hass.listed["light.new"] = {"conversation": True}
    await hass.fire("subscribe_entities", {"a": {"light.new": {"s": "on", "a": {}, "lc": 1.0}}})
    await until(lambda: "light.new" in link.home.entities)
    assert link.home.entities["light.new"].exposed
    await hass.fire("subscribe_entities", {"r": ["light.new"]})
    await until(lambda: "light.new" not in link.home.entities)
    assert not link.home.state("light.new").available


async def test_new_features_need_no_new_fetch(hass: FakeHass, link: HomeAssistantLink) -> None:
    added = {"supported_features": 44, "friendly_name": "Old lamp"}
    await hass.fire("subscribe_entities", {"c": {"light.lamp": {"+": {"a": added}}}})
    await until(lambda: link.home.entities["light.lamp"].features == 44)
    assert link.home.entities["light.lamp"].name == "Old lamp"
    assert hass.counts["config/area_registry/list"] == 1


async def test_new_services_are_fetched(hass: FakeHass, link: HomeAssistantLink) -> None:
    hass.handlers["get_services"] = lambda _: {"script": {"new": {}}}
    await hass.fire("service_registered", {})
    await until(lambda: link.home.services == {"script": {"new": {}}})
    assert hass.counts["config/area_registry/list"] == 1


async def test_an_exposure_without_an_event_is_found(hass: FakeHass) -> None:
    link = a_link(hass, recheck=0.05)
    await link.start()
    assert await link.ready(30)
    hass.listed = {}
    await until(lambda: not link.home.entities["light.lamp"].exposed)
    await link.stop()


async def test_a_token_of_no_administrator_sees_less(hass: FakeHass) -> None:
    def unauthorized(_: object) -> None:
        raise Refusal("unauthorized", "Unauthorized")

    hass.handlers["homeassistant/expose_entity/list"] = unauthorized
    hass.handlers["homeassistant/expose_new_entities/get"] = unauthorized
    link = a_link(hass)
    await link.start()
    assert await link.ready(30)
    assert not link.home.entities["light.lamp"].exposed
    await link.stop()


async def test_a_snapshot_that_fails_is_tried_again(hass: FakeHass) -> None:
    areas = hass.handlers.pop("config/area_registry/list")
    link = a_link(hass)
    await link.start()
    await until(lambda: len(hass.connections) > 2)
    assert not link.connected
    hass.handlers["config/area_registry/list"] = areas
    assert await link.ready(30)
    await link.stop()


async def test_nobody_there_is_told_once(hass: FakeHass, caplog: pytest.LogCaptureFixture) -> None:
    await hass.stop()
    link = a_link(hass)
    await link.start()
    await asyncio.sleep(0.3)
    with pytest.raises(HomeUnreachable, match="refused"):
        link.home  # noqa: B018
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
    await hass.start()
    assert await link.ready(30)
    await link.stop()


async def test_stopping_ends_everything(hass: FakeHass) -> None:
    before = asyncio.all_tasks()
    link = a_link(hass)
    await link.start()
    await link.start()
    assert await link.ready(30)
    await link.stop()
    await link.stop()
    assert not link.connected
    with pytest.raises(HomeUnreachable, match="stopped"):
        link.home  # noqa: B018
    await asyncio.sleep(0.05)
    left = {task for task in asyncio.all_tasks() - before if "websockets" not in repr(task)}
    assert not left
    await link.start()
    assert await link.ready(30)
    await link.stop()


async def test_events_are_told(hass: FakeHass) -> None:
    link = a_link(hass)
    heard: list[Any] = []
    link.on_event("ios.shortcut_run", heard.append)
    await link.start()
    assert await link.ready(30)
    await hass.fire("ios.shortcut_run", {"data": {"status": "success"}})
    await until(lambda: bool(heard))
    await hass.fire("ios.shortcut_run", {"data": None})
    await until(lambda: len(heard) == 2)
    assert heard == [{"status": "success"}, {}]
    await link.stop()


async def test_a_ticket_makes_it_a_call_in_somebody_s_name(hass: FakeHass, link: HomeAssistantLink) -> None:
    acts: list[dict[str, Any]] = []

    def act(message: dict[str, Any]) -> dict[str, Any]:
        acts.append(message)
        return {"context": {}, "response": None}

    hass.handlers["hearthbridge/act"] = act
    await link.call(replace(LAMP_ON, ticket="home:secret"))
    assert [(one["ticket"], one["service"], one["target"]) for one in acts] == [
        ("home:secret", "turn_on", {"entity_id": ["light.lamp"]})
    ]
    assert hass.calls == []


@pytest.mark.parametrize("code", ["unknown_command", "other_home"])
async def test_where_nobody_knows_the_ticket_the_bridge_acts_itself(
    hass: FakeHass, link: HomeAssistantLink, code: str
) -> None:
    def refuse(_: object) -> None:
        raise Refusal(code, "no")

    hass.handlers["hearthbridge/act"] = refuse
    await link.call(replace(LAMP_ON, ticket="elsewhere:secret"))
    assert [one.get("ticket", "none") for one in hass.calls] == ["none"]


@pytest.mark.parametrize("code", ["ticket_expired", "unauthorized"])
async def test_what_is_refused_in_somebody_s_name_is_not_done_in_the_bridge_s(
    hass: FakeHass, link: HomeAssistantLink, code: str
) -> None:
    def refuse(_: object) -> None:
        raise Refusal(code, "no")

    hass.handlers["hearthbridge/act"] = refuse
    with pytest.raises(HomeRefused):
        await link.call(replace(LAMP_ON, ticket="home:secret"))
    assert hass.calls == []
