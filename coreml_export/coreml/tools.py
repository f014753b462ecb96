"""coremltools, without what it says on import of packages that are not used here, and without its progress bars."""

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What coremltools prints and warns of meanwhile is dropped; its errors are not."""
    logging.getLogger("coremltools").setLevel(logging.ERROR)
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


with quiet():
    import coremltools as ct
    from coremltools.converters.mil.frontend.milproto.load import load as load_program
    from coremltools.converters.mil.mil import Builder as mb  # noqa: N813  # as Apple writes it
    from coremltools.converters.mil.mil import Program, types

logging.getLogger("coremltools").setLevel(logging.ERROR)
Var = Any
__all__ = ["Program", "Var", "ct", "load_program", "mb", "quiet", "types"]
