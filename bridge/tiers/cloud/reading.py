"""Reading for a model: states, lists, calendars, cameras. Everything that comes back is data, and noted as read."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic_ai.messages import BinaryContent

from actions.call import ToolCall
from actions.errors import CallRejected, HomeError
from actions.home import Entity
from actions.link import CameraSource, HomeLink, ServiceCall
from actions.lookup import look_up
from actions.planner import plan
from actions.text import stem
from bridge.tiers.cloud.job import Job
from bridge.tiers.cloud.pictures import PictureError, shrink
from bridge.tiers.cloud.prompt import as_json, device

_ENTRIES = 30
_DAYS = 7
_LONGEST = 120
_STATES = 30
_CAMERA_S = 5.0
_ENTRIES_OF = frozenset({"todo", "calendar"})


class Reader:
    """Reads in the home."""

    def __init__(self, link: HomeLink) -> None:
        self._link = link

    @staticmethod
    def find(job: Job, words: str) -> str:
        """Devices, rooms and actions that fit words."""
        found = job.retriever.find(job.view.show(words), job.utterance.area, entities=15, areas=10, actions=6)
        return job.rows(found)

    async def read(self, job: Job, arguments: Mapping[str, Any]) -> tuple[str, str, BinaryContent | None]:
        """What is asked for, by what it is: where it comes from, in words, and as a picture."""
        entity = _named(job, str(arguments.get("name", "")))
        if entity is not None and entity.domain in _ENTRIES_OF:
            return "list", await self._entries(job, entity), None
        if entity is not None and entity.domain == "camera":
            return "camera", *await self._look(job, entity)
        return "home", self._states(job, arguments), None

    @staticmethod
    def _states(job: Job, arguments: Mapping[str, Any]) -> str:
        """The answer to a question about the home, as every tier's questions are answered."""
        call = ToolCall(name="HassGetState", arguments=job.view.real(arguments))
        try:
            planned = plan([call], registry=job.registry, home=job.home, rules=job.rules, here=job.utterance.area)
        except CallRejected as rejected:
            return job.view.hide("; ".join(problem.message for problem in rejected.problems))
        found = [look_up(query, job.home) for query in planned.queries]
        seen = [each.entity for one in found for each in one.all][:_STATES]
        for entity in seen:
            job.note(entity)
        lines = [device(entity, job.home, job.view) for entity in seen]
        if arguments.get("state") is not None:
            matched = [job.view.entity(each.entity) for one in found for each in one.matched]
            lines.append(f"so it is for: {', '.join(matched) or 'none'}")
        return "\n".join(lines) or "nothing"

    async def _entries(self, job: Job, entity: Entity) -> str:
        """The open entries of a list, or the coming events of a calendar."""
        job.read.add("lists" if entity.domain == "todo" else "calendar")
        try:
            answer = await self._link.call(_question(entity))
        except HomeError as error:
            return f"It cannot be read now ({error.code})."
        found = answer.get(entity.id, {})
        items = found.get("items") or found.get("events") or []
        keys = ("summary", "status", "due", "start", "end")
        lines = [
            as_json({key: job.view.hide(str(item[key]))[:_LONGEST] for key in keys if item.get(key)})
            for item in items[:_ENTRIES]
        ]
        more = [f"and {len(items) - _ENTRIES} more"] if len(items) > _ENTRIES else []
        return "\n".join([*lines, *more]) or "It is empty."

    async def _look(self, job: Job, entity: Entity) -> tuple[str, BinaryContent | None]:
        """What a camera sees now."""
        if not isinstance(self._link, CameraSource):
            return "This home does not show its cameras.", None
        try:
            async with asyncio.timeout(_CAMERA_S):
                picture = await shrink(await self._link.snapshot(entity.id))
        except (HomeError, PictureError, TimeoutError):
            return "The camera shows nothing now.", None
        job.read.add("camera")
        return f"The picture of {job.view.entity(entity)} is the next message.", picture


def _named(job: Job, name: str) -> Entity | None:
    """The one thing of that name that can be read, or asked about in the usual way."""
    real = job.view.real({"name": name})["name"]
    alike = job.home.by_name.get(real) or job.home.by_name.get(stem(real), ())
    found = [entity for entity in alike if entity.exposed]
    return found[0] if len(found) == 1 else None


def _question(entity: Entity) -> ServiceCall:
    if entity.domain == "todo":
        return ServiceCall("todo", "get_items", (entity.id,), {"status": ["needs_action"]}, answers=True)
    start = datetime.now().astimezone()
    until = {"start_date_time": start.isoformat(), "end_date_time": (start + timedelta(days=_DAYS)).isoformat()}
    return ServiceCall("calendar", "get_events", (entity.id,), until, answers=True)
