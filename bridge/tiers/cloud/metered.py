"""The meter: what goes to a vendor is written down before it leaves, and paid for when the answer is there."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import httpx2
from pydantic_ai import RunContext
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

from actions.errors import HearthError
from bridge.sent import Cost, Parcel, Sent
from bridge.tiers.cloud.outcome import failure_of
from bridge.tiers.cloud.prices import Price

_SECRET = ("authorization", "api-key", "cookie", "token")
_on_its_way: ContextVar["Bill | None"] = ContextVar("on_its_way", default=None)


@dataclass(slots=True)
class Bill:
    """The requests of one attempt: for whom, at which price, and what they came to."""

    turn: str
    exchange: str
    device: str
    provider: str
    model: str
    price: Price
    most_output: int
    parcel: Parcel | None = None
    refusal: HearthError | None = None
    """Why something was not let out; an SDK would tell it as a broken connection."""
    costs: list[Cost] = field(default_factory=list)
    waited_s: float = 0.0
    """Spent between the last byte out and the whole answer in."""

    def next_parcel(self, body: bytes) -> Parcel:
        """A parcel for the request that leaves now."""
        most = self.price.most(body, self.most_output)
        self.parcel = Parcel(self.turn, self.exchange, self.device, self.provider, self.model, most)
        return self.parcel


class RecordingTransport(httpx2.AsyncBaseTransport):
    """Lets nothing out that is not on the record of a turn."""

    def __init__(self, sent: Sent) -> None:
        self._sent = sent
        self._inner = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Write, then send."""
        bill = _on_its_way.get()
        if bill is None:
            raise httpx2.RequestError("Nothing is sent outside of a turn", request=request)
        body = await request.aread()
        headers = {name: "[hidden]" if _secret(name) else value for name, value in request.headers.items()}
        try:
            await self._sent.leave(bill.next_parcel(body), str(request.url), headers, body)
        except HearthError as refusal:
            bill.refusal = refusal
            raise httpx2.RequestError(refusal.message, request=request) from refusal
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def _secret(name: str) -> bool:
    return any(part in name.casefold() for part in _SECRET)


class Metered(WrapperModel):
    """A model whose requests are paid from a bill."""

    def __init__(self, wrapped: Model, bill: Bill, sent: Sent) -> None:
        super().__init__(wrapped)
        self._bill = bill
        self._sent = sent

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Ask, and pay."""
        with self._paid():
            response = await self.wrapped.request(messages, model_settings, model_request_parameters)
            self._pay(response.usage)
        return response

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """Ask with a stream, and pay at its end."""
        with self._paid():
            async with self.wrapped.request_stream(
                messages, model_settings, model_request_parameters, run_context
            ) as stream:
                yield stream
            self._pay(stream.usage)

    @contextmanager
    def _paid(self) -> Iterator[None]:
        started = asyncio.get_running_loop().time()
        token = _on_its_way.set(self._bill)
        try:
            yield
        except (asyncio.CancelledError, TimeoutError):
            # The vendor goes on counting.
            self._give_up("too_slow", charged=True)
            raise
        except Exception as error:
            code = self._bill.refusal.code if self._bill.refusal else failure_of(error).code
            self._give_up(code, charged=not isinstance(error, ModelHTTPError))
            raise
        finally:
            _on_its_way.reset(token)
            self._bill.waited_s += asyncio.get_running_loop().time() - started

    def _pay(self, usage: RequestUsage) -> None:
        usd = self._bill.price.of_usage(usage)
        cost = Cost(usage.input_tokens, usage.cache_read_tokens, usage.output_tokens, usd)
        self._settle("ok", cost)

    def _give_up(self, outcome: str, *, charged: bool) -> None:
        parcel = self._bill.parcel
        if parcel is not None and parcel.left:
            self._settle(outcome, Cost(usd=parcel.most_usd if charged else 0.0))

    def _settle(self, outcome: str, cost: Cost) -> None:
        if self._bill.parcel is not None:
            self._sent.arrived(self._bill.parcel, outcome, cost)
        self._bill.costs.append(cost)
