"""The bridge as an Assist agent."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Literal

from homeassistant.components.conversation import (
    AssistantContent,
    ChatLog,
    ConversationEntity,
    ConversationEntityFeature,
    ConversationInput,
    ConversationResult,
)
from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.translation import async_get_translations

from .chat import Telling
from .const import DOMAIN
from .coordinator import HearthbridgeConfigEntry
from .entity import device_info
from .errors import BridgeError, Refused, Unauthorized
from .models import Reply
from .request import request_for
from .tickets import tickets_of

PARALLEL_UPDATES = 0
_CONVERSATIONS = 200
_ERRORS = {
    "not_understood": intent.IntentResponseErrorCode.NO_INTENT_MATCH,
    "not_possible": intent.IntentResponseErrorCode.NO_VALID_TARGETS,
    "failed": intent.IntentResponseErrorCode.FAILED_TO_HANDLE,
}


async def async_setup_entry(
    _hass: HomeAssistant, entry: HearthbridgeConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the agent of a bridge."""
    add([Agent(entry)])


class Agent(ConversationEntity):
    """Hands what is said to the bridge. It stays available while the bridge is away, to say just that."""

    _attr_has_entity_name = True
    _attr_name = None
    _attr_translation_key = "agent"
    _attr_supports_streaming = True
    _attr_supported_features = ConversationEntityFeature.CONTROL

    def __init__(self, entry: HearthbridgeConfigEntry) -> None:
        self._entry = entry
        self._turns: OrderedDict[str, str] = OrderedDict()
        """Conversation -> the bridge's turn, so that "yes" and "the other one" are understood."""
        self._attr_unique_id = entry.entry_id
        self._attr_device_info = device_info(entry)

    @property
    def supported_languages(self) -> list[str] | Literal["*"]:
        """The bridge answers in every language, if only that it does not understand it."""
        return MATCH_ALL

    async def _async_handle_message(self, user_input: ConversationInput, chat_log: ChatLog) -> ConversationResult:
        telling = Telling(chat_log, user_input.agent_id)
        try:
            reply = await self._ask(user_input, chat_log, telling)
        except BridgeError as error:
            return await self._failed(error, user_input, chat_log)
        self._turns[chat_log.conversation_id] = reply.turn_id
        self._turns.move_to_end(chat_log.conversation_id)
        while len(self._turns) > _CONVERSATIONS:
            self._turns.popitem(last=False)
        return ConversationResult(
            response=_response(reply, user_input.language),
            conversation_id=chat_log.conversation_id,
            continue_conversation=reply.ask is not None,
        )

    async def _ask(self, user_input: ConversationInput, chat_log: ChatLog, telling: Telling) -> Reply:
        with tickets_of(self.hass).issue(user_input.context) as ticket:
            body = await request_for(
                self.hass,
                self._entry,
                user_input.text,
                user_input.context,
                ticket=ticket,
                language=user_input.language,
                device_id=user_input.device_id,
                satellite_id=getattr(user_input, "satellite_id", None),
                turn_id=self._turns.get(chat_log.conversation_id),
            )
            try:
                return await self._stream(body, user_input, chat_log, telling)
            except Refused as refused:
                if refused.code != "unknown_turn":
                    raise
            # The bridge has forgotten the turn: it was set up anew.
            del self._turns[chat_log.conversation_id], body["turn_id"]
            return await self._stream(body, user_input, chat_log, telling)

    async def _stream(
        self, body: dict[str, Any], user_input: ConversationInput, chat_log: ChatLog, telling: Telling
    ) -> Reply:
        events = self._entry.runtime_data.bridge.ask_streamed(body)
        deltas = telling.deltas(events)
        async for _ in chat_log.async_add_delta_content_stream(user_input.agent_id, deltas):
            pass
        assert telling.reply is not None  # noqa: S101  # else it was raised
        return telling.reply

    async def _failed(
        self, error: BridgeError, user_input: ConversationInput, chat_log: ChatLog
    ) -> ConversationResult:
        if isinstance(error, Unauthorized):
            self._entry.runtime_data.refused()
        said = await _in_words(self.hass, error, user_input.language)
        chat_log.async_add_assistant_content_without_tools(AssistantContent(user_input.agent_id, said))
        response = intent.IntentResponse(language=user_input.language)
        response.async_set_error(intent.IntentResponseErrorCode.FAILED_TO_HANDLE, said)
        return ConversationResult(response=response, conversation_id=chat_log.conversation_id)


async def _in_words(hass: HomeAssistant, error: BridgeError, language: str) -> str:
    """What went wrong, in the language of who asked."""
    texts = await async_get_translations(hass, language, "exceptions", {DOMAIN})
    text = texts.get(f"component.{DOMAIN}.exceptions.{error.key}.message", "{message}")
    return text.replace("{message}", str(error))


def _response(reply: Reply, language: str) -> intent.IntentResponse:
    response = intent.IntentResponse(language=language)
    done, failed = _results(reply, done=True), _results(reply, done=False)
    code = _ERRORS.get(reply.decision or "")
    if code is None and failed and not done:
        code = intent.IntentResponseErrorCode.FAILED_TO_HANDLE
    if code is not None:
        response.async_set_error(code, reply.say)
        return response
    if reply.decision == "answered":
        response.response_type = intent.IntentResponseType.QUERY_ANSWER
    response.async_set_results(done, failed)
    response.async_set_speech(reply.say)
    return response


def _results(reply: Reply, *, done: bool) -> list[intent.IntentResponseTarget]:
    return [
        intent.IntentResponseTarget(
            name=str(receipt.get("name")),
            type=intent.IntentResponseTargetType.ENTITY,
            id=str(receipt["target"]),
        )
        for receipt in reply.receipts
        if receipt.get("target") and (receipt.get("status") == "done") is done
    ]
