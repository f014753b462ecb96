"""Playing: pause, resume, next, previous; and machines that go to work and come home."""

from typing import Any

from actions.catalog import parameters as p
from actions.effects.base import Effect, NotNow, Unsupported, has, quoted, stands
from actions.expect import Expectation, ListExpectation
from actions.home import Entity, State

_PAUSE, _PREVIOUS, _NEXT, _PLAY = 1, 16, 32, 16384
_PLAY_MEDIA, _SEARCH = 512, 4194304
_CLEAN_AREA = 16384
_TRACK = ("media_title", "media_content_id", "media_track", "media_position_updated_at")
_SILENT = frozenset({"off", "standby"})
_TODO_CREATE, _TODO_DELETE, _TODO_UPDATE = 1, 2, 4


def pause(entity: Entity, state: State) -> Effect:
    """Pause one media player."""
    has(_PAUSE, entity.features, "it cannot be paused")
    _plays(state)
    return Effect("media_player.media_pause", "pause {}", stands("paused", "idle"))


def play(entity: Entity, state: State) -> Effect:
    """Resume one media player."""
    has(_PLAY, entity.features, "it cannot be resumed from here")
    _plays(state)
    return Effect("media_player.media_play", "resume {}", stands("playing", "buffering"))


def skip(entity: Entity, state: State, *, forward: bool) -> Effect:
    """Next or previous track; a player that shows no track leaves the outcome unknown."""
    has(_NEXT if forward else _PREVIOUS, entity.features, "it cannot skip tracks")
    _plays(state)
    word = "next" if forward else "previous"
    return Effect(
        f"media_player.media_{word}_track", f"skip to the {word} track on {{}}", Expectation(changed=_TRACK)
    )


def search_and_play(entity: Entity, arguments: p.MediaSearch) -> Effect:
    """Search on one media player and play what is found first; the performer does the search."""
    has(_SEARCH, entity.features, "it cannot search for media")
    has(_PLAY_MEDIA, entity.features, "nothing can be chosen to be played on it")
    data: dict[str, Any] = {"search_query": arguments.search_query}
    if arguments.media_class is not None:
        data["media_filter_classes"] = [arguments.media_class]
    playing = Expectation(frozenset({"playing", "buffering"}), changed=("state", *_TRACK), timeout=15)
    return Effect("media_player.play_media", f'play "{quoted(arguments.search_query)}" on {{}}', playing, data)


def _plays(state: State) -> None:
    if state.state in _SILENT:
        raise NotNow("nothing is playing on it")


def clean_area(entity: Entity, area_id: str, area_name: str) -> Effect:
    """Send a vacuum to one room."""
    has(_CLEAN_AREA, entity.features, "it cannot be sent to one room")
    return Effect(
        "vacuum.clean_area",
        f"send {{}} to clean {quoted(area_name)}",
        stands("cleaning", timeout=15),
        {"cleaning_area_id": [area_id]},
    )


def list_item(entity: Entity, intent: str, arguments: p.Item) -> Effect:
    """Add, check off or remove one entry of a to-do list."""
    item = arguments.item
    words = quoted(item)
    if intent.endswith("AddItem"):
        has(_TODO_CREATE, entity.features, "nothing can be added to it")
        # Added means open: a former entry of that name that is checked off is no proof.
        expect = ListExpectation(item, status="needs_action")
        return Effect("todo.add_item", f'add "{words}" to {{}}', expect, {"item": item})
    if intent.endswith("CompleteItem"):
        has(_TODO_UPDATE, entity.features, "its entries cannot be checked off")
        data: dict[str, Any] = {"item": item, "status": "completed"}
        return Effect(
            "todo.update_item", f'check off "{words}" on {{}}', ListExpectation(item, status="completed"), data
        )
    if intent == "HassListRemoveItem":
        has(_TODO_DELETE, entity.features, "its entries cannot be removed")
        expect = ListExpectation(item, present=False)
        return Effect("todo.remove_item", f'remove "{words}" from {{}}', expect, {"item": [item]})
    raise Unsupported("it has no such list command")


def announce(message: str) -> Effect:
    """Say something on a satellite; nothing in its state proves that it was heard."""
    return Effect("assist_satellite.announce", f'announce "{quoted(message)}" on {{}}', None, {"message": message})
