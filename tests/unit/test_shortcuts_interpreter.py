"""The interpreter: what the format says, and an error for everything else."""

import hashlib
from datetime import datetime

import pytest

from shortcuts import steps
from shortcuts.conditions import HAS_VALUE, NO_VALUE, Condition, above, begins, contains, differs, equals, lacks
from shortcuts.fields import Count, Field, Flag
from shortcuts.interpreter import CANCEL, File, Image, Outcome, Phone, WebPage, run
from shortcuts.interpreter.content import Content, Writing, dictionary, lookup, number
from shortcuts.interpreter.errors import Failed
from shortcuts.schema import PREFIX
from shortcuts.step import Step
from shortcuts.values import CLIPBOARD, INPUT, NOW, NUMBER, STRING, Ref, Text, output, variable
from shortcuts.workflow import Workflow


def new() -> Workflow:
    return Workflow("Test", "1")


async def result(flow: Workflow, value: Ref, phone: Phone | None = None, given: Content | None = None) -> str:
    """What a variable is as text at the end."""
    flow.do(Step("output", {"WFOutput": Text(value)}))
    return str((await run(flow.file(), phone or Phone(), given)).result[0])


async def steps_of(flow: Workflow, phone: Phone) -> Outcome:
    return await run(flow.file(), phone)


async def test_texts_take_variables_at_utf16_places() -> None:
    flow = new()
    name = flow.let("Name", "Zoë 🍮")
    assert await result(flow, flow.text("👨‍👩‍👧 ", name, " and ", name, "!")) == "👨‍👩‍👧 Zoë 🍮 and Zoë 🍮!"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"a": "x", "n": 8, "f": 0.5, "b": True}, '{"a":"x","n":8,"f":0.5,"b":true}'),
        (
            {"d": {"k": {"z": "y"}}, "l": ["a", {"q": "w"}, ["b"]]},
            '{"d":{"k":{"z":"y"}},"l":["a",{"q":"w"},["b"]]}',
        ),
        ({"q": 'say "hi"\n🍮'}, '{"q":"say \\"hi\\"\\n🍮"}'),
        (
            {"c": Count(variable("Two")), "g": Flag(variable("Two")), "t": variable("Two")},
            '{"c":2,"g":true,"t":"2"}',
        ),
    ],
)
async def test_dictionaries_of_every_type(fields: dict[str, Field], text: str) -> None:
    flow = new()
    flow.let("Two", "2")
    assert await result(flow, flow.do(steps.dictionary(fields))) == text


DATA = '{"a": {"b": {"c": 5}}, "x.y": "dot", "list": [1, 2], "yes": true, "no": false, "none": null, "f": 1.5}'


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("a.b.c", "5"),
        ("x.y", "dot"),
        ("list", "1\n2"),
        ("yes", "1"),
        ("no", "0"),
        ("none", ""),
        ("gone.b", ""),
        ("f", "1.5"),
    ],
)
async def test_dictionary_values_follow_paths(key: str, text: str) -> None:
    flow = new()
    data = flow.do(steps.as_dictionary(flow.text(DATA)))
    assert await result(flow, flow.do(steps.value(data, key))) == text


async def test_refinements_apply_in_order() -> None:
    flow = new()
    data = flow.let("Data", DATA)
    assert await result(flow, data.key("a").key("b").key("c").coerced(NUMBER).coerced(STRING)) == "5"


async def test_dates_are_iso() -> None:
    flow = new()
    datetime.fromisoformat(await result(flow, NOW.iso_date()))
    flow = new()
    made = flow.do(Step("date", {"WFDateActionMode": "Current Date"}))
    day = flow.do(Step("format.date", {"WFDate": Text(made), "WFDateFormatStyle": "ISO 8601"}))
    assert await result(flow, day) == "2026-03-01"


CONDITIONS = [
    ("a", equals("a"), True),
    ("a", equals("A"), False),
    ("a", differs("a"), False),
    ("abc", begins("ab"), True),
    ("abc", Condition(9, "bc"), True),
    ("abc", contains("bc"), True),
    ("abc", lacks("bc"), False),
    ("3", above(2), True),
    ("3", above(3), False),
    ("3", Condition(0, number=4), True),
    ("3", Condition(1, number=3), True),
    ("3", Condition(3, number=4), False),
    ("x", above(0), False),
]


@pytest.mark.parametrize(("value", "condition", "holds"), CONDITIONS)
async def test_conditions(value: str, condition: Condition, holds: bool) -> None:
    flow = new()
    with flow.when(flow.text(value), condition) as branch:
        flow.let("R", "yes")
        branch.otherwise()
        flow.let("R", "no")
    assert await result(flow, variable("R")) == ("yes" if holds else "no")


@pytest.mark.parametrize(("given", "there"), [(["x"], "yes"), ([], "no")])
async def test_has_value_asks_for_items(given: Content, there: str) -> None:
    flow = new()
    flow.let("R", "no")
    with flow.when(INPUT, HAS_VALUE):
        flow.let("R", "yes")
    with flow.when(INPUT, NO_VALUE):
        flow.let("R", "no")
    assert await result(flow, variable("R"), given=given) == there


async def test_nested_loops_name_their_items_by_depth() -> None:
    flow = new()
    data = flow.do(steps.as_dictionary(flow.text('{"l": ["a", "b"]}')))
    flow.let("R", "")
    with flow.times(2) as outer, flow.each(flow.do(steps.value(data, "l"))) as item:
        flow.let("R", variable("R"), outer, item, variable("Repeat Index 2"), " ")
    assert await result(flow, variable("R")) == "1a1 1b2 2a1 2b2 "
    assert (outer.source["VariableName"], item.source["VariableName"]) == ("Repeat Index", "Repeat Item 2")


async def test_a_counting_repeat_has_its_index_as_item() -> None:
    # Seen on devices: inside Repeat 2 Times, "Repeat Item" is 1, then 2.
    flow = new()
    flow.let("R", "")
    with flow.times(2):
        flow.let("R", variable("R"), variable("Repeat Item"))
    assert await result(flow, variable("R")) == "12"


async def test_empty_loops_are_passed_over() -> None:
    flow = new()
    flow.let("R", "none")
    with flow.each(INPUT):
        flow.let("R", "some")
    assert await result(flow, variable("R")) == "none"


async def test_stop_leaves_loops_and_menus() -> None:
    flow = new()
    with flow.menu("Which?", ["A", "B"]) as menu:
        menu.item("A")
        menu.item("B")
        with flow.times(3):
            flow.do(steps.show("once"))
            flow.do(steps.stop())
    flow.do(steps.show("never"))
    phone = Phone(answers=["B"])
    outcome = await steps_of(flow, phone)
    assert (outcome.status, phone.said) == ("stopped", ["once"])


async def test_alerts_cancel_the_whole_shortcut() -> None:
    for answer, status in [("OK", "finished"), (CANCEL, "cancelled")]:
        flow = new()
        flow.do(Step("alert", {"WFAlertActionTitle": "Sure?", "WFAlertActionMessage": "Really"}))
        phone = Phone(answers=[answer])
        assert (await steps_of(flow, phone)).status == status
        assert phone.prompts == ["Sure?\nReally"]


async def test_an_alert_without_cancel_only_shows() -> None:
    flow = new()
    flow.do(Step("alert", {"WFAlertActionMessage": "Hi", "WFAlertActionCancelButtonShown": False}))
    phone = Phone()
    await steps_of(flow, phone)
    assert phone.said == ["Hi"]


async def test_base64_hash_match_and_percent() -> None:
    flow = new()
    long = flow.text("x" * 100)
    assert "\n" not in await result(flow, flow.do(steps.base64(long)))
    flow = new()
    wrapped = flow.do(Step("base64encode", {"WFInput": flow.text("x" * 100), "WFEncodeMode": "Encode"}))
    assert "\n" in await result(flow, wrapped)
    flow = new()
    digest = flow.do(Step("hash", {"WFInput": flow.text("hi"), "WFHashType": "SHA256"}))
    assert await result(flow, digest) == hashlib.sha256(b"hi").hexdigest()
    flow = new()
    found = flow.do(steps.match("(a)(b)?", "xab"))
    assert await result(flow, flow.do(steps.group(found, 2))) == "b"
    flow = new()
    assert await result(flow, flow.do(steps.percent_decoded("a%20%F0%9F%8D%AE"))) == "a 🍮"


async def test_random_numbers_stay_within() -> None:
    flow = new()
    assert 5 <= int(await result(flow, flow.do(steps.random_number(5, 7)))) <= 7


async def test_files_are_kept_and_found_again() -> None:
    phone = Phone()
    flow = new()
    flow.do(steps.save_file(flow.do(steps.dictionary({"a": "ü"})), "x.json"))
    await steps_of(flow, phone)
    flow = new()
    read = flow.do(steps.as_dictionary(flow.do(steps.read_file("x.json"))))
    assert await result(flow, flow.do(steps.value(read, "a")), phone) == "ü"
    flow = new()
    flow.do(Step("documentpicker.open", {"WFGetFilePath": "gone.json"}))
    assert (await steps_of(flow, phone)).status == "failed"


async def test_clipboard_and_pictures() -> None:
    flow = new()
    flow.do(steps.set_clipboard(flow.text("42")))
    assert await result(flow, CLIPBOARD) == "42"
    flow = new()
    small = flow.do(steps.jpeg(flow.do(steps.resize(flow.do(steps.first(flow.do(steps.images(INPUT)))), 100))))
    assert await result(flow, small, given=["text", Image(b"x" * 400, "a.heic")]) == "a"


async def test_the_item_of_an_empty_list_is_an_error() -> None:
    flow = new()
    flow.do(steps.first(INPUT))
    assert (await steps_of(flow, Phone())).reason == "There is no such item in the list"


async def test_shapes_as_real_exports_have_them() -> None:
    flow = new()
    data = flow.let("Data", '{"issue": {"key": "HB-1"}, "list": ["first", "second"]}')
    flow.actions += [
        {
            "WFWorkflowActionIdentifier": PREFIX + "repeat.each",
            "WFWorkflowActionParameters": {
                "GroupingIdentifier": "A",
                "WFControlFlowMode": 0,
                "WFInput": {**data.key("list").attachment()},
            },
        },
        {
            "WFWorkflowActionIdentifier": PREFIX + "getitemfromlist",  # no specifier: the first
            "WFWorkflowActionParameters": {"UUID": "I", "WFInput": variable("Repeat Item").attachment()},
        },
        {
            "WFWorkflowActionIdentifier": PREFIX + "repeat.each",
            "WFWorkflowActionParameters": {"GroupingIdentifier": "A", "WFControlFlowMode": 2, "UUID": "R"},
        },
    ]
    last = output("I", "Item from List").value() | {"Aggrandizements": []}  # an empty list of refinements
    assert await result(flow, flow.text(Ref(last), " ", data.key("issue.key"))) == "second HB-1"


async def test_waiting_takes_time_and_siris_patience() -> None:
    flow = new()
    for _ in range(3):
        flow.do(Step("delay", {"WFDelayTime": 4}))
    outcome = await steps_of(flow, Phone())
    assert (outcome.status, outcome.seconds) == ("finished", 12)
    outcome = await steps_of(flow, Phone(siri=True))
    assert (outcome.status, outcome.reason) == ("siri_gave_up", "No word for 12.0 s")


def test_items_turn_into_numbers_and_dictionaries() -> None:
    assert [number([item]) for item in (True, 2, "3.5", "x", None)] == [1, 2, 3.5, None, None]
    assert number([]) is None
    assert dictionary([File(b'{"a": 1}', "a.json")]) == {"a": 1}
    assert dictionary([]) == {}
    assert lookup({"a": {"b": None}}, "a.b") == []
    for item in ("[1]", "text", WebPage("<html>"), 5):
        with pytest.raises(Failed, match="to Dictionary"):
            dictionary([item])


def test_a_phone_may_write_true_in_its_own_words() -> None:
    assert Writing("Yes", "No").text([True, False, 2.0, 0.25]) == "Yes\nNo\n2\n0.25"
