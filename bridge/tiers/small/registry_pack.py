"""The registry pack: a home as a phone needs it to understand what is said in it, as JSON.

It holds what the model's memory holds of the rooms, floors, exposed things and own actions: their names, the ids of
their words, their features, where they are, and what the own actions take. Nothing that is not exposed is in it.
"""

import hashlib
import json
from typing import Any

import numpy as np

from actions.action import Action
from actions.home import Entity, Home
from actions.registry import Registry
from bridge.tiers.small.memory import Memory
from bridge.tiers.small.rows import WIDTH, Row, RowKind, is_own
from bridge.tiers.small.tokenizer import Tokenizer

FORMAT = 1


def registry_pack(memory: Memory, home: Home, registry: Registry, tokenizer: Tokenizer) -> dict[str, Any]:
    """The pack of a home; `version` is the same as long as its content is.

    :param memory: of this home and registry.
    """
    content: dict[str, Any] = {
        "format": FORMAT,
        "row_features": WIDTH,
        "rows": [_row(row, home, tokenizer) for row in memory.rows],
        "actions": [_action(action, home) for action in registry.values() if is_own(action)],
    }
    packed = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return {"version": hashlib.sha256(packed).hexdigest()[:16], **content}


def _row(row: Row, home: Home, tokenizer: Tokenizer) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": row.kind.name.lower(),
        "key": row.key,
        "names": list(row.names),
        "ids": [tokenizer.ids(word).tolist() for word in row.words() or ("",)],
        "features": np.flatnonzero(row.features()).tolist(),
    }
    if row.kind is RowKind.AREA:
        made["floor"] = home.areas[row.key].floor
    if row.entities:
        made["entities"] = [_entity(entity) for entity in row.entities if entity.exposed]
    return made


def _entity(entity: Entity) -> dict[str, Any]:
    return {"id": entity.id, "area": entity.area, "domain": entity.domain}


def _action(action: Action, home: Home) -> dict[str, Any]:
    seen = {entity.id for entity in home.exposed}
    return {
        "name": action.name,
        "parameters": action.schema(),
        "narrows": action.narrows,
        "targets": [target for target in action.targets if target in seen],
    }
