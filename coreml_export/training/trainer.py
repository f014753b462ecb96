"""The trainer: one run over the examples, which goes on where it was stopped."""

import math
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from actions.errors import HearthError
from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.coreml.weights import Weights
from coreml_export.training.batches import Batch, Batches
from coreml_export.training.loss import losses, run
from coreml_export.training.network import Network, Outputs, Shape
from coreml_export.training.shards import Shards

Progress = Callable[[int, float], object]
WEIGHTS, CHECKPOINT = "weights.safetensors", "checkpoint.pt"
_WARM_UP = 0.04
_BETAS = (0.9, 0.98)
_AVERAGE = 0.999
_AVERAGE_EVERY = 10
_MATRIX = 2
_DROPPED = 0.06
"""The share of words whose ids are hidden, so that the names' match is learnt to be used."""

_PACE = frozenset({"threads", "half", "device"})
"""What of a plan says only where and how fast it is computed."""
_INNER = ("layers.", "cross.", "row_in.", "row_out.", "row_parts.", "word_in.", "token_in.", "read.", "point.")
"""Which matrices are inside the network, between what is read and the heads."""


class OtherRun(HearthError):
    """The checkpoint is of another run."""

    code = "other_run"
    hint = "Train into another folder, or remove the checkpoint."


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train."""

    steps: int = 30_000
    batch: int = 64
    """Utterances of nine words; of longer ones fewer."""
    rate: float = 1.5e-3
    """Of AdamW, for what is no matrix inside the network."""
    inner_rate: float = 3e-3
    """Of Muon, for the matrices inside: after 750 batches the loss was 4.3 nats, with AdamW 7.9."""
    decay: float = 0.01
    seed: int = 1
    threads: int = 1
    half: bool = True
    """Whether matrices are multiplied in bfloat16: on some processors twice as fast, on some slower."""
    device: str = "cpu"
    passes: int = 2
    """Over each shard."""
    save_every: int = 500


class Trainer:
    """Trains one network in a folder, where the checkpoint and then the weights are kept."""

    def __init__(self, tokenizer: Tokenizer, shape: Shape, plan: Plan, folder: Path) -> None:
        torch.manual_seed(plan.seed)
        torch.set_num_threads(plan.threads)
        self.plan = plan
        self.folder = folder
        self.tokenizer = tokenizer
        self.network = Network(shape).to(plan.device)
        self.average = Network(shape).to(plan.device)
        self.average.load_state_dict(self.network.state_dict())
        self.optimisers = _optimisers(self.network, plan)
        self.done = 0
        self.shard = 0
        self.in_shard = 0

    def go_on_from(self, weights: Path) -> None:
        """Begin with the weights of an earlier run of the same shape, or with those of a model folder."""
        tensors = _weights(weights)
        for network in (self.network, self.average):
            network.load_state_dict(tensors)

    def start_from(self, vectors: torch.Tensor) -> None:
        """Begin with vectors that are known for the first ids after 0 and 1."""
        with torch.no_grad():
            for network in (self.network, self.average):
                network.table.weight[2 : 2 + len(vectors)] = vectors

    def resume(self) -> bool:
        """Go on from the checkpoint of this folder, if there is one.

        :raises OtherRun: it was made with another plan or shape.
        """
        path = self.folder / CHECKPOINT
        if not path.exists():
            return False
        kept = torch.load(path, map_location="cpu", weights_only=True)
        if kept["run"] != self._run():
            raise OtherRun(f"{path} was made by a run with other settings")
        self.network.load_state_dict(kept["network"])
        self.average.load_state_dict(kept["average"])
        for optimiser, state in zip(self.optimisers, kept["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self.done, self.shard, self.in_shard = kept["done"], kept["shard"], kept["in_shard"]
        return True

    def train(self, shards: Shards, progress: Progress = lambda _done, _loss: None) -> None:
        """Train to the end.

        :param progress: is told the number of batches done, and the last loss in nats an utterance.
        """
        self.network.train()
        while self.done < self.plan.steps:
            examples = shards.get(self.shard, last=self.shard + 1)
            batches = Batches(examples, self.tokenizer, self.plan.batch, self.plan.seed + self.shard)
            self._over(batches, progress)
            self.shard, self.in_shard = self.shard + 1, 0
        self._save()

    def _over(self, batches: Batches, progress: Progress) -> None:
        """Train on what is left of a shard."""
        per = len(batches)
        while self.in_shard < per * self.plan.passes:
            number, skip = divmod(self.in_shard, per)
            for batch in batches.epoch(number, skip=skip):
                if self.done == self.plan.steps:
                    return
                loss = self._step(batch)
                self.done += 1
                self.in_shard += 1
                progress(self.done, loss)
                if self.done % self.plan.save_every == 0:
                    self._save()

    def write(self, begun: Path | None = None, share: float = 0.0) -> Path:
        """Write the averaged weights; returns where.

        :param begun: what the run began with, of which a share is kept: two networks of one line, halved, are
            often better than either.
        """
        path = self.folder / WEIGHTS
        aside = path.with_suffix(".part")
        tensors = {name: tensor.contiguous() for name, tensor in self.average.state_dict().items()}
        if begun is not None:
            kept = _weights(begun)
            tensors = {name: tensor.lerp(kept[name].to(tensor), share) for name, tensor in tensors.items()}
        save_file(tensors, aside, {key: str(value) for key, value in asdict(self.network.shape).items()})
        aside.replace(path)
        return path

    def _step(self, batch: Batch) -> float:
        for optimiser in self.optimisers:
            optimiser.zero_grad(set_to_none=True)
            for group in optimiser.param_groups:
                group["lr"] = group["initial_lr"] * self._schedule()
        batch = replace(batch, words=self._dropped(batch)).to(self.plan.device)
        with torch.autocast(self.plan.device, torch.bfloat16, enabled=self.plan.half):
            out = run(self.network, batch)
        parts = losses(Outputs(*(part.float() for part in out)), batch)
        loss = torch.stack(list(parts.values())).sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
        nn.utils.clip_grad_norm_(
            [p for p in self.network.parameters() if p.grad is None or not p.grad.is_sparse], 1.0
        )
        for optimiser in self.optimisers:
            optimiser.step()
        if self.done % _AVERAGE_EVERY == 0:
            self._average()
        return float(loss.detach())

    def _average(self) -> None:
        """Let the average follow."""
        keep = min(_AVERAGE, (self.done + 1) / (self.done + 10)) ** _AVERAGE_EVERY
        with torch.no_grad():
            for mean, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)

    def _dropped(self, batch: Batch) -> torch.Tensor:
        """Some words are replaced by nothing (the first id of a batch is that of padding or a random word)."""
        made = torch.Generator().manual_seed(self.plan.seed * 1_000_003 + self.done)
        hidden = torch.rand(batch.words.shape, generator=made) < _DROPPED
        return torch.where(hidden, batch.words.new_zeros(()), batch.words)

    def _schedule(self) -> float:
        part = self.done / max(1, self.plan.steps)
        if part < _WARM_UP:
            return (part + 1e-3) / (_WARM_UP + 1e-3)
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (part - _WARM_UP) / (1 - _WARM_UP)))

    def _run(self) -> dict[str, Any]:
        """What makes this run another than others."""
        plan = {key: value for key, value in asdict(self.plan).items() if key not in _PACE}
        return {**plan, **asdict(self.network.shape)}

    def _save(self) -> None:
        path = self.folder / CHECKPOINT
        aside = path.with_suffix(".part")
        kept = {
            "run": self._run(),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "done": self.done,
            "shard": self.shard,
            "in_shard": self.in_shard,
        }
        with aside.open("wb") as file:
            torch.save(kept, file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)


def _weights(path: Path) -> dict[str, Tensor]:
    """Of an earlier run's file, or of a model folder."""
    if not path.is_dir():
        return load_file(path)
    packed = Weights.read(path).tensors
    return {name: torch.from_numpy(np.asarray(tensor)) for name, tensor in packed.items()}


def _optimisers(network: Network, plan: Plan) -> tuple[torch.optim.Optimizer, ...]:
    table = network.table.weight
    inner, matrices, vectors = list[Tensor](), list[Tensor](), list[Tensor]()
    for name, parameter in network.named_parameters():
        if parameter is table:
            continue
        if parameter.ndim == _MATRIX:
            (inner if name.startswith(_INNER) else matrices).append(parameter)
        else:
            vectors.append(parameter)
    made: tuple[torch.optim.Optimizer, ...] = (
        torch.optim.AdamW(
            [{"params": matrices, "weight_decay": plan.decay}, {"params": vectors, "weight_decay": 0.0}],
            lr=plan.rate,
            betas=_BETAS,
        ),
        torch.optim.Muon(inner, lr=plan.inner_rate, weight_decay=plan.decay, adjust_lr_fn="match_rms_adamw"),
        # Few of its rows are in a batch; the others are left as they are.
        torch.optim.SparseAdam([table], lr=plan.rate, betas=_BETAS),
    )
    for optimiser in made:
        for group in optimiser.param_groups:
            group["initial_lr"] = group["lr"]
    return made
