"""The loss: how unlikely the network holds what is right."""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  # as everybody writes it

from bridge.tiers.small.rows import RowKind
from coreml_export.training.batches import Batch
from coreml_export.training.network import FAR, NAME_EXTRA, PLACE_EXTRA, Network, Outputs

_PAIR_WEIGHT = 2.0
_TEXT_WEIGHT = 1.0


def run(network: Network, batch: Batch) -> Outputs:
    """The network over a batch."""
    vectors = network.embed(batch.ids)
    bags = F.embedding_bag(batch.row_words, vectors, batch.row_starts, mode="mean")
    memory = network.rows(bags, batch.row_features)
    out: Outputs = network(
        vectors[batch.words],
        batch.tokens,
        memory[batch.rows],
        batch.match,
        batch.marks,
        (batch.word_mask, batch.row_mask),
    )
    return out


def losses(out: Outputs, batch: Batch) -> Mapping[str, Tensor]:
    """The parts of the loss, each a mean over utterances, in nats."""
    right = batch.right
    size = len(batch.words)
    there = batch.word_mask == 0
    made = {
        "boundary": _masked(
            F.binary_cross_entropy_with_logits(out.boundary, right["boundary"], reduction="none"), there
        )
        / size,
        "text": _TEXT_WEIGHT
        * _masked(F.cross_entropy(out.text.transpose(1, 2), right["text"], reduction="none"), there)
        / size,
    }
    both = there.unsqueeze(1) & there.unsqueeze(2)
    same = (right["clause"].unsqueeze(1) == right["clause"].unsqueeze(2)).float()
    pair = F.binary_cross_entropy_with_logits(out.pair.clamp(min=-30), same, reduction="none")
    made["pair"] = _PAIR_WEIGHT * _masked(pair, both) / both.sum()
    return made | {key: value.sum() / size for key, value in _clauses(out, batch).items()}


def _clauses(out: Outputs, batch: Batch) -> dict[str, Tensor]:
    right, of = batch.right, batch.right["of"]
    members = right["members"]
    weights = torch.softmax(out.pool[of].masked_fill(~members, FAR), -1)

    def pooled(scores: Tensor) -> Tensor:
        return torch.einsum("cs,csk->ck", weights, scores[of])

    calls = right["calls"].float()
    kinds = batch.kinds[of]
    actions = pooled(out.action)
    made = {
        "action": F.cross_entropy(
            _only(actions, kinds == RowKind.ACTION, actions.shape[1] - kinds.shape[1]),
            right["action"],
            reduction="none",
        )
    }
    for key in ("noun", "state", "step"):
        made[key] = F.cross_entropy(pooled(getattr(out, key)), right[key], reduction="none") * calls
    places = (kinds == RowKind.AREA) | (kinds == RowKind.FLOOR)
    made["name"] = _any_of(_only(pooled(out.name), kinds == RowKind.THING, NAME_EXTRA), right["name"]) * calls
    made["place"] = _any_of(_only(pooled(out.place), places, PLACE_EXTRA), right["place"]) * calls
    values = torch.einsum("cs,cvst->cvt", weights, out.value[of])
    each = F.binary_cross_entropy_with_logits(values, right["value"], reduction="none")
    made["value"] = (each * right["starts"][of].unsqueeze(1)).sum((1, 2)) * calls
    return made


def _only(scores: Tensor, rows: Tensor, extra: int) -> Tensor:
    """Scores in which only rows of the right kind can be chosen."""
    return torch.cat([scores[:, :extra], scores[:, extra:].masked_fill(~rows, FAR)], 1)


def _any_of(scores: Tensor, right: Tensor) -> Tensor:
    """Where several rows are right, any of them is."""
    logs = torch.log_softmax(scores, -1)
    return -torch.logsumexp(logs.masked_fill(~right, FAR), -1).clamp(min=FAR / 2)


def _masked(values: Tensor, mask: Tensor) -> Tensor:
    return (values * mask).sum()
