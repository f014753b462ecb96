"""The second witness: the network through Apple's own Core AI runtime, where that is installed.

It is the newer format, of iOS 27, and a beta: it shows that Apple's code computes the network as torch does. It
does not run the package.
"""

import asyncio
import inspect
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.tiers.small.features import ROW_WIDTH, TOKEN_WIDTH
from bridge.tiers.small.memory import MOST_ROWS
from bridge.tiers.small.model import OUTPUTS
from bridge.tiers.small.tokenizer import Tokenizer
from coreml_export.coreml.arrays import FAR
from coreml_export.coreml.cases import Case
from coreml_export.coreml.errors import NotInstalled
from coreml_export.coreml.models import TorchModel
from coreml_export.coreml.weights import PARTS, Weights

Arrays = Mapping[str, NDArray[np.float32]]
LENGTH, COUNT = 32, 12
_INPUTS = ("vectors", "tokens", "memory", "match", "marks", "word_mask", "row_mask")
Measured = dict[str, float | int]


def testify(weights: Path, cases: Sequence[Case]) -> Measured:
    """The largest difference between Core AI and torch over a few cases.

    :raises NotInstalled: torch or Core AI is not installed.
    """
    try:
        import torch

        with warnings.catch_warnings():
            # It was tried with torch up to 2.13, which 2.13.0+cpu is not, by its own count.
            warnings.simplefilter("ignore")
            from coreai_torch import TorchConverter, get_decomp_table
    except ImportError as error:
        raise NotInstalled(f"The second witness needs {error.name}") from error
    read = Weights.read(weights)
    tokenizer = Tokenizer.load(weights / "tokenizer.json")
    reference = TorchModel(read.tensors, read.sizes, tokenizer)
    given = _padded(cases, reference)
    module = _module(torch, reference.network)
    with warnings.catch_warnings(), TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        example = tuple(torch.from_numpy(given[0][name]) for name in _INPUTS)
        program = torch.export.export(module, example).run_decompositions(get_decomp_table())
        converter = TorchConverter()
        converter.add_exported_program(program, input_names=list(_INPUTS), output_names=list(OUTPUTS))
        asset = converter.to_coreai().save_asset(Path(folder) / "network.aimodel")
        found = asyncio.run(_run(asset, given))
    worst = 0.0
    for arrays, outputs in zip(given, found, strict=True):
        with torch.inference_mode():
            wanted = module(*(torch.from_numpy(arrays[name]) for name in _INPUTS))
        for name, right in zip(OUTPUTS, wanted, strict=True):
            there = right.numpy() > FAR / 2
            worst = max(worst, float(np.abs(right.numpy() - outputs[name])[there].max(initial=0)))
    return {"cases": len(given), "difference": worst}


def _module(torch: Any, network: Any) -> Any:
    class Flat(torch.nn.Module):  # type: ignore[misc]  # torch comes in at run time
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, *arrays: Any) -> tuple[Any, ...]:
            return tuple(self.network(*arrays[:5], arrays[5:]))

    return Flat().eval()


async def _run(asset: Any, given: Sequence[Arrays]) -> list[dict[str, NDArray[np.float32]]]:
    from coreai.runtime import NDArray as CoreArray

    made = []
    async with asset.executable() as model:
        function = model.load_function("main")
        for arrays in given:
            said = function({name: CoreArray(array) for name, array in arrays.items()})
            outputs = await said if inspect.isawaitable(said) else said
            made.append({name: np.asarray(outputs[name].numpy(), np.float32) for name in OUTPUTS})
    return made


def _padded(cases: Sequence[Case], reference: TorchModel) -> Sequence[Arrays]:
    """What the network takes of the first cases that fit, padded to one size."""
    made = []
    for case in cases:
        read = case.read
        words, rows = len(read.words), len(read.rows)
        if not 0 < words <= LENGTH or not rows:
            continue
        memory = reference.remembered(case.place.memory).detach().numpy()[read.rows]
        vectors = reference.vectors(read.words).detach().numpy()
        arrays = {
            "vectors": np.zeros((1, LENGTH, vectors.shape[1]), np.float32),
            "tokens": np.zeros((1, LENGTH, TOKEN_WIDTH), np.float32),
            "memory": np.zeros((1, MOST_ROWS, PARTS * reference.network.shape.width), np.float32),
            "match": np.zeros((1, LENGTH, MOST_ROWS), np.float32),
            "marks": np.zeros((1, MOST_ROWS, ROW_WIDTH), np.float32),
            "word_mask": np.full((1, LENGTH), FAR, np.float32),
            "row_mask": np.full((1, MOST_ROWS), FAR, np.float32),
        }
        arrays["vectors"][0, :words], arrays["tokens"][0, :words] = vectors, read.tokens
        arrays["memory"][0, :rows], arrays["marks"][0, :rows] = memory, read.marks
        arrays["match"][0, :words, :rows] = read.match
        arrays["word_mask"][0, :words] = arrays["row_mask"][0, :rows] = 0
        made.append(arrays)
        if len(made) == COUNT:
            break
    return made
