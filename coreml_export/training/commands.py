"""`coreml-export train` and `calibrate`."""

import json
import sys
from itertools import chain
from pathlib import Path
from typing import Literal

import click

from actions.errors import HearthError
from bridge.tiers.small.model import shipped_folder
from bridge.tiers.small.tokenizer import Tokenizer

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
MODEL = "model"


class NoTraining(HearthError):
    """What training needs is not installed."""

    code = "no_training"
    hint = "pip install 'hearthbridge[train]'"


@click.command()
@click.option("--out", type=_FOLDER, required=True, help="Folder for the checkpoint, the weights and the model.")
@click.option("--steps", type=click.IntRange(1), default=30_000, show_default=True)
@click.option("--batch", type=click.IntRange(1), default=64, show_default=True, help="Utterances at a time.")
@click.option("--shard", type=click.IntRange(1), default=30_000, show_default=True, help="Cases of a portion.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True)
@click.option("--half/--full", default=True, show_default=True, help="bfloat16 or float32: try which is faster.")
@click.option("--device", type=click.Choice(("cpu", "cuda")), default="cpu", show_default=True)
@click.option("--blocklist", "blocklists", type=_FILE, multiple=True, help="Digests to leave out; several times.")
@click.option("--start", type=click.Choice(("minilm", "random")), default="minilm", show_default=True)
@click.option(
    "--from",
    "weights",
    type=click.Path(path_type=Path, exists=True),
    default=None,
    help="Begin with these weights.safetensors instead, or with those of a model folder.",
)
@click.option(
    "--blend",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="The share of the weights of --from in what is written.",
)
@click.option("--tokenizer", type=_FILE, default=None, help="tokenizer.json; the shipped one when left out.")
def train(
    out: Path,
    steps: int,
    batch: int,
    shard: int,
    seed: int,
    threads: int,
    half: bool,
    device: str,
    blocklists: tuple[Path, ...],
    start: Literal["minilm", "random"],
    weights: Path | None,
    blend: float,
    tokenizer: Path | None,
) -> None:
    """Train the small model; data is made beside it. Started again in the same folder, it goes on."""
    try:
        from coreml_export.training.network import Shape
        from coreml_export.training.pack import load_network, pack
        from coreml_export.training.start import vectors
        from coreml_export.training.trainer import WEIGHTS, Plan, Trainer
    except ImportError as error:
        raise NoTraining(f"Training needs {error.name}") from error
    from coreml_export.data.digest import read_blocklist
    from coreml_export.training.shards import Shards, Source

    blocked = frozenset[str]().union(*(read_blocklist(path) for path in blocklists))
    path = tokenizer or shipped_folder() / "tokenizer.json"
    known = Tokenizer.load(path)
    out.mkdir(parents=True, exist_ok=True)
    plan = Plan(steps=steps, batch=batch, seed=seed, threads=threads, half=half, device=device)
    trainer = Trainer(known, Shape(known.size), plan, out)
    if trainer.resume():
        click.echo(f"Going on after {trainer.done} of {steps} batches.", err=True)
    elif weights is not None:
        trainer.go_on_from(weights)
    elif start == "minilm":
        trainer.start_from(vectors(known.pieces, trainer.network.shape.embedding))
    source = Source(seed, shard, ("de", "fr", "es", "it", "nl"), blocked=blocked)
    with (
        Shards(source, out) as shards,
        click.progressbar(length=steps, label="Training", file=sys.stderr, item_show_func=_loss) as bar,
    ):
        bar.update(trainer.done)
        trainer.train(shards, lambda _done, loss: bar.update(1, loss))
    trainer.write(weights if blend else None, blend)
    pack(load_network(out / WEIGHTS), path, {}, out / MODEL, version=f"seed{seed}-steps{steps}")
    click.echo(f"Weights: {out / WEIGHTS}. Next: coreml-export calibrate --model {out / MODEL}")


def _loss(loss: float | None) -> str:
    return "" if loss is None else f"{loss:.2f} nats"


@click.command()
@click.option("--model", "folder", type=_FOLDER, required=True, help="A model folder, as `train` makes it.")
@click.option("--count", type=click.IntRange(100), default=8000, show_default=True, help="Cases to look at.")
@click.option("--seed", type=click.IntRange(0), default=3, show_default=True)
@click.option("--blocklist", "blocklists", type=_FILE, multiple=True, help="Digests to leave out; several times.")
@click.option("--version", default=None, help="A new name for the model.")
def calibrate(folder: Path, count: int, seed: int, blocklists: tuple[Path, ...], version: str | None) -> None:
    """Fit the confidence of a model, half on phrasings and names that it was not trained on, half on others."""
    from bridge.tiers.small.model import MANIFEST, Model
    from coreml_export.data.digest import read_blocklist
    from coreml_export.data.split import Split
    from coreml_export.training.calibrate import fit, observe
    from coreml_export.training.pack import seal
    from coreml_export.training.shards import Source

    blocked = frozenset[str]().union(*(read_blocklist(path) for path in blocklists))
    parts: tuple[tuple[Split, int], ...] = (("valid", count // 2), ("train", count - count // 2))
    sources = [Source(seed, some, ("de", "fr", "es", "it", "nl"), 0.25, blocked, split) for split, some in parts]
    said = chain.from_iterable(source.cases(0) for source in sources)
    with click.progressbar(length=count, label="Reading", file=sys.stderr) as bar:
        seen = observe(Model(folder), said, bar.update)
    calibration = fit(seen)
    kept = json.loads((folder / MANIFEST).read_text("utf-8"))
    seal(folder, calibration, version or kept["version"])
    click.echo(json.dumps(calibration["thresholds"], indent=1))
