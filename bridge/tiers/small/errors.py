"""Errors of the small tier."""

from actions.errors import HearthError


class ModelError(HearthError):
    """The model's files cannot be used."""

    code = "bad_model"
    hint = "Install Hearthbridge again, or point `small.model` at a folder that `coreml-export pack` made."
