"""The integration's files against one another, as Home Assistant's own `hassfest` would hold them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge.announce import SERVICE
from bridge.oversight import API
from tests.ha_bridge import COMPONENT

ROOT = COMPONENT.parents[1]
STRINGS: dict[str, Any] = json.loads((COMPONENT / "strings.json").read_text())
MANIFEST: dict[str, Any] = json.loads((COMPONENT / "manifest.json").read_text())
CODE = "\n".join(file.read_text() for file in sorted(COMPONENT.glob("*.py")))


def leaves(tree: Any, path: str = "") -> dict[str, str]:
    if not isinstance(tree, dict):
        return {path: tree}
    return {key: text for name, part in tree.items() for key, text in leaves(part, f"{path}.{name}").items()}


def test_the_manifest_is_complete_and_in_order() -> None:
    rest = [key for key in MANIFEST if key not in {"domain", "name"}]
    assert list(MANIFEST)[:2] == ["domain", "name"]
    assert rest == sorted(rest)
    needed = {"version", "documentation", "issue_tracker", "codeowners", "iot_class", "integration_type"}
    assert needed <= set(MANIFEST)
    assert MANIFEST["domain"] == COMPONENT.name
    assert re.fullmatch(r"\d+\.\d+\.\d+", MANIFEST["version"])
    assert MANIFEST["zeroconf"] == [SERVICE]
    assert MANIFEST["requirements"] == []


def test_hacs_knows_the_oldest_home_assistant() -> None:
    hacs = json.loads((ROOT / "hacs.json").read_text())
    assert hacs["homeassistant"] == "2025.4.0"
    assert (COMPONENT / "brand" / "icon.png").read_bytes().startswith(b"\x89PNG")


def test_it_speaks_the_bridges_version() -> None:
    assert re.search(r"^API: Final = (\d+)$", CODE, re.MULTILINE).group(1) == str(API)  # type: ignore[union-attr]


@pytest.mark.parametrize("file", sorted((COMPONENT / "translations").glob("*.json")), ids=lambda file: file.stem)
def test_translations_are_whole(file: Path) -> None:
    ours, theirs = leaves(STRINGS), leaves(json.loads(file.read_text()))
    assert set(ours) == set(theirs)
    for key, text in ours.items():
        # A placeholder that is missing or new would show as braces.
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", theirs[key])), key
    if file.stem == "en":
        assert ours == theirs


def test_what_the_code_names_has_a_text() -> None:
    entities = {key for kind in STRINGS["entity"].values() for key in kind} | {"agent"}
    others = {*STRINGS["exceptions"], *STRINGS["issues"], *STRINGS["selector"], *entities}
    assert set(re.findall(r'translation_key(?: ?= ?|=)"(\w+)"', CODE)) <= others
    keys = set(re.findall(r'^    key = "(\w+)"$', CODE, re.MULTILINE))
    assert keys <= set(STRINGS["exceptions"])
    assert keys <= set(STRINGS["config"]["error"])
    errors = set(re.findall(r'errors\[(?:"base"|\w+)\] = "(\w+)"', CODE))
    assert errors <= set(STRINGS["config"]["error"])
    assert set(re.findall(r'_error\("(\w+)"', CODE)) <= set(STRINGS["exceptions"])
    steps = set(re.findall(r"async def async_step_(\w+)", CODE)) - {"zeroconf", "reauth", "init"}
    assert steps == set(STRINGS["config"]["step"])


def test_actions_are_described() -> None:
    fields = yaml.safe_load((COMPONENT / "services.yaml").read_text())
    texts = STRINGS["services"]
    assert set(fields) == set(texts) == set(json.loads((COMPONENT / "icons.json").read_text())["services"])
    for name, action in fields.items():
        assert set(action["fields"]) == set(texts[name]["fields"]), name
    schema = set(re.findall(r'vol\.(?:Required|Optional)\("(\w+)"', (COMPONENT / "services.py").read_text()))
    assert schema == {field for action in fields.values() for field in action["fields"]}


def test_icons_are_for_entities_that_exist() -> None:
    icons = json.loads((COMPONENT / "icons.json").read_text())["entity"]
    for platform, keys in icons.items():
        assert set(keys) <= set(STRINGS["entity"].get(platform, {})) | {"agent"}


def test_every_rule_of_the_quality_scale_has_an_honest_word() -> None:
    rules = yaml.safe_load((COMPONENT / "quality_scale.yaml").read_text())["rules"]
    assert len(rules) >= 50
    for name, word in rules.items():
        assert word == "done" or (word["status"] in {"todo", "exempt"} and word["comment"]), name


def test_it_imports_home_assistant_and_nothing_of_the_bridge() -> None:
    allowed = {"homeassistant", "aiohttp", "yarl", "awesomeversion", "voluptuous", "probatio"}
    # Read as text: this Python is older than the integration's.
    tops = set(re.findall(r"^\s*(?:from|import) (\w+)", CODE, re.MULTILINE))
    assert tops <= allowed | STANDARD


STANDARD = {
    "__future__", "asyncio", "base64", "collections", "contextlib", "dataclasses", "datetime", "json", "logging",
    "math", "random", "secrets", "typing",
}  # fmt: skip
