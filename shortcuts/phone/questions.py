"""What a phone can tell: its result's `detail` is the answer."""

from dataclasses import replace

from actions.action import Risk, Undo
from shortcuts.phone import arguments as a
from shortcuts.phone.action import PhoneAction, phone_action
from shortcuts.phone.availability import EVERYWHERE, LOOKED_AT, Availability, Rate

_ASKING = Availability(watch=True, prompts=True)
_IN_THE_REPLY = replace(LOOKED_AT, pushed=False)


QUESTIONS: tuple[PhoneAction, ...] = (
    phone_action(
        "get_clipboard",
        "Tells what is on the phone's clipboard.",
        a.Nothing,
        "get_clipboard",
        replace(LOOKED_AT, prompts=False),
        says="look at the clipboard",
        undo=Undo.NOTHING,
        risk=Risk.SAFE,
    ),
    phone_action(
        "get_location",
        "Tells where the phone is.",
        a.Nothing,
        "get_location",
        EVERYWHERE,
        says="find out where the phone is",
        undo=Undo.NOTHING,
        risk=Risk.SAFE,
        examples=("where am I?",),
    ),
    phone_action(
        "get_battery",
        "Tells how full the phone's battery is.",
        a.Nothing,
        "get_battery",
        EVERYWHERE,
        says="look at the battery of the phone",
        undo=Undo.NOTHING,
        risk=Risk.SAFE,
        examples=("how full is my phone's battery?",),
    ),
    phone_action(
        "take_photo",
        "Takes a photo, which comes with the next request.",
        a.Picture,
        "take_photo",
        _IN_THE_REPLY,
        says="take a photo",
        undo=Undo.NOTHING,
        risk=Risk.SAFE,
        examples=("what is this plant?",),
    ),
    phone_action(
        "take_screenshot",
        "Takes a picture of the phone's screen, which comes with the next request.",
        a.Picture,
        "take_screenshot",
        replace(_IN_THE_REPLY, prompts=False, rate=Rate(1, 20)),
        says="take a screenshot",
        undo=Undo.NOTHING,
        risk=Risk.SAFE,
        examples=("what does it say on my screen?",),
    ),
    phone_action(
        "ask",
        "Asks the person who holds the phone something, and tells the answer.",
        a.Question,
        "ask",
        _ASKING,
        says="ask “{prompt}” on the phone",
        undo=Undo.NOTHING,
    ),
)
"""What changes nothing."""
