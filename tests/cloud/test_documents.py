"""The examples of docs/cloud.md are settings that can be used."""

import re
import tomllib
from pathlib import Path

import pytest

from bridge.settings import CloudSettings, ProviderSettings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cloud.md").read_text()
ROWS = re.findall(r"^\| `(\w+)` \| [^|]+ \| (`[^|]+) \|", PAGE, re.MULTILINE)


def test_the_examples_are_settings() -> None:
    found = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
    assert [bool(CloudSettings.model_validate(one["cloud"])) for one in found] == [True, True]


@pytest.mark.parametrize(("kind", "cell"), ROWS)
def test_the_table_of_providers_is_too(kind: str, cell: str) -> None:
    given = tomllib.loads("\n".join(re.findall(r"`([^`]+)`", cell)))
    assert ProviderSettings.model_validate({"model": "m", **given, "kind": kind}).kind == kind


def test_every_kind_is_in_the_table() -> None:
    kinds = ProviderSettings.model_json_schema()["properties"]["kind"]["enum"]
    assert {kind for kind, _ in ROWS} == set(kinds)
