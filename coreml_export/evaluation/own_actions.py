"""Own actions: tries of actions that a home gets only when the program runs."""

from collections.abc import Iterable, Mapping
from typing import Any

from bridge.evaluation.predict import BadEvaluation

SOURCE = "own_actions"
Json = dict[str, Any]


def as_cases(
    homes: Iterable[Mapping[str, Any]], tries: Iterable[Mapping[str, Any]]
) -> tuple[list[Json], list[Json]]:
    """The homes with one action more each, and what is said in them.

    :raises BadEvaluation: a try is of a home that is not there, or is none.
    """
    by_id = {home["id"]: home for home in homes}
    made: dict[str, Json] = {}
    cases = []
    for row in tries:
        try:
            home, action = by_id[row["home"]], row["action"]
            name = f"{home['id']} with {action['action']}"
            made[name] = {**home, "id": name, "actions": [*home["actions"], action]}
            case = {"source": SOURCE, "lang": home["lang"], **row, "home_ref": name}
        except (KeyError, TypeError) as error:
            raise BadEvaluation(f"A try of an own action cannot be read: {error!r}") from error
        cases.append(case)
    return list(made.values()), cases
