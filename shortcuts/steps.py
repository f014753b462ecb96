"""The Shortcuts actions that our files are made of, as functions with plain names."""

from collections.abc import Mapping

from shortcuts.fields import Field, Quantity
from shortcuts.schema import ALARM
from shortcuts.step import Step
from shortcuts.values import Ref, Text

Words = str | Text | Ref


def comment(words: str) -> Step:
    """A note for whoever opens the shortcut."""
    return Step("comment", {"WFCommentActionText": words})


def stop() -> Step:
    """End the shortcut."""
    return Step("exit")


def show(words: Words) -> Step:
    """Show a text; Siri speaks it."""
    return Step("showresult", {"Text": words})


def speak(words: Words) -> Step:
    """Speak a text aloud, whoever runs the shortcut."""
    return Step("speaktext", {"WFText": words, "WFSpeakTextWait": True})


def notify(title: Words, body: Words) -> Step:
    """A notification."""
    return Step("notification", {"WFNotificationActionBody": body, "WFNotificationActionTitle": title})


def ask(prompt: Words) -> Step:
    """Ask for text: typed, or spoken to Siri."""
    return Step("ask", {"WFInputType": "Text", "WFAskActionPrompt": prompt})


def dictate() -> Step:
    """Listen until a pause."""
    return Step("dictatetext", {"WFDictateTextStopListening": "After Pause"})


def choose(items: Ref, prompt: Words) -> Step:
    """Choose one of a list."""
    return Step("choosefromlist", {"WFInput": items, "WFChooseFromListActionPrompt": prompt})


def value(source: Ref, key: Words) -> Step:
    """One value of a dictionary; a list becomes so many items."""
    keys = {"WFGetDictionaryValueType": "Value", "WFDictionaryKey": key, "WFInput": source}
    return Step("getvalueforkey", keys)


def as_dictionary(source: Ref) -> Step:
    """A file or a JSON text as a dictionary."""
    return Step("detect.dictionary", {"WFInput": source})


def dictionary(fields: Mapping[str, Field]) -> Step:
    """A dictionary."""
    return Step("dictionary", {"WFItems": fields})


def match(pattern: str, words: Words) -> Step:
    """What of a text fits a regular expression."""
    return Step("text.match", {"WFMatchTextPattern": pattern, "text": words})


def group(matches: Ref, index: int) -> Step:
    """One group of a match, from 1."""
    keys = {"WFGetGroupType": "Group At Index", "WFGroupIndex": index, "matches": matches}
    return Step("text.match.getgroup", keys)


def percent_decoded(words: Words) -> Step:
    """A text without its %20."""
    return Step("urlencode", {"WFEncodeMode": "Decode", "WFInput": words})


def random_number(least: int, most: int) -> Step:
    """A random whole number."""
    return Step("number.random", {"WFRandomNumberMinimum": least, "WFRandomNumberMaximum": most})


def get(url: Words, headers: Mapping[str, Field]) -> Step:
    """Fetch an address."""
    return Step("downloadurl", {"WFURL": url, "WFHTTPMethod": "GET", "ShowHeaders": True, "WFHTTPHeaders": headers})


def post(url: Words, headers: Mapping[str, Field], body: Mapping[str, Field]) -> Step:
    """Send JSON to an address."""
    keys = {"WFURL": url, "WFHTTPMethod": "POST", "ShowHeaders": True, "WFHTTPHeaders": headers}
    return Step("downloadurl", {**keys, "WFHTTPBodyType": "JSON", "WFJSONValues": body})


def device(detail: str) -> Step:
    """Something about this device, such as "Device Name"."""
    return Step("getdevicedetails", {"WFDeviceDetail": detail})


def read_file(path: str) -> Step:
    """A file of the Shortcuts folder; nothing when it is not there."""
    return Step("documentpicker.open", {"WFGetFilePath": path, "WFFileErrorIfNotFound": False})


def save_file(content: Ref, path: str) -> Step:
    """Write a file into the Shortcuts folder, over an older one."""
    keys = {"WFInput": content, "WFAskWhereToSave": False, "WFFileDestinationPath": path}
    return Step("documentpicker.save", {**keys, "WFSaveFileOverwrite": True})


def images(source: Ref) -> Step:
    """The pictures in what was shared."""
    return Step("detect.images", {"WFInput": source})


def first(items: Ref) -> Step:
    """The first of several."""
    return Step("getitemfromlist", {"WFItemSpecifier": "First Item", "WFInput": items})


def resize(image: Ref, longest: int) -> Step:
    """A smaller picture; `longest` in pixels."""
    keys = {"WFImage": image, "WFImageResizeKey": "Longest Edge", "WFImageResizeLength": longest}
    return Step("image.resize", keys)


def jpeg(image: Ref) -> Step:
    """As JPEG, without place and time of the photo."""
    keys = {"WFInput": image, "WFImageFormat": "JPEG", "WFImageCompressionQuality": 0.7}
    return Step("image.convert", {**keys, "WFImagePreserveMetadata": False})


def base64(data: Ref) -> Step:
    """As base64 on one line."""
    return Step("base64encode", {"WFEncodeMode": "Encode", "WFInput": data, "WFBase64LineBreakMode": "None"})


def run_shortcut(name: Ref, given: Ref) -> Step:
    """Run another shortcut by its name."""
    return Step("runworkflow", {"WFWorkflow": name, "WFInput": given})


def open_url(url: Words) -> Step:
    """Open an address, in whatever app it belongs to."""
    return Step("openurl", {"WFInput": url})


def set_clipboard(content: Ref) -> Step:
    """Copy."""
    return Step("setclipboard", {"WFInput": content})


def set_focus(identifier: str, name: str, on: Ref) -> Step:
    """Turn a Focus on or off, until it is changed again."""
    focus = {"Identifier": identifier, "DisplayString": name}
    return Step("dnd.set", {"Operation": "Turn", "FocusModes": focus, "Enabled": on, "AssertionType": "Turned Off"})


def start_timer(seconds: Ref) -> Step:
    """A timer."""
    return Step("timer.start", {"WFDuration": Quantity(seconds, "sec")})


def add_alarm(time: Words, label: Words) -> Step:
    """An alarm; `time` such as "7:30"."""
    return Step(ALARM, {"dateComponents": time, "name": label})


def add_reminder(title: Words, notes: Words, due: Words | None = None) -> Step:
    """A reminder, with an alert when it has a time."""
    keys: dict[str, Words] = {"WFCalendarItemTitle": title, "WFCalendarItemNotes": notes}
    alert = {"WFAlertEnabled": "Alert", "WFAlertCondition": "At Time", "WFAlertCustomTime": due}
    return Step("addnewreminder", {**keys, **(alert if due else {"WFAlertEnabled": "No Alert"})})


def add_event(title: Words, start: Words, end: Words, place: Words, notes: Words) -> Step:
    """A calendar event, without its sheet."""
    return Step(
        "addnewevent",
        {
            "WFCalendarItemTitle": title,
            "WFCalendarItemStartDate": start,
            "WFCalendarItemEndDate": end,
            "WFCalendarItemLocation": place,
            "WFCalendarItemNotes": notes,
            "ShowWhenRun": False,
        },
    )


def send_message(to: Ref, words: Words) -> Step:
    """A message, sent only from its own sheet."""
    keys = {"WFSendMessageContent": words, "WFSendMessageActionRecipients": to, "ShowWhenRun": True}
    return Step("sendmessage", keys)


def send_mail(to: Ref, subject: Words, words: Words) -> Step:
    """A mail, sent only from its own sheet."""
    keys = {"WFSendEmailActionInputAttachments": words, "WFSendEmailActionSubject": subject}
    return Step(
        "sendemail", {**keys, "WFSendEmailActionToRecipients": to, "WFSendEmailActionShowComposeSheet": True}
    )
