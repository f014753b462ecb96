"""The phone protocol: what phones are asked to do, what they say became of it, and how they are woken."""
