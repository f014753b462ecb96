"""The cloud tier: large models as the fallback, bounded in time, money and disclosure. Needs the extra `cloud`."""

from bridge.tiers.cloud.tier import CloudTier

__all__ = ["CloudTier"]
