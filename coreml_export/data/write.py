"""Writing a data set: aside first, then renamed, so that a set that is there is whole."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TextIO

from actions.errors import HearthError
from coreml_export.data.card import Counts, card
from coreml_export.data.stream import Order, Stream

FILES = ("homes.jsonl", "cases.jsonl", "card.json")


class CannotWrite(HearthError):
    """The folder cannot take the data."""

    code = "cannot_write"


def write(
    order: Order, out: Path, *, force: bool = False, progress: Callable[[int], object] = int
) -> dict[str, Any]:
    """Make the data set in a folder; returns its card. Memory does not grow with its size.

    :param progress: is told how many cases were added.
    :raises CannotWrite: there is something already, or it is no folder that can be written to.
    """
    there = [name for name in FILES if (out / name).exists()]
    if there and not force:
        raise CannotWrite(f"{out} has {', '.join(there)} already", hint="Choose another folder, or --force.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        aside = Path(mkdtemp(prefix=".making-", dir=out))
    except OSError as error:
        raise CannotWrite(f"{out} cannot be written to: {error.strerror}") from error
    try:
        made = _write(order, aside, progress)
        for name in FILES:
            (aside / name).replace(out / name)
    except OSError as error:
        raise CannotWrite(f"{out} cannot be written to: {error.strerror}") from error
    finally:
        for name in FILES:
            (aside / name).unlink(missing_ok=True)
        aside.rmdir()
    return made


def _write(order: Order, folder: Path, progress: Callable[[int], object]) -> dict[str, Any]:
    stream, counts = Stream(order), Counts()
    with (
        (folder / "homes.jsonl").open("x", encoding="utf-8") as homes,
        (folder / "cases.jsonl").open("x", encoding="utf-8") as cases,
    ):
        for home, said in stream:
            _line(homes, home)
            for index, case in enumerate(said):
                case_id = f"{order.split}-{order.seed}-{counts.cases + index:08d}"
                _line(cases, case.to_json(case_id, home["id"], home["lang"], order.split))
            counts.add(home, said)
            progress(len(said))
        for file in (homes, cases):
            file.flush()
            os.fsync(file.fileno())
    made = card(order, stream, counts)
    (folder / "card.json").write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return made


def _line(file: TextIO, row: Mapping[str, Any]) -> None:
    file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
