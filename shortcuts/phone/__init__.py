"""Phone actions: their arguments as a model gives them, and as the shortcuts take them."""
