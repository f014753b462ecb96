"""What feeds the registry: home intents, exposed scripts, own actions, the clock."""

from collections.abc import Iterable

from actions.action import Action
from actions.catalog.intents import CLOCK, HOME
from actions.catalog.scripts import script_actions
from actions.home import Home
from actions.registry import Registry


def build_registry(home: Home, more: Iterable[Action] = ()) -> Registry:
    """Everything that can be done: the home's intents and scripts, the clock, and `more` (own actions, the phone).

    An own action of the same name as a script takes its place, so that a user can describe it better.

    :raises RegistryError: two of `more` have one name, or one takes an intent's.
    """
    own = tuple(more)
    taken = {action.name for action in own}
    scripts = (action for action in script_actions(home) if action.name not in taken)
    return Registry([*HOME, *CLOCK, *scripts, *own])


__all__ = ["build_registry"]
