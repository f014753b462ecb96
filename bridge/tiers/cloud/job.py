"""A job: one request on its way through the models, with all that its tools need."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic_ai.messages import UserContent

from actions.call import ToolCall
from actions.errors import CallRejected
from actions.home import Entity, Home
from actions.planner import plan
from actions.registry import Registry
from actions.risk import Rules
from actions.validation import Problem
from bridge.tiers.base import Utterance
from bridge.tiers.cloud.prompt import rows
from bridge.tiers.cloud.retrieve import Found, Retriever
from bridge.tiers.cloud.view import LONGEST_NAME, View

_PLAIN = re.compile(r"[A-Za-z0-9_.:+\-]{0,32}")
"""One word, a number or a time: nothing that could be a sentence."""
_A_NAME = re.compile(rf"[^\x00-\x1f:!?;<>{{}}/\\]{{1,{LONGEST_NAME}}}")


@dataclass(slots=True)
class Job:
    """One request; what its tools read is noted."""

    utterance: Utterance
    home: Home
    registry: Registry
    view: View
    retriever: Retriever
    rules: Rules
    material: Sequence[UserContent] = ()
    """What came with the words, ready to leave."""
    read: set[str] = field(default_factory=set)
    """What others may have written that a model has seen."""

    @property
    def pictures(self) -> bool:
        """Whether a model must be able to see."""
        return any(not isinstance(part, str) for part in self.material)

    def rows(self, found: Found) -> str:
        """What was found, as it may leave; unusual names and states are noted as others' writing."""
        for entity in found.entities:
            self.note(entity)
        return rows(found, self.home, self.view, self.registry)

    def note(self, entity: Entity) -> None:
        """Note a device whose name or state can hold a sentence."""
        state = self.home.state(entity.id)
        if not _A_NAME.fullmatch(entity.name):
            self.read.add("names")
        title = state.attributes.get("media_title")
        if title is not None or not _PLAIN.fullmatch(state.state):
            self.read.add("states")

    def problems(self, calls: Sequence[ToolCall]) -> Sequence[Problem]:
        """What is wrong with calls, as the planner sees it; nothing is done."""
        try:
            plan(calls, registry=self.registry, home=self.home, rules=self.rules, here=self.utterance.area)
        except CallRejected as rejected:
            return rejected.problems
        return ()
