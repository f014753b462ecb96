"""The house rules that can be read from the code."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.store.migrate import HEAD

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "actions": {"actions"},
    "shortcuts": {"shortcuts", "actions"},
    "bridge": {"bridge", "shortcuts", "actions"},
    "coreml_export": {
        "coreml_export",
        "actions",
        "bridge.evaluation",
        "bridge.tiers.base",
        "bridge.tiers.small",
        "bridge.tiers.trial",
    },
}
ROOMS = set(MAY_IMPORT)
NOT_IN_ACTIONS = {"fastapi", "starlette", "sqlalchemy", "sqlmodel", "torch", "hassil", "onnxruntime"}
RUNTIME = ("bridge/tiers/small", "bridge/tiers/base.py", "bridge/tiers/trial.py", "bridge/evaluation")
"""The small tier as the hub and the phone's export share it: no more than the model's own runtime."""
NOT_IN_RUNTIME = NOT_IN_ACTIONS - {"onnxruntime"}


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def within(module: str, allowed: set[str]) -> bool:
    return any(module == room or module.startswith(room + ".") for room in allowed)


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_no_import_goes_up_a_floor(room: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        ours = {module for module in imports(file) if module.partition(".")[0] in ROOMS}
        assert not {module for module in ours if not within(module, MAY_IMPORT[room])}, file


def test_actions_know_no_server_and_no_model() -> None:
    for file in (ROOT / "actions").rglob("*.py"):
        assert not {module.partition(".")[0] for module in imports(file)} & NOT_IN_ACTIONS, file


@pytest.mark.parametrize("part", RUNTIME)
def test_the_small_tiers_runtime_knows_no_server_store_or_torch(part: str) -> None:
    path = ROOT / part
    for file in [path] if path.is_file() else path.rglob("*.py"):
        found = set(imports(file))
        assert not {module.partition(".")[0] for module in found} & NOT_IN_RUNTIME, file
        ours = {module for module in found if module.partition(".")[0] in ROOMS}
        assert not {
            module for module in ours if not within(module, MAY_IMPORT["coreml_export"] - {"coreml_export"})
        }, file


def test_the_small_tiers_runtime_loads_no_server_store_or_torch() -> None:
    code = "import sys, bridge.tiers.small.tier, bridge.evaluation.judge; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not NOT_IN_RUNTIME & set(loaded)


def test_the_bridge_starts_without_heavy_imports() -> None:
    # What only some commands need must not cost every start.
    code = "import sys, bridge.api; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    heavy = {"alembic", "homeassistant_api", "niquests", "httpx", "torch", "psycopg"}
    assert not (heavy | {"httpx2", "mcp", "openai", "PIL", "pydantic_ai"}) & set(loaded)


def test_the_newest_revision_is_the_one_that_is_migrated_to() -> None:
    found = [re.search(r'^revision = "(\w+)"', file.read_text(), re.MULTILINE) for file in revisions()]
    assert max(match.group(1) for match in found if match) == HEAD


def revisions() -> list[Path]:
    return [file for file in (ROOT / "bridge/store/migrations/versions").glob("*.py") if file.name != "__init__.py"]


def test_the_reference_is_as_the_code_has_it() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_links_in_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
