"""Idle: sentences about what own actions do, for which nothing is to be done here."""

from collections.abc import Sequence
from random import Random

from hassil.expression import ListReference

from coreml_export.data.build import COMMON
from coreml_export.data.case import Case
from coreml_export.data.households import Household, longer
from coreml_export.data.missing import words_of
from coreml_export.data.own import Owned
from coreml_export.data.scene import Scene
from coreml_export.data.sentence import text_of
from coreml_export.data.walk import Infeasible, Part, walk


def spoken_of(owned: Sequence[Owned], rng: Random, here: str | None) -> Case:
    """Talk about an action that the home has.

    :raises Infeasible: it has none of which talk is known.
    """
    talked = [each for each in owned if each.nots]
    if not talked:
        raise Infeasible("nothing to talk about")
    own = rng.choice(talked)
    return _case(rng.choice(own.nots), f"{next(iter(own.frames))}~chat", "chat", here)


def lacking(scene: Scene, known: Sequence[Household], rng: Random, here: str | None) -> Case:
    """What other homes have an action for, asked in one that has nothing like it.

    :raises Infeasible: this one may have something like it.
    """
    if not known:
        raise Infeasible("nothing is known")
    household = rng.choice(known)

    def draw(reference: ListReference) -> Part:
        return next(each for each in household.fields if each.slot == reference.list_name).value(rng)

    text = text_of(walk(rng.choice(household.says).expression, {}, draw, rng), lambda _: "", rng)
    told = f"{text} {household.name.replace('_', ' ')} {household.description}"
    if longer((words_of(told) & scene.words) - COMMON):
        raise Infeasible("something is called alike")
    return _case(text, household.family, "missing_device", here)


def _case(text: str, family: str, reason: str, here: str | None) -> Case:
    return Case(text, "unsupported", family, reason, "own", reason=reason, area=here)
