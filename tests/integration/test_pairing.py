"""Pairing: a code becomes a token once; guessing kills the codes; the page makes nothing."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic.command import upgrade
from alembic.config import Config
from click.testing import CliRunner
from sqlmodel import select, text

from bridge.address import pairing_link, phone_url, setup_link
from bridge.api import create_app
from bridge.cli import main
from bridge.devices import ALL_SCOPES, Devices, hash_token
from bridge.pages import pairing_page, qr_text
from bridge.pairing import MOST_WRONG, Pairing, PairingError, Tries
from bridge.service import Service
from bridge.settings import ServerSettings
from bridge.store import Store, migrate, migrations
from bridge.store.tables import PairingRow, now
from shortcuts.library.setup import LINK
from tests.integration.conftest import settings_for
from tests.quick import QuickHome

URL = "https://hearth.example.net"


@pytest.fixture
async def service(store_url: str) -> AsyncIterator[Service]:
    service = Service(settings_for(store_url, server=ServerSettings(public_url=URL)), QuickHome())
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
async def http(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge") as client:
        yield client


async def pair(http: httpx.AsyncClient, code: str, name: str = "Anna's iPhone", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await http.post("/v1/pair", json={"code": code, "name": name, **more})).json()
    return found


async def test_a_code_becomes_a_token_once(service: Service, http: httpx.AsyncClient) -> None:
    code = await service.pairing.new_code()
    assert re.fullmatch(r"\d{4}-\d{4}", code.shown)
    assert timedelta(minutes=9) < code.expires - now() <= timedelta(minutes=10)
    paired = await pair(http, code.shown, kind="shortcut")
    assert (paired["ok"], paired["device"], paired["url"], paired["scopes"]) == (
        True,
        "Anna's iPhone",
        URL,
        ["ask"],
    )
    headers = {"Authorization": f"Bearer {paired['token']}"}
    assert (await http.get("/v1/tools", headers=headers)).json()["ok"]
    assert (await pair(http, code.shown))["error"]["code"] == "invalid_code"
    [row] = await service.devices.all()
    assert (row.kind, row.scopes) == ("shortcut", ["ask"])


async def test_the_code_is_read_however_it_is_typed(service: Service, http: httpx.AsyncClient) -> None:
    code = await service.pairing.new_code()
    assert (await pair(http, f" {code.digits[:2]} {code.digits[2:5]}-{code.digits[5:]} "))["ok"]


async def test_only_a_hash_of_the_code_is_kept(service: Service) -> None:
    code = await service.pairing.new_code()
    [row] = await service.store.read(lambda session: list(session.exec(select(PairingRow))))
    assert code.digits not in str(row.model_dump())


async def test_a_code_that_is_too_old(service: Service, http: httpx.AsyncClient) -> None:
    code = await service.pairing.new_code()

    def age(session: Any) -> None:
        row = session.exec(select(PairingRow)).one()
        row.expires = now()
        session.add(row)

    await service.store.write(age)
    assert (await pair(http, code.digits))["error"]["code"] == "invalid_code"


async def test_wrong_codes_kill_every_open_one(service: Service, http: httpx.AsyncClient) -> None:
    codes = [await service.pairing.new_code() for _ in range(2)]
    wrong = next(f"{n:08}" for n in range(3) if f"{n:08}" not in {code.digits for code in codes})
    for _ in range(MOST_WRONG):
        assert (await pair(http, wrong))["error"]["code"] == "invalid_code"
    for code in codes:
        assert (await pair(http, code.digits))["error"]["code"] == "invalid_code"
    assert (await pair(http, (await service.pairing.new_code()).digits))["ok"]


async def test_two_at_once_get_one_token(service: Service) -> None:
    code = await service.pairing.new_code()
    tries = [service.pairing.redeem(code.digits, f"phone {n}", "", f"{n}") for n in range(8)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert len([one for one in done if isinstance(one, tuple)]) == 1
    assert all(isinstance(one, PairingError) for one in done if not isinstance(one, tuple))


async def test_tries_are_limited(service: Service, http: httpx.AsyncClient) -> None:
    codes = [(await pair(http, "00000000"))["error"]["code"] for _ in range(11)]
    assert codes == ["invalid_code"] * 10 + ["rate_limited"]
    assert (await http.post("/v1/pair", json={"code": "1", "name": "x"})).status_code == 429
    tries = Tries()
    for address in range(1100):
        tries.count(str(address))


async def test_a_second_phone_of_the_name_gets_a_number(service: Service, http: httpx.AsyncClient) -> None:
    names = [(await pair(http, (await service.pairing.new_code()).digits))["device"] for _ in range(3)]
    assert names == ["Anna's iPhone", "Anna's iPhone 2", "Anna's iPhone 3"]


@pytest.mark.parametrize(
    ("more", "code"),
    [({"name": " "}, "device_invalid"), ({"kind": "toaster"}, "invalid_kind"), ({"x": 1}, "unknown_field")],
)
async def test_bad_requests_use_no_code_up(
    service: Service, http: httpx.AsyncClient, more: dict[str, Any], code: str
) -> None:
    made = await service.pairing.new_code()
    assert (await pair(http, made.digits, **{"name": "x", **more}))["error"]["code"] == code
    assert (await pair(http, made.digits))["ok"]


async def test_codes_are_made_by_an_admins_token_only(service: Service, http: httpx.AsyncClient) -> None:
    _, plain = await service.devices.pair("plain")
    _, admin = await service.devices.pair("admin", ALL_SCOPES)
    nobody = await http.post("/v1/pair/codes", json={})
    assert nobody.json()["error"]["code"] == "missing_token"
    refused = await http.post("/v1/pair/codes", json={}, headers={"Authorization": f"Bearer {plain}"})
    assert refused.json()["error"]["code"] == "missing_scope"
    headers = {"Authorization": f"Bearer {admin}"}
    made = (await http.post("/v1/pair/codes", json={"scopes": ["ask", "phone"]}, headers=headers)).json()
    assert made["link"] == pairing_link(URL, made["code"].replace("-", ""))
    assert (await pair(http, made["code"]))["scopes"] == ["ask", "phone"]
    wrong = await http.post("/v1/pair/codes", json={"scopes": ["root"]}, headers=headers)
    assert wrong.json()["error"]["code"] == "invalid_scope"


async def test_the_page_draws_the_code_of_its_address(service: Service, http: httpx.AsyncClient) -> None:
    page = await http.get("/pair?code=1234-5678")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "<svg" in page.text
    assert "1234-5678" in page.text
    assert 'aria-label="Pairing code 1 2 3 4 5 6 7 8"' in page.text
    assert "prefers-color-scheme: dark" in page.text
    assert "<script" not in page.text
    assert not re.search(r'(?:src|href)="https?://', page.text)
    assert not await service.store.read(lambda session: list(session.exec(select(PairingRow))))


@pytest.mark.parametrize("code", ["", "<script>", "12345678901", "abcd-efgh"])
async def test_the_page_shows_nothing_else(http: httpx.AsyncClient, code: str) -> None:
    page = await http.get("/pair", params={"code": code})
    assert page.status_code == 200
    assert "hearthbridge pair" in page.text
    assert "<script" not in page.text


def test_the_page_of_a_bridge_that_phones_cannot_reach() -> None:
    assert "PUBLIC_URL" in pairing_page(None, "12345678")


@pytest.mark.parametrize("link", [pairing_link(URL, "12345678"), setup_link(URL, "12345678")])
def test_hearth_setup_reads_the_link(link: str) -> None:
    from urllib.parse import parse_qs, unquote, urlsplit

    said = parse_qs(urlsplit(link).query).get("text", [link])[0]
    found = re.search(LINK, unquote(said))
    assert found
    assert found.groups() == (URL, "12345678")


@pytest.mark.parametrize(
    ("server", "url"),
    [
        (ServerSettings(public_url="https://h.example/hearth/"), "https://h.example/hearth"),
        (ServerSettings(), None),
        (ServerSettings(host="localhost"), None),
        (ServerSettings(host="::1"), None),
        (ServerSettings(host="192.168.1.5", port=80), "http://192.168.1.5:80"),
        (ServerSettings(host="fd00::5", port=80), "http://[fd00::5]:80"),
        (ServerSettings(host="hub.local"), "http://hub.local:8765"),
        (ServerSettings(host="192.168.1.5", port=0), None),
    ],
)
def test_the_address_for_phones(server: ServerSettings, url: str | None) -> None:
    assert phone_url(server) == url


def test_the_command_shows_code_and_qr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTHBRIDGE_STORE__URL", f"sqlite:///{tmp_path / 'cli.db'}")
    far = CliRunner().invoke(main, ["pair"])
    assert re.search(r"\d{4}-\d{4}", far.output)
    assert "cannot reach" in far.output
    monkeypatch.setenv("HEARTHBRIDGE_SERVER__PUBLIC_URL", URL)
    near = CliRunner().invoke(main, ["pair"])
    code = re.search(r"(\d{4})-(\d{4})", near.output)
    assert code
    assert qr_text(pairing_link(URL, "".join(code.groups()))) in near.output
    token = CliRunner().invoke(main, ["pair", "--name", "phone", "--scope", "ask", "--scope", "phone"])
    assert token.output.split()[-1].startswith("hb_")
    asked = CliRunner().invoke(main, ["pair", "--token-only"], input="other\n")
    assert asked.output.split()[-1].startswith("hb_")
    listed = CliRunner().invoke(main, ["pair", "--list"])
    assert "ask, phone" in listed.output


def test_pairing_is_the_services(tmp_path: Path) -> None:
    service = Service(settings_for(f"sqlite:///{tmp_path / 'x.db'}"), QuickHome())
    assert isinstance(service.pairing, Pairing)
    service.store.close()


async def test_devices_of_the_first_version_stay_paired(store_url: str) -> None:
    store = Store(store_url)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        upgrade(config, "0001")
        device = {
            "id": "a",
            "name": "old",
            "token_hash": hash_token("hb_old"),
            "scopes": '["ask"]',
            "created": now(),
        }
        columns = ", ".join(device)
        values = ", ".join(f":{name}" for name in device)
        connection.execute(text(f"INSERT INTO device ({columns}) VALUES ({values})"), device)
    migrate(store.engine)
    found = await Devices(store).authenticate("hb_old")
    assert (found.name, found.kind) == ("old", "")
    store.close()
