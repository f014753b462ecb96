"""Walking a sentence template at random: one way to say it, with open places for names, rooms and floors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sentence,
    TextChunk,
)


class Infeasible(Exception):
    """This cannot be said in this home; try another."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value as it is spoken, and the slots that it fills."""

    text: str
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Open:
    """A place for a name of the home, `name`, `area` or `floor`; or `next`, where a second command begins."""

    kind: str
    index: int = 1
    """A second name makes a second call."""
    wrong: bool = False
    """Said and taken back."""


Part = str | Said | Open
Draw = Callable[[ListReference], Part]


def walk(expression: Expression, rules: Mapping[str, Sentence], draw: Draw, rng: Random) -> list[Part]:
    """One way through an expression.

    :raises Infeasible: a value has no words.
    """
    parts: list[Part] = []
    _walk(expression, rules, draw, rng, parts)
    return parts


def _walk(
    expression: Expression, rules: Mapping[str, Sentence], draw: Draw, rng: Random, parts: list[Part]
) -> None:
    if isinstance(expression, TextChunk):
        parts.append(expression.original_text)
    elif isinstance(expression, RuleReference):
        _walk(rules[expression.rule_name].expression, rules, draw, rng, parts)
    elif isinstance(expression, ListReference):
        if expression.prefix:
            parts.append(expression.prefix)
        parts.append(draw(expression))
        if expression.suffix:
            parts.append(expression.suffix)
    elif isinstance(expression, Group):
        for item in _taken(expression, rng):
            _walk(item, rules, draw, rng, parts)


def _taken(group: Group, rng: Random) -> list[Expression]:
    """What is said of a group: one of the alternatives, or all in their order or in any."""
    if isinstance(group, Alternative):
        return [rng.choice(group.items)] if group.items else []
    if isinstance(group, Permutation):
        space = TextChunk(" ")
        return [space, *(each for item in rng.sample(group.items, len(group.items)) for each in (item, space))]
    return group.items
