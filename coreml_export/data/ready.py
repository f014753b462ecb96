"""Ready: the states in which a thing can do what people ask of it."""

from pydantic import BaseModel

from actions.home import Entity, State
from coreml_export.data.scene import Scene
from coreml_export.data.walk import Infeasible

_MEDIA = frozenset({"HassSetVolume", "HassSetVolumeRelative", "HassMediaPlayerMute", "HassMediaPlayerUnmute"})
_PLAYING = frozenset({"HassMediaPause", "HassMediaNext", "HassMediaPrevious"})
_READY = {
    **dict.fromkeys(_MEDIA | _PLAYING, State("playing", {"volume_level": 0.4})),
    "HassMediaUnpause": State("paused", {"volume_level": 0.4}),
    "HassLightSet": State("on", {"brightness": 128, "min_color_temp_kelvin": 2000, "max_color_temp_kelvin": 6535}),
    "HassFanSetSpeed": State("on", {"percentage": 50, "percentage_step": 1}),
}
"""How a thing stands when a person asks this of it."""


def made_ready(scene: Scene, intent: str, entity: Entity, arguments: BaseModel) -> dict[str, State]:
    """The states to change so that it can be done: none where it can be as the home stands.

    :raises Infeasible: it cannot do that in any.
    """
    if scene.can(intent, entity, arguments):
        return {}
    ready = _READY.get(intent)
    if ready is None:
        raise Infeasible("it cannot do that")
    own = scene.home.state(entity.id).attributes
    state = State(ready.state, {**own, **ready.attributes})
    if not scene.can(intent, entity, arguments, state):
        raise Infeasible("it cannot do that")
    return {entity.id: state}
