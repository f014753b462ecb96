"""Shortcuts actions for files, pictures and what a phone can do."""

from shortcuts.schema import Key, Kind, Spec, choice, number, pick, switch, text

_SET = choice("Operation", "set", "toggle")

PHONE: dict[str, Spec] = {
    "documentpicker.open": Spec(
        "Get File from Folder",
        "File",
        {"WFGetFilePath": text("Path"), "WFFileErrorIfNotFound": switch("Error If Not Found")},
    ),
    "documentpicker.save": Spec(
        "Save File",
        "Saved File",
        {
            "WFInput": pick("File"),
            "WFAskWhereToSave": switch("Ask Where To Save"),
            "WFFileDestinationPath": text("Subpath"),
            "WFSaveFileOverwrite": switch("Overwrite If File Exists"),
        },
    ),
    "image.resize": Spec(
        "Resize Image",
        "Resized Image",
        {
            "WFImage": pick("Image"),
            "WFImageResizeKey": choice("By", "Size", "Percentage", "Longest Edge"),
            "WFImageResizeLength": number("Longest Edge Size"),
        },
    ),
    "image.convert": Spec(
        "Convert Image",
        "Converted Image",
        {
            "WFInput": pick("Image"),
            "WFImageFormat": choice("Format", "JPEG", "PNG"),
            "WFImageCompressionQuality": number("Quality"),
            "WFImagePreserveMetadata": switch("Preserve Metadata"),
        },
    ),
    "takephoto": Spec("Take Photo", "Photo", {"WFCameraCaptureShowPreview": switch("Show Camera Preview")}),
    "takescreenshot": Spec("Take Screenshot", "Screenshot"),
    "runworkflow": Spec(
        "Run Shortcut", "Shortcut Result", {"WFWorkflow": pick("Shortcut"), "WFInput": pick("Input")}
    ),
    "openurl": Spec("Open URLs", None, {"WFInput": text("URL")}),
    "setclipboard": Spec("Copy to Clipboard", None, {"WFInput": pick("Content")}),
    "getclipboard": Spec("Get Clipboard", "Clipboard"),
    "setbrightness": Spec("Set Brightness", None, {"WFBrightness": number("Brightness")}),
    "setvolume": Spec("Set Volume", None, {"WFVolume": number("Volume")}),
    "dnd.set": Spec(
        "Set Focus",
        None,
        {
            "Operation": choice("Operation", "Turn", "Toggle"),
            "FocusModes": Key(Kind.ANY, "Focus"),
            "Enabled": switch("On"),
            "AssertionType": choice("Until", "Turned Off", "Time", "I Leave", "Event Ends"),
        },
    ),
    "flashlight": Spec("Set Flashlight", None, {"operation": _SET, "state": switch("State")}),
    "lowpowermode.set": Spec("Set Low Power Mode", None, {"operation": _SET, "OnValue": switch("State")}),
    "appearance": Spec("Set Appearance", None, {"operation": _SET, "style": choice("Appearance", "dark", "light")}),
    "pausemusic": Spec(
        "Play/Pause", None, {"WFPlayPauseBehavior": choice("Behavior", "Play/Pause", "Play", "Pause")}
    ),
    "timer.start": Spec("Start Timer", "Start Timer", {"WFDuration": Key(Kind.QUANTITY, "Duration")}),
    "addnewreminder": Spec(
        "New Reminder",
        "New Reminder",
        {
            "WFCalendarItemTitle": text("Reminder"),
            "WFAlertEnabled": choice("Alert", "No Alert", "Alert"),
            "WFAlertCondition": choice("Trigger", "At Time"),
            "WFAlertCustomTime": text("Time"),
            "WFCalendarItemNotes": text("Notes"),
        },
    ),
    "addnewevent": Spec(
        "New Event",
        "New Event",
        {
            "WFCalendarItemTitle": text("Title"),
            "WFCalendarItemStartDate": text("Start Date"),
            "WFCalendarItemEndDate": text("End Date"),
            "WFCalendarItemLocation": text("Location"),
            "WFCalendarItemNotes": text("Notes"),
            "ShowWhenRun": switch("Show Compose Sheet"),
        },
    ),
    "sendmessage": Spec(
        "Send Message",
        None,
        {
            "WFSendMessageContent": text("Message"),
            "WFSendMessageActionRecipients": pick("Recipients"),
            "ShowWhenRun": switch("Show Compose Sheet"),
        },
    ),
    "sendemail": Spec(
        "Send Email",
        None,
        {
            "WFSendEmailActionInputAttachments": text("Message"),
            "WFSendEmailActionSubject": text("Subject"),
            "WFSendEmailActionToRecipients": pick("Recipients"),
            "WFSendEmailActionShowComposeSheet": switch("Show Compose Sheet"),
        },
    ),
    "getcurrentlocation": Spec("Get Current Location", "Current Location"),
    "getbatterylevel": Spec(
        "Get Battery Status",
        "Battery State",
        {"Subject": choice("Get", "Battery Level", "Is Charging", "Is Connected to Charger")},
    ),
}
"""By identifier, without its prefix."""
