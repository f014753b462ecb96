"""The bridge as a Wyoming service, for a Home Assistant without our integration."""
