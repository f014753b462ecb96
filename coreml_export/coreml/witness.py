"""The second witness: the network through Apple's own Core AI runtime, where that is installed."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

