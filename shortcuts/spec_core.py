"""Shortcuts actions for texts, variables, dictionaries, the web, people and the flow.

Source of this table and of spec_phone: key data that shortcutkit 2.0.0 took from Apple's frameworks (macOS 27.2); a
test holds both against it.
"""

from shortcuts.schema import Key, Kind, Spec, choice, number, pick, switch, text

CORE: dict[str, Spec] = {
    "comment": Spec("Comment", None, {"WFCommentActionText": text("Comment")}),
    "gettext": Spec("Text", "Text", {"WFTextActionText": text("Text")}),
    "setvariable": Spec(
        "Set Variable", None, {"WFVariableName": Key(Kind.PLAIN, "Variable Name"), "WFInput": pick("Input")}
    ),
    "dictionary": Spec("Dictionary", "Dictionary", {"WFItems": Key(Kind.DICTIONARY, "Items")}),
    "getvalueforkey": Spec(
        "Get Dictionary Value",
        "Dictionary Value",
        {
            "WFGetDictionaryValueType": choice("Get", "Value", "All Keys", "All Values"),
            "WFDictionaryKey": text("Key"),
            "WFInput": pick("Dictionary"),
        },
    ),
    "detect.dictionary": Spec("Get Dictionary from Input", "Dictionary", {"WFInput": pick("Input")}),
    "detect.images": Spec("Get Images from Input", "Images", {"WFInput": pick("Input")}),
    "getitemfromlist": Spec(
        "Get Item from List",
        "Item from List",
        {
            "WFItemSpecifier": choice("Get", "First Item", "Last Item", "Random Item", "Item At Index"),
            "WFItemIndex": number("Index"),
            "WFInput": pick("List"),
        },
    ),
    "text.match": Spec("Match Text", "Matches", {"WFMatchTextPattern": text("Pattern"), "text": text("Text")}),
    "text.match.getgroup": Spec(
        "Get Group from Matched Text",
        "Text",
        {
            "WFGetGroupType": choice("Get", "All Groups", "Group At Index"),
            "WFGroupIndex": number("Group Index"),
            "matches": pick("Matches"),
        },
    ),
    "urlencode": Spec(
        "URL Encode",
        "URL Encoded Text",
        {"WFEncodeMode": choice("Mode", "Encode", "Decode"), "WFInput": text("Text")},
    ),
    "base64encode": Spec(
        "Base64 Encode",
        "Base64 Encoded",
        {
            "WFEncodeMode": choice("Mode", "Encode", "Decode"),
            "WFInput": pick("Input"),
            "WFBase64LineBreakMode": choice("Line Breaks", "None", "Every 64 Characters", "Every 76 Characters"),
        },
    ),
    "hash": Spec(
        "Generate Hash",
        "Hash",
        {"WFHashType": choice("Type", "MD5", "SHA1", "SHA256", "SHA512"), "WFInput": pick("Input")},
    ),
    "number.random": Spec(
        "Random Number",
        "Random Number",
        {"WFRandomNumberMinimum": number("Minimum"), "WFRandomNumberMaximum": number("Maximum")},
    ),
    "date": Spec("Date", "Date", {"WFDateActionMode": choice("Date", "Current Date", "Specified Date")}),
    "format.date": Spec(
        "Format Date",
        "Formatted Date",
        {
            "WFDate": text("Date"),
            "WFDateFormatStyle": choice("Date Format", "Short", "Medium", "Long", "ISO 8601", "Custom"),
            "WFISO8601IncludeTime": switch("Include ISO 8601 Time"),
        },
    ),
    "downloadurl": Spec(
        "Get Contents of URL",
        "Contents of URL",
        {
            "WFURL": text("URL"),
            "WFHTTPMethod": choice("Method", "GET", "POST", "PUT", "PATCH", "DELETE"),
            "ShowHeaders": switch(),
            "WFHTTPHeaders": Key(Kind.DICTIONARY, "Headers"),
            "WFHTTPBodyType": choice("Request Body", "JSON", "Form", "File"),
            "WFJSONValues": Key(Kind.DICTIONARY, "JSON"),
        },
    ),
    "getdevicedetails": Spec(
        "Get Device Details",
        "Device Details",
        {
            "WFDeviceDetail": choice(
                "Get", "Device Name", "Device Model", "System Version", "Device Is Locked", "Device Is Watch"
            )
        },
    ),
    "dictatetext": Spec(
        "Dictate Text",
        "Dictated Text",
        {"WFDictateTextStopListening": choice("Stop Listening", "After Pause", "After Short Pause", "On Tap")},
    ),
    "ask": Spec(
        "Ask for Input",
        "Provided Input",
        {
            "WFInputType": choice("Input Type", "Text", "Number", "URL", "Date", "Time", "Date and Time"),
            "WFAskActionPrompt": text("Prompt"),
            "WFAskActionDefaultAnswer": text("Default Answer"),
        },
    ),
    "choosefromlist": Spec(
        "Choose from List",
        "Chosen Item",
        {"WFInput": pick("List"), "WFChooseFromListActionPrompt": text("Prompt")},
    ),
    "showresult": Spec("Show Content", None, {"Text": text("Content")}),
    "speaktext": Spec(
        "Speak Text", None, {"WFText": text("Text"), "WFSpeakTextWait": switch("Wait Until Finished")}
    ),
    "alert": Spec(
        "Show Alert",
        None,
        {
            "WFAlertActionMessage": text("Message"),
            "WFAlertActionTitle": text("Title"),
            "WFAlertActionCancelButtonShown": switch("Show Cancel Button"),
        },
    ),
    "notification": Spec(
        "Show Notification",
        None,
        {"WFNotificationActionBody": text("Body"), "WFNotificationActionTitle": text("Title")},
    ),
    "exit": Spec("Stop This Shortcut"),
    "output": Spec(
        "Stop and Output",
        None,
        {
            "WFOutput": text("Result"),
            "WFNoOutputSurfaceBehavior": choice(
                "If there's nowhere to output", "Respond", "Do Nothing", "Copy to Clipboard"
            ),
        },
    ),
    "delay": Spec("Wait", None, {"WFDelayTime": number("Seconds")}),
    "conditional": Spec(
        "If",
        None,
        {
            "WFInput": Key(Kind.SUBJECT),
            "WFCondition": Key(Kind.PLAIN),
            "WFConditionalActionString": text(),
            "WFNumberValue": number(),
        },
    ),
    "repeat.each": Spec("Repeat with Each", None, {"WFInput": pick("Items")}),
    "repeat.count": Spec("Repeat", None, {"WFRepeatCount": number("Times")}),
    "choosefrommenu": Spec(
        "Choose from Menu",
        None,
        {
            "WFMenuPrompt": text("Prompt"),
            "WFMenuItems": Key(Kind.ITEMS, "Items"),
            "WFMenuItemTitle": Key(Kind.PLAIN, "Title"),
        },
    ),
}
"""By identifier, without its prefix."""
