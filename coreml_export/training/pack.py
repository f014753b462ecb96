"""Packing: trained weights as the files that the hub runs and the phone's export begins with."""

import json
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors import safe_open
from safetensors.numpy import save_file
from torch import Tensor, nn

from bridge.tiers.small import features, rows
from bridge.tiers.small.model import LABELS, MANIFEST, OUTPUTS, digest
from coreml_export.training.network import MEMORY_PARTS, Network, Shape

TABLE = "table.weight"
_OPSET = 18


def load_network(path: Path) -> Network:
    """The network of a file of weights that the trainer wrote."""
    with safe_open(path, "pt") as file:
        known = {field.name for field in fields(Shape)}
        shape = Shape(**{key: int(value) for key, value in file.metadata().items() if key in known})
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # it is no mapping
    network = Network(shape)
    network.load_state_dict(tensors)
    return network.eval()


def pack(network: Network, tokenizer: Path, calibration: dict[str, Any], out: Path, *, version: str) -> None:
    """Write a model folder; it is complete once its manifest is there."""
    out.mkdir(parents=True, exist_ok=True)
    (out / MANIFEST).unlink(missing_ok=True)
    network = rounded(network)
    _write_weights(network, out / "weights.safetensors")
    _write_onnx(network, out)
    if tokenizer.resolve() != (out / "tokenizer.json").resolve():
        (out / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    _write_json(out / "labels.json", {key: list(values) for key, values in LABELS.items()})
    seal(out, calibration, version)


def seal(out: Path, calibration: dict[str, Any], version: str) -> None:
    """Write the calibration and the manifest, which holds the hash of every file."""
    _write_json(out / "calibration.json", calibration)
    names = sorted(path.name for path in out.iterdir() if path.suffix in {".json", ".onnx", ".safetensors"})
    hashes = {name: digest(out / name) for name in names if name != MANIFEST}
    _write_json(out / MANIFEST, {"version": version, "files": hashes})


def rounded(network: Network) -> Network:
    """The network with the table as it is kept: 8 bits, a scale for each id."""
    quantised, scale = _quantised(network.table.weight.detach())
    made = Network(network.shape)
    made.load_state_dict(network.state_dict())
    with torch.no_grad():
        made.table.weight.copy_(quantised.float() * scale.float()[:, None])
    return made.eval()


def _quantised(table: Tensor) -> tuple[Tensor, Tensor]:
    scale = (table.abs().amax(1) / 127).clamp(min=1e-6).half()
    return torch.round(table / scale.float()[:, None]).clamp(-127, 127).to(torch.int8), scale


def _write_weights(network: Network, path: Path) -> None:
    quantised, scale = _quantised(network.table.weight.detach())
    tensors: dict[str, np.ndarray[Any, Any]] = {
        "table.int8": quantised.numpy(),
        "table.scale": scale.numpy(),
    }
    for name, tensor in network.state_dict().items():
        if name != TABLE:
            tensors[name] = tensor.half().numpy()
    shape = {field.name: str(getattr(network.shape, field.name)) for field in fields(Shape)}
    save_file(tensors, path, shape)


class _Small(nn.Module):
    """The network over one utterance: what its words are is looked up outside."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, vectors: Tensor, tokens: Tensor, memory: Tensor, match: Tensor, marks: Tensor
    ) -> tuple[Tensor, ...]:
        """As `Network.forward`, without padding."""
        masks = (tokens[..., 0] * 0, marks[..., 0] * 0)
        return tuple(self.network(vectors, tokens, memory, match, marks, masks))


class _Rows(nn.Module):
    """What the network keeps of rows."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, vectors: Tensor, marks: Tensor) -> Tensor:
        """As `Network.rows`."""
        return self.network.rows(vectors, marks)


def _write_onnx(network: Network, out: Path) -> None:
    shape = network.shape
    s, r = torch.export.Dim("words", min=1, max=64), torch.export.Dim("rows", min=1, max=96)
    n = torch.export.Dim("rows", min=1, max=4096)
    example = (
        torch.zeros(1, 7, shape.embedding),
        torch.zeros(1, 7, features.TOKEN_WIDTH),
        torch.zeros(1, 11, shape.width * MEMORY_PARTS),
        torch.zeros(1, 7, 11),
        torch.zeros(1, 11, features.ROW_WIDTH),
    )
    _export(
        _Small(network), example, ["vectors", "tokens", "memory", "match", "marks"], list(OUTPUTS),
        ({1: s}, {1: s}, {1: r}, {1: s, 2: r}, {1: r}), out / "small.onnx",
    )  # fmt: skip
    row = (torch.zeros(5, shape.embedding), torch.zeros(5, rows.WIDTH))
    _export(_Rows(network), row, ["vectors", "features"], ["memory"], ({0: n}, {0: n}), out / "rows.onnx")


def _export(
    module: nn.Module, example: tuple[Tensor, ...], inputs: list[str], outputs: list[str], dynamic: Any, path: Path
) -> None:
    with TemporaryDirectory() as aside, catch_warnings():
        # The exporter warns of its own code.
        simplefilter("ignore")
        plain = Path(aside) / "plain.onnx"
        program = torch.onnx.export(
            module.eval(), example, dynamo=True, input_names=inputs, output_names=outputs, dynamic_shapes=dynamic,
            opset_version=_OPSET, verbose=False,
        )  # fmt: skip
        assert program is not None  # noqa: S101  # it is where no file is given
        program.save(plain)
        quantize_dynamic(plain, path, weight_type=QuantType.QInt8, per_channel=True)
    # The exporter writes the trace of each node into the file; nobody needs this machine's paths.
    model = onnx.load(path)
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.save(model, path)


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
