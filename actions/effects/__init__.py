"""What an intent does to one entity: the service call it needs and what that must bring about."""

from actions.effects.base import Effect, NotNow, Unsupported
from actions.effects.table import DOMAINS, effect_of

__all__ = ["DOMAINS", "Effect", "NotNow", "Unsupported", "effect_of"]
