"""What a phone can do."""

from collections.abc import Callable
from dataclasses import replace

from actions.action import Undo
from shortcuts.phone import arguments as a
from shortcuts.phone.action import Given, PhoneAction, phone_action
from shortcuts.phone.availability import EVERYWHERE, LOOKED_AT, PHONE, Rate

_LEVELS = replace(PHONE, rate=Rate(5, 30))


def _level(given: Given) -> dict[str, float]:
    return {"level": given["percent"] / 100}


def _seconds(given: Given) -> dict[str, int]:
    return {"seconds": a.Duration.model_validate(given).total}


def _switched(what: str) -> Callable[[Given], str]:
    return lambda given: f"turn {what} {'on' if given['on'] else 'off'}"


def _length(given: Given) -> str:
    parts = [
        f"{given[unit]} {unit.removesuffix('s') if given[unit] == 1 else unit}" for unit in given if given[unit]
    ]
    return f"start a timer of {' '.join(parts)} on the phone"


def _playing(given: Given) -> str:
    mode = given.get("mode", "toggle")
    return "play or pause what is playing" if mode == "toggle" else f"{mode} what is playing"


def _when(given: Given, key: str) -> str:
    return f" on {given[key].replace('T', ' at ')}" if given.get(key) else ""


ACTS: tuple[PhoneAction, ...] = (
    phone_action(
        "open_url",
        "Opens a web page on the phone.",
        a.Url,
        "open_url",
        replace(LOOKED_AT, prompts=False),
        says="open {url}",
        examples=("open example.com",),
    ),
    phone_action(
        "set_clipboard",
        "Puts a text on the phone's clipboard; what was there is lost.",
        a.Words,
        "set_clipboard",
        PHONE,
        says="copy “{text}”",
        examples=("copy this address",),
    ),
    phone_action(
        "set_brightness",
        "Sets the brightness of the phone's screen.",
        a.Level,
        "set_brightness",
        _LEVELS,
        says="set the brightness of the phone to {percent} %",
        make=_level,
        examples=("set my phone's brightness to 40 percent",),
    ),
    phone_action(
        "set_volume",
        "Sets the volume of the phone itself, not of a media player in the home.",
        a.Level,
        "set_volume",
        replace(_LEVELS, watch=True),
        says="set the volume of the phone to {percent} %",
        make=_level,
        examples=("set my phone's volume to 20 percent",),
    ),
    phone_action(
        "set_focus",
        "Turns a Focus of the phone on or off.",
        a.Focus,
        "set_focus",
        EVERYWHERE,
        says=lambda given: _switched(given.get("mode", "do_not_disturb").replace("_", " "))(given),
        undo=Undo.COUNTER,
        make=lambda given: {"mode": "do_not_disturb", **given},
        examples=("turn on do not disturb",),
    ),
    phone_action(
        "torch",
        "Turns the phone's torch (flashlight) on or off.",
        a.Switch,
        "flashlight",
        PHONE,
        says=_switched("the torch"),
        undo=Undo.COUNTER,
        examples=("turn on the torch of my phone",),
    ),
    phone_action(
        "low_power",
        "Turns the phone's low power mode on or off.",
        a.Switch,
        "low_power",
        PHONE,
        says=_switched("low power mode"),
        undo=Undo.COUNTER,
    ),
    phone_action(
        "appearance",
        "Makes the phone's screen dark or light.",
        a.Appearance,
        "appearance",
        PHONE,
        says="switch the phone to {mode} mode",
        undo=Undo.COUNTER,
    ),
    phone_action(
        "start_timer",
        "Starts a timer in the phone's own Clock app, only where that is asked for; else use HassStartTimer.",
        a.Duration,
        "timer",
        EVERYWHERE,
        says=_length,
        make=_seconds,
    ),
    phone_action(
        "set_alarm",
        "Sets an alarm on the phone, within the next 24 hours.",
        a.Alarm,
        "alarm",
        EVERYWHERE,
        says="set an alarm for {time}",
        examples=("wake me at 7",),
    ),
    phone_action(
        "add_reminder",
        "Adds a reminder on the phone.",
        a.Reminder,
        "reminder",
        EVERYWHERE,
        says=lambda given: f"add the reminder “{given['title']}”{_when(given, 'due')}",
        examples=("remind me to call Anna tomorrow at 9",),
    ),
    phone_action(
        "add_event",
        "Adds an event to the phone's calendar.",
        a.Event,
        "event",
        EVERYWHERE,
        says=lambda given: f"add “{given['title']}” to the calendar{_when(given, 'start')}",
    ),
    phone_action(
        "send_message",
        "Prepares a message on the phone; the person sends it from the phone's own sheet.",
        a.Message,
        "message",
        replace(LOOKED_AT, rate=Rate(4, 30)),
        says="prepare a message to {to}",
        examples=("text +49 170 1234567 that I am late",),
    ),
    phone_action(
        "send_mail",
        "Prepares a mail on the phone; the person sends it from the phone's own sheet.",
        a.Mail,
        "mail",
        LOOKED_AT,
        says="prepare a mail to {to}",
    ),
    phone_action(
        "play_pause",
        "Plays or pauses what is playing on the phone itself.",
        a.Playback,
        "media_play_pause",
        EVERYWHERE,
        says=_playing,
        make=lambda given: {"mode": "toggle", **given},
        undo=Undo.COUNTER,
    ),
    phone_action(
        "say",
        "Speaks a text on the phone.",
        a.Words,
        "say",
        EVERYWHERE,
        says="say “{text}” on the phone",
    ),
    phone_action(
        "notify",
        "Shows a notification on the phone.",
        a.Notice,
        "notify",
        replace(EVERYWHERE, rate=Rate(30, 30)),
        says="show “{text}” on the phone",
    ),
)
"""What changes something; none of it can tell how it was before, so only switches can be taken back."""
