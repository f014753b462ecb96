"""How vendors write tools and tool calls."""
