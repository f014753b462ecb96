"""Google's Gemini API (and Vertex AI): function declarations in its own subset of OpenAPI schemas."""

from collections.abc import Mapping
from typing import Any

from actions.dialects.base import CUT, Dialect, Found, cut_last
from actions.dialects.names import tool_names
from actions.registry import Registry

_FINISHED = (None, "STOP", "FINISH_REASON_UNSPECIFIED")
_RESPONSE = frozenset({"candidates", "promptFeedback", "prompt_feedback", "usageMetadata", "usage_metadata"})
_FOREIGN = frozenset({"type", "function", "tool_calls"})
_KEPT = (
    "description",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "pattern",
)
"""Keywords of a schema that mean the same there; one unknown keyword makes the API refuse the whole request."""


class Gemini(Dialect):
    """Reads the API's own field names and those of its Python SDK (`functionCall`, `function_call`)."""

    name = "gemini"
    example = (
        '{"candidates": [{"content": {"role": "model", "parts": [{"functionCall": {"name": "HassTurnOn", '
        '"args": {"name": "lamp"}}}]}, "finishReason": "STOP"}]}'
    )

    def tools(self, registry: Registry) -> list[dict[str, Any]]:
        """`tools` of a `generateContent` request: one tool that holds all declarations."""
        names = tool_names(registry)
        return [
            {
                "functionDeclarations": [
                    _declaration(names[action.name], action.description, action.schema())
                    for action in registry.values()
                ]
            }
        ]

    def find(self, payload: Any) -> list[Found]:
        """Calls in a response (or the list of a streamed one's pieces), a candidate, a content, parts, or one."""
        if isinstance(payload, list):
            pieces = self.mappings(payload, "The payload")
            if pieces and all(_RESPONSE & piece.keys() for piece in pieces):
                return self._responses(pieces)
            return self._bare(pieces)
        body = self.mapping(payload, "The payload")
        if _RESPONSE & body.keys():
            return self._responses([body])
        if "content" in body:
            return self._candidates([body])
        if "parts" in body:
            return self._content(body)
        return self._bare([body])

    def _responses(self, pieces: list[Mapping[str, Any]]) -> list[Found]:
        candidates = [self.mappings(piece.get("candidates") or [], "candidates") for piece in pieces]
        # Further candidates are other answers to the same question, not further calls.
        return self._candidates([several[0] for several in candidates if several])

    def _candidates(self, pieces: list[Mapping[str, Any]]) -> list[Found]:
        """The pieces of one candidate; only the last of them says how it ended."""
        found: list[Found] = []
        reason = None
        for piece in pieces:
            if _FOREIGN & piece.keys():
                raise self.refused("A candidate is no candidate of a response")
            found += self._content(self.mapping(piece.get("content") or {}, "content"))
            reason = piece.get("finishReason") or piece.get("finish_reason") or reason
        if reason == "MALFORMED_FUNCTION_CALL" and not found:
            return [Found("unknown", None, lost="The model wrote a call that the vendor could not read")]
        return found if reason in _FINISHED else cut_last(found)

    def _content(self, content: Mapping[str, Any]) -> list[Found]:
        return self._parts(self.mappings(content.get("parts") or [], "parts"))

    def _bare(self, parts: list[Mapping[str, Any]]) -> list[Found]:
        found = self._parts(parts)
        if parts and not found and not any("text" in part for part in parts):
            raise self.refused("There is neither a call nor a text")
        return found

    def _parts(self, parts: list[Mapping[str, Any]]) -> list[Found]:
        found: list[Found] = []
        for part in parts:
            call = part.get("functionCall") or part.get("function_call")
            if call is not None:
                found.append(self._call_of(self.mapping(call, "functionCall")))
            elif _FOREIGN & part.keys():
                raise self.refused("A part is no part of a content")
            elif "name" in part:
                found.append(self._call_of(part))
        return found

    def _call_of(self, call: Mapping[str, Any]) -> Found:
        partial = any(call.get(key) for key in ("partialArgs", "partial_args", "willContinue", "will_continue"))
        return Found(
            call.get("name"), self.arguments(call, "args"), call.get("id") or None, CUT if partial else None
        )


def _declaration(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    declaration: dict[str, Any] = {"name": name, "description": description}
    if schema["properties"]:
        # An object without properties is refused, so that a function without parameters declares none.
        declaration["parameters"] = gemini_schema(schema)
    return declaration


def gemini_schema(node: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON Schema in Gemini's subset: what it cannot say is left out, since every call is validated by us."""
    options = _options(node)
    if len(options) > 1:
        # `anyOf` must stand alone, so that the description goes into each option.
        return {"anyOf": [gemini_schema(option) for option in options]}
    only = options[0]
    kind = str(only.get("type", "string"))
    schema = {"type": kind.upper(), **{key: only[key] for key in _KEPT if key in only}}
    return {**schema, **_bounds(only), **_enum(only, kind), **_parts_of(only, kind)}


def _options(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The alternatives of a node, null left out; itself if it has none."""
    rest = {key: value for key, value in node.items() if key not in {"anyOf", "oneOf", "type"}}
    options = node.get("anyOf") or node.get("oneOf")
    if options is None:
        kinds = node.get("type", "string")
        options = [{"type": kind} for kind in (kinds if isinstance(kinds, list) else [kinds])]
    real = [{**rest, **option} for option in options if option.get("type") != "null"]
    return _options(real[0]) if len(real) == 1 and "anyOf" in real[0] else real or [rest]


def _enum(node: Mapping[str, Any], kind: str) -> dict[str, Any]:
    values = [node["const"]] if "const" in node else node.get("enum")
    if values is None:
        return {}
    if kind == "string" and all(isinstance(value, str) for value in values):
        return {"enum": list(values)}
    # Only strings may be enumerated.
    said = node.get("description", "")
    return {"description": f"{said} One of: {', '.join(map(str, values))}.".strip()}


def _bounds(node: Mapping[str, Any]) -> dict[str, Any]:
    """Exclusive bounds as inclusive ones: exact for integers, a little too wide for other numbers."""
    step = 1 if node.get("type") == "integer" else 0
    bounds = {}
    if "exclusiveMinimum" in node:
        bounds["minimum"] = node["exclusiveMinimum"] + step
    if "exclusiveMaximum" in node:
        bounds["maximum"] = node["exclusiveMaximum"] - step
    return bounds


def _parts_of(node: Mapping[str, Any], kind: str) -> dict[str, Any]:
    if kind == "array":
        items: Mapping[str, Any] = node.get("items") or next(iter(node.get("prefixItems", [])), {})
        return {"items": gemini_schema(items)}
    if kind != "object" or not node.get("properties"):
        return {}
    properties = {name: gemini_schema(item) for name, item in node["properties"].items()}
    required = [name for name in node.get("required", []) if name in properties]
    return {"properties": properties, **({"required": required} if required else {})}
