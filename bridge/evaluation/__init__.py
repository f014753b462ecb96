"""Evaluation: the local tiers over files of homes and cases."""
