"""What the interpreter refuses: everything that it does not model is an error, never passed over."""

from typing import Any

import pytest

from shortcuts import steps
from shortcuts.interpreter import Phone, Unsupported, run
from shortcuts.schema import PREFIX
from shortcuts.values import NOW, Ref, Text, variable
from shortcuts.workflow import Workflow


def new() -> Workflow:
    return Workflow("Test", "1")


def raw(identifier: str, **parameters: Any) -> Workflow:
    flow = new()
    flow.let("X", "x")
    flow.actions.append(
        {"WFWorkflowActionIdentifier": PREFIX + identifier, "WFWorkflowActionParameters": parameters}
    )
    return flow


X = variable("X")
UNKNOWN = [
    raw("frobnicate"),
    raw("showresult", Text="x", WFText="y"),  # a key that nothing reads
    raw("showresult"),  # a key that is missing
    raw("showresult", Text=X.attachment()),  # a bare variable in a text field
    raw("setvariable", WFVariableName="Y", WFInput=Text("a", X).plist()),  # a text in a picker
    raw("showresult", Text=Text(variable("Never")).plist()),
    raw("showresult", Text=Text(Ref({"Type": "Ask"})).plist()),
    raw("showresult", Text=Text(X.coerced("WFContactContentItem")).plist()),
    raw("showresult", Text=Text(X.detail("Street")).plist()),
    raw("showresult", Text=Text(X.refined("Sparkle")).plist()),
    raw("showresult", Text=Text(NOW.refined("DateFormat", WFDateFormatStyle="Custom")).plist()),
    raw("conditional", GroupingIdentifier="A", WFControlFlowMode=0, WFInput=X.attachment(), WFCondition=4),
    raw("image.resize", WFImage=X.attachment(), WFImageResizeKey="Longest Edge", WFImageResizeLength="640"),
    raw("setbrightness", WFBrightness=40),
    raw("getdevicedetails", WFDeviceDetail="Screen Width"),
    raw("dictionary", WFItems={"WFDictionaryFieldValueItems": []}),
]


@pytest.mark.parametrize("flow", UNKNOWN)
async def test_what_is_not_modelled_is_an_error(flow: Workflow) -> None:
    with pytest.raises(Unsupported):
        await run(flow.file(), Phone())


async def test_a_range_that_misses_is_an_error() -> None:
    flow = raw("showresult", Text=Text("🍮 ", X).plist())
    value = flow.actions[-1]["WFWorkflowActionParameters"]["Text"]["Value"]
    value["attachmentsByRange"] = {"{2, 1}": value["attachmentsByRange"].pop("{3, 1}")}
    with pytest.raises(Unsupported, match="placeholder"):
        await run(flow.file(), Phone())


async def test_a_prompt_that_nobody_answers_is_an_error() -> None:
    flow = new()
    flow.do(steps.ask("Well?"))
    with pytest.raises(Unsupported, match="Well"):
        await run(flow.file(), Phone())


async def test_import_questions_need_answers() -> None:
    flow = new()
    asked = flow.question("Address?")
    flow.do(steps.show(asked))
    phone = Phone()
    with pytest.raises(Unsupported, match="Address"):
        await run(flow.file(), phone)
    await run(flow.file(), phone, answers={"Address?": "https://x"})
    assert phone.said == ["https://x"]
