"""The specification: a decoder written from DECODING.md alone, held against the golden vectors of an export."""

from __future__ import annotations

import json
import math
import re
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import pytest

from coreml_export.coreml.decoding import decoding, lexicon_tables

# Nothing of the small tier's runtime is used from here on: only the files that an app has.


@pytest.fixture(scope="module")
def files(exported: Path) -> dict[str, Any]:
    names = ("tokenizer.json", "labels.json", "lexicon.json", "golden.json")
    return {name.partition(".")[0]: json.loads((exported / name).read_text("utf-8")) for name in names}


def pattern_of(exported: Path) -> str:
    text = (exported / "DECODING.md").read_text("utf-8")
    match = re.search(r"regular expression.*\n\n    (.+)\n", text)
    assert match
    return match[1]


def folded(text: str) -> str:
    text = re.sub("[’´`]", "'", text)
    if text.isascii():
        return text.lower()
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not 0x300 <= ord(c) <= 0x36F)
    return unicodedata.normalize("NFC", plain)


def stem(word: str) -> str:
    word = word.removesuffix("'s")
    word = word.removesuffix("'")
    if len(word) > 4 and word[-3:] == "ies":
        return word[:-3] + "y"
    if len(word) > 4 and re.search("(ches|shes|sses|xes)$", word):
        return word[:-2]
    if len(word) > 3 and word[-1] == "s" and word[-2:] not in ("ss", "us", "is"):
        return word[:-1]
    return word


def ids(word: str, tokenizer: dict[str, Any]) -> list[int]:
    known = {piece: index + 2 for index, piece in enumerate(tokenizer["pieces"])}
    word, found, at = word[:40], [], 0
    while at < len(word):
        ends = [e for e in range(len(word), at, -1) if ("##" if at else "") + word[at:e] in known]
        if not ends:
            found = [1]
            break
        found.append(known[("##" if at else "") + word[at : ends[0]]])
        at = ends[0]
    marked = f"<{word}>"
    first = len(known) + 2
    grams = [
        first + zlib.crc32(marked[i : i + 3].encode()) % tokenizer["trigram_buckets"]
        for i in range(len(marked) - 2)
    ]
    return ((found or [1])[:4] + [0] * 4)[:4] + (grams[:8] + [0] * 8)[:8]


def test_words_and_ids(exported: Path, files: dict[str, Any]) -> None:
    pattern = re.compile(pattern_of(exported))
    for case in files["golden"]["cases"]:
        found = [(folded(m[0]), m.start(), m.end()) for m in pattern.finditer(case["utterance"])]
        assert [list(each) for each in found] == case["words"]
        assert [ids(word, files["tokenizer"]) for word, _, _ in found] == case["ids"]


def parts(name: str, files: dict[str, Any], pattern: re.Pattern[str]) -> list[str]:
    numbers = files["lexicon"]["languages"]["en"]["numbers"]
    stems = [stem(folded(m[0])) for m in pattern.finditer(name.replace("_", " "))]
    return list(dict.fromkeys(str(numbers.get(word, word)) for word in stems))


def test_shares_of_words_that_are_parts_of_names(exported: Path, files: dict[str, Any]) -> None:
    """Section 4, where a word is a part itself and the row has one name."""
    pattern = re.compile(pattern_of(exported))
    common = re.search(r"Common: (.+)\.", (exported / "DECODING.md").read_text("utf-8"))
    assert common
    usual = set(re.findall("`([^`]+)`", common[1]))
    looked_at = 0
    for case in files["golden"]["cases"]:
        rows = files["golden"]["packs"][case["pack"]]["rows"]
        names = [parts(name, files, pattern) for row in rows for name in row["names"]]
        count = {part: sum(part in name for name in names) for name in names for part in name}

        def weight(part: str, names: list[list[str]] = names, count: dict[str, int] = count) -> float:
            return (0.3 if part in usual else 1) * (0.3 + math.log(1 + len(names) / count[part]))

        said = {(s, r): value for s, r, value in case["match"]}
        words = [parts(word, files, pattern)[0] for word, _, _ in case["words"]]
        for number, row in enumerate(rows):
            mine = parts(row["names"][0], files, pattern)
            for s, word in enumerate(words):
                joined = (s and stem(words[s - 1] + word) in count) or (
                    s + 1 < len(words) and stem(word + words[s + 1]) in count
                )
                if len(row["names"]) == 1 and word in mine and not joined:
                    share = weight(word) / sum(map(weight, mine))
                    assert said[s, case["rows"].index(number)] == pytest.approx(share, abs=1e-4)
                    looked_at += 1
    assert looked_at > 20


def softmax(scores: list[float]) -> list[float]:
    raised = [math.exp(score - max(scores)) for score in scores]
    return [each / sum(raised) for each in raised]


def test_clauses_and_their_actions(files: dict[str, Any]) -> None:
    """Section 8: where clauses begin, and what the likeliest action of each is; section 9: the name of its call."""
    labels, seen = files["labels"]["actions"], 0
    renamed = {"HassListAddItem": "HassShoppingListAddItem", "HassListCompleteItem": "HassShoppingListCompleteItem"}
    for case in files["golden"]["cases"]:
        out, rows = case["outputs"], files["golden"]["packs"][case["pack"]]["rows"]
        starts = [s for s, score in enumerate(out["boundary"]) if s == 0 or score > 0][:8]
        by_place = {(call["first"], call["last"]): call["name"] for call in case["calls"]}
        ends = [s for s, score in enumerate(out["boundary"]) if s and score > 0] + [len(out["boundary"])]
        for first, end in zip(starts, ends, strict=False):
            weights = softmax(out["pool"][first:end])
            scores = [sum(w * column[k] for w, column in zip(weights, out["action"][first:end], strict=True))
                      for k in range(len(out["action"][0]))]  # fmt: skip
            own = [rows[r]["kind"] == "action" for r in case["rows"]]
            chances = softmax(
                [s if k < len(labels) or own[k - len(labels)] else -40000 for k, s in enumerate(scores)]
            )
            best = max(range(len(chances)), key=chances.__getitem__)
            if best in range(len(labels) - 4, len(labels)) and sum(chances[len(labels) - 4 : len(labels)]) >= 0.5:
                assert (first, end - 1) not in by_place
                continue
            allowed = [k for k in range(len(chances)) if not len(labels) - 4 <= k < len(labels)]
            best = max(allowed, key=chances.__getitem__)
            name = labels[best] if best < len(labels) else rows[case["rows"][best - len(labels)]]["key"]
            called = by_place.get((first, end - 1))
            assert called in (None, name, renamed.get(name))
            seen += called is not None
    assert seen > 10


def test_the_tables_are_whole() -> None:
    text = decoding()
    assert "Undefined" not in text
    tables = lexicon_tables()
    assert tables["languages"]["de"]["numbers"]["einundzwanzig"] == 21
    assert tables["languages"]["en"]["units"]["hr"] == "hours"
    assert tables["colours"]["foreign"]["rouge"] == "red"
