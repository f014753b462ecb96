"""Shards: the training data in portions, each made and encoded beside the training on the one before."""

import os
import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from coreml_export.data.split import Split
from coreml_export.data.stream import Order, Stream
from coreml_export.training.examples import Examples, JsonCase, JsonHome, encode

_SEEDS = 1000
"""Seeds of the data between those of two runs."""
_NICE = 15


@dataclass(frozen=True, slots=True)
class Source:
    """What training data is made of."""

    seed: int
    count: int
    """Cases of a shard."""
    others: tuple[str, ...] = ()
    """Languages beside English."""
    share: float = 0.15
    """Their share."""
    blocked: frozenset[str] = frozenset()
    split: Split = "train"

    def cases(self, number: int) -> Iterator[tuple[JsonHome, Sequence[JsonCase]]]:
        """The cases of a shard, home by home."""
        foreign = round(self.count * self.share) if self.others else 0
        seed = self.seed * _SEEDS + number
        for count, languages in ((self.count - foreign, ("en",)), (foreign, self.others)):
            if not count:
                continue
            order = Order(count, seed, languages, self.split, self.blocked)
            for home, said in Stream(order):
                name, language = home["id"], home["lang"]
                yield home, [case.to_json(f"{name}-{i}", name, language, self.split) for i, case in enumerate(said)]


class Shards:
    """The shards of a source; the next one is made while one is in use, and kept in a folder until then."""

    def __init__(self, source: Source, folder: Path) -> None:
        self.source = source
        self.folder = folder
        self._worker = ProcessPoolExecutor(1, get_context("spawn"), initializer=_begin_worker)
        self._coming: dict[int, Future[None]] = {}

    def __enter__(self) -> Self:
        """Nothing is made before it is asked for."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop making shards."""
        self._worker.shutdown(cancel_futures=True)

    def get(self, number: int, *, last: int) -> Examples:
        """A shard; the next one up to `last` is begun."""
        for wanted in (number, number + 1):
            if wanted <= last:
                self._begin(wanted)
        self._coming.pop(number).result()
        with self._path(number).open("rb") as file:
            examples: Examples = pickle.load(file)  # noqa: S301  # our own file, made a moment ago
        self._path(number - 1).unlink(missing_ok=True)
        return examples

    def _begin(self, number: int) -> None:
        if number not in self._coming:
            self._coming[number] = self._worker.submit(make, self.source, number, self._path(number))

    def _path(self, number: int) -> Path:
        return self.folder / f"shard-{number}.pickle"


def _begin_worker() -> None:
    """Give way to the training, and end with it, however it ends."""
    os.nice(_NICE)
    parent = parent_process()
    assert parent is not None  # noqa: S101  # a worker has one

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def make(source: Source, number: int, path: Path) -> None:
    """Make and encode a shard, if it is not there."""
    if path.exists():
        return
    examples = encode(source.cases(number))
    aside = path.with_suffix(".part")
    with aside.open("wb") as file:
        pickle.dump(examples, file, pickle.HIGHEST_PROTOCOL)
    aside.replace(path)
