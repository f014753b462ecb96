"""`coreml-export data`: what it writes, and what it says to bad input."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coreml_export.cli import main
from coreml_export.data.write import FILES
from tests.unit.test_data_format import read_set


def run(*arguments: str | Path | int) -> Result:
    return CliRunner().invoke(main, ["data", *map(str, arguments)])


def test_it_writes_three_files_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "set"
    result = run("--out", out, "--count", 40, "--seed", 1)
    assert result.exit_code == 0, result.output
    assert "40 cases" in result.stdout
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    assert len(read_set(out)[1]) == 40


def test_a_seed_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    made = []
    for number in ("1", "2"):
        out = tmp_path / number
        code = "from coreml_export.cli import main; main()"
        command = [sys.executable, "-c", code, "data", "--out", str(out), "--count", "1500", "--seed", "4"]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": number})
        made.append([(out / name).read_bytes() for name in FILES])
    assert made[0] == made[1]


def test_what_is_there_is_kept_without_force(tmp_path: Path) -> None:
    run("--out", tmp_path, "--count", 20, "--seed", 1)
    before = (tmp_path / "cases.jsonl").read_bytes()
    refused = run("--out", tmp_path, "--count", 20, "--seed", 2)
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert (tmp_path / "cases.jsonl").read_bytes() == before
    assert run("--out", tmp_path, "--count", 20, "--seed", 2, "--force").exit_code == 0
    assert (tmp_path / "cases.jsonl").read_bytes() != before


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coreml_export.data.write._line", full)
    result = run("--out", tmp_path, "--count", 20)
    assert result.exit_code == 1
    assert "No space left" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--count", "0"), "--count"),
        (("--count", "many"), "--count"),
        (("--seed", "-1"), "--seed"),
        (("--split", "test"), "--split"),
        (("--language", ","), "--language"),
        (("--language", "xx"), "'xx'"),
        (("--language", "en,../../etc"), "language"),
        (("--blocklist", "/no/such/file"), "--blocklist"),
        (("--what",), "--what"),
    ],
)
def test_bad_options_are_told(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    result = run("--out", tmp_path / "set", *arguments)
    assert result.exit_code in {1, 2}
    assert told in result.output
    assert not isinstance(result.exception, ValueError | KeyError)
    assert not (tmp_path / "set" / "cases.jsonl").exists()


def test_an_out_that_is_a_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    assert run("--out", path).exit_code == 2
    below = run("--out", path / "below", "--count", 5)
    assert below.exit_code == 1
    assert "cannot be written to" in below.output


def test_a_damaged_blocklist_is_told(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("turn on the lights\n")
    result = run("--out", tmp_path / "set", "--blocklist", path, "--count", 5)
    assert result.exit_code == 1
    assert "no digest" in result.output


def test_help_names_the_command() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "data" in result.output
