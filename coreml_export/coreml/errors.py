"""Errors of the Core ML export."""

from actions.errors import HearthError


class WeightsError(HearthError):
    """The model folder cannot be exported."""

    code = "bad_weights"
    hint = (
        "Point --weights at a folder that the training packed: weights, tokenizer, labels, calibration, manifest."
    )


class ExportError(HearthError):
    """The package cannot be written."""

    code = "cannot_export"


class PackageError(HearthError):
    """A package or what lies beside it cannot be read, or does not belong together."""

    code = "bad_package"
    hint = "Export it again."


class UnknownOp(PackageError):
    """The program has an op that the interpreter does not know."""

    code = "unknown_op"
    hint = "Add it to coreml_export/coreml/ops.py; it is never skipped."


class NotInstalled(HearthError):
    """A part that the base install does not have."""

    code = "not_installed"
    hint = "pip install 'hearthbridge[export]'; the second witness also needs coreai-core and coreai-torch (betas)."


class NeedsMac(HearthError):
    """Only macOS can do this."""

    code = "needs_macos"
    hint = "Run it on a Mac with macOS 14.4 or newer; the card says `not run on a device` until then."


class NotGoodEnough(HearthError):
    """The figures are below the thresholds."""

    code = "below_threshold"
    hint = "Mend the model or choose another precision; --force writes the card all the same and says so in it."
