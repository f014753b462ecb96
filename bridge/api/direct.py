"""The straight way of a request: token, body, endpoint. FastAPI's own way costs as much as the turn itself."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, get_type_hints

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

_Model = TypeVar("_Model", bound=BaseModel)


class DirectRoute(APIRoute):
    """For endpoints that take `body`, `request` and `device`, and answer with a `Response`.

    They are declared, and described in the OpenAPI document, as any other.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What FastAPI calls with each request."""
        endpoint = self.endpoint
        hints = get_type_hints(endpoint, include_extras=True)
        model: type[BaseModel] = hints["body"]
        authenticate = hints["device"].__metadata__[0].dependency

        async def handle(request: Request) -> Response:
            device = await authenticate(request)
            response: Response = await endpoint(body=await _body(request, model), request=request, device=device)
            return response

        return handle


async def _body(request: Request, model: type[_Model]) -> _Model:
    """The body, read and checked in one go.

    :raises RequestValidationError: it is no JSON, does not say that it is, or does not fit the model.
    """
    try:
        content = await request.body()
    except ClientDisconnect as error:
        raise HTTPException(400) from error
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        # A page of somebody else may have a browser send any other type without being asked.
        raise RequestValidationError([{"type": "dict_type", "loc": ("body",), "msg": "It is not declared as JSON"}])
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in errors]) from error
