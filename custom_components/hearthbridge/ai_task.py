"""The bridge's models for AI tasks: text, and data of a given structure. Nothing is done in the home."""

from __future__ import annotations

import base64
import json
from typing import Any

from homeassistant.components.ai_task import AITaskEntity, AITaskEntityFeature, GenDataTask, GenDataTaskResult
from homeassistant.components.conversation import AssistantContent, ChatLog
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import HearthbridgeConfigEntry
from .entity import device_info
from .errors import BridgeError
from .request import request_for

PARALLEL_UPDATES = 0
_STRUCTURED = "\n\nAnswer with one JSON object and nothing else. Its fields: "


async def async_setup_entry(
    _hass: HomeAssistant, entry: HearthbridgeConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the tasks of a bridge."""
    add([Tasks(entry)])


class Tasks(AITaskEntity):
    """Answers with the bridge's tiers; what the local ones do not understand needs its cloud tier."""

    _attr_has_entity_name = True
    _attr_translation_key = "tasks"
    _attr_supported_features = AITaskEntityFeature.GENERATE_DATA | AITaskEntityFeature.SUPPORT_ATTACHMENTS

    def __init__(self, entry: HearthbridgeConfigEntry) -> None:
        self._entry = entry
        self._attr_unique_id = f"{entry.entry_id}_tasks"
        self._attr_device_info = device_info(entry)

    async def _async_generate_data(self, task: GenDataTask, chat_log: ChatLog) -> GenDataTaskResult:
        text = task.instructions
        if task.structure:
            text += _STRUCTURED + ", ".join(str(field) for field in task.structure.schema)
        image = await self._image(task)
        body = await request_for(self.hass, self._entry, text, Context(), read_only=True, image=image)
        try:
            reply = await self._entry.runtime_data.bridge.ask(body)
        except BridgeError as error:
            raise _error(error.key, str(error)) from error
        if reply.decision != "answered":
            raise _error("task_not_done", reply.say)
        chat_log.async_add_assistant_content_without_tools(AssistantContent(self.entity_id, reply.say))
        data: Any = _structured(reply.say, task) if task.structure else reply.say
        return GenDataTaskResult(conversation_id=chat_log.conversation_id, data=data)

    async def _image(self, task: GenDataTask) -> str | None:
        attachments = task.attachments or []
        if not attachments:
            return None
        if len(attachments) > 1 or not attachments[0].mime_type.startswith("image/"):
            raise _error("one_image", "")
        content = await self.hass.async_add_executor_job(attachments[0].path.read_bytes)
        return base64.b64encode(content).decode()


def _structured(say: str, task: GenDataTask) -> Any:
    try:
        found = json.loads(say[say.index("{") : say.rindex("}") + 1])
        return task.structure(found) if task.structure else found
    except Exception as error:
        raise _error("not_structured", say[:200]) from error


def _error(key: str, message: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders={"message": message}
    )
