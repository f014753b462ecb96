"""The graph: the network as the Neural Engine likes it, written with coremltools' MIL Builder.

Layout is (1, channels, 1, places) throughout, linear layers are 1x1 convolutions, attention goes head by head with
keys on the channel axis, shapes are fixed and masks finite. S words, R rows of the home, D the width, E that of the
table, L words of a row. Only the look-up of ids is not made for the Neural Engine: it runs on the CPU.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bridge.tiers.small import features, rows
from bridge.tiers.small.clauses import NAME_EXTRA
from bridge.tiers.small.tokenizer import PIECES, WIDTH
from coreml_export.coreml.consts import Consts
from coreml_export.coreml.tools import Program, Var, mb, types
from coreml_export.coreml.weights import CHANNELS, PAIR, PARTS, POINTERS, Sizes

ROWS = 128
"""Rows of one pass: what the memory holds at most, up to a power of two."""
STATE = "state_asked"
"""The output `state`, whose name Core ML keeps for itself."""
EPSILON = np.float16(1e-5)


def words_program(consts: Consts, sizes: Sizes, length: int, target: Any) -> Program:
    """The pass over an utterance of at most `length` words."""
    inputs = word_inputs(sizes, length)

    def build(
        ids: Var, tokens: Var, memory: Var, match: Var, marks: Var, word_mask: Var, row_mask: Var
    ) -> list[Var]:
        # A function's parameters are the program's inputs, by name.
        read = _Reading(_Parts(consts), sizes, match, marks, word_mask, row_mask)
        return read.outputs(read.embedded(ids, tokens, memory))

    return _program(build, inputs, target)


def rows_program(consts: Consts, target: Any) -> Program:
    """What is kept of rows, from their words and features."""

    def build(ids: Var, features: Var) -> list[Var]:
        parts = _Parts(consts)
        words = parts.looked_up(ids)
        there = parts.there(ids, 0, 1)
        count = mb.maximum(x=mb.reduce_sum(x=there, axes=[1], keep_dims=False), y=np.float16(1))
        mean = mb.real_div(x=mb.reduce_sum(x=mb.mul(x=words, y=there), axes=[1], keep_dims=False), y=count)
        bags = parts.channels_first(mb.expand_dims(x=mean, axes=[0]))
        hidden = parts.gelu(parts.conv(mb.concat(values=[bags, features], axis=1), "row_in"))
        row = parts.norm(parts.conv(hidden, "row_out"), "row_norm")
        return [mb.concat(values=[row, parts.conv(row, "row_parts")], axis=1, name="memory")]

    return _program(build, row_inputs(), target)


def word_inputs(sizes: Sizes, length: int) -> dict[str, tuple[tuple[int, ...], Any]]:
    """Shapes and types of what a pass takes."""
    return {
        "ids": ((1, length, WIDTH), types.int32),
        "tokens": ((1, features.TOKEN_WIDTH, 1, length), types.fp16),
        "memory": ((1, PARTS * sizes.width, 1, ROWS), types.fp16),
        "match": ((1, ROWS, 1, length), types.fp16),
        "marks": ((1, features.ROW_WIDTH, 1, ROWS), types.fp16),
        "word_mask": ((1, length, 1, length), types.fp16),
        "row_mask": ((1, ROWS, 1, length), types.fp16),
    }


def row_inputs() -> dict[str, tuple[tuple[int, ...], Any]]:
    """Shapes and types of what the embedding of rows takes."""
    ids = ((ROWS, rows.MOST_WORDS, WIDTH), types.int32)
    return {"ids": ids, "features": ((1, rows.WIDTH, 1, ROWS), types.fp16)}


def _program(
    build: Callable[..., list[Var]], inputs: Mapping[str, tuple[tuple[int, ...], Any]], target: Any
) -> Program:
    specs = [mb.TensorSpec(shape=shape, dtype=dtype) for shape, dtype in inputs.values()]
    program: Program = mb.program(input_specs=specs, opset_version=target)(build)
    return program


class _Parts:
    """Layers by the names of their weights."""

    def __init__(self, consts: Consts) -> None:
        self.consts = consts

    def conv(self, x: Var, name: str, *, bias: bool = True) -> Var:
        more = {"bias": self.consts.vector(f"{name}.bias")} if bias else {}
        return mb.conv(x=x, weight=self.consts.kernel(f"{name}.weight"), pad_type="valid", **more)

    def norm(self, x: Var, name: str) -> Var:
        gamma, beta = self.consts.vector(f"{name}.weight"), self.consts.vector(f"{name}.bias")
        return mb.layer_norm(x=x, axes=[1], gamma=gamma, beta=beta, epsilon=EPSILON)

    def gelu(self, x: Var) -> Var:
        return mb.gelu(x=x, mode="TANH_APPROXIMATION")

    # Ids: on the CPU

    def looked_up(self, ids: Var) -> Var:
        """Vectors of words, (N, L, E): the mean of the pieces and that of the trigrams."""
        found = self.consts.look_up(ids)
        kinds = []
        for first, end in ((0, PIECES), (PIECES, WIDTH)):
            part = mb.slice_by_index(
                x=found, begin=[0, 0, first, 0], end=[0, 0, end, 0], begin_mask=[True, True, False, True],
                end_mask=[True, True, False, True],
            )  # fmt: skip
            count = mb.reduce_sum(x=self.there(ids, first, end), axes=[2], keep_dims=True)
            summed = mb.reduce_sum(x=part, axes=[2], keep_dims=False)
            kinds.append(mb.real_div(x=summed, y=mb.maximum(x=count, y=np.float16(1))))
        return mb.add(x=kinds[0], y=kinds[1])

    def there(self, ids: Var, first: int, end: int) -> Var:
        """1 where an id is one, (N, L, end - first)."""
        part = mb.slice_by_index(
            x=ids, begin=[0, 0, first], end=[0, 0, end], begin_mask=[True, True, False],
            end_mask=[True, True, False],
        )  # fmt: skip
        return mb.cast(x=mb.not_equal(x=part, y=np.int32(0)), dtype="fp16")

    def channels_first(self, x: Var) -> Var:
        """(1, N, E) as (1, E, 1, N)."""
        return mb.expand_dims(x=mb.transpose(x=x, perm=[0, 2, 1]), axes=[2])


class _Reading:
    """The pass over an utterance."""

    def __init__(self, parts: _Parts, sizes: Sizes, match: Var, marks: Var, word_mask: Var, row_mask: Var) -> None:
        self.parts, self.sizes = parts, sizes
        self.match, self.marks = match, marks
        self.word_mask, self.row_mask = word_mask, row_mask
        self.pointers: Sequence[Var] = ()

    def embedded(self, ids: Var, tokens: Var, memory: Var) -> Var:
        """The words after all layers and the last norm, (1, D, 1, S)."""
        width, parts = self.sizes.width, self.parts
        row, known = mb.split(x=memory, split_sizes=[width, (PARTS - 1) * width], axis=1)
        known = mb.add(x=known, y=parts.conv(self.marks, "row_marks", bias=False))
        key, value, *self.pointers = mb.split(x=known, num_splits=PARTS - 1, axis=1)
        x = mb.add(
            x=parts.conv(parts.channels_first(parts.looked_up(ids)), "word_in"), y=parts.conv(tokens, "token_in")
        )
        x = mb.add(x=x, y=parts.conv(self._reads(row), "read"))
        x = mb.add(x=x, y=parts.consts.positions(tokens.shape[-1]))
        for index in range(self.sizes.layers):
            x = self._layer(x, f"layers.{index}")
            if index == 0:
                hints = [
                    mb.add(x=mb.mul(x=self.match, y=weight), y=self.row_mask)
                    for weight in parts.consts.cross_match()
                ]
                x = mb.add(x=x, y=self._attention(parts.norm(x, "cross_norm"), key, value, "cross", hints))
        return parts.norm(x, "norm")

    def _reads(self, row: Var) -> Var:
        """What the rows say to a word that speaks of them; and those rows that are said in full, (1, 2 D, 1, S)."""
        covered = mb.slice_by_index(
            x=self.marks, begin=[0, 0, 0, 0], end=[0, 1, 0, 0], begin_mask=[True] * 4,
            end_mask=[True, False, True, True],
        )  # fmt: skip
        reads = []
        for values, weights in ((row, None), (mb.mul(x=row, y=covered), covered)):
            summed = _read(values, self.match)
            if weights is None:
                total = mb.reduce_sum(x=self.match, axes=[1], keep_dims=True)
            else:
                total = _read(weights, self.match)
            reads.append(mb.real_div(x=summed, y=mb.maximum(x=total, y=np.float16(1))))
        return mb.concat(values=reads, axis=1)

    def _layer(self, x: Var, name: str) -> Var:
        parts = self.parts
        normed = parts.norm(x, f"{name}.norm")
        key, value = mb.split(x=parts.conv(normed, f"{name}.key_value"), num_splits=2, axis=1)
        masks = [self.word_mask] * self.sizes.heads
        x = mb.add(x=x, y=self._attention(normed, key, value, f"{name}.attention", masks))
        up = parts.gelu(parts.conv(parts.norm(x, f"{name}.norm2"), f"{name}.up"))
        return mb.add(x=x, y=parts.conv(up, f"{name}.down"))

    def _attention(self, x: Var, key: Var, value: Var, name: str, masks: Sequence[Var]) -> Var:
        """Head by head; keys lie on the channel axis, so that none is moved but the narrow key itself."""
        heads = self.sizes.heads
        query = self.parts.conv(x, f"{name}.query")
        mixed = []
        split = (mb.split(x=part, num_splits=heads, axis=1) for part in (query, key, value))
        for q, k, v, mask in zip(*split, masks, strict=True):
            weights = mb.softmax(x=mb.add(x=_scores(q, k), y=mask), axis=1)
            mixed.append(_read(v, weights))
        return self.parts.conv(mb.concat(values=mixed, axis=1), f"{name}.out")

    # Heads

    def outputs(self, x: Var) -> list[Var]:
        """What is said of each word, in the order of `Said`."""
        parts = self.parts
        left, right = parts.conv(x, "pair_left"), parts.conv(x, "pair_right")
        pair = mb.add(x=_scores(left, right), y=self.word_mask, name="pair")
        boundary, pool = mb.split(x=parts.conv(x, "boundary"), num_splits=2, axis=1, name="boundary_pool")
        action, name, place = self._pointed(x, pair)
        return [
            mb.identity(x=boundary, name="boundary"),
            mb.identity(x=pool, name="pool"),
            self._head(x, "text"),
            action, name, place,
            self._head(x, "noun"),
            self._head(x, "state", STATE),
            self._head(x, "step"),
            self._values(x),
            pair,
        ]  # fmt: skip

    def _head(self, x: Var, name: str, output: str = "") -> Var:
        consts = self.parts.consts
        weight, bias = consts.kernel(f"{name}.weight"), consts.vector(f"{name}.bias")
        return mb.conv(x=x, weight=weight, bias=bias, pad_type="valid", name=output or name)

    def _pointed(self, x: Var, pair: Var) -> list[Var]:
        parts = self.parts
        said = mb.minimum(x=_read(self.match, mb.sigmoid(x=pair)), y=np.float16(1))
        cubed = mb.mul(x=mb.mul(x=said, y=said), y=said)
        neither = parts.conv(x, "neither")
        none, nowhere = mb.split(x=neither, split_sizes=[NAME_EXTRA, neither.shape[1] - NAME_EXTRA], axis=1)
        queries = mb.split(x=parts.conv(x, "point"), num_splits=POINTERS, axis=1)
        lexical = mb.split(x=parts.conv(x, "lexical"), num_splits=2 * POINTERS, axis=1)
        made = []
        firsts = {"action": parts.conv(x, "action"), "name": none, "place": nowhere}
        for index, (name, first) in enumerate(firsts.items()):
            score = _scores(queries[index], self.pointers[index])
            near, whole = mb.mul(x=said, y=lexical[2 * index]), mb.mul(x=cubed, y=lexical[2 * index + 1])
            score = mb.add(x=mb.add(x=mb.add(x=score, y=near), y=whole), y=self.row_mask)
            made.append(mb.concat(values=[first, score], axis=1, name=name))
        return made

    def _values(self, x: Var) -> Var:
        left = mb.split(x=self.parts.conv(x, "value_left"), split_sizes=[PAIR] * CHANNELS, axis=1)
        right = mb.split(x=self.parts.conv(x, "value_right"), split_sizes=[PAIR] * CHANNELS, axis=1)
        biases = self.parts.consts.value_bias()
        scores = [mb.add(x=_scores(l, r), y=b) for l, r, b in zip(left, right, biases, strict=True)]  # noqa: E741
        return mb.concat(values=scores, axis=1, name="value")


def _scores(query: Var, key: Var) -> Var:
    """(1, C, 1, Q) and (1, C, 1, K) as (1, K, 1, Q): how well each goes with each."""
    turned = mb.transpose(x=key, perm=[0, 3, 2, 1])
    return mb.einsum(values=(turned, query), equation="bkhc,bchq->bkhq")


def _read(value: Var, weights: Var) -> Var:
    """(1, C, 1, K) weighed by (1, K, 1, Q), as (1, C, 1, Q)."""
    return mb.einsum(values=(value, weights), equation="bchk,bkhq->bchq")
