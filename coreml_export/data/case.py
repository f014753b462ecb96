"""A Case: what is said in a home, and the calls that are right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.home import State
from coreml_export.data.marks import Clause, Text, plain, read


@dataclass(frozen=True, slots=True)
class Wanted:
    """One call that is right, and the entities that it must resolve to."""

    name: str
    slots: Mapping[str, Any]
    targets: frozenset[str] | None = None
    """None: it is not about entities."""
    own: bool = False

    def to_json(self) -> dict[str, Any]:
        """In the format of the evaluation."""
        return {"action" if self.own else "intent": self.name, "slots": dict(self.slots)}


@dataclass(slots=True)
class Case:
    """One utterance."""

    utterance: str
    """With marks for `clauses` and `texts`."""
    kind: str
    family: str
    theme: str
    source: str
    calls: list[Wanted] = field(default_factory=list)
    reason: str | None = None
    area: str | None = None
    """Id of the room that it is said in."""
    previous: list[Wanted] = field(default_factory=list)
    """What was done just before, where the utterance goes on from it."""
    states: dict[str, State] = field(default_factory=dict)
    denied: list[Wanted] = field(default_factory=list)
    """Calls that a careless reader would make, and that the planner must refuse."""
    noise: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()
    """In their order; without any the whole is one, for all calls."""
    texts: tuple[Text, ...] = ()

    @property
    def said(self) -> str:
        """The utterance without marks."""
        return plain(self.utterance)

    @property
    def parts(self) -> tuple[Clause, ...]:
        """The clauses, one at least."""
        return self.clauses or (Clause(tuple(range(len(self.calls))), self.reason),)

    def to_json(self, case_id: str, home_id: str, language: str, split: str) -> dict[str, Any]:
        """In the format of the evaluation, and labels to learn from."""
        places = read(self.utterance)
        made: dict[str, Any] = {
            "id": case_id,
            "source": self.source,
            "split": split,
            "lang": language,
            "home_ref": home_id,
            "utterance": places.text,
        }
        context: dict[str, Any] = {"area": self.area} if self.area else {}
        if self.previous:
            context["previous"] = [call.to_json() for call in self.previous]
        if context:
            made["context"] = context
        if self.states:
            made["state"] = {
                entity_id: {"state": state.state, "attributes": dict(state.attributes)}
                for entity_id, state in self.states.items()
            }
        expected: dict[str, Any] = {"kind": self.kind, "calls": [call.to_json() for call in self.calls]}
        if self.reason:
            expected["reason"] = self.reason
        return {
            **made,
            "expected": expected,
            "targets": [None if call.targets is None else sorted(call.targets) for call in self.calls],
            "clauses": [
                {"start": start, "calls": list(clause.calls), "reason": clause.reason}
                for start, clause in zip((0, *places.clauses), self.parts, strict=True)
            ],
            "texts": [
                {"call": text.call, "slot": text.slot, "start": start, "end": end}
                for (start, end), text in zip(places.texts, self.texts, strict=True)
            ],
            "family": self.family,
            "noise": list(self.noise),
        }
