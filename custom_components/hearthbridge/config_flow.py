"""Setting a bridge up: its address, and a pairing code that it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .api import Bridge
from .compat import vol
from .const import API, CLOUD, CONF_CLOUD, CONF_CODE, CONF_WITHOUT_TIERS, DEFAULT_URL, DOMAIN
from .coordinator import HearthbridgeConfigEntry
from .errors import BridgeError, Refused, Unauthorized
from .models import Status

_URL = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
_NEEDED = {"ask", "act", "phone", "oversee"}


class HearthbridgeConfigFlow(ConfigFlow, domain=DOMAIN):
    """Pairs with a bridge."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        self._found: str | None = None

    @staticmethod
    @callback
    def async_get_options_flow(config_entry: HearthbridgeConfigEntry) -> Options:  # noqa: ARG004
        """The options of a bridge."""
        return Options()

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """A person adds a bridge."""
        errors: dict[str, str] = {}
        if user_input is not None:
            paired = await self._pair(user_input[CONF_URL], user_input[CONF_CODE], errors)
            if paired is not None:
                return await self._finish(*paired)
        fields = {vol.Required(CONF_URL, default=DEFAULT_URL): _URL, vol.Required(CONF_CODE): str}
        return self._form("user", fields, user_input, errors)

    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """A bridge announced itself."""
        bridge_id = discovery_info.properties.get("id")
        url = discovery_info.properties.get("url") or f"http://{discovery_info.host}:{discovery_info.port}"
        if not bridge_id:
            return self.async_abort(reason="not_hearthbridge")
        entry = await self.async_set_unique_id(str(bridge_id))
        # Anyone in the network can announce anything: a bridge that answers is not left for another address.
        away = entry is not None and not _answers(entry)
        self._abort_if_unique_id_configured(updates={CONF_URL: url} if away else None)
        self._found = url
        self.context["title_placeholders"] = {"name": url}
        return await self.async_step_found()

    async def async_step_found(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """The code for the bridge that announced itself."""
        errors: dict[str, str] = {}
        assert self._found is not None  # noqa: S101  # set by the step before
        if user_input is not None:
            paired = await self._pair(self._found, user_input[CONF_CODE], errors)
            if paired is not None:
                return await self._finish(*paired)
        return self._form("found", {vol.Required(CONF_CODE): str}, user_input, errors, url=self._found)

    async def async_step_reauth(self, _entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """The token is not valid any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """A new code."""
        errors: dict[str, str] = {}
        entry = self._get_reauth_entry()
        if user_input is not None:
            paired = await self._pair(entry.data[CONF_URL], user_input[CONF_CODE], errors)
            if paired is not None:
                return await self._finish(*paired)
        fields = {vol.Required(CONF_CODE): str}
        return self._form("reauth_confirm", fields, user_input, errors, url=entry.data[CONF_URL])

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Another address; a code only where the bridge does not know its token any more."""
        errors: dict[str, str] = {}
        entry = self._get_reconfigure_entry()
        if user_input is not None:
            url, code = user_input[CONF_URL], user_input.get(CONF_CODE)
            paired = (
                await self._pair(url, code, errors)
                if code
                else await self._check(url, entry.data[CONF_TOKEN], errors)
            )
            if paired is not None:
                return await self._finish(*paired)
        fields = {vol.Required(CONF_URL, default=entry.data[CONF_URL]): _URL, vol.Optional(CONF_CODE): str}
        return self._form("reconfigure", fields, user_input, errors)

    async def _finish(self, status: Status, data: dict[str, Any]) -> ConfigFlowResult:
        await self.async_set_unique_id(status.id)
        if self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE):
            self._abort_if_unique_id_mismatch(reason="another_bridge")
            reauth = self.source == SOURCE_REAUTH
            entry = self._get_reauth_entry() if reauth else self._get_reconfigure_entry()
            return self.async_update_reload_and_abort(entry, data_updates=data)
        self._abort_if_unique_id_configured(updates=data)
        return self.async_create_entry(title="Hearthbridge", data=data)

    async def _pair(self, url: str, code: str, errors: dict[str, str]) -> tuple[Status, dict[str, Any]] | None:
        """A token for a code, proved by its use."""
        try:
            session = async_get_clientsession(self.hass)
            paired = await Bridge(session, url).pair(code, f"Home Assistant ({self.hass.config.location_name})")
        except ValueError:
            errors[CONF_URL] = "invalid_url"
        except Refused as error:
            errors[CONF_CODE] = "too_many_tries" if error.code == "rate_limited" else "invalid_code"
        except BridgeError as error:
            errors["base"] = error.key
        else:
            if set(paired.scopes) >= _NEEDED:
                return await self._check(url, paired.token, errors)
            errors[CONF_CODE] = "code_of_a_phone"
        return None

    async def _check(self, url: str, token: str, errors: dict[str, str]) -> tuple[Status, dict[str, Any]] | None:
        try:
            bridge = Bridge(async_get_clientsession(self.hass), url, token)
            status = await bridge.status()
        except ValueError:
            errors[CONF_URL] = "invalid_url"
        except Unauthorized:
            errors["base"] = "code_needed"
        except BridgeError as error:
            errors["base"] = error.key
        else:
            if status.api == API:
                return status, {CONF_URL: bridge.url, CONF_TOKEN: token}
            errors["base"] = "other_version"
        return None

    def _form(
        self,
        step: str,
        fields: dict[Any, Any],
        given: Mapping[str, Any] | None,
        errors: dict[str, str],
        **placeholders: str,
    ) -> ConfigFlowResult:
        kept = {key: value for key, value in (given or {}).items() if key != CONF_CODE}
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(vol.Schema(fields), kept),
            errors=errors,
            description_placeholders={"command": "hearthbridge pair --home-assistant", **placeholders},
        )


class Options(OptionsFlow):
    """What requests from this Home Assistant may use. It counts from the next request on; nothing is reloaded."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """The one page of it."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        status: Status | None = self.config_entry.runtime_data.data
        chosen = list(self.config_entry.options.get(CONF_WITHOUT_TIERS, ()))
        local = [tier for tier in (status.tiers if status else ()) if tier != CLOUD]
        tiers = SelectSelectorConfig(
            options=[*local, *(tier for tier in chosen if tier not in local)], multiple=True, translation_key="tier"
        )
        schema = vol.Schema(
            {
                vol.Required(CONF_CLOUD, default=True): bool,
                vol.Optional(CONF_WITHOUT_TIERS, default=[]): SelectSelector(tiers),
            }
        )
        exposed = status.exposed if status else None
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(schema, self.config_entry.options),
            description_placeholders={
                "exposed": "?" if exposed is None else str(exposed),
                "expose_url": "/config/voice-assistants/expose",
            },
        )


def _answers(entry: HearthbridgeConfigEntry) -> bool:
    coordinator = getattr(entry, "runtime_data", None)
    return coordinator is not None and coordinator.last_update_success
