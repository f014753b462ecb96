"""What can go wrong when a shortcut is built, signed or run by the interpreter.

ShortcutError               base
├── BuildError              a shortcut that cannot be written down: an unknown key, a value of the wrong kind
└── SigningError            `shortcuts sign` is not there, or refused
"""

from actions.errors import HearthError


class ShortcutError(HearthError):
    """Base of the errors of this package."""

    code = "shortcut_error"


class BuildError(ShortcutError):
    """The shortcut cannot be written down."""

    code = "shortcut_invalid"


class SigningError(ShortcutError):
    """The shortcut could not be signed."""

    code = "shortcut_not_signed"
