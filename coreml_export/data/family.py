"""Families: sentence templates that say one thing in one manner; a family is in one split as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from hassil.expression import Sentence

from coreml_export.data.walk import Part
from coreml_export.data.words import Words

Place = Literal["here", "all", "any", "none"]
"""What is meant where nothing is named: the room it is said in, the whole home, whatever there is, nothing."""
Say = Callable[[Sentence, Random, Words], list[Part]]


@dataclass(frozen=True, slots=True)
class Spec:
    """A call that a family's sentences ask for."""

    intent: str
    domains: frozenset[str] | None = None
    """The kinds of thing that may be named; None for all that the intent works on."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """Always given."""
    kind: Mapping[str, Any] = field(default_factory=dict)
    """Given where a kind of thing is meant, not one by name."""
    it: bool = False
    """It is for the very thing that the first call is for."""


@dataclass(frozen=True, slots=True)
class Family:
    """Templates of one manner."""

    id: str
    theme: str
    """The intent, or why it is not supported."""
    source: Literal["authored", "templates", "own"]
    specs: tuple[Spec, ...]
    """The first one's target is spoken; others are for the same place. None: nothing is to be done."""
    says: tuple[Sentence, ...]
    say: Say
    place: Place = "none"
    reason: str | None = None
    """Why nothing is to be done."""
    domains: frozenset[str] | None = None
    """Of a family without calls: what the names in it are."""
    follows: Literal["it", "again", "other"] | None = None
    """Whether it goes on from what was said before: about the same thing, the same for another that is named, or
    for the only other one."""
    after: Spec | None = None
    """The call before, where it matters which; else the thing was turned on."""
    tells: bool = False
    """Whether its words say what kind of thing is meant, so that another kind cannot do it."""
