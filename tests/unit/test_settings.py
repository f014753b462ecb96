"""Settings: environment over file, and errors that name the setting and never its value."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from actions.action import Risk
from bridge.settings import SettingsError, find_file, load_settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("HEARTHBRIDGE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def test_defaults() -> None:
    settings = load_settings()
    assert settings.home.url is None
    assert settings.server.host == "127.0.0.1"
    assert settings.deadline_ms == 8000
    assert settings.policy.confirm_seconds == 120
    assert settings.store.url.startswith("sqlite:///")


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("hearthbridge.toml").write_text(
        'language = "de"\n[server]\nport = 1\nhost = "0.0.0.0"\n[policy.entities]\n"switch.gate" = "sensitive"\n'
    )
    monkeypatch.setenv("HEARTHBRIDGE_SERVER__PORT", "2")
    settings = load_settings()
    assert (settings.language, settings.server.port, settings.server.host) == ("de", 2, "0.0.0.0")
    assert settings.policy.entities == {"switch.gate": Risk.SENSITIVE}


def test_arguments_win_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTHBRIDGE_LANGUAGE", "de")
    assert load_settings(language="fr").language == "fr"


def test_where_the_file_is_looked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert find_file() is None
    folder = Path(click.get_app_dir("hearthbridge"))
    folder.mkdir(parents=True)
    (folder / "hearthbridge.toml").write_text('language = "user"')
    assert load_settings().language == "user"
    Path("hearthbridge.toml").write_text('language = "here"')
    assert load_settings().language == "here"
    (tmp_path / "named.toml").write_text('language = "named"')
    monkeypatch.setenv("HEARTHBRIDGE_CONFIG", str(tmp_path / "named.toml"))
    assert load_settings().language == "named"


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTHBRIDGE_HOME__TOKEN", "very-secret")
    assert "very-secret" not in repr(load_settings())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SERVER__PORT", "many", "server.port"),
        ("SERVER__PORT", "70000", "server.port"),
        ("DEADLINE_MS", "5", "deadline_ms"),
        ("POLICY__CONFIRM_SECONDS", "100000", "policy.confirm_seconds"),
        ("POLICY__ACTIONS", '{"HassTurnOn": "scary"}', "policy.actions.HassTurnOn"),
        ("HOME__TOKNE", "x-secret-x", "home.tokne"),
        ("LOG__LEVEL", "loud", "log.level"),
        ("HOME", "{broken-secret", "home"),
    ],
)
def test_a_wrong_setting_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"HEARTHBRIDGE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert said in caught.value.message
    assert "secret" not in caught.value.message
    assert "doctor" in caught.value.hint
    assert caught.value.code == "settings_invalid"


@pytest.mark.parametrize("content", ["port = ", "[server\n", "\x00", "colour = 1", "[server]\nprot = 1"])
def test_a_bad_file(content: str) -> None:
    Path("hearthbridge.toml").write_text(content)
    with pytest.raises(SettingsError):
        load_settings()


def test_a_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTHBRIDGE_CONFIG", "gone.toml")
    with pytest.raises(SettingsError, match=r"gone\.toml does not exist"):
        load_settings()


def test_a_file_that_is_no_text() -> None:
    Path("hearthbridge.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"hearthbridge\.toml cannot be read"):
        load_settings()
