"""The small model: data, training, evaluation and export."""
