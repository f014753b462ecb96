"""The command line: what it prints, and errors as two lines without a stack trace."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from actions.hass import HomeAssistantLink
from bridge.cli import main
from tests.integration.conftest import COMMAND, Server


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [COMMAND, *arguments],
        env={**os.environ, **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def call(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command that neither serves nor logs in this process, which is faster."""
    done = CliRunner().invoke(main, arguments, input=stdin, env=environment)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def refused(done: subprocess.CompletedProcess[str], code: str) -> str:
    """The message of a command that ended with an error of ours."""
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr + done.stdout
    lines = done.stderr.splitlines()
    [line] = [line for line in lines if line.startswith("Error (")]
    assert line.startswith(f"Error ({code})")
    assert lines[lines.index(line) + 1].startswith("What to do: ")
    return done.stderr


# Help


def test_help_and_version() -> None:
    assert "demo" in run("--help").stdout
    assert "version" in call("--version").stdout
    wrong = call("dmeo")
    assert wrong.returncode == 2
    assert "No such command" in wrong.stderr


# ask


def test_ask_on_the_demo_home() -> None:
    done = run("ask", "turn", "on", "the", "bathroom", "light")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Bathroom light" in done.stdout
    assert "✓ Bathroom light (Bathroom): HassTurnOn → on" in done.stdout


def test_ask_a_running_service(server: Server) -> None:
    environment = {"HEARTHBRIDGE_URL": server.url, "HEARTHBRIDGE_TOKEN": server.token}
    done = call("ask", "--json", "turn on the bathroom light", **environment)
    assert json.loads(done.stdout)["receipts"][0]["status"] == "done"
    question = call("ask", "unlock the front door", **environment)
    assert "Shall I unlock Front door" in question.stdout
    assert question.returncode == 0
    refused(call("ask", "hello", HEARTHBRIDGE_URL=server.url, HEARTHBRIDGE_TOKEN="hb_wrong"), "invalid_token")
    refused(call("ask", "hello", HEARTHBRIDGE_URL=server.url), "missing_token")
    refused(call("ask", "hello", HEARTHBRIDGE_URL=server.url, HEARTHBRIDGE_TOKEN="hb_cut…"), "invalid_token")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "http://[bad", "http://no.such.host.invalid"])
def test_ask_where_nothing_answers(url: str) -> None:
    refused(call("ask", "hello", "--url", url, "--token", "x"), "service_unreachable")


class Other(BaseHTTPRequestHandler):
    """Another program's server."""

    answers = (b'{"message": "ok"}', b"<html>", b"[]", b'{"ok": false}', b"\xff", b'{"ok": true}')
    asked = 0

    def do_POST(self) -> None:
        """Answer anything but a reply of ours."""
        body = self.answers[Other.asked % len(self.answers)]
        Other.asked += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def other_server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_ask_another_program(other_server: str) -> None:
    for _ in Other.answers:
        refused(call("ask", "hello", "--url", other_server, "--token", "x"), "not_hearthbridge")


# demo and serve


@pytest.fixture
def taken_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield str(listening.getsockname()[1])


def test_a_port_that_is_taken(taken_port: str) -> None:
    message = refused(run("demo", "--port", taken_port), "port_taken")
    assert taken_port in message
    assert "--port" in message


def test_a_host_that_is_not_ours() -> None:
    refused(run("demo", "--port", "0", "--host", "no.such.host.invalid"), "cannot_listen")


HOME = {"HEARTHBRIDGE_HOME__URL": "http://127.0.0.1:9", "HEARTHBRIDGE_HOME__TOKEN": "very-secret"}


def test_serve_without_a_home() -> None:
    assert "hearthbridge demo" in refused(call("serve"), "settings_invalid")


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////", "postgresql+psycopg://a:very-secret@/b?host=/nowhere"])
def test_serve_on_a_store_that_cannot_be_used(url: str) -> None:
    settings = {**HOME, "HEARTHBRIDGE_SERVER__PORT": "0", "HEARTHBRIDGE_STORE__URL": url}
    assert "very-secret" not in refused(run("serve", **settings), "store_unavailable")


@pytest.mark.parametrize("command", ["serve", "demo", "tools", "pair --list"])
def test_settings_that_are_wrong(command: str, tmp_path: Path) -> None:
    message = refused(call(*command.split(), HEARTHBRIDGE_DEADLINE_MS="soon"), "settings_invalid")
    assert "deadline_ms" in message
    (tmp_path / "hearthbridge.toml").write_text("colour = 1\n")
    assert "colour" in refused(call(*command.split()), "settings_invalid")


def test_a_settings_file_that_is_none(tmp_path: Path) -> None:
    refused(call("serve", HEARTHBRIDGE_CONFIG="gone.toml"), "settings_invalid")
    (tmp_path / "hearthbridge.toml").write_text("[server\n")
    assert "hearthbridge.toml" in refused(call("serve"), "settings_invalid")


# tools


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long for a Home Assistant that is not there."""
    patient = HomeAssistantLink.ready
    monkeypatch.setattr(HomeAssistantLink, "ready", lambda link, _timeout: patient(link, 0.5))


def test_tools() -> None:
    done = call("tools")
    assert done.returncode == 0
    assert "HassTurnOn" in done.stdout
    assert "demo home" in done.stderr
    tools = json.loads(call("tools", "--dialect", "openai").stdout)
    assert tools[0]["type"] == "function"


def test_tools_of_a_home_that_is_away(impatient: None) -> None:
    refused(call("tools", **{**HOME, "HEARTHBRIDGE_HOME__URL": "nonsense"}), "home_unreachable")


# pair


def test_pairing(tmp_path: Path) -> None:
    store = {"HEARTHBRIDGE_STORE__URL": f"sqlite:///{tmp_path / 'a' / 'b.db'}"}
    assert "No device" in call("pair", "--list", **store).stdout
    done = call("pair", "--name", "Anna’s iPhone", "--scope", "ask", **store)
    token = done.stdout.split()[-1]
    assert token.startswith("hb_")
    assert "shown this once" in done.stdout
    refused(call("pair", "--name", "Anna’s iPhone", **store), "device_invalid")
    listed = call("pair", "--list", **store).stdout
    assert "Anna’s iPhone" in listed
    assert "active" in listed
    assert token not in listed
    assert "no access" in call("pair", "--revoke", "Anna’s iPhone", **store).stdout
    assert "revoked" in call("pair", "--list", **store).stdout
    refused(call("pair", "--revoke", "Anna’s iPhone", **store), "device_invalid")
    refused(call("pair", "--name", "   ", **store), "device_invalid")


# doctor


def test_doctor_says_what_to_mend(taken_port: str) -> None:
    done = call("doctor", HEARTHBRIDGE_SERVER__PORT=taken_port)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "✓ settings" in done.stdout
    assert "✓ store" in done.stdout
    assert "✗ devices: 0 paired" in done.stdout
    assert "is in use" in done.stdout
    assert "✗ home: No Home Assistant is set" in done.stdout


def test_doctor_on_bad_settings() -> None:
    done = call("doctor", HEARTHBRIDGE_SERVER__PORT="many")
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗ settings: Settings: server.port" in done.stdout


def test_doctor_hides_secrets(tmp_path: Path, impatient: None) -> None:
    settings = {
        **HOME,
        "HEARTHBRIDGE_HOME__URL": "nonsense",
        "HEARTHBRIDGE_STORE__URL": "postgresql+psycopg://a:very-secret@/b?host=/nowhere",
        "HEARTHBRIDGE_ACTIONS_FILE": str(tmp_path / "gone.yaml"),
        "HEARTHBRIDGE_SERVER__HOST": "no.such.host.invalid",
    }
    done = call("doctor", **settings)
    assert done.returncode == 1
    assert "very-secret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    for subject in ("own actions", "store", "port", "home"):
        assert f"✗ {subject}: " in done.stdout
