"""Constants: the weights as the program holds them, at a precision and for a target."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from coreml_export.coreml.compress import Array, Coded, Precision, code, code_table
from coreml_export.coreml.tools import Var, ct, mb, types
from coreml_export.coreml.weights import PAIR, Sizes, Weights

_BITS = {16: types.np_uint4_dtype, 64: types.np_uint6_dtype}


def factors(sizes: Sizes) -> dict[str, float]:
    """By what weights are multiplied for good, so that scores need no scaling: the network's own, put inside."""
    head, width, pair = (sizes.width / sizes.heads) ** -0.5, sizes.width**-0.5, PAIR**-0.5
    layers = {f"layers.{index}.attention.query": head for index in range(sizes.layers)}
    return {**layers, "cross.query": head, "point": width, "pair_left": pair, "value_left": pair}


def coded(weights: Weights, precision: Precision) -> dict[str, Coded]:
    """Every tensor as it is kept."""
    inside = factors(weights.sizes)
    made = {"table.weight": code_table(weights.table, precision)}
    for name, tensor in weights.tensors.items():
        if name != "table.weight":
            made[name] = code(tensor * np.float32(inside.get(name.rpartition(".")[0], 1)), precision)
    return made


def unfolded(kept: Mapping[str, Coded], sizes: Sizes) -> dict[str, Array]:
    """What the kept tensors come to, as float32 tensors of the network that was trained."""
    inside = factors(sizes)
    return {
        name: tensor.value.astype(np.float32) / np.float32(inside.get(name.rpartition(".")[0], 1))
        for name, tensor in kept.items()
    }


class Consts:
    """Makes the constants of a program; used while the Builder builds."""

    def __init__(self, kept: Mapping[str, Coded], target: Any) -> None:
        self._kept = kept
        self._new = target >= ct.target.iOS18
        self._validates = target >= ct.target.iOS17

    def kernel(self, name: str) -> Var:
        """A linear layer's weight as that of a 1x1 convolution."""
        return self._const(name, (*self._kept[name].value.shape, 1, 1))

    def vector(self, name: str) -> Var:
        """A bias, or a norm's weight."""
        return self._const(name, self._kept[name].value.shape)

    def positions(self, length: int) -> Var:
        """The first positions, (1, D, 1, S)."""
        turned = self._kept["position"].value[:length].T
        return mb.const(val=np.ascontiguousarray(turned[None, :, None, :]), name="position")

    def cross_match(self) -> list[np.float16]:
        """How much a word that says a row's name draws each head."""
        return list(self._kept["cross_match"].value.ravel())

    def value_bias(self) -> list[np.float16]:
        """One for each channel."""
        return list(self._kept["value_bias"].value.ravel())

    def look_up(self, ids: Var) -> Var:
        """The vectors of ids."""
        table = self._const("table.weight", self._kept["table.weight"].value.shape)
        more = {"validate_indices": False} if self._validates else {}
        return mb.gather(x=table, indices=ids, axis=0, **more)

    def _const(self, name: str, shape: tuple[int, ...]) -> Var:
        kept = self._kept[name]
        called = name.replace(".", "_")
        if kept.codes is None:
            return mb.const(val=kept.value.reshape(shape), name=called)
        codes = kept.codes.reshape(shape)
        if kept.lut is not None:
            return self._palette(codes, kept.lut, called)
        assert kept.scale is not None  # noqa: S101  # steps have one
        if self._new:
            wide = kept.scale.reshape(-1, *[1] * (len(shape) - 1))
            return mb.constexpr_blockwise_shift_scale(data=codes, scale=wide, name=called)
        return mb.constexpr_affine_dequantize(
            quantized_data=codes, zero_point=np.int8(0), scale=kept.scale, axis=np.int32(0), name=called
        )

    def _palette(self, codes: Array, lut: Array, called: str) -> Var:
        if self._new:
            wide = lut.reshape(*[1] * codes.ndim, -1, 1)
            return mb.constexpr_lut_to_dense(indices=codes.astype(_BITS[len(lut)]), lut=wide, name=called)
        bits = np.arange(len(lut).bit_length() - 1)
        packed = np.packbits(((codes.reshape(-1, 1) >> bits) & 1).astype(np.uint8), bitorder="little")
        return mb.constexpr_lut_to_dense(
            indices=packed, lut=lut, shape=np.array(codes.shape, np.uint32), name=called
        )
