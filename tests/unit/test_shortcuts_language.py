"""The building language: values, dictionaries, blocks, and the same bytes each time."""

import plistlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shortcuts import steps
from shortcuts.conditions import HAS_VALUE, above, contains, equals
from shortcuts.errors import BuildError
from shortcuts.fields import Field, Flag, Quantity, dictionary
from shortcuts.interpreter.content import Writing
from shortcuts.interpreter.values import Scope
from shortcuts.library import ask
from shortcuts.made import BUILDERS, made, write
from shortcuts.references import token_strings
from shortcuts.step import Step
from shortcuts.texts import TEXTS, texts
from shortcuts.values import INPUT, NOW, NUMBER, OBJECT, Ref, Text, output, variable
from shortcuts.workflow import Workflow

X = variable("X")


@pytest.mark.parametrize(
    ("text", "string", "ranges"),
    [
        (Text("a ", X), f"a {OBJECT}", ["{2, 1}"]),
        (Text(X), OBJECT, ["{0, 1}"]),  # a lone variable is a token string too
        (Text("🍮", X, "é", X), f"🍮{OBJECT}é{OBJECT}", ["{2, 1}", "{4, 1}"]),  # an emoji counts two
        (Text("👨‍👩‍👧", X), f"👨‍👩‍👧{OBJECT}", ["{8, 1}"]),
        (Text(Text("a", X), Text("b")), f"a{OBJECT}b", ["{1, 1}"]),
    ],
)
def test_ranges_count_utf16_units(text: Text, string: str, ranges: list[str]) -> None:
    plist = text.plist()
    assert isinstance(plist, dict)
    assert plist["Value"]["string"] == string
    assert list(plist["Value"]["attachmentsByRange"]) == ranges


def test_a_text_without_variables_is_a_plain_string() -> None:
    assert Text("a", "b").plist() == "ab"


def test_refinements_are_kept_in_order() -> None:
    value = X.key("a").coerced(NUMBER).value()
    assert [one["Type"] for one in value["Aggrandizements"]] == [
        "WFCoercionVariableAggrandizement",
        "WFDictionaryValueVariableAggrandizement",
        "WFCoercionVariableAggrandizement",
    ]
    assert "Aggrandizements" not in X.value()
    assert NOW.iso_date().value()["Aggrandizements"][0]["WFISO8601IncludeTime"] is True


def test_dictionary_items_carry_their_types() -> None:
    plist = dictionary({"t": "x", "n": 8, "b": True, "f": Flag(X), "d": {"k": X}, "l": ["a", {"z": "y"}]})
    items = plist["Value"]["WFDictionaryFieldValueItems"]
    assert [item["WFItemType"] for item in items] == [0, 3, 4, 4, 1, 2]
    text, number, switch, flag, nested, array = (item["WFValue"] for item in items)
    assert text == {"Value": {"string": "x"}, "WFSerializationType": "WFTextTokenString"}
    assert number["Value"]["string"] == "8"
    assert switch == {"Value": True, "WFSerializationType": "WFNumberSubstitutableState"}
    assert flag["Value"] == X.attachment()
    assert nested["WFSerializationType"] == nested["Value"]["WFSerializationType"] == "WFDictionaryFieldValue"
    assert array["WFSerializationType"] == "WFArrayParameterState"
    assert [item["WFItemType"] for item in array["Value"]] == [0, 1]


def test_a_quantity_has_unit_and_magnitude() -> None:
    assert Quantity(5, "min").plist()["Value"] == {"Unit": "min", "Magnitude": "5"}
    assert Quantity(X, "sec").plist()["Value"]["Magnitude"] == X.attachment()
    with pytest.raises(BuildError):
        Quantity(5, "").plist()


@pytest.mark.parametrize(
    "step",
    [
        Step("nonsense"),
        Step("gettext", {"WFText": "x"}),
        Step("setvariable", {"WFVariableName": "X", "WFInput": "text"}),  # a picker takes a variable only
        Step("dictatetext", {"WFDictateTextStopListening": "Whenever"}),
        Step("timer.start", {"WFDuration": 5}),
    ],
)
def test_what_an_action_does_not_take_is_refused(step: Step) -> None:
    with pytest.raises(BuildError):
        step.parameters()


def test_a_variable_fits_its_field() -> None:
    assert steps.show(X).parameters()["Text"]["WFSerializationType"] == "WFTextTokenString"
    assert steps.set_clipboard(X).parameters()["WFInput"]["WFSerializationType"] == "WFTextTokenAttachment"


def test_blocks_pair_by_themselves() -> None:
    flow = Workflow("T", "1")
    with flow.when(INPUT, HAS_VALUE) as branch:
        flow.do(steps.show("a"))
        branch.otherwise()
        with flow.times(2) as index, flow.each(X) as item:
            flow.do(steps.show(Text(index, item)))
    with flow.menu("?", ["A", "B"]) as menu:
        menu.item("A")
        menu.item("B")
    parameters = [one["WFWorkflowActionParameters"] for one in flow.actions]
    marks = [
        (one["GroupingIdentifier"], one["WFControlFlowMode"]) for one in parameters if "GroupingIdentifier" in one
    ]
    assert [mode for _, mode in marks] == [0, 1, 0, 0, 2, 2, 2, 0, 1, 1, 2]
    assert marks[0][0] == marks[1][0] == marks[6][0]
    assert marks[2][0] == marks[5][0] != marks[3][0]
    assert (index.source["VariableName"], item.source["VariableName"]) == ("Repeat Index", "Repeat Item 2")


def test_open_blocks_and_menus_without_a_branch_are_refused() -> None:
    flow = Workflow("T", "1")
    with flow.menu("?", ["A", "B"]) as menu:
        with pytest.raises(BuildError, match="next item"):
            menu.item("B")
        menu.item("A")
        menu.item("B")
    with flow.when(X, above(1)) as branch:
        branch.otherwise()
        with pytest.raises(BuildError, match="one Otherwise"):
            branch.otherwise()
    with flow.times(1), pytest.raises(BuildError, match="still open"):
        flow.plist()


def test_a_menu_needs_all_its_branches() -> None:
    with pytest.raises(BuildError, match="no branch for A"), Workflow("T", "1").menu("?", ["A"]):
        pass


def test_conditions_write_their_keys() -> None:
    assert equals("a").values() == {"WFCondition": 4, "WFConditionalActionString": "a"}
    assert contains(X).values()["WFConditionalActionString"] is X
    assert above(0).values() == {"WFCondition": 2, "WFNumberValue": 0}
    assert HAS_VALUE.values() == {"WFCondition": 100}


def test_a_question_points_at_its_text_action() -> None:
    flow = Workflow("T", "1")
    flow.do(steps.comment("x"))
    flow.question("Address?", "https://")
    assert flow.questions[0]["ActionIndex"] == 1
    assert flow.questions[0]["ParameterKey"] == "WFTextActionText"


@pytest.mark.parametrize("locale", TEXTS)
def test_builds_are_the_same_byte_for_byte(locale: str) -> None:
    assert [one.file() for one in made(locale)] == [one.file() for one in made(locale)]


def test_uuids_are_unique_and_upper_case() -> None:
    for workflow in made():
        uuids = [action["WFWorkflowActionParameters"].get("UUID") for action in workflow.actions]
        given = [uuid for uuid in uuids if uuid]
        assert len(given) == len(set(given))
        assert all(uuid == uuid.upper() for uuid in given)


def test_files_are_named_after_their_shortcuts(tmp_path: Path) -> None:
    paths = write(tmp_path / "new")
    assert [path.stem for path in paths] == list(BUILDERS)
    assert all(path.stem.isascii() for path in paths)
    plist = plistlib.loads(paths[1].read_bytes())
    assert plist["WFWorkflowMinimumClientVersion"] == 900
    assert plist["WFWorkflowTypes"] == ["ActionExtension", "Watch"]
    assert "1" in plist["WFWorkflowActions"][0]["WFWorkflowActionParameters"]["WFCommentActionText"]


def test_locales_fall_back_to_their_language_and_no_further() -> None:
    assert texts("de_AT") is TEXTS["de"]
    with pytest.raises(BuildError, match="tlh"):
        texts("tlh")


def test_stop_words_hold_no_separator() -> None:
    for words in TEXTS.values():
        assert all(word and "|" not in word for word in words.stop)
        assert words.yes != words.no


def test_an_output_keeps_its_name() -> None:
    assert output("A", "Text").value() == {"Type": "ActionOutput", "OutputUUID": "A", "OutputName": "Text"}
    assert isinstance(ask.build(TEXTS["en"], "en").text("x"), Ref)


_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[OBJECT]), max_size=20)


@given(st.lists(st.tuples(_WORDS, st.booleans()), max_size=6))
def test_any_text_comes_out_of_its_token_string_as_it_went_in(parts: list[tuple[str, bool]]) -> None:
    scope = Scope([], Writing())
    scope.variables = {f"V{place}": [words] for place, (words, _) in enumerate(parts)}
    text = Text(*(variable(f"V{place}") if named else words for place, (words, named) in enumerate(parts)))
    plist = text.plist()
    assert scope.text(plist) == "".join(words for words, _ in parts)
    assert all(not token.misses() for token in token_strings({"a": plist}))


_JSON = st.recursive(
    st.booleans() | st.integers(-(10**9), 10**9) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_WORDS, _JSON, max_size=4))
def test_any_json_comes_out_of_its_dictionary_field_as_it_went_in(fields: dict[str, Field]) -> None:
    assert Scope([], Writing()).fields(dictionary(fields)) == fields
