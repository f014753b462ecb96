"""Providers: the models of the settings, each behind its vendor's own SDK, with a breaker and a price."""

from dataclasses import dataclass, field

import httpx2
from anthropic import AsyncAnthropic
from google.genai.types import HttpRetryOptions
from openai import AsyncOpenAI
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from bridge.sent import Sent
from bridge.settings import ProviderSettings
from bridge.tiers.cloud.breaker import Breaker
from bridge.tiers.cloud.metered import RecordingTransport
from bridge.tiers.cloud.prices import Price

_OLLAMA = "http://localhost:11434"
_NO_KEY = "none"
"""Servers of one's own want something in its place."""
_READ_S = 300.0


@dataclass(slots=True)
class Provider:
    """One model that may be asked."""

    settings: ProviderSettings
    model: Model
    price: Price | None
    client: httpx2.AsyncClient
    breaker: Breaker = field(default_factory=Breaker)

    @property
    def name(self) -> str:
        """Its name for people."""
        return self.settings.label


def build(settings: ProviderSettings, sent: Sent) -> Provider:
    """A provider of the settings. Its SDK does not try again by itself: what happens next is ours to choose."""
    client = httpx2.AsyncClient(
        transport=RecordingTransport(sent), timeout=httpx2.Timeout(_READ_S, connect=5), trust_env=False
    )
    return Provider(settings, _model(settings, client), Price.of(settings), client)


def _model(settings: ProviderSettings, client: httpx2.AsyncClient) -> Model:
    key = settings.key.get_secret_value() if settings.key else _NO_KEY
    if settings.kind == "anthropic":
        anthropic = AsyncAnthropic(api_key=key, base_url=settings.url, http_client=client, max_retries=0)
        return AnthropicModel(settings.model, provider=AnthropicProvider(anthropic_client=anthropic))
    if settings.kind == "gemini":
        once = HttpRetryOptions(attempts=1)
        google = GoogleProvider(api_key=key, base_url=settings.url, http_client=client, retry_options=once)
        return GoogleModel(settings.model, provider=google)
    openai = AsyncOpenAI(api_key=key, base_url=_openai_url(settings), http_client=client, max_retries=0)
    if settings.kind == "openai_responses":
        return OpenAIResponsesModel(settings.model, provider=OpenAIProvider(openai_client=openai))
    if settings.kind == "openai":
        return OpenAIChatModel(settings.model, provider=OpenAIProvider(openai_client=openai))
    if settings.kind == "ollama":
        return OpenAIChatModel(settings.model, provider=OllamaProvider(openai_client=openai))
    compatible = OpenAICompatibleProvider(settings.label, openai_client=openai)
    return OpenAIChatModel(settings.model, provider=compatible)


def _openai_url(settings: ProviderSettings) -> str | None:
    if settings.kind != "ollama":
        return settings.url
    url = (settings.url or _OLLAMA).rstrip("/")
    return url if url.endswith("/v1") else f"{url}/v1"
