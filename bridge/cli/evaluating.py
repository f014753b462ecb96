"""`eval`: the local tiers over files of homes and cases."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bridge.evaluation.predict import predict, read_lines
from bridge.tiers.base import Tier
from bridge.tiers.grammar import GrammarTier
from bridge.tiers.local import LocalTiers
from bridge.tiers.small import load


def evaluate(homes: Path, cases: Sequence[Path], out: Path, *, model: Path | None, tiers: Sequence[str]) -> None:
    """Write a prediction for each case.

    :raises HearthError: a file or the model cannot be used.
    """
    asked: list[Tier] = []
    if "small" in tiers:
        asked.append(load(model))
    if "grammar" in tiers:
        asked.append(GrammarTier())
    said = [case for path in cases for case in read_lines(path)]
    with click.progressbar(length=len(said), label="Cases", file=sys.stderr) as bar:
        made = asyncio.run(predict(LocalTiers(asked), read_lines(homes), said, bar.update))
    _write(out, made)
    click.echo(f"{len(made)} predictions: {out}")


def _write(out: Path, rows: Sequence[dict[str, Any]]) -> None:
    aside = out.with_name(f".{out.name}.part")
    aside.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    aside.replace(out)
