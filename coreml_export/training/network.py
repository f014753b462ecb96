"""The network, in torch: one pass over the words with the home as a memory.

Shapes: B utterances, S words, R rows of the home, H homes, E the width of the table, D that of the network.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as everybody writes it

from bridge.tiers.small import features, labels, rows, tokenizer, words

FAR = -40000.0
"""Masks what is not there; finite, so that it also holds in half precision."""
PAIR = 32
VALUE_CHANNELS = 2
"""What a value is to a clause: its own, or what a timer was started with."""
NAME_EXTRA, PLACE_EXTRA = 2, 1
"""Before the rows: no name, everything; no place."""
POINTERS = 3
MEMORY_PARTS = 1 + 2 + POINTERS
"""What is kept of a row: itself, key and value of the attention, and a key for each pointer."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network."""

    vocabulary: int
    embedding: int = 128
    width: int = 160
    hidden: int = 448
    heads: int = 5
    layers: int = 3


class Outputs(NamedTuple):
    """What the network says, for every word."""

    boundary: Tensor
    """(B, S) whether a clause begins"""
    pool: Tensor
    """(B, S) how much the word speaks for its clause"""
    text: Tensor
    """(B, S, texts)"""
    action: Tensor
    """(B, S, actions + R) own actions are rows"""
    name: Tensor
    """(B, S, 2 + R)"""
    place: Tensor
    """(B, S, 1 + R)"""
    noun: Tensor
    state: Tensor
    step: Tensor
    value: Tensor
    """(B, 2, S, S) whether the value that begins at the last is the clause's of the one before"""
    pair: Tensor
    """(B, S, S) whether two words are in one clause"""


class Attention(nn.Module):
    """Attention with several heads."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query = nn.Linear(shape.width, shape.width)
        self.out = nn.Linear(shape.width, shape.width)

    def forward(self, x: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
        """:param mask: (B, 1 or heads, S or 1, L), added to the scores."""
        q, k, v = (self._split(part) for part in (self.query(x), key, value))
        scores = q @ k.transpose(-1, -2) * (q.shape[-1] ** -0.5) + mask
        mixed = torch.softmax(scores, -1) @ v
        joined: Tensor = self.out(mixed.transpose(1, 2).flatten(2))
        return joined

    def _split(self, x: Tensor) -> Tensor:
        return x.reshape(*x.shape[:2], self.heads, -1).transpose(1, 2)


class Layer(nn.Module):
    """A pre-norm layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(shape.width)
        self.attention = Attention(shape)
        self.key_value = nn.Linear(shape.width, 2 * shape.width)
        self.norm2 = nn.LayerNorm(shape.width)
        self.up = nn.Linear(shape.width, shape.hidden)
        self.down = nn.Linear(shape.hidden, shape.width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """One round of looking and thinking."""
        normed = self.norm(x)
        key, value = self.key_value(normed).chunk(2, -1)
        x = x + self.attention(normed, key, value, mask)
        thought: Tensor = self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))
        return x + thought


class Network(nn.Module):
    """The small model."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.table = nn.Embedding(shape.vocabulary, shape.embedding, padding_idx=0, sparse=True)
        nn.init.normal_(self.table.weight, std=0.05)
        self.row_in = nn.Linear(shape.embedding + rows.WIDTH, width)
        self.row_out = nn.Linear(width, width)
        self.row_norm = nn.LayerNorm(width)
        self.row_parts = nn.Linear(width, width * (MEMORY_PARTS - 1))
        self.row_marks = nn.Linear(features.ROW_WIDTH, width * (MEMORY_PARTS - 1), bias=False)
        self.word_in = nn.Linear(shape.embedding, width)
        self.token_in = nn.Linear(features.TOKEN_WIDTH, width)
        self.read = nn.Linear(width * 2, width)
        self.position = nn.Parameter(torch.randn(words.MOST, width) * 0.02)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.cross_norm = nn.LayerNorm(width)
        self.cross = Attention(shape)
        self.cross_match = nn.Parameter(torch.ones(shape.heads, 1, 1))
        self.norm = nn.LayerNorm(width)
        self.boundary = nn.Linear(width, 2)
        self.text = nn.Linear(width, len(labels.TEXTS))
        self.action = nn.Linear(width, len(labels.ACTIONS))
        self.noun = nn.Linear(width, len(labels.NOUNS))
        self.state = nn.Linear(width, len(labels.STATES))
        self.step = nn.Linear(width, len(labels.STEPS))
        self.neither = nn.Linear(width, NAME_EXTRA + PLACE_EXTRA)
        self.point = nn.Linear(width, width * POINTERS)
        self.lexical = nn.Linear(width, 2 * POINTERS)
        self.pair_left, self.pair_right = nn.Linear(width, PAIR), nn.Linear(width, PAIR)
        self.value_left = nn.Linear(width, PAIR * VALUE_CHANNELS)
        self.value_right = nn.Linear(width, PAIR * VALUE_CHANNELS)
        self.value_bias = nn.Parameter(torch.zeros(VALUE_CHANNELS, 1, 1))

    def embed(self, ids: Tensor) -> Tensor:
        """Words, (N, 12) ids, as vectors (N, E): the mean of the pieces and that of the trigrams."""
        there = (ids != 0).unsqueeze(-1).to(self.table.weight.dtype)
        vectors = self.table(ids)

        def mean(part: slice) -> Tensor:
            summed: Tensor = vectors[:, part].sum(1)
            return summed / there[:, part].sum(1).clamp(min=1)

        return mean(slice(0, tokenizer.PIECES)) + mean(slice(tokenizer.PIECES, None))

    def rows(self, vectors: Tensor, marks: Tensor) -> Tensor:
        """The memory: the mean vector of each row's words, (..., E), and its features, as (..., 6 D)."""
        hidden = F.gelu(self.row_in(torch.cat([vectors, marks], -1)), approximate="tanh")
        row = self.row_norm(self.row_out(hidden))
        parts: Tensor = self.row_parts(row)
        return torch.cat([row, parts], -1)

    def forward(
        self,
        vectors: Tensor,
        tokens: Tensor,
        memory: Tensor,
        match: Tensor,
        marks: Tensor,
        masks: tuple[Tensor, Tensor],
    ) -> Outputs:
        """One pass.

        :param memory: (B, R, 6 D) as `rows` made it.
        :param masks: (B, S) and (B, R), 0 where something is and `FAR` where nothing is.
        """
        width = self.shape.width
        row, known = memory[..., :width], memory[..., width:] + self.row_marks(marks)
        token_mask, row_mask = (mask[:, None, None, :] for mask in masks)
        covered = match * marks[..., 0].unsqueeze(1)
        reads = [(m @ row) / m.sum(-1, keepdim=True).clamp(min=1) for m in (match, covered)]
        x = self.word_in(vectors) + self.token_in(tokens) + self.read(torch.cat(reads, -1))
        x = x + self.position[: x.shape[1]]
        for index, layer in enumerate(self.layers):
            x = layer(x, token_mask)
            if index == 0:
                hint = match.unsqueeze(1) * self.cross_match
                x = x + self.cross(
                    self.cross_norm(x), known[..., :width], known[..., width : 2 * width], row_mask + hint
                )
        return self.heads(self.norm(x), known[..., 2 * width :], match, masks)

    def heads(self, x: Tensor, keys: Tensor, match: Tensor, masks: tuple[Tensor, Tensor]) -> Outputs:
        """The heads, on what the layers made of the words."""
        token_mask, row_mask = masks
        pair = self.pair_left(x) @ self.pair_right(x).transpose(1, 2) * PAIR**-0.5 + token_mask.unsqueeze(1)
        said = torch.clamp(torch.sigmoid(pair) @ match, max=1)
        queries = self.point(x).chunk(POINTERS, -1)
        weights = self.lexical(x)
        pointers = []
        for index, (query, key) in enumerate(zip(queries, keys.chunk(POINTERS, -1), strict=True)):
            score = query @ key.transpose(1, 2) * self.shape.width**-0.5
            near, whole = weights[..., 2 * index : 2 * index + 1], weights[..., 2 * index + 1 : 2 * index + 2]
            pointers.append(score + near * said + whole * said * said * said + row_mask.unsqueeze(1))
        neither = self.neither(x)
        left = self.value_left(x).reshape(*x.shape[:2], VALUE_CHANNELS, PAIR).transpose(1, 2)
        right = self.value_right(x).reshape(*x.shape[:2], VALUE_CHANNELS, PAIR).transpose(1, 2)
        boundary = self.boundary(x)
        return Outputs(
            boundary=boundary[..., 0],
            pool=boundary[..., 1],
            text=self.text(x),
            action=torch.cat([self.action(x), pointers[0]], -1),
            name=torch.cat([neither[..., :NAME_EXTRA], pointers[1]], -1),
            place=torch.cat([neither[..., NAME_EXTRA:], pointers[2]], -1),
            noun=self.noun(x),
            state=self.state(x),
            step=self.step(x),
            value=left @ right.transpose(-1, -2) * PAIR**-0.5 + self.value_bias,
            pair=pair,
        )
