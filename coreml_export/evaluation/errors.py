"""Errors: what was called in place of what, and the wrong calls that seemed surest."""

from collections import Counter
from collections.abc import Sequence

from coreml_export.evaluation.outcomes import Outcome, names

NOTHING = "nothing"


def kind_of(outcome: Outcome) -> str:
    """What is wrong with an outcome, in a few words; empty where nothing is."""
    if outcome.right:
        return ""
    if not outcome.answered:
        return "unsure" if outcome.proposed else "not understood"
    if not outcome.wanted:
        return "nothing may be called"
    wanted, called = Counter(names(outcome.wanted)), Counter(names(outcome.called))
    if wanted == called:
        return "another target or value"
    if wanted > called:
        return "too few calls"
    return "too many calls" if called > wanted else "another action"


def confusion(seen: Sequence[Outcome]) -> Counter[tuple[str, str]]:
    """How often one action was called for another: (right, called), `NOTHING` where one has no counterpart.

    Calls of one name are told apart no further: whether their targets are right is not looked at.
    """
    found: Counter[tuple[str, str]] = Counter()
    for each in seen:
        wanted = Counter(names(each.wanted))
        called = Counter(names(each.called)) if each.answered else Counter[str]()
        for name in (wanted & called).elements():
            found[name, name] += 1
        missed, extra = sorted((wanted - called).elements()), sorted((called - wanted).elements())
        most = max(len(missed), len(extra))
        missed += [NOTHING] * (most - len(missed))
        extra += [NOTHING] * (most - len(extra))
        found.update(zip(missed, extra, strict=True))
    return found


def worst(seen: Sequence[Outcome], count: int = 25) -> list[Outcome]:
    """The wrong calls that were made with the most confidence."""
    return sorted((each for each in seen if each.harm), key=lambda each: -each.confidence)[:count]
