"""Ids: unique, not secret. Nothing is allowed because somebody knows one."""

import random

_random = random.Random(random.SystemRandom().getrandbits(256))  # noqa: S311  # see above; asking the OS each time is slow


def new_id() -> str:
    """128 random bits as 32 hex digits."""
    return f"{_random.getrandbits(128):032x}"
