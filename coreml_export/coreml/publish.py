"""Publishing: an export as one archive, in the folder that the bridge serves."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

from bridge.tiers.small.model import digest
from coreml_export.coreml.exported import Exported
from coreml_export.coreml.exporting import MANIFEST, written_aside
from coreml_export.coreml.verify import RESULT

# As `bridge.models` has them; this room does not import the service.
CURRENT, INFO, ARCHIVE, CARD, TOKENIZER = "current.json", "info.json", "archive.zip", "card.md", "tokenizer.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def publish(exported: Path, card: Path, folder: Path, *, kept: bool) -> str:
    """Put an export into a folder of published models, and make it the current one; returns its version.

    :param kept: whether its figures are above all thresholds.
    """
    read = Exported.read(exported)
    manifest = read.manifest
    made: dict[str, Any] = {}

    def write(aside: Path) -> dict[str, Any]:
        aside.mkdir()
        _zip(exported, card, aside / ARCHIVE)
        shutil.copyfile(card, aside / CARD)
        shutil.copyfile(exported / TOKENIZER, aside / TOKENIZER)
        made.update(
            version=version, model=manifest["version"], precision=manifest["precision"], target=manifest["target"],
            bytes=(aside / ARCHIVE).stat().st_size, sha256=digest(aside / ARCHIVE), thresholds_kept=kept,
        )  # fmt: skip
        (aside / INFO).write_text(json.dumps(made, indent=1) + "\n", "utf-8")
        return made

    content = digest(exported / MANIFEST)[:8]
    version = f"{manifest['version']}-{manifest['precision']}-{manifest['target']}-{content}"
    written_aside(folder / version, write)
    aside = folder / f".{CURRENT}"
    aside.write_text(json.dumps({"version": version}) + "\n", "utf-8")
    aside.replace(folder / CURRENT)
    return version


def _zip(exported: Path, card: Path, path: Path) -> None:
    files = sorted(file for file in exported.rglob("*") if file.is_file() and file != exported / RESULT)
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for file, name in [*((file, file.relative_to(exported).as_posix()) for file in files), (card, CARD)]:
            # One date, so that the same export gives the same archive.
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, file.read_bytes())
