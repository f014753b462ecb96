"""The Model Context Protocol: tools as `tools/list` gives them, calls as `tools/call` sends them."""

from collections.abc import Mapping
from typing import Any

from actions.action import Action, Place, Risk, Undo
from actions.dialects.base import Dialect, Found
from actions.dialects.names import tool_names
from actions.registry import Registry


class MCP(Dialect):
    """Names are as narrow as the model vendors' own, since most clients hand them on unchanged."""

    name = "mcp"
    example = (
        '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", '
        '"params": {"name": "HassTurnOn", "arguments": {"name": "lamp"}}}'
    )

    def tools(self, registry: Registry) -> list[dict[str, Any]]:
        """`tools` in the result of `tools/list`."""
        names = tool_names(registry)
        return [
            {
                "name": names[action.name],
                "description": action.description,
                "inputSchema": action.schema(),
                "annotations": annotations(action),
            }
            for action in registry.values()
        ]

    def find(self, payload: Any) -> list[Found]:
        """The call of a request or its params, or those of a list of them."""
        items = payload if isinstance(payload, list) else [payload]
        return [self._one(item) for item in self.mappings(items, "The payload")]

    def _one(self, item: Mapping[str, Any]) -> Found:
        params = item
        if "method" in item or "params" in item or "jsonrpc" in item:
            if item.get("method") != "tools/call":
                raise self.refused("The method is not tools/call")
            params = self.mapping(item.get("params"), "params")
        return Found(params.get("name"), self.arguments(params, "arguments"), item.get("id"))


def annotations(action: Action) -> dict[str, Any]:
    """MCP's hints on what a tool does, for a client to ask its person by. Policy does not rely on them."""
    reads = action.reads_only
    lasting = action.undo is Undo.NONE and action.risk is not Risk.SAFE
    return {
        "readOnlyHint": reads,
        "destructiveHint": not reads and (lasting or action.risk.rank >= Risk.SENSITIVE.rank),
        "idempotentHint": reads or (action.undo is Undo.RESTORE and not _relative(action)),
        "openWorldHint": action.place is Place.PHONE or action.service is not None,
    }


def _relative(action: Action) -> bool:
    """Whether it can change something by a step, so that twice is more than once."""
    return any(name.endswith("_step") for name in action.parameters.model_fields)
