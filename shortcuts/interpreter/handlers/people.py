"""What is said, shown and asked."""

import asyncio
from collections.abc import Mapping

from shortcuts.interpreter.content import Content
from shortcuts.interpreter.errors import Exited, Unsupported
from shortcuts.interpreter.handlers.base import Handler, Run
from shortcuts.interpreter.params import Params


def _show(run: Run, params: Params) -> Content:
    run.phone.say(params.text("Text"))
    return []


def _speak(run: Run, params: Params) -> Content:
    params.must("WFSpeakTextWait", True)
    words = params.text("WFText")
    run.phone.say(words)
    run.phone.did("speaktext", text=words)
    return []


def _alert(run: Run, params: Params) -> Content:
    title, message = params.text("WFAlertActionTitle", ""), params.text("WFAlertActionMessage", "")
    words = f"{title}\n{message}".strip()
    if params.take("WFAlertActionCancelButtonShown", True):
        run.phone.prompt(words)
    else:
        run.phone.say(words)
    return []


def _notification(run: Run, params: Params) -> Content:
    run.phone.need("notification")
    title, body = params.text("WFNotificationActionTitle", ""), params.text("WFNotificationActionBody", "")
    run.phone.did("notification", title=title, body=body)
    return []


def _dictate(run: Run, params: Params) -> Content:
    params.must("WFDictateTextStopListening", "After Pause", "After Short Pause", "On Tap")
    run.phone.need("microphone")
    said = run.phone.dictate()
    return [said] if said else []


def _ask(run: Run, params: Params) -> Content:
    params.must("WFInputType", "Text", "URL")
    params.text("WFAskActionDefaultAnswer", "")
    return [str(run.phone.prompt(params.text("WFAskActionPrompt", "")))]


def _choose(run: Run, params: Params) -> Content:
    items = params.variable("WFInput")
    chosen = run.phone.prompt(params.text("WFChooseFromListActionPrompt", ""))
    for item in items:
        if run.scope.writing.item(item) == chosen:
            return [item]
    raise Unsupported(f"'{chosen}' is not in the list {items}")


def _exit(_run: Run, _params: Params) -> Content:
    raise Exited


def _output(_run: Run, params: Params) -> Content:
    params.must("WFNoOutputSurfaceBehavior", "Do Nothing")
    raise Exited([params.text("WFOutput")])


async def _delay(run: Run, params: Params) -> Content:
    run.phone.spend(params.number("WFDelayTime", 1))
    await asyncio.sleep(0)
    return []


HANDLERS: Mapping[str, Handler] = {
    "showresult": _show,
    "speaktext": _speak,
    "alert": _alert,
    "notification": _notification,
    "dictatetext": _dictate,
    "ask": _ask,
    "choosefromlist": _choose,
    "exit": _exit,
    "output": _output,
    "delay": _delay,
}
