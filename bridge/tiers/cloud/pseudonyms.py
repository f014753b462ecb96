"""Pseudonyms: "Light 12" for a lamp, "Room 3", "Person 1": the same ones for good, put back on the way in."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlmodel import Session, select

from actions.home import Area, Entity, Floor, Home
from actions.text import stem
from bridge.store import Store
from bridge.store.tables import PseudonymRow
from bridge.tiers.cloud.redact import redact

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST = 6
"""Words of a name that is looked for in a text."""
_MOST_ALIKE = 3
_GENERIC = frozenset(
    "light lights lamp tv television door window fan heating music home house radio all".split()  # noqa: SIM905
)
"""Names that tell nobody anything; replacing them would only hide what is meant."""
Place = Area | Floor


class Pseudonyms:
    """Who is called what outside; kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._numbers: dict[str, tuple[str, int]] = {}
        self._last: dict[str, int] = {}

    async def start(self) -> None:
        """Read those that were given before.

        :raises StoreError: the database cannot be used.
        """
        rows = await self._store.read(lambda session: session.exec(select(PseudonymRow)).all())
        for row in rows:
            self._numbers[row.key] = (row.kind, row.number)
            self._last[row.kind] = max(row.number, self._last.get(row.kind, 0))

    def of(self, key: str, kind: str) -> str:
        """The pseudonym of one thing, for good."""
        known = self._numbers.get(key)
        if known is None:
            number = self._last[kind] = self._last.get(kind, 0) + 1
            known = self._numbers[key] = (kind, number)

            def add(session: Session) -> None:
                session.add(PseudonymRow(key=key, kind=kind, number=number))

            self._store.note(add)
        return f"{known[0]} {known[1]}"


class Hidden:
    """One home by pseudonyms."""

    def __init__(self, home: Home, pseudonyms: Pseudonyms) -> None:
        self._home = home
        self._pseudonyms = pseudonyms
        self._meant: dict[str, Entity | Place] = {}
        self._by_name: dict[str, list[str]] = {}
        things: list[Entity | Place] = [*home.areas.values(), *home.floors.values(), *home.entities.values()]
        for thing in things:
            word = self._word(thing)
            self._meant[word.casefold()] = thing
            for name in _names(thing):
                self._by_name.setdefault(_key(name), []).append(word)
        kinds = {re.escape(word.rpartition(" ")[0]) for word in self._meant}
        self._words = re.compile(rf"(?i)\b(?:{'|'.join(sorted(kinds))}) \d+\b") if kinds else None

    def entity(self, entity: Entity) -> str:
        """See `View`."""
        return self._word(entity)

    def name(self, entity: Entity) -> str:  # noqa: ARG002  # the name is what is hidden
        """See `View`."""
        return ""

    def place(self, place: Place) -> str:
        """See `View`."""
        return self._word(place)

    def hide(self, text: str) -> str:
        """See `View`."""
        made, end = [], 0
        for start, stop, word in self._found(text):
            made += [text[end:start], word]
            end = stop
        return redact("".join([*made, text[end:]]))

    def show(self, text: str) -> str:
        """See `View`."""
        if self._words is None:
            return text
        return self._words.sub(self._named, text)

    def real(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """See `View`."""
        return {key: self._real(value) for key, value in arguments.items()}

    def _real(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._real(item) for item in value]
        if isinstance(value, Mapping):
            return self.real(value)
        if not isinstance(value, str):
            return value
        thing = self._meant.get(value.strip().casefold())
        if isinstance(thing, Entity):
            return thing.id
        if thing is not None:
            return f"{'area' if isinstance(thing, Area) else 'floor'}.{thing.id}"
        return self.show(value)

    def _named(self, found: re.Match[str]) -> str:
        thing = self._meant.get(found[0].casefold())
        return thing.name if thing is not None else found[0]

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Names in a text, the longest first: where they stand, and what stands for them."""
        words = list(_WORD.finditer(text))
        index = 0
        while index < len(words):
            for length in range(min(_LONGEST, len(words) - index), 0, -1):
                start, stop = words[index].start(), words[index + length - 1].end()
                meant = self._stands_for(text[start:stop])
                if meant:
                    yield start, stop, meant
                    index += length
                    break
            else:
                index += 1

    def _stands_for(self, name: str) -> str:
        if name.casefold() in _GENERIC:
            return ""
        alike = list(dict.fromkeys(self._by_name.get(_key(name), ())))
        if len(alike) > _MOST_ALIKE:
            return f"{alike[0].rpartition(' ')[0].lower()}s of that name"
        return " or ".join(alike)

    def _word(self, thing: Entity | Place) -> str:
        if isinstance(thing, Area):
            return self._pseudonyms.of(f"area:{thing.id}", "Room")
        if isinstance(thing, Floor):
            return self._pseudonyms.of(f"floor:{thing.id}", "Floor")
        kind = thing.domain.replace("_", " ").capitalize()
        return self._pseudonyms.of(f"entity:{thing.id}", kind)


def _key(name: str) -> str:
    """A name word by word: an article before it is not part of it."""
    return " ".join(stem(word) for word in _WORD.findall(name))


def _names(thing: Entity | Place) -> Iterable[str]:
    yield from thing.names
    if isinstance(thing, Entity):
        yield thing.id
        if thing.domain == "person":
            yield thing.name.split()[0]
