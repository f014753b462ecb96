"""What a request costs: by the owner's price, by the price table, or nothing for a model of one's own."""

import re
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import ip_address
from urllib.parse import urlsplit

from genai_prices import Usage, calc_price
from pydantic_ai.usage import RequestUsage

from bridge.settings import PriceSettings, ProviderSettings

TABLE = f"genai-prices {version('genai-prices')}"
"""The table and its date, as the record names it."""
_IDS = {"openai": "openai", "openai_responses": "openai", "anthropic": "anthropic", "gemini": "google"}
_PICTURE = re.compile(rb"[A-Za-z0-9+/=]{2000,}")
_PICTURE_TOKENS = 2_500
_BYTES_A_TOKEN = 2.5
"""Few, so that the estimate is never too low."""
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """How one provider's requests are priced."""

    provider: ProviderSettings
    source: str
    """`free`, `settings`, or the table."""

    @classmethod
    def of(cls, provider: ProviderSettings) -> "Price | None":
        """The price of a provider; None where nobody knows it, so that no cap could hold."""
        if provider.price is not None:
            return cls(provider, "settings")
        if _at_home(provider):
            return cls(provider, "free")
        price = cls(provider, TABLE)
        try:
            price.usd(1, 0, 1)
        except LookupError:
            return None
        return price

    @property
    def free(self) -> bool:
        """Whether it never costs anything."""
        return self.source == "free"

    def usd(self, tokens: int, cached: int, output: int) -> float:
        """The cost of one request.

        :param tokens: of the whole input, cached ones among them.
        """
        if self.free:
            return 0.0
        if self.provider.price is not None:
            return _by(self.provider.price, tokens, cached, output)
        usage = Usage(input_tokens=tokens, cache_read_tokens=cached, output_tokens=output)
        kind = self.provider.kind
        if kind in _IDS:
            found = calc_price(usage, self.provider.model, provider_id=_IDS[kind])
        else:
            found = calc_price(usage, self.provider.model, provider_api_url=self.provider.url)
        return float(found.total_price)

    def of_usage(self, usage: RequestUsage) -> float:
        """The cost of what a vendor says was used."""
        return self.usd(usage.input_tokens, usage.cache_read_tokens, usage.output_tokens)

    def most(self, body: bytes, output: int) -> float:
        """The most that a request with this body may cost."""
        words, pictures = _PICTURE.subn(b"", body)
        return self.usd(int(len(words) / _BYTES_A_TOKEN) + pictures * _PICTURE_TOKENS, 0, output)


def _by(price: PriceSettings, tokens: int, cached: int, output: int) -> float:
    of_cached = price.input if price.cached is None else price.cached
    return ((tokens - cached) * price.input + cached * of_cached + output * price.output) / _MILLION


def _at_home(provider: ProviderSettings) -> bool:
    """Whether the model runs on a machine of one's own."""
    host = urlsplit(provider.url or "").hostname
    if host is None:
        return provider.kind == "ollama"
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".home.arpa", ".internal"))
