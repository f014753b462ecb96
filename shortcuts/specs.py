"""Every Shortcuts action that may stand in a file of ours, by identifier."""

from shortcuts.schema import ALARM, PREFIX, Spec, text
from shortcuts.spec_core import CORE
from shortcuts.spec_phone import PHONE

SPECS: dict[str, Spec] = {PREFIX + name: spec for name, spec in {**CORE, **PHONE}.items()} | {
    ALARM: Spec(
        "Add Alarm",
        "Alarm",
        {"dateComponents": text("Time"), "name": text("Label")},
        descriptor={
            "BundleIdentifier": "com.apple.clock",
            "Name": "Clock",
            "TeamIdentifier": "0000000000",
            "AppIntentIdentifier": "CreateAlarmIntent",
        },
    )
}
