"""The Shortcuts actions that this package writes: identifiers, keys, kinds of values and the words on the screen.

Source: the key data that shortcutkit 2.0.0 took from Apple's frameworks (macOS 27.2); a test holds this table against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

PREFIX = "is.workflow.actions."


class Kind(StrEnum):
    """What a key takes, hence how its value is written."""

    TEXT = "text"
    """Text with variables in it: a plain string or a `WFTextTokenString`, never a bare attachment."""
    PICKER = "picker"
    """One variable: a bare `WFTextTokenAttachment`."""
    SUBJECT = "subject"
    """The left side of an If: an attachment wrapped in `{"Type": "Variable"}`."""
    DICTIONARY = "dictionary"
    NUMBER = "number"
    BOOL = "bool"
    CHOICE = "choice"
    """One of a list of words, in English whatever the phone's language."""
    PLAIN = "plain"
    """A string or number without variables."""
    QUANTITY = "quantity"
    ITEMS = "items"
    """A list of texts."""
    ANY = "any"
    """Shapes that only this one key has."""


@dataclass(frozen=True, slots=True)
class Key:
    """One parameter of a Shortcuts action."""

    kind: Kind
    label: str = ""
    """The field's name on the screen; empty when the action's sentence says it."""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """One Shortcuts action."""

    name: str
    """As the editor lists it, in English."""
    output: str | None = None
    """The name of its result; None when it has none."""
    keys: Mapping[str, Key] = field(default_factory=dict)
    descriptor: Mapping[str, str] | None = None
    """Of an app's own action (App Intent)."""


COMMON_KEYS = frozenset({"UUID", "GroupingIdentifier", "WFControlFlowMode", "CustomOutputName", "AppIntentDescriptor"})
FLOW = frozenset(PREFIX + name for name in ("conditional", "repeat.each", "repeat.count", "choosefrommenu"))
ALARM = "com.apple.mobiletimer-framework.MobileTimerIntents.MTCreateAlarmIntent"
CONDITIONS = {
    0: "is less than",
    1: "is less than or equal to",
    2: "is greater than",
    3: "is greater than or equal to",
    4: "is",
    5: "is not",
    8: "begins with",
    9: "ends with",
    99: "contains",
    999: "does not contain",
    100: "has any value",
    101: "does not have any value",
}


def _text(label: str = "") -> Key:
    return Key(Kind.TEXT, label)


def _pick(label: str = "") -> Key:
    return Key(Kind.PICKER, label)


def _number(label: str = "") -> Key:
    return Key(Kind.NUMBER, label)


def _switch(label: str = "") -> Key:
    return Key(Kind.BOOL, label)


def _choice(label: str, *choices: str) -> Key:
    return Key(Kind.CHOICE, label, choices)


_SET = _choice("Operation", "set", "toggle")

SPECS: dict[str, Spec] = {
    PREFIX + name: spec
    for name, spec in {
        "comment": Spec("Comment", None, {"WFCommentActionText": _text("Comment")}),
        "gettext": Spec("Text", "Text", {"WFTextActionText": _text("Text")}),
        "setvariable": Spec(
            "Set Variable", None, {"WFVariableName": Key(Kind.PLAIN, "Variable Name"), "WFInput": _pick("Input")}
        ),
        "dictionary": Spec("Dictionary", "Dictionary", {"WFItems": Key(Kind.DICTIONARY, "Items")}),
        "getvalueforkey": Spec(
            "Get Dictionary Value",
            "Dictionary Value",
            {
                "WFGetDictionaryValueType": _choice("Get", "Value", "All Keys", "All Values"),
                "WFDictionaryKey": _text("Key"),
                "WFInput": _pick("Dictionary"),
            },
        ),
        "detect.dictionary": Spec("Get Dictionary from Input", "Dictionary", {"WFInput": _pick("Input")}),
        "detect.images": Spec("Get Images from Input", "Images", {"WFInput": _pick("Input")}),
        "getitemfromlist": Spec(
            "Get Item from List",
            "Item from List",
            {
                "WFItemSpecifier": _choice("Get", "First Item", "Last Item", "Random Item", "Item At Index"),
                "WFItemIndex": _number("Index"),
                "WFInput": _pick("List"),
            },
        ),
        "text.match": Spec(
            "Match Text", "Matches", {"WFMatchTextPattern": _text("Pattern"), "text": _text("Text")}
        ),
        "text.match.getgroup": Spec(
            "Get Group from Matched Text",
            "Text",
            {
                "WFGetGroupType": _choice("Get", "All Groups", "Group At Index"),
                "WFGroupIndex": _number("Group Index"),
                "matches": _pick("Matches"),
            },
        ),
        "urlencode": Spec(
            "URL Encode",
            "URL Encoded Text",
            {"WFEncodeMode": _choice("Mode", "Encode", "Decode"), "WFInput": _text("Text")},
        ),
        "base64encode": Spec(
            "Base64 Encode",
            "Base64 Encoded",
            {
                "WFEncodeMode": _choice("Mode", "Encode", "Decode"),
                "WFInput": _pick("Input"),
                "WFBase64LineBreakMode": _choice(
                    "Line Breaks", "None", "Every 64 Characters", "Every 76 Characters"
                ),
            },
        ),
        "hash": Spec(
            "Generate Hash",
            "Hash",
            {"WFHashType": _choice("Type", "MD5", "SHA1", "SHA256", "SHA512"), "WFInput": _pick("Input")},
        ),
        "number.random": Spec(
            "Random Number",
            "Random Number",
            {"WFRandomNumberMinimum": _number("Minimum"), "WFRandomNumberMaximum": _number("Maximum")},
        ),
        "date": Spec("Date", "Date", {"WFDateActionMode": _choice("Date", "Current Date", "Specified Date")}),
        "format.date": Spec(
            "Format Date",
            "Formatted Date",
            {
                "WFDate": _text("Date"),
                "WFDateFormatStyle": _choice("Date Format", "Short", "Medium", "Long", "ISO 8601", "Custom"),
                "WFISO8601IncludeTime": _switch("Include ISO 8601 Time"),
            },
        ),
        "downloadurl": Spec(
            "Get Contents of URL",
            "Contents of URL",
            {
                "WFURL": _text("URL"),
                "WFHTTPMethod": _choice("Method", "GET", "POST", "PUT", "PATCH", "DELETE"),
                "ShowHeaders": _switch(),
                "WFHTTPHeaders": Key(Kind.DICTIONARY, "Headers"),
                "WFHTTPBodyType": _choice("Request Body", "JSON", "Form", "File"),
                "WFJSONValues": Key(Kind.DICTIONARY, "JSON"),
            },
        ),
        "getdevicedetails": Spec(
            "Get Device Details",
            "Device Details",
            {
                "WFDeviceDetail": _choice(
                    "Get", "Device Name", "Device Model", "System Version", "Device Is Locked", "Device Is Watch"
                )
            },
        ),
        "dictatetext": Spec(
            "Dictate Text",
            "Dictated Text",
            {"WFDictateTextStopListening": _choice("Stop Listening", "After Pause", "After Short Pause", "On Tap")},
        ),
        "ask": Spec(
            "Ask for Input",
            "Provided Input",
            {
                "WFInputType": _choice("Input Type", "Text", "Number", "URL", "Date", "Time", "Date and Time"),
                "WFAskActionPrompt": _text("Prompt"),
                "WFAskActionDefaultAnswer": _text("Default Answer"),
            },
        ),
        "choosefromlist": Spec(
            "Choose from List",
            "Chosen Item",
            {"WFInput": _pick("List"), "WFChooseFromListActionPrompt": _text("Prompt")},
        ),
        "showresult": Spec("Show Content", None, {"Text": _text("Content")}),
        "speaktext": Spec(
            "Speak Text", None, {"WFText": _text("Text"), "WFSpeakTextWait": _switch("Wait Until Finished")}
        ),
        "alert": Spec(
            "Show Alert",
            None,
            {
                "WFAlertActionMessage": _text("Message"),
                "WFAlertActionTitle": _text("Title"),
                "WFAlertActionCancelButtonShown": _switch("Show Cancel Button"),
            },
        ),
        "notification": Spec(
            "Show Notification",
            None,
            {"WFNotificationActionBody": _text("Body"), "WFNotificationActionTitle": _text("Title")},
        ),
        "exit": Spec("Stop This Shortcut"),
        "output": Spec(
            "Stop and Output",
            None,
            {
                "WFOutput": _text("Result"),
                "WFNoOutputSurfaceBehavior": _choice(
                    "If there's nowhere to output", "Respond", "Do Nothing", "Copy to Clipboard"
                ),
            },
        ),
        "delay": Spec("Wait", None, {"WFDelayTime": _number("Seconds")}),
        "documentpicker.open": Spec(
            "Get File from Folder",
            "File",
            {"WFGetFilePath": _text("Path"), "WFFileErrorIfNotFound": _switch("Error If Not Found")},
        ),
        "documentpicker.save": Spec(
            "Save File",
            "Saved File",
            {
                "WFInput": _pick("File"),
                "WFAskWhereToSave": _switch("Ask Where To Save"),
                "WFFileDestinationPath": _text("Subpath"),
                "WFSaveFileOverwrite": _switch("Overwrite If File Exists"),
            },
        ),
        "image.resize": Spec(
            "Resize Image",
            "Resized Image",
            {
                "WFImage": _pick("Image"),
                "WFImageResizeKey": _choice("By", "Size", "Percentage", "Longest Edge"),
                "WFImageResizeLength": _number("Longest Edge Size"),
            },
        ),
        "image.convert": Spec(
            "Convert Image",
            "Converted Image",
            {
                "WFInput": _pick("Image"),
                "WFImageFormat": _choice("Format", "JPEG", "PNG"),
                "WFImageCompressionQuality": _number("Quality"),
                "WFImagePreserveMetadata": _switch("Preserve Metadata"),
            },
        ),
        "takephoto": Spec("Take Photo", "Photo", {"WFCameraCaptureShowPreview": _switch("Show Camera Preview")}),
        "takescreenshot": Spec("Take Screenshot", "Screenshot"),
        "runworkflow": Spec(
            "Run Shortcut", "Shortcut Result", {"WFWorkflow": _pick("Shortcut"), "WFInput": _pick("Input")}
        ),
        "openurl": Spec("Open URLs", None, {"WFInput": _text("URL")}),
        "setclipboard": Spec("Copy to Clipboard", None, {"WFInput": _pick("Content")}),
        "getclipboard": Spec("Get Clipboard", "Clipboard"),
        "setbrightness": Spec("Set Brightness", None, {"WFBrightness": _number("Brightness")}),
        "setvolume": Spec("Set Volume", None, {"WFVolume": _number("Volume")}),
        "dnd.set": Spec(
            "Set Focus",
            None,
            {
                "Operation": _choice("Operation", "Turn", "Toggle"),
                "FocusModes": Key(Kind.ANY, "Focus"),
                "Enabled": _switch("On"),
                "AssertionType": _choice("Until", "Turned Off", "Time", "I Leave", "Event Ends"),
            },
        ),
        "flashlight": Spec("Set Flashlight", None, {"operation": _SET, "state": _switch("State")}),
        "lowpowermode.set": Spec("Set Low Power Mode", None, {"operation": _SET, "OnValue": _switch("State")}),
        "appearance": Spec(
            "Set Appearance", None, {"operation": _SET, "style": _choice("Appearance", "dark", "light")}
        ),
        "pausemusic": Spec(
            "Play/Pause", None, {"WFPlayPauseBehavior": _choice("Behavior", "Play/Pause", "Play", "Pause")}
        ),
        "timer.start": Spec("Start Timer", None, {"WFDuration": Key(Kind.QUANTITY, "Duration")}),
        "addnewreminder": Spec(
            "New Reminder",
            "New Reminder",
            {
                "WFCalendarItemTitle": _text("Reminder"),
                "WFAlertEnabled": _choice("Alert", "No Alert", "Alert"),
                "WFAlertCondition": _choice("Trigger", "At Time"),
                "WFAlertCustomTime": _text("Time"),
                "WFCalendarItemNotes": _text("Notes"),
            },
        ),
        "addnewevent": Spec(
            "New Event",
            "New Event",
            {
                "WFCalendarItemTitle": _text("Title"),
                "WFCalendarItemStartDate": _text("Start Date"),
                "WFCalendarItemEndDate": _text("End Date"),
                "WFCalendarItemLocation": _text("Location"),
                "WFCalendarItemNotes": _text("Notes"),
                "ShowWhenRun": _switch("Show Compose Sheet"),
            },
        ),
        "sendmessage": Spec(
            "Send Message",
            None,
            {
                "WFSendMessageContent": _text("Message"),
                "WFSendMessageActionRecipients": _pick("Recipients"),
                "ShowWhenRun": _switch("Show Compose Sheet"),
            },
        ),
        "sendemail": Spec(
            "Send Email",
            None,
            {
                "WFSendEmailActionInputAttachments": _text("Message"),
                "WFSendEmailActionSubject": _text("Subject"),
                "WFSendEmailActionToRecipients": _pick("Recipients"),
                "WFSendEmailActionShowComposeSheet": _switch("Show Compose Sheet"),
            },
        ),
        "getcurrentlocation": Spec("Get Current Location", "Current Location"),
        "getbatterylevel": Spec(
            "Get Battery Status",
            "Battery State",
            {"Subject": _choice("Get", "Battery Level", "Is Charging", "Is Connected to Charger")},
        ),
        "conditional": Spec(
            "If",
            None,
            {
                "WFInput": Key(Kind.SUBJECT),
                "WFCondition": Key(Kind.PLAIN),
                "WFConditionalActionString": _text(),
                "WFNumberValue": _number(),
            },
        ),
        "repeat.each": Spec("Repeat with Each", None, {"WFInput": _pick("Items")}),
        "repeat.count": Spec("Repeat", None, {"WFRepeatCount": _number("Times")}),
        "choosefrommenu": Spec(
            "Choose from Menu",
            None,
            {
                "WFMenuPrompt": _text("Prompt"),
                "WFMenuItems": Key(Kind.ITEMS, "Items"),
                "WFMenuItemTitle": Key(Kind.PLAIN, "Title"),
            },
        ),
    }.items()
} | {
    ALARM: Spec(
        "Add Alarm",
        "Alarm",
        {"dateComponents": _text("Time"), "name": _text("Label")},
        descriptor={
            "BundleIdentifier": "com.apple.clock",
            "Name": "Clock",
            "TeamIdentifier": "0000000000",
            "AppIntentIdentifier": "CreateAlarmIntent",
        },
    )
}
"""Every action that may stand in a file of ours, by identifier."""
