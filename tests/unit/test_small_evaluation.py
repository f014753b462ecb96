"""The evaluation: predictions, judging, figures and the report, and the commands that make them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bridge.cli import main as hearthbridge
from bridge.evaluation.homes import as_actions, as_home
from bridge.evaluation.judge import right
from bridge.evaluation.predict import BadEvaluation, Scene, predict, read_lines
from bridge.tiers.small.tier import SmallTier
from coreml_export.cli import main as coreml_export
from coreml_export.evaluation.errors import confusion, kind_of, worst
from coreml_export.evaluation.figures import aurc, coverage_at, curve, figures, percentile, reliability, wilson
from coreml_export.evaluation.outcomes import Outcome, outcomes
from coreml_export.evaluation.own_actions import as_cases
from tests.unit.small import Heard, Stub

HOME: dict[str, Any] = {
    "id": "home", "lang": "en", "floors": [], "areas": [{"id": "den", "name": "Den", "aliases": [], "floor": None}],
    "entities": [
        {"entity_id": "light.lamp", "name": "Lamp", "area": "den", "domain": "light", "state": "off"},
        {"entity_id": "cover.blind", "name": "Blind", "area": "den", "domain": "cover", "state": "open",
         "features": ["open", "close"]},
    ],
    "actions": [],
}  # fmt: skip
ON = {"intent": "HassTurnOn", "slots": {"name": "Lamp"}}
OFF = {"intent": "HassTurnOff", "slots": {"name": "Lamp"}}


def case(number: int, said: str, *calls: Any, **more: Any) -> dict[str, Any]:
    kind = "action" if calls else "unsupported"
    return {
        "id": f"c{number}", "source": "plain", "lang": "en", "home_ref": "home", "utterance": said,
        "expected": {"kind": kind, "calls": list(calls)}, **more,
    }  # fmt: skip


def told(number: int, *calls: Any, confidence: float = 0.9, abstain: bool = False) -> dict[str, Any]:
    return {
        "id": f"c{number}",
        "calls": list(calls),
        "abstain": abstain,
        "confidence": confidence,
        "latency_ms": 2.0,
    }


CASES = [
    case(1, "lamp on", ON),
    case(2, "lamp off", OFF),
    case(3, "tell me | a <joke>"),
    case(4, "blind down", OFF),
]
PREDICTIONS = [told(1, ON), told(2, ON, confidence=0.8), told(3), told(4, OFF, confidence=0.3, abstain=True)]


def seen() -> list[Outcome]:
    return outcomes([HOME], CASES, PREDICTIONS)


def lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


# Homes and judging


def test_a_home_is_as_its_json_says() -> None:
    home = as_home(HOME)
    assert home.entities["cover.blind"].features == 3
    assert home.entities["light.lamp"].modes  # what it does not say, it is taken to have
    (action,) = as_actions([{"action": "feed", "fields": {"size": ["big", "small"]}, "entity_ids": ["light.lamp"]}])
    assert action.schema()["properties"].keys() == {"size"}


@pytest.mark.parametrize(
    ("called", "good"),
    [
        ([ON], True),
        ([{"intent": "HassTurnOn", "slots": {"area": "Den", "domain": "light"}}], True),  # the same lamp
        ([{"intent": "HassTurnOn", "slots": {}, "targets": ["light.lamp"]}], True),
        ([OFF], False),
        ([ON, OFF], False),
        ([{"intent": "HassTurnOn", "slots": {"name": "Blind"}}], False),
        ([], False),
    ],
)
def test_judging(called: list[Any], good: bool) -> None:
    assert right(CASES[0], called, Scene.of(HOME)) is good


def test_judging_values_alternatives_and_what_may_not_be_called() -> None:
    scene = Scene.of(HOME)
    dim = {"intent": "HassLightSet", "slots": {"name": "Lamp", "brightness": 40}}
    either = case(1, "x", dim)
    either["expected"]["alternatives"] = [[ON]]
    assert right(either, [{**dim, "slots": {"name": "Lamp", "brightness": 40.0}}], scene)
    assert right(either, [ON], scene)
    assert not right(either, [{**dim, "slots": {"name": "Lamp", "brightness": 41}}], scene)
    assert right(CASES[2], [], scene)
    assert not right(CASES[2], [ON], scene)


# Predicting


async def test_a_prediction_has_calls_targets_and_how_sure_it_is() -> None:
    tier = SmallTier(Stub([Heard("HassTurnOn", name="Lamp")]))  # type: ignore[arg-type]
    first, _ = await predict(tier, [HOME], [CASES[0], case(9, "!!")])
    assert first["calls"] == [{"intent": "HassTurnOn", "slots": {"name": "Lamp"}, "targets": ["light.lamp"]}]
    assert not first["abstain"]
    assert first["confidence"] > 0.9
    assert first["latency_ms"] > 0


async def test_a_case_stands_in_its_own_states() -> None:
    scene = Scene.of(HOME)
    scene.stand({"light.lamp": {"state": "on", "attributes": {"brightness": 3}}})
    assert scene.home.state("light.lamp").state == "on"
    scene.stand({})
    assert scene.home.state("light.lamp").state == "off"


async def test_bad_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadEvaluation, match="which no file has"):
        await predict(SmallTier(Stub([])), [], CASES)  # type: ignore[arg-type]
    (tmp_path / "bad").write_text("{")
    with pytest.raises(BadEvaluation, match="cannot be read"):
        read_lines(tmp_path / "bad")
    with pytest.raises(BadEvaluation, match="predicted twice"):
        outcomes([HOME], CASES, [told(1), told(1)])
    with pytest.raises(BadEvaluation, match="no id"):
        outcomes([HOME], CASES, [{"calls": []}])
    with pytest.raises(BadEvaluation, match="c1"):
        outcomes([HOME], CASES, [told(1, {"nonsense": 1})])


# Figures


def test_figures_of_four_cases() -> None:
    summary = figures(seen())
    assert (summary.count, summary.right, summary.answered, summary.precision) == (4, 2, 0.5, 0.5)
    assert (summary.harm, summary.at_99, summary.p50) == (0.25, 0.25, 2.0)


def test_wilson_and_percentiles() -> None:
    assert wilson(0, 0) == (0, 1)
    low, high = wilson(50, 100)
    assert (round(low, 3), round(high, 3)) == (0.404, 0.596)
    assert wilson(10, 10)[1] == pytest.approx(1)
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile([], 0.5) is None


def test_the_curve_of_risk_leaves_thresholds_aside() -> None:
    points = curve(seen())
    assert [(point.coverage, round(point.risk, 2)) for point in points] == [(0.25, 0), (0.5, 0.5), (0.75, 0.33)]
    assert coverage_at(seen(), 0.5) == 0.5
    assert 0 < aurc(seen()) < 0.6


def test_reliability_counts_each_proposed_call() -> None:
    bins = reliability(seen())
    assert sum(each.count for each in bins) == 3
    assert {round(each.said, 1): each.right for each in bins} == {0.3: 1, 0.8: 0, 0.9: 1}


def test_errors_have_kinds_and_the_surest_come_first() -> None:
    assert [kind_of(each) for each in seen()] == ["", "another action", "", "unsure"]
    assert confusion(seen())["HassTurnOff", "HassTurnOn"] == 1
    assert [each.id for each in worst(seen())] == ["c2"]


# The commands


def test_the_report_has_tables_and_plots(tmp_path: Path) -> None:
    homes, cases = lines(tmp_path / "homes", [HOME]), lines(tmp_path / "cases", CASES)
    made = lines(tmp_path / "made", PREDICTIONS[:3])
    files = ["--homes", str(homes), "--cases", str(cases), "--predictions", str(made)]
    arguments = ["evaluate", *files, "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(coreml_export, arguments)
    assert result.exit_code == 0, result.output
    assert "2 of 4 right" in result.output
    page = (tmp_path / "out" / "report.md").read_text()
    assert "1 had no prediction" in page
    assert "another action" in page
    assert "| c2 | lamp off |" in page
    plots = sorted(path.name for path in (tmp_path / "out").glob("*.svg"))
    assert plots == ["accuracy.svg", "confusion.svg", "latency.svg", "reliability.svg", "risk-coverage.svg"]
    assert all(f"({name})" in page for name in plots)


def test_no_case_is_told(tmp_path: Path) -> None:
    empty = str(lines(tmp_path / "cases", []))
    arguments = ["evaluate", "--homes", empty, "--cases", empty, "--out", str(tmp_path)]
    result = CliRunner().invoke(coreml_export, arguments)
    assert (result.exit_code, "no case" in result.output) == (1, True)


def test_both_commands_run_the_model_itself(model_folder: Path, tmp_path: Path) -> None:
    homes, cases = lines(tmp_path / "homes", [HOME]), lines(tmp_path / "cases", CASES)
    tries = [
        {
            **case(7, "feed the cat"),
            "home": "home",
            "action": {"action": "feed_cat", "fields": {}, "entity_ids": []},
        }
    ]
    shared = ["--homes", str(homes), "--cases", str(cases), "--model", str(model_folder)]
    made = tmp_path / "made.jsonl"
    result = CliRunner().invoke(hearthbridge, ["eval", *shared, "--tier", "small", "--out", str(made)])
    assert result.exit_code == 0, result.output
    assert [row["id"] for row in read_lines(made)] == [row["id"] for row in CASES]
    own = ["--own-actions", str(lines(tmp_path / "tries", tries)), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(coreml_export, ["evaluate", *shared, *own])
    assert result.exit_code == 0, result.output
    assert "Own actions" in result.output
    assert "model tiny" in (tmp_path / "out" / "report.md").read_text()


def test_own_actions_join_their_home() -> None:
    row = {"id": "t", "home": "home", "utterance": "x", "expected": {}, "action": {"action": "feed", "fields": {}}}
    (home,), (made,) = as_cases([HOME], [row])
    assert [action["action"] for action in home["actions"]] == ["feed"]
    assert made["home_ref"] == home["id"] != "home"
    assert HOME["actions"] == []
    with pytest.raises(BadEvaluation):
        as_cases([], [row])
