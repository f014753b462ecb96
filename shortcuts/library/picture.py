"""A picture on its way to the bridge: small, without the place it was taken at, on one line of base64."""

from shortcuts import steps
from shortcuts.values import Ref
from shortcuts.workflow import Workflow

LONGEST = 1280
"""Pixels of the longer side: enough to read a screenshot, and some 200 kB."""


def encoded(flow: Workflow, picture: Ref) -> Ref:
    """The first of the pictures as base64 of a JPEG."""
    small = flow.do(steps.resize(flow.do(steps.first(picture)), LONGEST))
    return flow.do(steps.base64(flow.do(steps.jpeg(small))))
