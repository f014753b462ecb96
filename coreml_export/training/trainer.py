"""The trainer: one run over the examples, which goes on where it was stopped."""

import math
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn

from actions.errors import HearthError
from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.training.batches import Batch, Batches
from coreml_export.training.examples import Examples
from coreml_export.training.loss import losses, run
from coreml_export.training.network import Network, Shape

WEIGHTS, CHECKPOINT = "weights.safetensors", "checkpoint.pt"
_WARM_UP = 0.04
_AVERAGE = 0.999
_DROPPED = 0.04
"""The share of words whose ids are hidden, so that the names' match is learnt to be used."""


class OtherRun(HearthError):
    """The checkpoint is of another run."""

    code = "other_run"
    hint = "Train into another folder, or remove the checkpoint."


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train."""

    epochs: float = 2
    batch: int = 128
    rate: float = 1.5e-3
    decay: float = 0.01
    seed: int = 1
    threads: int = 2
    device: str = "cpu"
    save_every: int = 400


class Trainer:
    """Trains one network in a folder, where the checkpoint and then the weights are kept."""

    def __init__(self, examples: Examples, tokenizer: Tokenizer, shape: Shape, plan: Plan, folder: Path) -> None:
        torch.manual_seed(plan.seed)
        torch.set_num_threads(plan.threads)
        self.plan = plan
        self.folder = folder
        self.batches = Batches(examples, tokenizer, plan.batch, plan.seed)
        self.network = Network(shape).to(plan.device)
        self.average = Network(shape).to(plan.device)
        self.average.load_state_dict(self.network.state_dict())
        kept = [p for p in self.network.parameters() if p.ndim < 2 or p is self.network.table.weight]
        shrunk = [p for p in self.network.parameters() if p.ndim >= 2 and p is not self.network.table.weight]
        groups = [{"params": shrunk, "weight_decay": plan.decay}, {"params": kept, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=plan.rate, betas=(0.9, 0.98), eps=1e-8)
        self.total = math.ceil(len(self.batches) * plan.epochs)
        self.done = 0

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
        kept = torch.load(path, weights_only=True)
        if kept["run"] != self._run():
            raise OtherRun(f"{path} was made by a run with other settings")
        self.network.load_state_dict(kept["network"])
        self.average.load_state_dict(kept["average"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.done = kept["done"]
        return True

    def train(self, progress: Callable[[int, float], object] = lambda _done, _loss: None) -> None:
        """Train to the end.

        :param progress: is told the number of batches done, and the last loss in nats an utterance.
        """
        self.network.train()
        while self.done < self.total:
            epoch, skip = divmod(self.done, len(self.batches))
            for batch in self.batches.epoch(epoch, skip=skip):
                loss = self._step(batch)
                self.done += 1
                progress(self.done, loss)
                if self.done % self.plan.save_every == 0:
                    self._save()
                if self.done == self.total:
                    break
        self._save()

    def write(self) -> Path:
        """Write the averaged weights; returns where."""
        path = self.folder / WEIGHTS
        aside = path.with_suffix(".part")
        tensors = {name: tensor.contiguous() for name, tensor in self.average.state_dict().items()}
        save_file(tensors, aside, {key: str(value) for key, value in asdict(self.network.shape).items()})
        aside.replace(path)
        return path

    def _step(self, batch: Batch) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate * self._schedule()
        batch = replace(batch, words=self._dropped(batch))
        parts = losses(run(self.network, batch), batch)
        loss = torch.stack(list(parts.values())).sum()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        with torch.no_grad():
            keep = min(_AVERAGE, (self.done + 1) / (self.done + 10))
            for mean, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)
        return float(loss.detach())

    def _dropped(self, batch: Batch) -> torch.Tensor:
        """Some words are replaced by nothing (the first id of a batch is that of padding or a random word)."""
        made = torch.Generator().manual_seed(self.plan.seed * 1_000_003 + self.done)
        hidden = torch.rand(batch.words.shape, generator=made) < _DROPPED
        return torch.where(hidden, batch.words.new_zeros(()), batch.words)

    def _schedule(self) -> float:
        part = self.done / max(1, self.total)
        if part < _WARM_UP:
            return (part + 1e-3) / (_WARM_UP + 1e-3)
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (part - _WARM_UP) / (1 - _WARM_UP)))

    def _run(self) -> dict[str, Any]:
        return {**asdict(self.plan), **asdict(self.network.shape), "total": self.total}

    def _save(self) -> None:
        path = self.folder / CHECKPOINT
        aside = path.with_suffix(".part")
        kept = {
            "run": self._run(),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "done": self.done,
        }
        with aside.open("wb") as file:
            torch.save(kept, file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
