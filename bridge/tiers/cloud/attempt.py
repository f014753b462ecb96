"""An attempt: one provider is asked about one job, within a time, a number of steps and a price."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_ai import Agent, AgentRunResult, DeferredToolRequests, DeferredToolResults, ModelRetry, UsageLimits
from pydantic_ai.messages import ModelMessage, ToolCallPart, UserContent
from pydantic_ai.settings import ModelSettings

from actions.call import ToolCall
from actions.dialects.arguments import Unreadable, read
from actions.dialects.names import action_names
from actions.validation import Problem
from bridge.sent import OverCap, Sent
from bridge.tiers.cloud.job import Job
from bridge.tiers.cloud.metered import Bill, Metered
from bridge.tiers.cloud.outcome import Acts, Answers, Asks, Failed, Outcome, failure_of
from bridge.tiers.cloud.prompt import INSTRUCTIONS, data, history, request
from bridge.tiers.cloud.providers import Provider
from bridge.tiers.cloud.reading import Reader
from bridge.tiers.cloud.teller import Teller
from bridge.tiers.cloud.toolbox import ASK, DO, NOT_SURE, acting, reading

MOST_OUTPUT = 1_500
"""Tokens of one answer."""
_MOST_CALLS = 24
_SETTINGS = ModelSettings(max_tokens=MOST_OUTPUT, cache={"messages": False})


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is said to the model: the same for every provider of a job."""

    history: Sequence[ModelMessage]
    content: Sequence[UserContent]

    @classmethod
    def of(cls, job: Job) -> "Prompt":
        """The prompt of a job."""
        said, view = job.utterance, job.view
        area = job.home.areas.get(said.area) if said.area else None
        about = " ".join([said.text, *(one.text for one in said.context.history[-1:])])
        found = job.rows(job.retriever.find(about, said.area))
        text = request(view.hide(said.text), view.place(area) if area else None, said.language, found)
        return cls(history(said.context.history, view), [text, *job.material])


class Asker:
    """Asks providers."""

    def __init__(self, reader: Reader, sent: Sent, *, steps: int) -> None:
        self._sent = sent
        self._steps = steps
        self._agent: Agent[Job, str | DeferredToolRequests] = Agent(
            output_type=[str, DeferredToolRequests],
            deps_type=Job,
            instructions=INSTRUCTIONS,
            toolsets=[acting(), reading(reader)],
            model_settings=_SETTINGS,
            # Nothing said is no answer: the next provider is asked, not the same one again.
            retries={"tools": 1, "output": 0},
        )

    async def ask(self, provider: Provider, job: Job, prompt: Prompt, bill: Bill, seconds: float) -> Outcome:
        """What one provider makes of a job. Never raises for what a model or its server may do."""
        try:
            async with asyncio.timeout(seconds):
                return await self._ask(provider, job, prompt, bill)
        except TimeoutError:
            return Failed("too_slow")
        except Exception as error:  # an SDK raises anything at a body that it does not know
            if isinstance(bill.refusal, OverCap):
                return Failed(bill.refusal.cap)
            return Failed(bill.refusal.code) if bill.refusal else failure_of(error)

    async def _ask(self, provider: Provider, job: Job, prompt: Prompt, bill: Bill) -> Outcome:
        model = Metered(provider.model, bill, self._sent)
        tell = job.utterance.context.tell
        listen = Teller(tell, job.view.show).listen if tell else None
        limits = UsageLimits(request_limit=self._steps)
        result = await self._agent.run(
            prompt.content,
            message_history=prompt.history,
            model=model,
            deps=job,
            usage_limits=limits,
            event_stream_handler=listen,
        )
        outcome = _read(result, job)
        if not isinstance(outcome, Acts) or not (problems := job.problems(outcome.calls)):
            return outcome
        if result.usage.requests >= self._steps or not isinstance(result.output, DeferredToolRequests):
            return _asked_back(outcome, problems)
        # Once: a model that cannot repair a call after it was told how will not at the third time either.
        again = await self._agent.run(
            message_history=result.all_messages(),
            deferred_tool_results=_told(result.output.calls, problems, job),
            model=model,
            deps=job,
            usage_limits=limits,
            usage=result.usage,
            event_stream_handler=listen,
        )
        outcome = _read(again, job)
        if isinstance(outcome, Acts) and (problems := job.problems(outcome.calls)):
            return _asked_back(outcome, problems)
        return outcome


def _asked_back(outcome: Acts, problems: Sequence[Problem]) -> Outcome:
    """Calls that do not fit: the person's to settle where there is a choice, else of no use."""
    return outcome if problems[0].choices else Failed("invalid_calls")


def _told(calls: Sequence[ToolCallPart], problems: Sequence[Problem], job: Job) -> DeferredToolResults:
    """Each problem as the answer to its call; the other calls wait for the same answer again."""
    said: dict[str, Any] = {}
    for index, call in enumerate(calls):
        mine = [problem for problem in problems if problem.path.startswith(f"calls[{index}].")]
        words = "; ".join(map(_words, mine)) if mine else "Not done yet: send it again with the corrected calls."
        said[call.tool_call_id] = ModelRetry(data("registry", job.view.hide(words)))
    return DeferredToolResults(calls=said)


def _words(problem: Problem) -> str:
    allowed = f" Allowed: {problem.allowed}." if problem.allowed else ""
    nearest = f" Nearest: {', '.join(problem.nearest)}." if problem.nearest else ""
    return f"{problem.message}.{allowed}{nearest}"


def _read(result: AgentRunResult[str | DeferredToolRequests], job: Job) -> Outcome:
    if result.response.finish_reason == "length":
        # The lost argument may have been the one that limited the call.
        return Failed("cut_off")
    if isinstance(result.output, str):
        text = result.output.strip()
        return Answers(job.view.show(text)) if text else Failed("empty")
    parts = result.output.calls
    by_name = {part.tool_name: part for part in parts}
    if NOT_SURE in by_name:
        return Failed("not_sure", say=job.view.show(str(_arguments(by_name[NOT_SURE]).get("reason", ""))))
    if ASK in by_name:
        return _question(_arguments(by_name[ASK]), job)
    if len(parts) > _MOST_CALLS:
        return Failed("invalid_calls")
    return Acts(tuple(_call(part, job) for part in parts))


def _question(given: Mapping[str, Any], job: Job) -> Outcome:
    question, options = str(given.get("question", "")).strip(), given.get("options")
    shown = [job.view.show(str(option)) for option in options] if isinstance(options, list) else []
    return Asks(job.view.show(question), tuple(shown[:6])) if question else Failed("empty")


def _call(part: ToolCallPart, job: Job) -> ToolCall:
    """One call as the registry knows it; unreadable arguments stay unreadable."""
    try:
        given = read(part.args)
        name = part.tool_name
        if name == DO:
            name, given = str(given.get("action", "")), read(given.get("arguments"))
        else:
            given = {key: value for key, value in given.items() if value is not None}
    except Unreadable as reason:
        return ToolCall(name=part.tool_name, unreadable=str(reason))
    known = action_names(job.registry)
    return ToolCall(name=known.get(name, name), arguments=job.view.real(given))


def _arguments(part: ToolCallPart) -> dict[str, Any]:
    try:
        return read(part.args)
    except Unreadable:
        return {}
