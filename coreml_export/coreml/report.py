"""The report card: what was measured of an export and its variants, and whether it is good enough to publish."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markdown_it import MarkdownIt

from coreml_export.coreml.cost import CHIPS, costs
from coreml_export.coreml.errors import ExportError, NotGoodEnough, PackageError
from coreml_export.coreml.exported import Exported, read_json
from coreml_export.coreml.exporting import written_aside
from coreml_export.coreml.interpreter import Saved
from coreml_export.coreml.lint import lint, op_counts
from coreml_export.coreml.measure import RESULT as DEVICE
from coreml_export.coreml.plots import calibration_plot, pareto_plot, reliability
from coreml_export.coreml.verify import AGREEMENT, HALF, HUB, LOSS, PARITY, RESULT

LARGEST = 8_000_000
"""Bytes of the shipped packages."""
_FILES = frozenset({"card.md", "card.html", "pareto.svg", "calibration.svg"})
_THRESHOLDS = {
    "packages of the shipped precision": f"{LARGEST / 1e6:.0f} MB at most",
    "parity in 32 bits": f"{PARITY:g} at most",
    "parity in half precision": f"{HALF:g} at most",
    "calls as the trained network's, at fp16": f"{AGREEMENT:.1%} at least, or all but one case",
    "calls as the hub's": f"{HUB:.0%} at least",
    "accuracy lost against the trained network": f"{LOSS:.1%} at most",
    "lint": "no error",
}
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Model card</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;display:block;overflow-x:auto}}td,th{{border:1px solid #8884;padding:.25rem .6rem}}
img{{max-width:100%}}blockquote{{border-left:4px solid #c00;padding-left:1rem;margin-left:0}}</style>
{body}</html>
"""


def report(exported: Sequence[Path], out: Path, *, force: bool = False) -> list[str]:
    """Write the card into a folder; returns what is below a threshold (nothing, unless forced).

    :param exported: verified exports of one model; the first is the one that is shipped.
    :raises PackageError: one was not verified, or was exported again since, or they are of several models.
    :raises ExportError: the folder holds something else than a card, or cannot be written.
    :raises NotGoodEnough: a figure is below its threshold.
    """
    if out.exists() and {path.name for path in out.iterdir()} - _FILES:
        raise ExportError(f"{out} holds something else than a card", hint="Choose another folder.")
    variants = [_variant(Exported.read(folder)) for folder in exported]
    shipped = variants[0]
    if len({variant["weights"] for variant in variants}) > 1:
        raise PackageError("The exports are of different weights", hint="Export all from one model folder.")
    below = [
        f"{variant['precision']}: {text}" for variant in variants for text in _failures(variant, variant is shipped)
    ]
    if below and not force:
        raise NotGoodEnough("; ".join(below))
    device = exported[0] / DEVICE
    ordered = sorted(variants, key=lambda variant: -variant["megabytes"])
    content: dict[str, Any] = {
        "shipped": shipped,
        "variants": ordered,
        "forced": below,
        "torch": "torch" in shipped["accuracy"],
        "calibration": reliability(shipped["calibration"]),
        "device": read_json(device) if device.exists() else None,
        "chips": CHIPS,
        "thresholds": _THRESHOLDS,
    }

    def write(folder: Path) -> dict[str, Any]:
        folder.mkdir()
        card = _rendered(content)
        (folder / "card.md").write_text(card, "utf-8")
        body = MarkdownIt().enable("table").render(card)
        (folder / "card.html").write_text(_PAGE.format(body=body), "utf-8")
        pareto_plot(ordered, folder / "pareto.svg")
        if shipped["calibration"]:
            calibration_plot(shipped["calibration"], folder / "calibration.svg")
        return content

    written_aside(out, write)
    return below


def _variant(read: Exported) -> dict[str, Any]:
    path = read.folder / RESULT
    if not path.exists():
        raise PackageError(f"{read.folder} was not verified", hint=f"coreml-export verify {read.folder}")
    made = read_json(path)
    manifest = read.manifest
    if made["package_files"] != manifest["files"]:
        raise PackageError(f"{read.folder} was exported again since it was verified", hint="Verify it again.")
    packages = dict.fromkeys(read.packages.values())
    saved = [Saved(path) for path in packages]
    return {
        **made,
        "witness": made.get("witness"),
        "core_ml": made.get("core_ml"),
        "version": manifest["version"],
        "weights": manifest["weights_sha256"],
        "functions": sorted(manifest["functions"]),
        "parameters": manifest["parameters"],
        "megabytes": sum(manifest["bytes"].values()) / 1e6,
        "parts": _parts(read),
        "parity": max(made["parity"].values()) if "parity" in made else None,
        "parity_half": max(made["parity_half"].values()) if "parity_half" in made else None,
        "lint": _linted(saved),
        "ops": {name: counts for each in saved for name, counts in op_counts(each).items()},
        "costs": [cost for each in saved for cost in costs(each)],
    }


def _parts(read: Exported) -> dict[str, int]:
    files_of = sorted(path for path in read.folder.rglob("*") if path.is_file())
    return {path.relative_to(read.folder).as_posix(): path.stat().st_size for path in files_of}


def _linted(saved: Sequence[Saved]) -> dict[str, Any]:
    findings = [finding for each in saved for finding in lint(each)]
    rows: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        key = (finding.rule, finding.level, finding.reason)
        rows[key] = rows.get(key, 0) + 1
    errors = sum(finding.level == "error" for finding in findings)
    return {
        "errors": errors,
        "warnings": len(findings) - errors,
        "rows": [
            {"rule": rule, "level": level, "reason": why, "count": n} for (rule, level, why), n in rows.items()
        ],
    }


def _failures(variant: Mapping[str, Any], shipped: bool) -> list[str]:
    found = list(variant["failures"]) if shipped or variant["precision"] == "fp16" else []
    if shipped and variant["megabytes"] * 1e6 > LARGEST:
        found.append(f"the packages have {variant['megabytes']:.2f} MB; at most {LARGEST / 1e6:.0f} are allowed")
    if variant["lint"]["errors"]:
        found.append(f"lint finds {variant['lint']['errors']} errors")
    return found


def _rendered(content: Mapping[str, Any]) -> str:
    # It is Markdown of our own; nothing that a stranger wrote comes into it.
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701
    environment.filters["percent"] = lambda value: "" if not _there(value) else f"{value:.1%}"
    environment.filters["short"] = lambda value: "" if not _there(value) else f"{value:.1e}"
    template = files("coreml_export.coreml").joinpath("card.md.j2").read_text("utf-8")
    return environment.from_string(template).render(content).strip() + "\n"


def _there(value: Any) -> bool:
    return isinstance(value, int | float)
