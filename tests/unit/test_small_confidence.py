"""Confidence: a probability that means what it says, and thresholds that keep the precision that is stated."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bridge.tiers.base import SURE
from bridge.tiers.small.confidence import marks_of, probability, threshold
from coreml_export.training.calibrate import PRECISION, Seen, fit, observe, reliability, thresholds
from tests.unit.small import CALIBRATION, Heard, Stub
from tests.unit.test_small_reading import heard


def made_up(count: int, seed: int, language: str = "en") -> list[Seen]:
    """Readings whose chance of being right is known: the logistic of what two marks say."""
    rng = np.random.default_rng(seed)
    strong, weak = rng.normal(size=(2, count))
    chance = 1 / (1 + np.exp(-(2 + 2.5 * strong - weak)))
    right = rng.random(count) < chance
    return [
        Seen(
            language,
            {"strong": float(a), "weak": float(b), "noise": float(c)},
            bool(d),
            answered=True,
        )
        for a, b, c, d in zip(strong, weak, rng.normal(size=count), right, strict=True)
    ]


def chances(seen: list[Seen], calibration: dict[str, Any]) -> NDArray[np.float64]:
    return np.array([probability(each.marks, calibration) for each in seen])


def test_what_is_fitted_means_what_it_says_on_readings_that_were_not_seen() -> None:
    calibration = fit(made_up(6000, seed=1))
    other = made_up(6000, seed=2)
    bins = reliability(other, chances(other, calibration))
    assert sum(each["count"] for each in bins) == 6000
    assert all(abs(each["said"] - each["right"]) < 0.07 for each in bins if each["count"] > 100)
    error = sum(abs(each["said"] - each["right"]) * each["count"] for each in bins) / 6000
    assert error < 0.02


def test_the_fit_finds_what_matters() -> None:
    calibration = fit(made_up(6000, seed=1))
    weights = dict(zip(calibration["marks"], calibration["weights"], strict=True))
    assert weights["strong"] == pytest.approx(2.5, abs=0.3)
    assert weights["weak"] == pytest.approx(-1, abs=0.2)
    assert abs(weights["noise"]) < 0.15


def test_marks_that_only_together_say_something_are_seen() -> None:
    rng = np.random.default_rng(5)
    left, right = rng.normal(size=(2, 4000))
    sound = rng.random(4000) < 1 / (1 + np.exp(-(1 + 3 * left * right)))
    seen = [
        Seen("en", {"left": float(a), "right": float(b)}, bool(c), answered=True)
        for a, b, c in zip(left, right, sound, strict=True)
    ]
    calibration = fit(seen)
    alike = probability({"left": 1.0, "right": 1.0}, calibration)
    apart = probability({"left": 1.0, "right": -1.0}, calibration)
    assert alike > 0.85
    assert apart < 0.4


def test_thresholds_keep_the_stated_precision() -> None:
    seen = made_up(20_000, seed=1)
    calibration = fit(seen)
    for risk, share in PRECISION.items():
        least = calibration["thresholds"]["*"][risk]
        taken = [each for each in seen if probability(each.marks, calibration) >= least]
        assert len(taken) > 1000
        assert np.mean([each.right for each in taken]) >= share - 2e-3
    other = [each for each in made_up(20_000, seed=2) if probability(each.marks, calibration) >= least]
    assert np.mean([each.right for each in other]) > 0.99
    assert calibration["thresholds"]["*"]["sensitive"] > calibration["thresholds"]["*"]["reversible"]


def test_a_language_has_its_own_thresholds_only_where_enough_was_seen() -> None:
    seen = [*made_up(3000, 1), *made_up(3000, 2, "de"), *made_up(50, 3, "fr")]
    made = thresholds(seen, chances(seen, fit(seen)))
    assert made.keys() == {"*", "en", "de"}


def test_where_no_threshold_is_precise_enough_nothing_is_sure() -> None:
    wrong = [Seen("en", {"a": n / 100}, right=False, answered=True) for n in range(100)]
    known = chances(wrong, fit([*wrong, *made_up_right(5)]))
    assert thresholds(wrong, known)["*"] == {"reversible": 1.0, "sensitive": 1.0}


def test_what_is_less_than_even_is_never_sure() -> None:
    seen = made_up_right(300)
    assert thresholds(seen, np.linspace(0.1, 0.9, 300))["*"] == {"reversible": SURE, "sensitive": SURE}


def made_up_right(count: int) -> list[Seen]:
    return [Seen("en", {"a": 0.0}, right=True, answered=True) for _ in range(count)]


@pytest.mark.parametrize(
    ("language", "sensitive", "least"),
    [("en", False, 0.9), ("en-GB", True, 0.97), ("de", False, 0.5), ("de-AT", True, 0.6), ("xx", False, 0.9)],
)
def test_the_threshold_of_a_language_and_a_risk(language: str, sensitive: bool, least: float) -> None:
    assert threshold(CALIBRATION, language, sensitive=sensitive) == least


def test_a_probability_is_one_whatever_the_marks() -> None:
    for value in (-1e9, 0.0, 1e9):
        marks = {"all": value, "worst": value, "unused_values": value}
        assert 0 <= probability(marks, CALIBRATION) <= 1


# Marks


def test_marks_of_a_sure_reading_and_of_an_unsure_one() -> None:
    sure = marks_of(heard("hall light off", Heard("HassTurnOff", name="Hall light")), "en")
    unsure = marks_of(heard("hall light off", Heard("HassTurnOff", name="Hall light", loud=4)), "en")
    assert sure.keys() == unsure.keys()
    assert sure["all"] > unsure["all"]
    assert sure["action"] > unsure["action"]
    assert sure["runner_up"] < unsure["runner_up"]


def test_marks_see_what_was_said_and_not_taken() -> None:
    marks = marks_of(
        heard("corner lamp to 40 or 50 percent", Heard("HassLightSet", name="Corner lamp", values=("40",))), "en"
    )
    assert marks["unused_values"] == 1
    assert marks["foreign"] == 0
    named = marks_of(heard("printer off", Heard("HassTurnOff", name="Corner lamp")), "de-DE")
    assert (named["name_said"], named["thing_left"], named["foreign"]) == (0, 1, 1)


def test_marks_see_what_could_not_be_called() -> None:
    marks = marks_of(
        heard(
            "unlock the corner lamp and hall light off",
            Heard("HassSetPosition", name="Corner lamp", step="highest"),
            Heard("HassTurnOff", begins="and", name="Hall light"),
        ),
        "en",
    )
    assert (marks["refused"], marks["not_called"]) == (1, 1)
    question = marks_of(
        heard("is the front door locked", Heard("HassGetState", name="Front door", state="locked")), "en"
    )
    assert question["question"] == 1


def test_a_reading_without_clauses_has_marks_too() -> None:
    assert set(marks_of(heard(""), "en")) == set(marks_of(heard("hall light off", Heard("HassTurnOff")), "en"))


def test_observing_reads_each_case_and_judges_it() -> None:
    home = {
        "id": "h",
        "areas": [{"id": "den", "name": "Den"}],
        "entities": [{"entity_id": "light.lamp", "name": "Lamp", "area": "den", "state": "off"}],
    }
    lamp = {"name": "Lamp"}

    def case(said: str, language: str, *calls: Any) -> dict[str, Any]:
        expected = {"kind": "action" if calls else "unsupported", "calls": list(calls)}
        return {"id": said, "utterance": said, "lang": language, "expected": expected}

    on = case("lamp on", "en", {"intent": "HassTurnOn", "slots": lamp})
    off = case("lamp off", "de", {"intent": "HassTurnOff", "slots": lamp})
    chat = case("...", "en")
    stub = Stub([Heard("HassTurnOn", name="Lamp")])
    seen = observe(stub, [(home, [on, off, chat])])  # type: ignore[arg-type]
    assert [(each.language, each.right, each.answered) for each in seen] == [
        ("en", True, True),
        ("de", False, True),
    ]
