"""The grammar tier: Home Assistant's own sentence templates, in all their languages, without a model."""

from bridge.tiers.grammar.texts import Texts
from bridge.tiers.grammar.tier import GrammarTier

__all__ = ["GrammarTier", "Texts"]
