"""Decoding: the specification of what a phone does around the network, with its tables from the code."""

import inspect
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from actions import colours
from bridge.tiers.small import (
    clauses,
    confidence,
    features,
    labels,
    lexicon,
    match,
    memory,
    options,
    reading,
    rows,
    slots,
    tokenizer,
    values,
    words,
)
from coreml_export.coreml.arrays import FAR
from coreml_export.coreml.graph import ROWS, STATE
from coreml_export.coreml.package import LENGTHS
from coreml_export.coreml.weights import PARTS

# The tables below are private to their modules: nobody else needs them, and the specification must have just these.


def lexicon_tables() -> dict[str, Any]:
    """`lexicon.json`: every word that is read as a value, by language."""
    return {
        "languages": {name: _language(name) for name in lexicon.LANGUAGES},
        "one": sorted(values._ONE),  # noqa: SLF001
        "and": sorted(values._AND),  # noqa: SLF001
        "half": sorted(values._HALF),  # noqa: SLF001
        "more_than_one": sorted(values._MORE_THAN_ONE),  # noqa: SLF001
        "spans": {" ".join(said): list(span) for said, span in sorted(values._SPANS.items())},  # noqa: SLF001
        "colours": {"css": sorted(colours.NAMES), "foreign": dict(sorted(lexicon._FOREIGN.items()))},  # noqa: SLF001
    }


def _language(name: str) -> dict[str, Any]:
    known = lexicon.lexicon(name)
    return {
        "numbers": _spoken(known.numbers),
        "units": dict(sorted(known.units.items())),
        "percent": sorted(known.percent),
        "degrees": sorted(known.degrees),
        "shares": _spoken(known.shares),
        "kelvin": _spoken(known.kelvin),
        "mended": list(known._long),  # noqa: SLF001
    }


def _spoken(table: Any) -> dict[str, float]:
    return {" ".join(said): value for said, value in sorted(table.items())}


def decoding() -> str:
    """`DECODING.md`."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701  # Markdown of our own
    environment.filters["codes"] = _codes
    template = files("coreml_export.coreml").joinpath("decoding.md.j2").read_text("utf-8")
    return environment.from_string(template).render(
        words=words, tokenizer=tokenizer, rows=rows, labels=labels, features=features, match=match, memory=memory,
        clauses=clauses, slots=slots, options=options, lexicon=lexicon, values=values, reading=reading,
        confidence=confidence,
        FAR=int(FAR), ROWS=ROWS, LENGTHS=LENGTHS, STATE=STATE, PARTS=PARTS, layout=_layout(),
        dedent=inspect.cleandoc,
    ).strip() + "\n"  # fmt: skip


def _codes(items: Sequence[object]) -> str:
    """Names in code type, one after another."""
    return ", ".join(f"`{item}`" if str(item) else "`` (none)" for item in items)


def _layout() -> dict[str, list[tuple[str, int, int]]]:
    """Where each part of a word's and of a row's features begins, and how long it is."""
    kinds = len(rows.RowKind)
    word = [
        ("kind of the value that begins at the word", len(values.ValueKind)),
        ("the word is in a value", 1),
        ("punctuation stands before the word", 1),
        ("for each kind of row: largest share, most covered, all covered", 3 * kinds),
        ("the last call before, by a part of its name", len(features.BEFORE)),
    ]
    row = [
        ("kind", kinds),
        ("domains of its entities", len(rows.DOMAINS)),
        ("device classes of its entities", len(rows.CLASSES)),
        ("what its lights can", len(rows._MODES)),  # noqa: SLF001
        ("what its other entities can", len(rows._BITS)),  # noqa: SLF001
        ("it is more than one entity", 1),
    ]
    assert sum(size for _, size in word) == features.TOKEN_WIDTH  # noqa: S101  # or the specification would be wrong
    assert sum(size for _, size in row) == rows.WIDTH  # noqa: S101
    return {"word": _starts(word), "row": _starts(row)}


def _starts(parts: Sequence[tuple[str, int]]) -> list[tuple[str, int, int]]:
    at, made = 0, []
    for name, size in parts:
        made.append((name, at, size))
        at += size
    return made
