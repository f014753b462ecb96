"""The memory: a home's rows with all that is known of them before anything is said."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from actions.home import Home
from actions.registry import Registry
from bridge.tiers.small.match import Index
from bridge.tiers.small.rows import Row, RowKind, rows_of

MOST_ROWS = 96
"""Rows that one pass looks at; of a larger home, those that the words speak of."""
_MOST_ACTIONS = 40


class Memory:
    """The rows of one version of a home and its registry."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)
        self.index = Index(self.rows)
        self.kinds = np.array([row.kind for row in self.rows], np.int8)
        self.features = np.stack([row.features() for row in self.rows]) if self.rows else np.zeros((0, 1))
        self._things, self._rooms = _placed(self.rows)
        self._here: dict[str | None, NDArray[np.bool_]] = {}
        self.embedded: NDArray[np.float32] | None = None
        """What the network makes of each row, (rows, width); set once by who has the network."""

    @classmethod
    def of(cls, home: Home, registry: Registry) -> "Memory":
        """All rows of a home."""
        return cls(rows_of(home, registry))

    def here(self, area: str | None) -> NDArray[np.bool_]:
        """Which rows are the room of this id, or have something in it."""
        found = self._here.get(area)
        if found is None:
            inside = [
                row.key == area if row.kind is RowKind.AREA else any(entity.area == area for entity in row.entities)
                for row in self.rows
            ]
            found = self._here[area] = np.array(inside, np.bool_) & (area is not None)
        return found

    def room(self, covered: NDArray[np.float32]) -> NDArray[np.float32]:
        """How much of the name of each thing's room is said; 0 for what is no thing or in no room."""
        said = np.zeros(len(self.rows), np.float32)
        np.maximum.at(said, self._things, covered[self._rooms])
        return said

    def select(
        self, covered: NDArray[np.float32], first: NDArray[np.bool_], room: NDArray[np.float32]
    ) -> NDArray[np.int64]:
        """At most `MOST_ROWS` rows, in their own order: places, then what is spoken of most.

        :param covered: how much of each row's name is said.
        :param first: rows to keep before others that are spoken of as little (those in the room, say).
        :param room: how much of the name of each row's room is said.
        """
        if len(self.rows) <= MOST_ROWS:
            return np.arange(len(self.rows))
        places = np.isin(self.kinds, (RowKind.AREA, RowKind.FLOOR))
        score = covered + 0.15 * first + 0.2 * room + np.where(places, 0.3, 0)
        actions = np.flatnonzero(self.kinds == RowKind.ACTION)
        if len(actions) > _MOST_ACTIONS:
            least = actions[np.argsort(-score[actions], kind="stable")[_MOST_ACTIONS:]]
            score[least] -= 10
        else:
            score[actions] += 0.2
        return np.sort(np.argsort(-score, kind="stable")[:MOST_ROWS])


def _placed(rows: Sequence[Row]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which rows of things are in which rows of rooms, as pairs."""
    rooms = {row.key: index for index, row in enumerate(rows) if row.kind is RowKind.AREA}
    pairs = [
        (index, rooms[entity.area])
        for index, row in enumerate(rows)
        if row.kind is RowKind.THING
        for entity in row.entities
        if entity.area in rooms
    ]
    made = np.array(pairs, np.int64).reshape(-1, 2)
    return made[:, 0], made[:, 1]
