"""The validator: nothing on our files, and every check bites."""

import plistlib
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from shortcuts import steps
from shortcuts.conditions import equals
from shortcuts.errors import BuildError
from shortcuts.made import made
from shortcuts.schema import PREFIX
from shortcuts.texts import TEXTS
from shortcuts.validate import validate
from shortcuts.values import OBJECT, Text, output, variable
from shortcuts.workflow import Workflow

Spoil: TypeAlias = Callable[[Workflow], object]


@pytest.mark.parametrize("locale", TEXTS)
def test_our_files_have_no_findings(locale: str) -> None:
    assert [str(finding) for workflow in made(locale) for finding in validate(workflow.file())] == []


def sound() -> Workflow:
    """A small shortcut with one of everything."""
    flow = Workflow("Test", "1")
    flow.question("Address?")
    name = flow.let("Name", "🍮")
    with flow.when(name, equals("x")) as branch:
        branch.otherwise()
        with flow.times(2) as index:
            flow.do(steps.show(Text("🍮 ", name, index)))
    with flow.menu("?", ["A", "B"]) as menu:
        menu.item("A")
        menu.item("B")
    flow.do(steps.post("https://x", {"h": name}, {"a": name}))
    return flow


def test_the_sound_one_is_sound() -> None:
    assert validate(sound().file()) == []


def add(identifier: str, **parameters: Any) -> Spoil:
    """Append an action as it stands."""

    def spoil(flow: Workflow) -> None:
        flow.actions.append(
            {"WFWorkflowActionIdentifier": PREFIX + identifier, "WFWorkflowActionParameters": parameters}
        )

    return spoil


def parameters(flow: Workflow, identifier: str, nth: int = 0) -> dict[str, Any]:
    """The parameters of the nth action of a kind."""
    found = [one for one in flow.actions if one["WFWorkflowActionIdentifier"] == PREFIX + identifier]
    values: dict[str, Any] = found[nth]["WFWorkflowActionParameters"]
    return values


def code_points(flow: Workflow) -> None:
    """The range of someone who counts characters."""
    text = parameters(flow, "showresult")["Text"]["Value"]
    text["attachmentsByRange"] = {
        {"{3, 1}": "{2, 1}", "{4, 1}": "{3, 1}"}[span]: value for span, value in text["attachmentsByRange"].items()
    }


def drop_range(flow: Workflow) -> None:
    parameters(flow, "showresult")["Text"]["Value"]["attachmentsByRange"].popitem()


def misplaced(flow: Workflow) -> None:
    flow.do(steps.show(Text("a", variable("Name"))))
    parameters(flow, "showresult", 1)["Text"]["Value"]["string"] = f"{OBJECT}a"


def remove(identifier: str, nth: int) -> Spoil:
    """Take away the nth action of a kind."""

    def spoil(flow: Workflow) -> None:
        found = [one for one in flow.actions if one["WFWorkflowActionIdentifier"] == PREFIX + identifier]
        flow.actions.remove(found[nth])

    return spoil


def swap_ends(flow: Workflow) -> None:
    ends = [
        i for i, one in enumerate(flow.actions) if one["WFWorkflowActionParameters"].get("WFControlFlowMode") == 2
    ]
    flow.actions[ends[0]], flow.actions[ends[1]] = flow.actions[ends[1]], flow.actions[ends[0]]


def set_in(identifier: str, key: str, value: Any) -> Spoil:
    """Put a value into the first action of a kind."""
    return lambda flow: parameters(flow, identifier).__setitem__(key, value)


def ask_elsewhere(flow: Workflow) -> None:
    flow.questions[0]["ActionIndex"] = 1


def ask_nowhere(flow: Workflow) -> None:
    flow.questions[0]["ActionIndex"] = 99


def other_default(flow: Workflow) -> None:
    flow.questions[0]["DefaultValue"] = "https://home"


def twice(flow: Workflow) -> None:
    parameters(flow, "showresult")["UUID"] = parameters(flow, "gettext")["UUID"]


SPOILED: list[tuple[str, Spoil]] = [
    ("range", code_points),
    ("range", drop_range),
    ("range", misplaced),
    ("group", remove("conditional", 2)),
    ("group", remove("conditional", 0)),
    ("group", remove("choosefrommenu", 1)),
    ("group", remove("choosefrommenu", 2)),
    ("group", swap_ends),
    ("group", add("conditional", WFControlFlowMode=1, GroupingIdentifier="X")),
    ("group", add("repeat.count", WFControlFlowMode=0)),
    ("output", lambda flow: flow.do(steps.show(output("NONE", "Text")))),
    ("output", twice),
    ("variable", lambda flow: flow.do(steps.show(variable("Never")))),
    ("variable", lambda flow: flow.do(steps.show(variable("Repeat Item")))),
    ("variable", set_in("repeat.count", "WFRepeatCount", variable("Repeat Index").attachment())),
    ("question", ask_elsewhere),
    ("question", ask_nowhere),
    ("question", other_default),
    ("secret", lambda flow: flow.text("hb_Zx81aPq-w7")),
    ("secret", lambda flow: flow.text("Bearer 0123456789abcdef0123456789abcdef")),
    ("secret", lambda flow: flow.text("eyJhbGciOiJIUzI1.eyJzdWIiOiIx.c2ln")),
    ("action", add("frobnicate")),
    ("key", set_in("showresult", "WFText", "x")),
    ("shape", set_in("showresult", "Text", variable("Name").attachment())),
    ("shape", set_in("setvariable", "WFInput", "text")),
    ("shape", set_in("conditional", "WFInput", variable("Name").attachment())),
    ("shape", set_in("downloadurl", "WFHTTPMethod", "FETCH")),
    ("shape", set_in("downloadurl", "WFJSONValues", {"a": 1})),
]


@pytest.mark.parametrize(("check", "spoil"), SPOILED)
def test_every_check_bites(check: str, spoil: Spoil) -> None:
    flow = sound()
    spoil(flow)
    assert check in {finding.check for finding in validate(flow.file())}


def test_the_file_itself_is_checked() -> None:
    plist = plistlib.loads(sound().file())
    plist["WFWorkflowMinimumClientVersion"] = 4000
    plist["WFWorkflowHasShortcutInputVariables"] = True
    found = validate(plistlib.dumps(plist, fmt=plistlib.FMT_BINARY))
    assert [finding.check for finding in found] == ["file", "file"]
    assert str(found[0]).startswith("file: file: ")


@pytest.mark.parametrize("data", [b"AEA1 signed", plistlib.dumps({"a": 1})])
def test_what_is_no_shortcut_is_refused(data: bytes) -> None:
    with pytest.raises(BuildError, match="no shortcut file"):
        validate(data)
