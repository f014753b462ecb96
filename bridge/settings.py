"""Settings, from environment variables (`HEARTHBRIDGE_HOME__URL`) and a TOML file; the environment wins."""

import os
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any, Literal

import click
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from actions.action import Risk
from actions.errors import HearthError

FILE = "hearthbridge.toml"


class SettingsError(HearthError):
    """The settings cannot be used."""

    code = "settings_invalid"
    hint = "`hearthbridge doctor` checks them one by one; docs/configuration.md lists them all."


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HomeSettings(_Section):
    """The Home Assistant to act in."""

    url: str | None = Field(None, description="Address, such as http://homeassistant.local:8123.")
    token: SecretStr | None = Field(None, description="Long-lived access token.")


class ServerSettings(_Section):
    """Where the service listens."""

    host: str = Field("127.0.0.1", description="0.0.0.0 lets phones of the home network in.")
    port: int = Field(8765, ge=0, le=65535)
    announce: bool = Field(True, description="Let Home Assistant find it in the home network (mDNS).")
    max_body_bytes: int = Field(12_000_000, ge=10_000, description="Larger requests are answered 413.")
    public_url: str | None = Field(
        None,
        pattern="^https?://[^/?#]+(/[^?#]*)?$",
        description="Address that phones use, such as https://hearth.example.net.",
    )


class WyomingSettings(_Section):
    """The Wyoming service, for a Home Assistant without our integration. It knows no user and asks for no token."""

    uri: str | None = Field(
        None,
        pattern=r"^tcp://[^/]+:\d+$",
        description="Where it listens: tcp://192.168.1.10:10600. Off when unset.",
    )


class StoreSettings(_Section):
    """Where turns are remembered."""

    url: str = Field(
        default_factory=lambda: f"sqlite:///{Path(click.get_app_dir('hearthbridge')) / 'hearthbridge.db'}",
        description="SQLAlchemy URL; postgresql+psycopg://... needs the extra 'postgres'.",
    )


class PolicySettings(_Section):
    """What the owner says about risk."""

    entities: dict[str, Risk] = Field({}, description='Entity id -> risk: {"switch.gate" = "sensitive"}.')
    actions: dict[str, Risk] = Field({}, description='Action -> risk: {"HassBroadcast" = "forbidden"}.')
    confirm_seconds: int = Field(120, ge=5, le=600, description="How long a yes is waited for.")


class PushSettings(_Section):
    """How one phone is woken; docs/phone.md tells them apart."""

    home_assistant: str | None = Field(
        None, pattern="^mobile_app_[a-z0-9_]+$", description="Its notify service, without `notify.`."
    )
    automation: bool = Field(False, description="A Notification automation runs Hearth Dispatcher on it.")
    pushcut: str | None = Field(None, min_length=1, description="Name of a Pushcut notification.")
    pushcut_server: bool = Field(False, description="Pushcut's Automation Server runs, with Hearth Dispatcher.")


class PhoneSettings(_Section):
    """What phones are asked to do."""

    action_seconds: int = Field(600, ge=10, le=86_400, description="A phone action must be begun within this.")
    result_seconds: int = Field(300, ge=10, le=86_400, description="How long a begun one may take to report.")
    lease_seconds: int = Field(60, ge=5, le=600, description="How long a fetched one is not given out again.")
    push: dict[str, PushSettings] = Field({}, description="Name of a device -> how it is woken.")
    pushcut_key: SecretStr | None = Field(None, description="API key of Pushcut.")
    pushcut_url: str = Field("https://api.pushcut.io", description="Address of Pushcut's API.")


class SmallSettings(_Section):
    """The small model of the house's own."""

    enabled: bool = Field(True, description="Whether it is asked at all.")
    model: Path | None = Field(None, description="Folder of another model, as `coreml-export train` makes it.")
    threads: int = Field(1, ge=1, le=16, description="Threads of one pass.")
    published: Path | None = Field(None, description="Folder of models for phones: docs/core-ml.md.")


class PriceSettings(_Section):
    """What a model costs, in USD for a million tokens, where the price table does not know it."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float | None = Field(None, ge=0)
    """Input that the vendor had in its cache; like other input when left out."""


class ProviderSettings(_Section):
    """One model that may be asked; docs/cloud.md has an example for each vendor."""

    kind: Literal["openai", "openai_responses", "anthropic", "gemini", "ollama", "compatible"]
    model: str = Field(min_length=1)
    name: str | None = None
    """How it is called in records and messages; its kind when left out."""
    url: str | None = Field(None, pattern="^https?://")
    key: SecretStr | None = None
    images: bool = True
    """Whether it can see pictures."""
    price: PriceSettings | None = None
    timeout_s: float | None = Field(None, gt=0, le=300)

    @property
    def label(self) -> str:
        """Its name for people."""
        return self.name or self.kind


class CloudSettings(_Section):
    """Large models, asked where the local tiers are not sure; off until a provider is listed."""

    providers: list[ProviderSettings] = Field([], description="Models in the order asked; docs/cloud.md.")
    policy: Literal["allow", "ask", "never"] = Field("allow", description="Whether requests may leave the house.")
    devices: dict[str, Literal["allow", "ask", "never"]] = Field({}, description="The same by device name.")
    rooms: dict[str, Literal["allow", "ask", "never"]] = Field(
        {}, description="The same by room; the strictest holds."
    )
    names: Literal["shown", "hidden"] = Field("shown", description="`hidden`: pseudonyms leave instead of names.")
    timeout_s: float = Field(30, gt=0, le=300, description="Longest that the models of one request may take.")
    steps: int = Field(4, ge=1, le=12, description="Most questions to a model in one request.")
    day_usd: float = Field(1.0, ge=0, description="Most that a day may cost; 0 lets only free models be asked.")
    month_usd: float = Field(10.0, ge=0, description="Most that a month may cost.")
    device_day_usd: float | None = Field(None, ge=0, description="Most that one device may cost a day.")
    private_pages: bool = Field(
        False, description="Read pages of the home network too, where a request has their URL."
    )
    keep_days: int = Field(30, ge=1, le=3650, description="How long a copy of what left is kept.")
    teach: bool = Field(
        False, description="Let turns that ended well train the small model; never leaves the house."
    )


class LogSettings(_Section):
    """What is logged; never what was said, never a secret."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "json"


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix="HEARTHBRIDGE_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    home: HomeSettings = HomeSettings()
    server: ServerSettings = ServerSettings()
    wyoming: WyomingSettings = WyomingSettings()
    store: StoreSettings = Field(default_factory=StoreSettings)
    policy: PolicySettings = PolicySettings()
    phone: PhoneSettings = PhoneSettings()
    small: SmallSettings = SmallSettings()
    cloud: CloudSettings = CloudSettings()
    log: LogSettings = LogSettings()
    language: str = Field("en", description="Used when a request names none.")
    actions_file: Path | None = Field(None, description="YAML file of own actions.")
    deadline_ms: int = Field(8000, ge=100, le=55_000, description="Reply by then, with the result or 'pending'.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before environment before file."""
        path = find_file()
        sources = (init_settings, env_settings)
        return (*sources, TomlConfigSettingsSource(settings_cls, path)) if path else sources


def find_file() -> Path | None:
    """The settings file: HEARTHBRIDGE_CONFIG, ./hearthbridge.toml, or the user's configuration folder."""
    named = os.environ.get("HEARTHBRIDGE_CONFIG")
    if named:
        return Path(named)
    places = (Path(FILE), Path(click.get_app_dir("hearthbridge")) / FILE)
    return next((place for place in places if place.is_file()), None)


def load_settings(**overrides: Any) -> Settings:
    """Read the settings.

    :raises SettingsError: names the setting and what it should be; never shows a value.
    """
    path = find_file()
    if path is not None and not path.is_file():
        raise SettingsError(f"The settings file {path} does not exist", hint="Mend or unset HEARTHBRIDGE_CONFIG.")
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
        raise SettingsError("Settings: " + "; ".join(lines)) from None
    except (OSError, ValueError) as error:
        where = (
            f"The settings file {path}"
            if isinstance(error, OSError | TOMLDecodeError | UnicodeDecodeError)
            else "The settings"
        )
        raise SettingsError(f"{where} cannot be read: {error}") from error
