"""The data generator: random homes, what people say in them, and the calls that are right."""
