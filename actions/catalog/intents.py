"""The home's actions: Home Assistant's own intents, since models know them."""

from actions.action import Action, Place, Risk, Undo
from actions.catalog import parameters as p


def _act(
    name: str, description: str, parameters: type[p.Arguments], *examples: str, undo: Undo = Undo.RESTORE
) -> Action:
    return Action(name, description, parameters, Risk.REVERSIBLE, undo, Place.HOME, examples)


def _ask(
    name: str, description: str, parameters: type[p.Arguments], *examples: str, place: Place = Place.HOME
) -> Action:
    return Action(name, description, parameters, Risk.SAFE, Undo.NOTHING, place, examples)


def _clock(name: str, description: str, parameters: type[p.Arguments], *examples: str, undo: Undo) -> Action:
    return Action(name, description, parameters, Risk.REVERSIBLE, undo, Place.CLOCK, examples)


HOME: tuple[Action, ...] = (
    _act(
        "HassTurnOn",
        "Turns on, opens, locks, starts, presses or activates a device, scene or script.",
        p.Targets,
        "turn on the kitchen lights",
        "open the blinds",
        "lock the front door",
    ),
    _act(
        "HassTurnOff",
        "Turns off, closes, unlocks or stops a device.",
        p.Targets,
        "turn off the TV",
        "close the blinds",
        "unlock the front door",
    ),
    _act("HassToggle", "Turns a device on if it is off, and off if it is on.", p.Targets, "toggle the desk lamp"),
    _act(
        "HassLightSet",
        "Sets brightness, colour or colour temperature of lights.",
        p.LightSet,
        "set the bedroom lights to 30 percent",
        "make the lamp red",
    ),
    _act(
        "HassClimateSetTemperature",
        "Sets the wanted temperature of a thermostat.",
        p.ClimateSet,
        "set the living room to 21 degrees",
    ),
    _act("HassClimateSetFanMode", "Sets the fan mode of a climate device.", p.FanMode, "set the fan mode to low"),
    _act(
        "HassSetPosition",
        "Sets how far a cover or valve is open; 100 is open.",
        p.Position,
        "set the blinds to 40 percent",
    ),
    _act(
        "HassStopMoving",
        "Stops a cover or valve where it is.",
        p.Targets,
        "stop the blinds",
        undo=Undo.NONE,
    ),
    _act("HassFanSetSpeed", "Sets the speed of a fan.", p.FanSpeed, "set the fan to 50 percent"),
    _act(
        "HassHumidifierSetpoint",
        "Sets the wanted humidity of a humidifier.",
        p.HumiditySet,
        "set the humidifier to 50 percent",
    ),
    _act(
        "HassHumidifierMode",
        "Sets the mode of a humidifier.",
        p.HumidifierMode,
        "set the humidifier to sleep mode",
    ),
    _act("HassSetVolume", "Sets the volume of a media player.", p.Volume, "set the TV volume to 20"),
    _act("HassSetVolumeRelative", "Makes a media player louder or quieter.", p.VolumeStep, "turn the volume up"),
    _act("HassMediaPause", "Pauses a media player.", p.Place, "pause the music"),
    _act("HassMediaUnpause", "Resumes a media player.", p.Place, "resume the music"),
    _act("HassMediaNext", "Skips to the next track.", p.Place, "next song", undo=Undo.NONE),
    _act("HassMediaPrevious", "Goes back to the track before.", p.Place, "previous song", undo=Undo.NONE),
    _act("HassMediaPlayerMute", "Mutes a media player.", p.Place, "mute the TV"),
    _act("HassMediaPlayerUnmute", "Unmutes a media player.", p.Place, "unmute the TV"),
    _act(
        "HassMediaSearchAndPlay",
        "Searches for music or other media by name and plays what is found first.",
        p.MediaSearch,
        "play some jazz in the kitchen",
        "play the album Blue on the kitchen speaker",
        undo=Undo.NONE,
    ),
    _act("HassVacuumStart", "Starts a vacuum cleaner.", p.Place, "start the vacuum"),
    _act("HassVacuumReturnToBase", "Sends a vacuum cleaner home.", p.Place, "send the vacuum home"),
    _act("HassVacuumCleanArea", "Sends a vacuum cleaner to one room.", p.CleanArea, "vacuum the kitchen"),
    _act("HassLawnMowerStartMowing", "Starts a lawn mower.", p.Place, "mow the lawn"),
    _act("HassLawnMowerDock", "Sends a lawn mower to its dock.", p.Place, "dock the lawn mower"),
    _act(
        "HassListAddItem",
        "Adds an entry to a list.",
        p.ListItem,
        "add call mum to my to-do list",
        undo=Undo.COUNTER,
    ),
    _act(
        "HassListCompleteItem", "Checks off an entry of a list.", p.ListItem, "check off dishes", undo=Undo.COUNTER
    ),
    _act("HassListRemoveItem", "Removes an entry from a list.", p.ListItem, "remove dishes", undo=Undo.COUNTER),
    _act(
        "HassShoppingListAddItem",
        "Adds an entry to the shopping list.",
        p.Item,
        "add milk to the shopping list",
        undo=Undo.COUNTER,
    ),
    _act(
        "HassShoppingListCompleteItem",
        "Checks off an entry of the shopping list.",
        p.Item,
        "check off milk",
        undo=Undo.COUNTER,
    ),
    _act(
        "HassBroadcast", "Announces a message in the home.", p.Message, "announce dinner is ready", undo=Undo.NONE
    ),
    _ask(
        "HassGetState", "Tells or checks the state of devices and sensors.", p.StateQuestion, "is the door locked?"
    ),
    _ask("HassClimateGetTemperature", "Tells the temperature of a room.", p.Place, "how warm is the bedroom?"),
    _ask("HassGetWeather", "Tells the weather.", p.Place, "what is the weather like?"),
    _ask("HassGetCurrentDate", "Tells the date.", p.NoArguments, "what is the date?", place=Place.BRIDGE),
    _ask("HassGetCurrentTime", "Tells the time.", p.NoArguments, "what time is it?", place=Place.BRIDGE),
    _ask(
        "HassNevermind",
        "Does nothing: the person changed their mind.",
        p.NoArguments,
        "never mind",
        place=Place.BRIDGE,
    ),
)

CLOCK: tuple[Action, ...] = (
    _clock("HassStartTimer", "Starts a timer.", p.Duration, "set a timer for 5 minutes", undo=Undo.COUNTER),
    _clock("HassCancelTimer", "Cancels a timer.", p.WhichTimer, "cancel the pizza timer", undo=Undo.NONE),
    _clock("HassCancelAllTimers", "Cancels all timers.", p.NoArguments, "cancel all timers", undo=Undo.NONE),
    _clock("HassIncreaseTimer", "Adds time to a timer.", p.TimerChange, "add 5 minutes", undo=Undo.COUNTER),
    _clock("HassDecreaseTimer", "Takes time off a timer.", p.TimerChange, "take 1 minute off", undo=Undo.COUNTER),
    _clock("HassPauseTimer", "Pauses a timer.", p.WhichTimer, "pause the timer", undo=Undo.COUNTER),
    _clock("HassUnpauseTimer", "Resumes a timer.", p.WhichTimer, "resume the timer", undo=Undo.COUNTER),
    _ask("HassTimerStatus", "Tells the time left.", p.WhichTimer, "how long is left?", place=Place.CLOCK),
)
