"""What leaves the house: what the request needs, by pseudonyms where wished, and all of it on the record."""

import base64
import json
from typing import Any

import pytest

from actions.home import Entity
from bridge.exchange import Way, words_only
from bridge.settings import CloudSettings
from bridge.store.tables import PseudonymRow
from bridge.testing import Answer, Call, Seen, Vendors
from bridge.tiers.base import Enclosed
from bridge.tiers.cloud.pseudonyms import Hidden, Pseudonyms
from bridge.tiers.cloud.redact import redact
from tests.cloud.conftest import KINDS, UNCLEAR, Bridge, Start, lit, provider

NAMES = ("Kitchen", "kitchen", "Worktop", "Alex", "Hall", "Garage", "light.hall", "Bedroom", "Dishwasher")


@pytest.mark.parametrize("kind", KINDS)
async def test_the_record_has_the_very_bytes(start: Start, vendors: Vendors, kind: str) -> None:
    vendors.play(Answer(calls=(Call("find", {"words": "lamp"}),)), Answer(text="Two lamps."))
    async with start([provider(vendors, kind)]) as bridge:
        await bridge.phone.say("tell me of lamps")
        sent = await bridge.sent()
        assert [one["body"].encode() for one in sent] == [seen.raw for seen in vendors.seen]
        assert [one["bytes"] for one in sent] == [len(seen.raw) for seen in vendors.seen]
        hidden = [name for name, value in sent[0]["headers"].items() if value == "[hidden]"]
        assert len(hidden) == 1
        assert {seen.path for seen in vendors.seen} == {one["url"].removeprefix(vendors.url) for one in sent}


def hidden_answer(seen: Seen) -> Answer:
    """Turns on what is the light of the home data."""
    line = next(line for line in seen.text.split("\\n") if line.startswith("Light "))
    return Answer(calls=(Call("HassTurnOn", {"name": line.split(" | ")[0]}),))


async def test_no_name_leaves(start: Start, vendors: Vendors) -> None:
    vendors.play(hidden_answer)
    async with start([provider(vendors)], names="hidden") as bridge:
        reply = await bridge.phone.say("it is rather gloomy in the kitchen, says Alex", area="kitchen")
        assert reply.decision == "performed", reply
        assert bridge.called[0][0] == "light.turn_on"
        text = vendors.seen[0].text
        said = json.dumps(vendors.seen[0].body["messages"][1:])
        assert [name for name in NAMES if name in said] == []
        assert "says Person 1" in text
        assert "gloomy in the Room" in text


async def test_names_are_put_back_in_words(start: Start, vendors: Vendors) -> None:
    def answer(seen: Seen) -> Answer:
        room = next(
            word for word in ("Room 1", "Room 2", "Room 3", "Room 4") if f"gloomy in the {word}" in seen.text
        )
        return Answer(text=f"{room.upper()} has a dark side. So it is, in {room.lower()}. Room 99 has not.")

    vendors.play(answer)
    told: list[str] = []
    async with start([provider(vendors)], names="hidden") as bridge:
        reply = await bridge.phone.say(UNCLEAR, way=Way(tell=words_only(told.append)))
        assert reply.say == "Kitchen has a dark side. So it is, in Kitchen. Room 99 has not."
        assert "".join(told) == "Kitchen has a dark side. "


async def test_pseudonyms_stay_the_same(start: Start, vendors: Vendors) -> None:
    seen: list[str] = []
    for _ in range(2):
        vendors.play(Answer(text="Well."))
        async with start([provider(vendors)], names="hidden") as bridge:
            await bridge.phone.say("tell me of the kitchen ceiling")
            seen.append(json.dumps(vendors.seen[0].body["messages"][1:]).split("\\nNow:")[0])
    assert seen[0] == seen[1]
    assert "tell me of the Light " in seen[0]


async def test_what_is_asked_back_is_hidden_too(start: Start, vendors: Vendors) -> None:
    vendors.play(lit("Light 99"), Answer(text="Well."))
    async with start([provider(vendors)], names="hidden") as bridge:
        await bridge.phone.say(UNCLEAR)
        told = json.dumps(vendors.seen[1].body["messages"][1:])
        assert [name for name in NAMES if name in told] == []


async def test_history_is_hidden_too(start: Start, vendors: Vendors) -> None:
    async with start([provider(vendors)], names="hidden") as bridge:
        await bridge.phone.say("turn on the hall light")
        vendors.play(Answer(text="Well."))
        await bridge.phone.answer("and how would you call it")
        said = json.dumps(vendors.seen[0].body["messages"][1:])
        assert [name for name in NAMES if name in said] == []


async def test_two_of_one_name_are_not_confused(bridge: Bridge) -> None:
    pseudonyms = Pseudonyms(bridge.service.store)
    view = Hidden(bridge.home.home, pseudonyms)
    lamps = [view.entity(bridge.home.home.entities[f"light.{room}_reading_lamp"]) for room in ("bedroom", "study")]
    assert view.hide("the reading lamp please") == f"the {' or '.join(sorted(lamps))} please"
    assert view.real({"name": lamps[0], "area": view.place(bridge.home.home.areas["study"])}) == {
        "name": "light.bedroom_reading_lamp",
        "area": "area.study",
    }
    assert view.hide("turn on the light") == "turn on the light"
    assert PseudonymRow.__tablename__ == "pseudonym"


async def test_only_what_the_request_needs(start: Start, vendors: Vendors) -> None:
    vendors.play(otherwise=Answer(text="Well."))
    async with start([provider(vendors)]) as bridge:
        secret = Entity("sensor.safe_code", "Safe code", area="study", exposed=False)
        bridge.home.with_entities(secret, Entity("person.anna", "Anna"))
        bridge.home.set_state("sensor.safe_code", "4711")
        bridge.home.set_state("person.anna", "home", latitude=52.52, longitude=13.405, gps_accuracy=5)
        await bridge.phone.say("hmm the safe code of Anna, and where is Anna")
        text = vendors.seen[0].text
        assert "person.anna" in text
        assert not [one for one in ("4711", "52.52", "13.405", "sensor.safe_code") if one in text]
        assert text.count(" | ") < 60


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my key is sk-proj-abcdefghij1234567890", "my key is [secret]"),
        ("token: hb_abcdefghijklmnop", "token: [secret]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefgh", "[secret]"),
        ("password is hunter2 and that", "password is [secret] and that"),
        ("Passwort: geheim", "Passwort: [secret]"),
        ("the PIN is 4711", "the PIN is [secret]"),
        ("https://u:pass@example.com/x", "https://[secret]@example.com/x"),
        ("https://example.com/x?access_token=abc&y=1", "https://example.com/x?access_token=[secret]&y=1"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "[secret]"),
        ("I am at 52.520008, 13.404954 now", "I am at [place] now"),
        ("AKIAIOSFODNN7EXAMPLE1", "[secret]"),
        ("d41d8cd98f00b204e9800998ecf8427e", "[secret]"),
        ("turn the light to 52.5 %, 13 degrees", "turn the light to 52.5 %, 13 degrees"),
        ("add 2 litres of milk and passports", "add 2 litres of milk and passports"),
        ("living_room_ceiling_light_number_twelve", "living_room_ceiling_light_number_twelve"),
    ],
)
def test_secrets_and_places_never_leave(text: str, left: str) -> None:
    assert redact(text) == left


async def test_secrets_of_the_clipboard_never_leave(bridge: Bridge, vendors: Vendors) -> None:
    vendors.play(Answer(text="A note."))
    await bridge.phone.say(
        "what is this", enclosed=Enclosed(clipboard="wifi password: Xyzzy1234, at 52.520008,13.404954")
    )
    text = vendors.seen[0].text
    assert "wifi password: [secret]" in text
    assert "Xyzzy1234" not in text
    assert "52.52" not in text


async def test_copies_are_forgotten_and_sums_are_not(start: Start, vendors: Vendors, monkeypatch: Any) -> None:
    from datetime import timedelta

    from bridge import sent
    from bridge.store.tables import now

    vendors.play(otherwise=Answer(text="Well."))
    async with start([provider(vendors)], keep_days=1) as bridge:
        await bridge.phone.say("tell me something")
        spent = bridge.service.sent.purse.this_month
        monkeypatch.setattr(sent, "now", lambda: now() + timedelta(days=2))
        await bridge.service.sent.start()
        assert (await bridge.sent())[0]["body"] == ""
        assert bridge.service.sent.purse.this_month == pytest.approx(spent)


def test_the_settings_say_so_themselves() -> None:
    assert CloudSettings().names == "shown"
    assert base64.b64encode(b"x") == b"eA=="
