"""Training: from cases to weights, in torch."""
