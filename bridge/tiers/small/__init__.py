"""The small tier: a model of the project's own that points at what is in the home."""

from pathlib import Path

from bridge.tiers.small.errors import ModelError
from bridge.tiers.small.model import Model, shipped_folder
from bridge.tiers.small.tier import SmallTier

__all__ = ["ModelError", "SmallTier", "load"]


def load(folder: Path | None = None, *, threads: int = 1, later: bool = True) -> SmallTier:
    """The tier with the model of a folder, or with the shipped one; `later` as `SmallTier` has it.

    :raises ModelError: a file of the model is missing, changed, or of another make.
    """
    return SmallTier(Model(folder or shipped_folder(), threads=threads), later=later)
