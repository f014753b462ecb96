"""What a phone does for each kind of action, as Shortcuts actions."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from shortcuts import steps
from shortcuts.library.bridge import empty
from shortcuts.library.picture import encoded
from shortcuts.step import Step
from shortcuts.values import Ref
from shortcuts.workflow import Workflow

Doing: TypeAlias = Callable[[Workflow, Ref], object]
"""Writes one kind: the workflow, and the action's arguments."""

FOCUSES = {
    "do_not_disturb": ("com.apple.donotdisturb.mode.default", "Do Not Disturb"),
    "work": ("com.apple.focus.work", "Work"),
    "personal": ("com.apple.focus.personal-time", "Personal"),
    "sleep": ("com.apple.sleep.sleep-mode", "Sleep"),
}


def _one(make: Callable[[Ref], Step]) -> Doing:
    return lambda flow, args: flow.do(make(args))


def _run_shortcut(flow: Workflow, args: Ref) -> None:
    result = flow.do(steps.run_shortcut(flow.text(args.key("name")), flow.text(args.key("input"))))
    flow.let("Detail", result)


def _set_clipboard(flow: Workflow, args: Ref) -> None:
    flow.do(steps.set_clipboard(flow.text(args.key("text"))))


def _get_clipboard(flow: Workflow, _args: Ref) -> None:
    flow.let("Detail", flow.do(Step("getclipboard")))


def _focus(identifier: str, name: str, args: Ref) -> Step:
    return steps.set_focus(identifier, name, args.key("on"))


def _appearance(mode: str, _args: Ref) -> Step:
    return Step("appearance", {"operation": "set", "style": mode})


def _playback(behaviour: str, _args: Ref) -> Step:
    return Step("pausemusic", {"WFPlayPauseBehavior": behaviour})


def _reminder(flow: Workflow, args: Ref) -> None:
    title, notes = args.key("title"), args.key("notes")
    with flow.when(*empty(flow, args.key("due"))) as due:
        flow.do(steps.add_reminder(title, notes))
        due.otherwise()
        flow.do(steps.add_reminder(title, notes, args.key("due")))


def _event(args: Ref) -> Step:
    return steps.add_event(*(args.key(key) for key in ("title", "start", "end", "location", "notes")))


def _message(flow: Workflow, args: Ref) -> None:
    flow.do(steps.send_message(flow.text(args.key("to")), args.key("text")))


def _mail(flow: Workflow, args: Ref) -> None:
    flow.do(steps.send_mail(flow.text(args.key("to")), args.key("subject"), args.key("text")))


def _location(flow: Workflow, _args: Ref) -> None:
    here = flow.do(Step("getcurrentlocation"))
    place = (here.detail("Street"), ", ", here.detail("City"))
    flow.let("Detail", here.detail("Latitude"), ",", here.detail("Longitude"), " ", *place)


def _battery(flow: Workflow, _args: Ref) -> None:
    flow.let("Detail", flow.do(Step("getbatterylevel", {"Subject": "Battery Level"})))


def _photo(flow: Workflow, args: Ref) -> None:
    _send(flow, args, flow.do(Step("takephoto", {"WFCameraCaptureShowPreview": True})))


def _screenshot(flow: Workflow, args: Ref) -> None:
    _send(flow, args, flow.do(Step("takescreenshot")))


def _send(flow: Workflow, args: Ref, picture: Ref) -> None:
    flow.set("Image", encoded(flow, picture))
    flow.let("Request", args.key("request"))
    flow.let("Detail", "sent with the next request")
    flow.let("Next", "ask")


def _ask(flow: Workflow, args: Ref) -> None:
    flow.let("Detail", flow.do(steps.ask(args.key("prompt"))))


DOINGS: Mapping[str, Doing] = {
    "run_shortcut:": _run_shortcut,
    "open_app:": _one(lambda args: steps.open_url(args.key("url"))),
    "open_url:": _one(lambda args: steps.open_url(args.key("url"))),
    "set_clipboard:": _set_clipboard,
    "get_clipboard:": _get_clipboard,
    "set_brightness:": _one(lambda args: Step("setbrightness", {"WFBrightness": args.key("level")})),
    "set_volume:": _one(lambda args: Step("setvolume", {"WFVolume": args.key("level")})),
    **{f"set_focus:{mode}": _one(partial(_focus, *focus)) for mode, focus in FOCUSES.items()},
    "flashlight:": _one(lambda args: Step("flashlight", {"operation": "set", "state": args.key("on")})),
    "low_power:": _one(lambda args: Step("lowpowermode.set", {"operation": "set", "OnValue": args.key("on")})),
    "appearance:dark": _one(partial(_appearance, "dark")),
    "appearance:light": _one(partial(_appearance, "light")),
    "timer:": _one(lambda args: steps.start_timer(args.key("seconds"))),
    "alarm:": _one(lambda args: steps.add_alarm(args.key("time"), args.key("label"))),
    "reminder:": _reminder,
    "event:": _one(_event),
    "message:": _message,
    "mail:": _mail,
    "media_play_pause:play": _one(partial(_playback, "Play")),
    "media_play_pause:pause": _one(partial(_playback, "Pause")),
    "media_play_pause:toggle": _one(partial(_playback, "Play/Pause")),
    "get_location:": _location,
    "get_battery:": _battery,
    "take_photo:": _photo,
    "take_screenshot:": _screenshot,
    "say:": _one(lambda args: steps.speak(args.key("text"))),
    "notify:": _one(lambda args: steps.notify(args.key("title"), args.key("text"))),
    "ask:": _ask,
}
"""By `kind:mode` of `kinds.marks`."""
