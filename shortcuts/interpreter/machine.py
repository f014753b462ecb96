"""The machine: takes one action after the other, follows the blocks, and says how it ended."""

import plistlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

import httpx

from shortcuts.interpreter.content import Content
from shortcuts.interpreter.errors import Ended, Exited, Unsupported
from shortcuts.interpreter.flow import BLOCKS, END, MIDDLE, PREFIX, START, Block, Loop, blocks, holds
from shortcuts.interpreter.handlers import HANDLERS, Run
from shortcuts.interpreter.params import Params
from shortcuts.interpreter.phone import Phone
from shortcuts.interpreter.values import Scope


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    status: str
    """finished, stopped (an action ended it), cancelled, failed (the phone shows an error), siri_gave_up."""
    reason: str = ""
    result: Content = field(default_factory=list)
    seconds: float = 0.0
    requests: int = 0
    steps: int = 0


async def run(
    file: bytes,
    phone: Phone,
    given: Content | None = None,
    *,
    answers: Mapping[str, str] | None = None,
    client: httpx.AsyncClient | None = None,
) -> Outcome:
    """Run a shortcut file.

    :param given: the shortcut's input: what was shared, or what another shortcut passes.
    :param answers: answers to the import questions, by their text.
    :param client: for its requests; one with real connections when left out.
    :raises Unsupported: the file has something in it that is not modelled.
    """
    own = client is None
    web = client or httpx.AsyncClient(timeout=60)
    machine = _Machine(_filled(plistlib.loads(file), answers or {}), phone, given or [], web)
    sent, began = len(phone.sent), phone.seconds
    try:
        await machine.go()
        ended = Ended("")
    except Ended as end:
        ended = end
    finally:
        if own:
            await web.aclose()
    result = ended.result if isinstance(ended, Exited) else []
    return Outcome(ended.status, str(ended), result, phone.seconds - began, len(phone.sent) - sent, machine.steps)


def _filled(plist: dict[str, Any], answers: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """The actions, with the import questions answered as the phone does it."""
    actions: list[dict[str, Any]] = plist["WFWorkflowActions"]
    for question in plist["WFWorkflowImportQuestions"]:
        if question["Text"] not in answers:
            raise Unsupported(f"No answer to the import question '{question['Text']}'")
        parameters = actions[question["ActionIndex"]]["WFWorkflowActionParameters"]
        parameters[question["ParameterKey"]] = answers[question["Text"]]
    return actions


class _Machine:
    def __init__(
        self, actions: Sequence[Mapping[str, Any]], phone: Phone, given: Content, web: httpx.AsyncClient
    ) -> None:
        self.actions = actions
        self.scope = Scope(given, phone.writing)
        self.run = Run(phone, self.scope, web)
        self.blocks = blocks(actions)
        self.loops: list[Loop] = []
        self.steps = 0

    async def go(self) -> None:
        place = 0
        while place < len(self.actions):
            action = self.actions[place]
            identifier = action["WFWorkflowActionIdentifier"]
            parameters = action["WFWorkflowActionParameters"]
            self.scope.clipboard = self.run.phone.clipboard
            self.steps += 1
            if self.run.phone.before:
                self.run.phone.before(self.run.phone, identifier.removeprefix(PREFIX))
            params = Params(identifier, parameters, self.scope)
            if identifier in BLOCKS:
                place = self._turn(place, parameters["WFControlFlowMode"], params)
            else:
                await self._do(identifier, params, parameters.get("UUID"))
                place += 1

    async def _do(self, identifier: str, params: Params, uuid: str | None) -> None:
        handler = HANDLERS.get(identifier.removeprefix(PREFIX))
        if handler is None:
            raise Unsupported(f"The action {identifier}")
        result = handler(self.run, params)
        content = await result if isawaitable(result) else result
        params.done()
        if uuid:
            self.scope.outputs[uuid] = content

    def _turn(self, place: int, mode: int, params: Params) -> int:
        """Where to go on after a block's mark."""
        block = self.blocks[place]
        kind = params.identifier.removeprefix(PREFIX)
        if mode == START:
            after = getattr(self, f"_start_{kind.replace('.', '_')}")(block, params)
            params.done()
            return int(after)
        if mode == MIDDLE:
            return block.end
        if mode != END:
            raise Unsupported(f"Control flow mode {mode}")
        return self._again(block) if kind.startswith("repeat.") else place + 1

    def _start_conditional(self, block: Block, params: Params) -> int:
        if holds(params):
            return block.start + 1
        return block.marks[1] + (0 if len(block.marks) == 2 else 1)

    def _start_choosefrommenu(self, block: Block, params: Params) -> int:
        items = params.take("WFMenuItems")
        chosen = self.run.phone.prompt(params.text("WFMenuPrompt"))
        if chosen not in items:
            raise Unsupported(f"'{chosen}' is not in the menu {items}")
        for mark in block.marks[1:-1]:
            if self.actions[mark]["WFWorkflowActionParameters"]["WFMenuItemTitle"] == chosen:
                return mark + 1
        raise Unsupported(f"The menu has no branch '{chosen}'")

    def _start_repeat_each(self, block: Block, params: Params) -> int:
        return self._loop(block, params.variable("WFInput"))

    def _start_repeat_count(self, block: Block, params: Params) -> int:
        return self._loop(block, list(range(1, int(params.number("WFRepeatCount")) + 1)))

    def _loop(self, block: Block, items: Content) -> int:
        if not items:
            return block.end + 1
        self.loops.append(Loop(block, items, len(self.loops) + 1))
        self.loops[-1].enter(self.scope)
        return block.start + 1

    def _again(self, block: Block) -> int:
        loop = self.loops[-1]
        loop.round += 1
        if loop.round == len(loop.items):
            self.loops.pop()
            return block.end + 1
        loop.enter(self.scope)
        return block.start + 1
