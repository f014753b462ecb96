"""What a phone does, and what it says of itself: simulated, and written down."""

from collections.abc import Callable, Mapping

from shortcuts.interpreter.content import Content, number
from shortcuts.interpreter.errors import Failed, Unsupported
from shortcuts.interpreter.handlers.base import Handler, Run
from shortcuts.interpreter.params import Params
from shortcuts.schema import ALARM


def _details(run: Run, params: Params) -> Content:
    known = {
        "Device Name": run.phone.name,
        "System Version": run.phone.os,
        "Device Is Locked": run.phone.locked,
    }
    detail = params.take("WFDeviceDetail", "Device Name")
    if detail not in known:
        raise Unsupported(f"Device detail '{detail}'")
    return [known[detail]]


def _run_shortcut(run: Run, params: Params) -> Content:
    name = run.scope.writing.text(params.variable("WFWorkflow"))
    given = params.variable("WFInput")
    if name not in run.phone.shortcuts:
        raise Failed(f"The shortcut '{name}' could not be found")
    run.phone.did("runworkflow", name=name, given=run.scope.writing.text(given))
    return run.phone.shortcuts[name](given)


def _open_url(run: Run, params: Params) -> Content:
    url = params.text("WFInput")
    if ":" not in url:
        raise Failed(f"'{url}' is no address")
    run.phone.unlock()
    run.phone.did("openurl", url=url)
    return []


def _set_clipboard(run: Run, params: Params) -> Content:
    run.phone.clipboard = params.variable("WFInput")
    run.phone.did("setclipboard", text=run.scope.writing.text(run.phone.clipboard))
    return []


def _get_clipboard(run: Run, _params: Params) -> Content:
    run.phone.unlock()
    return run.phone.clipboard


def _level(key: str) -> Handler:
    def set_level(run: Run, params: Params) -> Content:
        level = params.number(key)
        if not 0 <= level <= 1:
            raise Unsupported(f"{key} = {level}: 0 to 1")
        run.phone.did(params.identifier.rsplit(".", 1)[-1], level=level)
        return []

    return set_level


def _switch(key: str) -> Handler:
    def set_switch(run: Run, params: Params) -> Content:
        params.must("operation", "set")
        run.phone.did(params.identifier.removeprefix("is.workflow.actions."), on=_on(params, key))
        return []

    return set_switch


def _on(params: Params, key: str) -> bool:
    value = number([params.either(key)])
    if value is None:
        raise Unsupported(f"{params.identifier}.{key} is neither on nor off")
    return bool(value)


def _focus(run: Run, params: Params) -> Content:
    params.must("Operation", "Turn")
    params.must("AssertionType", "Turned Off")
    focus = params.take("FocusModes")
    run.phone.did("dnd.set", focus=focus["Identifier"], on=_on(params, "Enabled"))
    return []


def _appearance(run: Run, params: Params) -> Content:
    params.must("operation", "set")
    run.phone.did("appearance", style=params.must("style", "dark", "light"))
    return []


def _play(run: Run, params: Params) -> Content:
    behaviour = params.must("WFPlayPauseBehavior", "Play/Pause", "Play", "Pause")
    run.phone.did("pausemusic", behaviour=behaviour)
    return []


def _timer(run: Run, params: Params) -> Content:
    quantity = params.take("WFDuration")
    if quantity.get("WFSerializationType") != "WFQuantityFieldValue":
        raise Unsupported("A duration that is no quantity")
    value = quantity["Value"]
    seconds = params.scope.either(value["Magnitude"])
    run.phone.did("timer.start", seconds=seconds, unit=value["Unit"])
    return []


def _alarm(run: Run, params: Params) -> Content:
    params.take("AppIntentDescriptor")
    run.phone.did("alarm", time=params.text("dateComponents"), label=params.text("name", ""))
    return []


def _reminder(run: Run, params: Params) -> Content:
    run.phone.need("reminders")
    alert = params.must("WFAlertEnabled", "No Alert", "Alert") == "Alert"
    due = ""
    if alert:
        params.must("WFAlertCondition", "At Time")
        due = params.text("WFAlertCustomTime")
    title, notes = params.text("WFCalendarItemTitle"), params.text("WFCalendarItemNotes", "")
    run.phone.did("addnewreminder", title=title, notes=notes, due=due)
    return [title]


def _event(run: Run, params: Params) -> Content:
    run.phone.need("calendar")
    params.must("ShowWhenRun", False)
    keys = ("Title", "StartDate", "EndDate", "Location", "Notes")
    run.phone.did("addnewevent", **{key.lower(): params.text(f"WFCalendarItem{key}", "") for key in keys})
    return []


def _message(run: Run, params: Params) -> Content:
    run.phone.need("contacts")
    to = run.scope.writing.text(params.variable("WFSendMessageActionRecipients"))
    text = params.text("WFSendMessageContent")
    return _sheet(run, params.take("ShowWhenRun", False), "sendmessage", f"To {to}: {text}", to=to, text=text)


def _mail(run: Run, params: Params) -> Content:
    to = run.scope.writing.text(params.variable("WFSendEmailActionToRecipients"))
    subject = params.text("WFSendEmailActionSubject", "")
    text = params.text("WFSendEmailActionInputAttachments")
    shown = params.take("WFSendEmailActionShowComposeSheet", True)
    return _sheet(run, shown, "sendemail", f"To {to}: {subject}", to=to, subject=subject, text=text)


def _sheet(run: Run, shown: bool, what: str, words: str, **values: str) -> Content:
    if shown:
        run.phone.unlock()
        run.phone.prompt(words)
    run.phone.did(what, **values)
    return []


def _location(run: Run, _params: Params) -> Content:
    run.phone.need("location")
    return [run.phone.location]


def _battery(run: Run, params: Params) -> Content:
    params.must("Subject", "Battery Level")
    return [run.phone.battery]


def _taken(permission: str, picture: Callable[[Run], object]) -> Handler:
    def take(run: Run, params: Params) -> Content:
        run.phone.need(permission)
        run.phone.unlock()
        params.take("WFCameraCaptureShowPreview", True)
        run.phone.did(params.identifier.rsplit(".", 1)[-1])
        return [picture(run)]

    return take


HANDLERS: Mapping[str, Handler] = {
    "getdevicedetails": _details,
    "runworkflow": _run_shortcut,
    "openurl": _open_url,
    "setclipboard": _set_clipboard,
    "getclipboard": _get_clipboard,
    "setbrightness": _level("WFBrightness"),
    "setvolume": _level("WFVolume"),
    "flashlight": _switch("state"),
    "lowpowermode.set": _switch("OnValue"),
    "dnd.set": _focus,
    "appearance": _appearance,
    "pausemusic": _play,
    "timer.start": _timer,
    ALARM: _alarm,
    "addnewreminder": _reminder,
    "addnewevent": _event,
    "sendmessage": _message,
    "sendemail": _mail,
    "getcurrentlocation": _location,
    "getbatterylevel": _battery,
    "takephoto": _taken("camera", lambda run: run.phone.camera),
    "takescreenshot": _taken("screenshot", lambda run: run.phone.screen),
}
