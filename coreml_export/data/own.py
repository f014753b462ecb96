"""Own actions: what households added themselves, and how they ask for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from random import Random
from typing import Any

from hassil.expression import ListReference, Sentence
from hassil.parse_expression import parse_sentence

from actions.action import Action
from actions.catalog.own import OwnAction
from coreml_export.data.case import Case, Wanted
from coreml_export.data.numbers import number
from coreml_export.data.sentence import text_of
from coreml_export.data.split import Split
from coreml_export.data.walk import Part, Said, walk
from coreml_export.data.words import some

_MOST = 4


@dataclass(frozen=True, slots=True)
class OwnKind:
    """One action that a household may have."""

    name: str
    description: str
    domains: tuple[str, ...]
    fields: Mapping[str, Mapping[str, Any]]
    families: Mapping[str, tuple[Sentence, ...]]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "OwnKind":
        """From a row of the file."""
        return cls(
            row["action"],
            row["description"],
            tuple(row["domains"]),
            row.get("fields", {}),
            {family: tuple(parse_sentence(line) for line in lines) for family, lines in row["families"].items()},
        )

    def say(self, sentence: Sentence, rng: Random) -> list[Part]:
        """One way to ask for it."""

        def draw(reference: ListReference) -> Part:
            field = self.fields[reference.list_name]
            if "enum" in field:
                value = rng.choice(field["enum"])
                return Said(value.replace("_", " "), {reference.list_name: value})
            count = rng.randint(field["minimum"], field["maximum"])
            return Said(number(count, rng), {reference.list_name: count})

        return walk(sentence.expression, {}, draw, rng)


@dataclass(frozen=True)
class OwnPhrases:
    """The actions that are asked for in one split, and all that homes may have."""

    kinds: Sequence[OwnKind]
    split: Mapping[str, Split]
    wanted: Split

    @cached_property
    def by_name(self) -> Mapping[str, OwnKind]:
        """Kinds by their action's name."""
        return {kind.name: kind for kind in self.kinds}

    def families(self, kind: OwnKind) -> list[str]:
        """Those of this split."""
        return [family for family in kind.families if self.split[family] == self.wanted]

    def draw(self, entities: Sequence[Mapping[str, Any]], rng: Random) -> list[dict[str, Any]]:
        """A few actions for the devices of a home, as the home's JSON has them."""
        chosen: list[dict[str, Any]] = []
        for kind in some(self.kinds, rng, 1, _MOST):
            fit = [e["entity_id"] for e in entities if e["exposed"] and e["domain"] in kind.domains]
            if fit:
                chosen.append(
                    {
                        "action": kind.name,
                        "fields": {name: dict(field) for name, field in kind.fields.items()},
                        "entity_ids": [rng.choice(fit)],
                        "description": kind.description,
                    }
                )
        return chosen


def as_actions(made: Sequence[Mapping[str, Any]]) -> list[Action]:
    """The actions of a home's JSON as the registry takes them."""
    return [
        replace(
            _action(row["action"], row["description"], json.dumps(row["fields"])), targets=tuple(row["entity_ids"])
        )
        for row in made
    ]


@lru_cache(maxsize=256)
def _action(name: str, description: str, fields: str) -> Action:
    # A pydantic model is made for each: slow, and the same in every home.
    service = f"hearthbridge_own.{name}"
    return OwnAction(name=name, description=description, service=service, parameters=json.loads(fields)).action()


def own_case(parts: Sequence[Part], row: Mapping[str, Any], family: str, rng: Random) -> Case:
    """Asking for an own action of a home."""
    slots = {key: value for part in parts if isinstance(part, Said) for key, value in part.slots.items()}
    wanted = Wanted(row["action"], slots, frozenset(row["entity_ids"]), own=True)
    text = text_of(parts, lambda part: part.kind, rng)
    return Case(text, "action", family, "own", "own", [wanted])
