"""How vendors write tools and tool calls; one dialect each, all over the same registry."""

from collections.abc import Mapping
from types import MappingProxyType

from actions.dialects.anthropic import Anthropic
from actions.dialects.base import Dialect
from actions.dialects.gemini import Gemini
from actions.dialects.mcp import MCP
from actions.dialects.openai import OpenAI

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.name: dialect for dialect in (OpenAI(), Anthropic(), Gemini(), MCP())}
)
"""Every dialect by its name."""

__all__ = ["DIALECTS", "MCP", "Anthropic", "Dialect", "Gemini", "OpenAI"]
