"""Lessons: turns that a cloud model understood and that ended well, in the format that the small model learns from.

Only turns of a time when the owner had `cloud.teach` on; only acts that were all seen to be done; nothing that was
undone, or changed again within minutes. They are written to a folder of this machine and nowhere else.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from actions.errors import HearthError
from actions.receipt import Status
from bridge.store import Store
from bridge.store.tables import ActRow, ExchangeRow, HomeRow

_CORRECTED_WITHIN = timedelta(minutes=5)
_MODES = {"light": "supported_color_modes", "climate": "hvac_modes"}
_WELL = frozenset({"performed", "confirmed"})
_LEARNT = frozenset({"home", "clock"})
"""Places whose acts the small model can learn."""


class CannotWrite(HearthError):
    """The folder cannot take the lessons."""

    code = "cannot_write"


@dataclass(frozen=True, slots=True)
class _Turn:
    """What was said, and the exchange that carried it out."""

    said: ExchangeRow
    done: ExchangeRow
    acts: Sequence[ActRow]


async def write(store: Store, out: Path) -> int:
    """Write `homes.jsonl` and `cases.jsonl`; returns how many lessons there are.

    :raises CannotWrite: the folder cannot be written to.
    :raises StoreError: the database cannot be read.
    """
    homes, cases = await store.read(_collect)
    try:
        _put({"homes.jsonl": homes, "cases.jsonl": cases}, out)
    except OSError as error:
        raise CannotWrite(f"{out} cannot be written to: {error.strerror}") from error
    return len(cases)


def _put(files: Mapping[str, Sequence[Mapping[str, Any]]], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
        (out / name).write_text("".join(lines), "utf-8")


def _collect(session: Session) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    exchanges = session.exec(select(ExchangeRow).order_by(col(ExchangeRow.created))).all()
    acts: dict[str, list[ActRow]] = {}
    for act in session.exec(select(ActRow).order_by(col(ActRow.position))):
        acts.setdefault(act.exchange, []).append(act)
    turns = [turn for turn in _taught(exchanges, acts) if not _corrected(turn, exchanges, acts)]
    cases = [_case(turn) for turn in turns]
    used = {case["home_ref"]: case["lang"] for case in cases}
    homes = session.exec(select(HomeRow).where(col(HomeRow.version).in_(used))).all()
    return [_home(row, used[row.version]) for row in homes], cases


def _taught(exchanges: Sequence[ExchangeRow], acts: Mapping[str, list[ActRow]]) -> Iterator[_Turn]:
    for index, said in enumerate(exchanges):
        if not _from_cloud(said) or said.home_version is None:
            continue
        later = (one for one in exchanges[index:] if one.turn == said.turn and one.decision in _WELL)
        done = next(later, None)
        if done is not None and (done is said or said.decision == "confirm_asked"):
            mine = acts.get(done.id, [])
            if mine and all(act.status == Status.DONE and act.place in _LEARNT for act in mine):
                yield _Turn(said, done, mine)


def _from_cloud(row: ExchangeRow) -> bool:
    """Whether the cloud understood it as calls, from words alone, with the owner's consent."""
    enclosed = {"image", "url", "clipboard"} & row.request.keys()
    return not enclosed and any(
        tier.get("tier") == "cloud" and tier.get("kind") == "calls" and tier.get("trace", {}).get("teach")
        for tier in row.tiers
    )


def _corrected(turn: _Turn, exchanges: Sequence[ExchangeRow], acts: Mapping[str, list[ActRow]]) -> bool:
    """Whether it was undone, or the same things were changed again soon after."""
    targets = {act.receipt.get("target") for act in turn.acts} - {None}
    for other in exchanges:
        if other is turn.done or other.device != turn.done.device or other.created < turn.done.created:
            continue
        if other.turn == turn.done.turn and other.decision == "undone":
            return True
        soon = other.created - turn.done.created <= _CORRECTED_WITHIN
        if soon and targets & {act.receipt.get("target") for act in acts.get(other.id, [])}:
            return True
    return False


def _case(turn: _Turn) -> dict[str, Any]:
    calls: list[dict[str, Any]] = []
    for act in turn.acts:
        name = act.call["name"]
        kind = "action" if "." in name else "intent"
        call = {kind: name, "slots": act.call["arguments"]}
        if call not in calls:
            calls.append(call)
    case: dict[str, Any] = {
        "id": f"lesson-{turn.said.id}",
        "source": "lessons",
        "split": "train",
        "lang": turn.said.request.get("language", "en"),
        "home_ref": turn.said.home_version,
        "utterance": turn.said.request["text"],
        "expected": {"kind": "action", "calls": calls},
    }
    if area := turn.said.request.get("area"):
        case["context"] = {"area": area}
    return case


def _home(row: HomeRow, language: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(zlib.decompress(row.content))
    return {"id": row.version, "lang": language, **made, "entities": [_entity(one) for one in made["entities"]]}


def _entity(one: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in one.items() if key not in ("features", "modes")}
    modes = _MODES.get(one["domain"])
    attributes = {modes: one["modes"]} if modes and one["modes"] else {}
    bits = {"supported_features": one["features"]} if one["features"] else {}
    return {**kept, "state": "unknown", "attributes": {**attributes, **bits}, "exposed": True}
