"""Texts: a language's own replies and error messages, from Home Assistant's templates."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import ChainableUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from actions.home import Entity, State
from bridge.tiers.grammar.corpus import load
from bridge.tiers.grammar.languages import closest


class _Silent(ChainableUndefined):
    """What a template looks for in vain is empty, also when it is called."""

    def __call__(self, *_: Any, **__: Any) -> "_Silent":  # type: ignore[override]
        return self


class StateView(str):
    """A state as the templates expect it; as text it is the state itself."""

    name: str
    entity_id: str
    attributes: Mapping[str, Any]

    @classmethod
    def of(cls, entity: Entity, state: State, *, word: str | None = None) -> "StateView":
        """The view of one entity's state.

        :param word: the state in the reply's language, where known.
        """
        view = cls(state.state if word is None else word)
        view.name, view.entity_id, view.attributes = entity.name, entity.id, state.attributes
        return view

    @property
    def state(self) -> str:
        """The state itself."""
        return str(self)

    @property
    def domain(self) -> str:
        """The entity's domain."""
        return self.entity_id.partition(".")[0]

    @property
    def state_with_unit(self) -> str:
        """The state with its unit of measurement."""
        unit = self.attributes.get("unit_of_measurement")
        return f"{self} {unit}" if unit else str(self)


_OPENING = frozenset({"door", "window", "garage_door", "opening"})
_PRESENCE = frozenset({"motion", "occupancy", "presence", "moving"})
_LISTS = {"lock": "lock_states", "cover": "cover_states", "valve": "cover_states"}


class Texts:
    """Replies in one language; English where the language is not available."""

    def __init__(self, language: str) -> None:
        self.language = closest(language) or "en"

    def response(
        self,
        intent: str,
        key: str | None,
        *,
        slots: Mapping[str, Any],
        state: StateView | None = None,
        matched: Iterable[StateView] = (),
        unmatched: Iterable[StateView] = (),
    ) -> str | None:
        """The reply to an intent; None where the language has none or it cannot be rendered.

        :param slots: what was said for each slot, and what was found out: `date`, `time`, `timers`, `media`,
            `canceled`.
        :param matched: the states that fit a question; `unmatched`: those asked about that do not.
        """
        corpus = load(self.language)
        source = corpus.responses.get(intent, {}).get(key or "default")
        if source is None:
            return None
        query = {"matched": list(matched), "unmatched": list(unmatched)}
        views = [*query["matched"], *query["unmatched"]]
        chief = state if state is not None else next(iter(views), None)
        by_id = {view.entity_id: view for view in [*views, *([chief] if chief is not None else [])]}

        def state_attr(entity_id: object, name: str) -> Any:
            view = by_id.get(str(entity_id))
            return view.attributes.get(name) if view is not None else None

        return _render(source, slots=slots, state=chief, query=query, state_attr=state_attr)

    def state_word(self, state: str, domain: str, device_class: str | None = None) -> str:
        """A state in this language ("locked" -> "abgeschlossen"); itself where the language has no word."""
        if domain == "binary_sensor" and device_class in _OPENING | _PRESENCE:
            name = "bs_open_states" if device_class in _OPENING else "bs_occupancy_states"
        else:
            name = _LISTS.get(domain, "on_off_states")
        return _words(self.language, name).get(state) or state

    def error(self, key: str, **variables: Any) -> str | None:
        """An error message ("no_area", "no_entity_exposed", ...); None where the language has none."""
        source = load(self.language).errors.get(key)
        return None if source is None else _render(source, **variables)


_environment = ImmutableSandboxedEnvironment(undefined=_Silent, autoescape=False)  # plain speech, no HTML


@lru_cache(maxsize=1024)
def _words(language: str, name: str) -> Mapping[str, str]:
    return load(language).words(name)


@lru_cache(maxsize=4096)
def _compiled(source: str) -> Template:
    return _environment.from_string(source)


def _render(source: str, **variables: Any) -> str | None:
    try:
        return " ".join(_compiled(source).render(variables).split())
    except (TemplateError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
        return None
