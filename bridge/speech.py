"""What to say: from receipts, answers and problems to one or two sentences in the person's language.

English sentences are the bridge's own and name what was done. Other languages use Home Assistant's reply texts,
and English where those have none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from actions.home import Home
from actions.lookup import Found, Seen, temperature
from actions.plan import Plan, Query, Step
from actions.receipt import Receipt, Status
from actions.validation import Problem
from bridge.tiers.grammar.texts import StateView, Texts

_PAST = {
    "turn": "turned",
    "set": "set",
    "open": "opened",
    "close": "closed",
    "lock": "locked",
    "unlock": "unlocked",
    "start": "started",
    "send": "sent",
    "stop": "stopped",
    "dock": "docked",
    "activate": "activated",
    "run": "ran",
    "press": "pressed",
    "pause": "paused",
    "resume": "resumed",
    "skip": "skipped",
    "mute": "muted",
    "unmute": "unmuted",
    "add": "added",
    "check": "checked",
    "remove": "removed",
    "announce": "announced",
}
_MANY = 3
"""More targets than this are counted and not named."""
_ERROR_TEXT = {
    "unknown_area": ("no_area", "area"),
    "unknown_floor": ("no_floor", "floor"),
    "unknown_name": ("no_entity", "entity"),
    "not_exposed": ("no_entity_exposed", "entity"),
    "ambiguous_name": ("duplicate_entities", "entity"),
    "unsupported": ("feature_not_supported", "entity"),
    "none_match": ("no_domain", "domain"),
}


_WHICH_ROOM = {
    "da": "I hvilket rum?",
    "de": "In welchem Raum?",
    "es": "¿En qué habitación?",
    "fi": "Missä huoneessa?",
    "fr": "Dans quelle pièce ?",
    "it": "In quale stanza?",
    "nb": "I hvilket rom?",
    "nl": "In welke kamer?",
    "pl": "W którym pokoju?",
    "pt": "Em que divisão?",
    "sv": "I vilket rum?",
}


class Speech:
    """Sentences in one language."""

    def __init__(self, language: str) -> None:
        self._texts = Texts(language)
        self._english = self._texts.language.startswith("en")

    def outcome(self, plan: Plan, receipts: Sequence[Receipt], keys: Mapping[int, str | None], home: Home) -> str:
        """What became of a plan's steps.

        :param keys: for each step's position, the reply text of the language that the tier chose.
        """
        by_step = {step.id: [r for r in receipts if r.id.startswith(step.id)] for step in plan.steps}
        done = [
            self._done(step, [r for r in by_step[step.id] if r.status is Status.DONE], keys.get(index), home)
            for index, step in enumerate(plan.steps)
        ]
        sentences = list(dict.fromkeys(sentence for sentence in done if sentence))
        if self._english and len(sentences) > 1:
            rest = [sentence[0].lower() + sentence[1:] for sentence in sentences[1:]]
            sentences = [", ".join([sentences[0], *rest[:-1]]) + " and " + rest[-1]]
        sentences += list(dict.fromkeys(self._not_done(r) for r in receipts if r.status is not Status.DONE))
        return " ".join(sentence.rstrip(".") + "." for sentence in sentences)

    def _done(self, step: Step, receipts: Sequence[Receipt], key: str | None, home: Home) -> str:
        if not receipts:
            return ""
        text = None if self._english and step.service else self._response(step, receipts, key, home)
        return text or _past(step, receipts, home)

    def _response(self, step: Step, receipts: Sequence[Receipt], key: str | None, home: Home) -> str | None:
        entity = home.entities.get(receipts[0].target or "")
        state = StateView.of(entity, home.state(entity.id)) if entity else None
        timers = (receipts[0].after or {}).get("timers", [])
        slots = {"area": "", **_spoken(step.call.arguments), "timers": timers, "canceled": len(timers)}
        return self._texts.response(step.call.name, key, slots=slots, state=state)

    def _not_done(self, receipt: Receipt) -> str:
        if receipt.status is Status.INTENDED:
            return f"{receipt.name}: {receipt.detail or 'it is still going on'}"
        detail = receipt.detail or "its outcome was not seen"
        if receipt.reason == "unavailable":
            return detail
        if receipt.status is Status.UNKNOWN:
            return f"I am not sure about {receipt.name}: {detail}"
        return f"{receipt.name} was not done: {detail}"

    def answer(self, found: Found, key: str | None) -> str:
        """The answer to a question about the home."""
        query = found.query
        slots = _spoken(query.arguments)
        if query.call.name == "HassClimateGetTemperature":
            seen = temperature(found)
            if seen is None:
                return "No thermostat there tells its temperature."
            found = Found(query, (seen,), ())
        matched, unmatched = _views(found.matched), _views(found.unmatched)
        if key is None and query.call.name == "HassGetState":
            key = _state_key(query, found)
        state = next(iter([*matched, *unmatched]), None)
        slots.setdefault("name", state.name if state is not None else "")
        text = self._texts.response(
            query.call.name, key, slots=slots, state=state, matched=matched, unmatched=unmatched
        )
        return _sentence(text or ", ".join(f"{seen.entity.name} is {seen.value}" for seen in found.all[:10]))

    def timers(self, query: Query, timers: Sequence[dict[str, Any]]) -> str:
        """How long the timers still run."""
        text = self._texts.response(query.call.name, None, slots={**_spoken(query.arguments), "timers": timers})
        return _sentence(text or f"{len(timers)} timers")

    def time(self, query: Query, now: datetime) -> str:
        """The date, the time, or that nothing is to be done."""
        text = self._texts.response(query.call.name, None, slots={"date": now.date(), "time": now.time()})
        if not text and query.call.name == "HassNevermind":
            return "OK."
        return _sentence(text or now.strftime("%Y-%m-%d %H:%M"))

    def problem(self, problem: Problem) -> str:
        """Why a request cannot be done, or the question that would settle it."""
        if not self._english and problem.code in _ERROR_TEXT and problem.spoken:
            key, slot = _ERROR_TEXT[problem.code]
            text = self._texts.error(key, **{slot: problem.spoken})
            if text:
                return _with_choices(text, problem)
        if problem.code == "needs_scope":
            return _WHICH_ROOM.get(self._texts.language.partition("-")[0], problem.message)
        if problem.code in {"ambiguous_name", "ambiguous_area"}:
            return problem.message
        return _with_choices(problem.message, problem)

    def not_understood(self, nearest: Sequence[str]) -> str:
        """That nothing was understood, with the nearest things that would be."""
        text = _sentence(self._texts.error("no_intent") or "Sorry, I couldn't understand that")
        if not nearest:
            return text
        return f"{text} You could say: {' or '.join(f'“{sentence}”' for sentence in nearest[:2])}."


def _past(step: Step, receipts: Sequence[Receipt], home: Home) -> str:
    names = [_spoken_name(receipt, home) for receipt in receipts]
    what = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    if len(names) > _MANY:
        domain = (receipts[0].target or "").partition(".")[0].replace("_", " ") or "device"
        what = f"{len(names)} {domain}s"
    labels = [target.name for target in step.targets]
    named = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}" if labels else ""
    sentence = step.summary.replace(named, what) if named else step.summary
    verb, _, rest = sentence.partition(" ")
    verb = _PAST.get(verb, verb)
    return f"{verb[0].upper()}{verb[1:]} {rest}"


def _spoken_name(receipt: Receipt, home: Home) -> str:
    entity = home.entities.get(receipt.target or "")
    if entity is None:
        return receipt.name
    twins = [e for e in home.exposed if e.name == entity.name]
    return home.label(entity) if len(twins) > 1 else entity.name


def _views(seen: Sequence[Seen]) -> list[StateView]:
    return [StateView.of(each.entity, each.state) for each in seen]


def _state_key(query: Query, found: Found) -> str:
    if query.arguments.get("state") is None:
        return "one" if len(found.all) == 1 else "which"
    return "one_yesno" if query.arguments.get("name") and len(found.all) == 1 else "any"


def _spoken(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in arguments.items() if value is not None}


def _with_choices(text: str, problem: Problem) -> str:
    if not problem.choices:
        return _sentence(text)
    labels = problem.nearest or [choice.label for choice in problem.choices[:5]]
    listed = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
    return f"{text.rstrip('.?')}. Did you mean {listed}?"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。")) else f"{text}."
