"""The app factory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.routing import Route

from bridge.api import asking, chat, errors, health, model, overseeing, pairing, phone, tools
from bridge.api.limit import BodyLimit
from bridge.api.mcp import McpEndpoint
from bridge.service import Service


def create_app(service: Service) -> FastAPI:
    """The HTTP app of a service; starting and stopping the app starts and stops the service."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await mcp.stop()
            await service.stop()

    app = FastAPI(title="Hearthbridge", version=version("hearthbridge"), lifespan=lifespan)
    app.state.service = service
    mcp = McpEndpoint(service)
    app.router.routes.append(Route("/mcp", mcp, methods=["GET", "POST", "DELETE"]))
    routers = (
        asking.direct, asking.router, chat.router, phone.router, pairing.router, tools.router, model.router,
        overseeing.router, health.router,
    )  # fmt: skip
    for router in routers:
        app.include_router(router)
    errors.install(app)
    app.add_middleware(BodyLimit, most=service.settings.server.max_body_bytes)
    return app
