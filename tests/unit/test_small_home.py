"""The home as the small model sees it: rows, matching, memory and features."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.catalog import build_registry
from actions.catalog.own import OwnAction
from actions.features import FEATURES, bits, every
from actions.home import Area, Entity, Floor
from bridge.tiers.small.features import ROW_WIDTH, TOKEN_WIDTH, Context, Features, features_of
from bridge.tiers.small.match import Index
from bridge.tiers.small.memory import MOST_ROWS, Memory
from bridge.tiers.small.rows import CLASSES, DOMAINS, MOST_WORDS, WIDTH, Row, RowKind, is_own, rows_of
from bridge.tiers.small.values import ValueKind
from bridge.tiers.small.words import split
from tests.unit.homes import call, small_home

HALL, KITCHEN = Area("hall", "Hall", ("entrance",), "ground"), Area("kitchen", "Kitchen")
HOME = small_home(
    Entity("light.hall", "Light", area="hall", modes=("brightness", "hs")),
    Entity("light.kitchen", "Light", area="kitchen", modes=("onoff",)),
    Entity("cover.blind", "Big blinds", ("shades",), "kitchen", "blind", features=15),
    Entity("fan.one", "Fan 2", area="hall", features=1),
    Entity("lock.secret", "Vault", area="hall", exposed=False),
    areas=(HALL, KITCHEN),
    floors=(Floor("ground", "Ground floor", ("downstairs",)),),
)
FEED = OwnAction.model_validate(
    {
        "name": "feed_cats",
        "description": "Gives the cats their dinner.",
        "service": "pet.feed",
        "targets": ["fan.one", "light.hall"],
        "examples": ["feed the cats"],
    }
).action()
SCRIPT = OwnAction(name="tidy", description="Tidies.", service="script.tidy").action()
REGISTRY = build_registry(HOME, (FEED, SCRIPT))
MEMORY = Memory.of(HOME, REGISTRY)


def row(kind: RowKind, key: str) -> Row:
    return next(each for each in MEMORY.rows if (each.kind, each.key) == (kind, key))


def test_rows_are_rooms_floors_exposed_things_by_name_and_own_actions() -> None:
    assert [(each.kind, each.key) for each in rows_of(HOME, REGISTRY)] == [
        (RowKind.AREA, "hall"),
        (RowKind.AREA, "kitchen"),
        (RowKind.FLOOR, "ground"),
        (RowKind.THING, "Light"),
        (RowKind.THING, "Big blinds"),
        (RowKind.THING, "Fan 2"),
        (RowKind.ACTION, "feed_cats"),
    ]
    assert [entity.id for entity in row(RowKind.THING, "Light").entities] == ["light.hall", "light.kitchen"]


def test_only_actions_with_a_service_of_their_own_are_rows() -> None:
    assert is_own(FEED)
    assert not is_own(SCRIPT)  # a script is a thing of the home
    assert not is_own(REGISTRY["HassTurnOn"])


def test_a_row_is_read_by_its_names_and_what_is_said_of_it() -> None:
    assert row(RowKind.THING, "Big blinds").words() == ["big", "blinds", "shades"]
    assert row(RowKind.ACTION, "feed_cats").words() == ["feed", "cats", "the", "gives", "their", "dinner"]
    wordy = Row(RowKind.ACTION, "x", ("x",), about=" ".join(f"word{'x' * n}" for n in range(99)))
    assert len(wordy.words()) == MOST_WORDS


def test_the_features_of_a_row() -> None:
    marks = row(RowKind.THING, "Light").features()
    assert marks.shape == (WIDTH,)
    assert marks[RowKind.THING] == 1
    assert marks[len(RowKind) + DOMAINS.index("light")] == 1
    modes = len(RowKind) + len(DOMAINS) + len(CLASSES)
    assert list(marks[modes : modes + 3]) == [1, 0, 1]  # one of them can be dimmed and coloured
    assert marks[-1] == 1  # there are two
    blind = row(RowKind.THING, "Big blinds").features()
    assert blind[len(RowKind) + len(DOMAINS) + CLASSES.index("blind")] == 1
    assert blind[modes + 3] == 1  # it can be set to a position
    assert row(RowKind.THING, "Fan 2").features()[modes + 5] == 1
    assert set(np.unique(MEMORY.features)) == {0, 1}


@pytest.mark.parametrize(
    ("said", "kind", "key", "least", "most"),
    [
        ("close the big blinds", RowKind.THING, "Big blinds", 1, 1),
        ("close the big blind", RowKind.THING, "Big blinds", 1, 1),  # plural
        ("close the bigblinds", RowKind.THING, "Big blinds", 1, 1),  # joined
        ("close the sha des", RowKind.THING, "Big blinds", 1, 1),  # parted, and an alias
        ("close the big blimds", RowKind.THING, "Big blinds", 0.8, 0.99),  # misspelt
        ("close the blinds", RowKind.THING, "Big blinds", 0.3, 0.9),  # half of the name
        ("fan two on", RowKind.THING, "Fan 2", 1, 1),  # a number in words
        ("FAN 2", RowKind.THING, "Fan 2", 1, 1),
        ("the entrance", RowKind.AREA, "hall", 1, 1),
        ("downstairs", RowKind.FLOOR, "ground", 1, 1),
        ("feed the cats", RowKind.ACTION, "feed_cats", 1, 1),
        ("open the vent", RowKind.THING, "Big blinds", 0, 0),
        ("the and of it", RowKind.FLOOR, "ground", 0, 0),  # common words are like nothing
    ],
)
def test_matching(said: str, kind: RowKind, key: str, least: float, most: float) -> None:
    words = split(said)
    match, covered = MEMORY.index.match(words)
    place = MEMORY.rows.index(row(kind, key))
    assert match.shape == (len(words), len(MEMORY.rows))
    assert least - 1e-3 <= covered[place] <= most + 1e-3


def test_a_word_said_twice_covers_a_name_once() -> None:
    _, once = MEMORY.index.match(split("blinds"))
    _, twice = MEMORY.index.match(split("blinds blinds blinds"))
    assert np.allclose(once, twice)


def test_rare_words_tell_more_than_common_ones() -> None:
    index = Index([Row(RowKind.THING, name, (name,)) for name in ("Desk lamp", "Hall lamp", "Bed lamp")])
    _, covered = index.match(split("desk"))
    _, less = index.match(split("lamp"))
    assert covered[0] > less[0]


def test_a_home_without_names_matches_nothing() -> None:
    match, covered = Index([]).match(split("lights on"))
    assert match.shape == (2, 0)
    assert covered.shape == (0,)
    empty = Memory.of(small_home(), build_registry(small_home()))
    read = features_of("lights on", empty, Context())
    assert read.rows.shape == (0,)
    assert read.tokens.shape == (2, TOKEN_WIDTH)


def large(count: int = 5000) -> Memory:
    areas = tuple(Area(f"room{n}", f"Chamber {n}") for n in range(20))
    things = [Entity(f"light.n{n}", f"Beacon {n}", area=f"room{n % 20}") for n in range(count - 2)]
    special = Entity("light.odd", "Mr Whiskers", area="room3"), Entity("switch.pump", "Bilge pump", area="room9")
    home = small_home(*things, *special, areas=areas)
    return Memory.of(home, build_registry(home))


def test_of_five_thousand_things_those_are_looked_at_that_are_spoken_of() -> None:
    memory = large()
    read = features_of("turn on mister whiskers and the bildge pump in chamber 7", memory, Context("en", "room5"))
    seen = [memory.rows[index] for index in read.rows]
    assert len(seen) == MOST_ROWS
    assert list(read.rows) == sorted(read.rows)
    assert {"Mr Whiskers", "Bilge pump"} <= {each.key for each in seen}
    assert sum(each.kind is RowKind.AREA for each in seen) == 20  # places are always looked at
    assert any(entity.area == "room5" for each in seen for entity in each.entities)  # things of the room, too
    assert "Beacon 77" in {memory.rows[i].key for i in features_of("beacon 77 off", memory, Context()).rows}


def test_own_actions_do_not_crowd_out_the_rest() -> None:
    actions = [OwnAction(name=f"act_{n}", description="Acts.", service=f"own.act_{n}").action() for n in range(200)]
    home = small_home(*(Entity(f"light.n{n}", f"Lamp {n}") for n in range(100)))
    memory = Memory.of(home, build_registry(home, actions))
    read = features_of("turn on lamp 42 and act 150", memory, Context())
    kinds = [memory.rows[index].kind for index in read.rows]
    keys = {memory.rows[index].key for index in read.rows}
    assert kinds.count(RowKind.ACTION) <= 40
    assert {"Lamp 42", "act_150"} <= keys


def test_a_small_home_is_looked_at_whole() -> None:
    assert list(features_of("hello", MEMORY, Context()).rows) == list(range(len(MEMORY.rows)))


def read(said: str, **context: object) -> Features:
    return features_of(said, MEMORY, Context(**context))  # type: ignore[arg-type]


def test_the_features_of_words_are_laid_out_as_the_network_reads_them() -> None:
    seen = read("dim the light, 50 percent")
    assert seen.tokens.shape == (5, TOKEN_WIDTH)
    assert seen.match.shape == (5, len(MEMORY.rows))
    assert seen.marks.shape == (len(MEMORY.rows), ROW_WIDTH)
    assert seen.tokens[3, ValueKind.PERCENT] == 1
    assert list(seen.tokens[:, len(ValueKind)]) == [0, 0, 0, 1, 1]  # within a value
    assert list(seen.tokens[:, len(ValueKind) + 1]) == [0, 0, 0, 1, 0]  # after a break
    thing = len(ValueKind) + 2 + 3 * RowKind.THING
    assert list(seen.tokens[2, thing : thing + 3]) == [1, 1, 1]  # all of "Light"
    assert not seen.tokens[:, -10:].any()  # nothing was done before


def test_the_room_and_what_was_done_before_are_marked() -> None:
    before = (call("HassLightSet", name="big blinds", brightness=5),)
    seen = read("a bit more", area="hall", previous=before)
    places = [(each.kind, each.key) for each in MEMORY.rows]
    here = {place for place, mark in zip(places, seen.marks[:, 3], strict=True) if mark}
    done = {place for place, mark in zip(places, seen.marks[:, 2], strict=True) if mark}
    assert here >= {(RowKind.AREA, "hall"), (RowKind.THING, "Light"), (RowKind.THING, "Fan 2")}
    assert (RowKind.THING, "Big blinds") not in here
    assert done == {(RowKind.THING, "Big blinds")}
    assert (seen.tokens[:, -10:].sum(1) == 1).all()
    assert (seen.tokens[:, -10 + 2] == 1).all()  # a light was set


def test_things_of_a_room_that_is_named_are_marked() -> None:
    seen = read("turn off the one in the hall")
    rooms = {MEMORY.rows[row].key: float(mark) for row, mark in zip(seen.rows, seen.marks[:, 4], strict=True)}
    assert rooms["Light"] == rooms["Fan 2"] == 1  # one of the lights is there
    assert rooms["Big blinds"] == rooms["hall"] == 0


def test_an_own_action_is_named_by_what_it_can_be_set_to() -> None:
    brew = OwnAction.model_validate(
        {
            "name": "coffee.brew",
            "description": "Makes coffee.",
            "service": "coffee.brew",
            "parameters": {"cup": {"type": "string", "enum": ["flat_white", "lungo", "off"]}},
            "examples": ["coffee time"],
        }
    ).action()
    memory = Memory.of(HOME, build_registry(HOME, (brew,)))
    action = memory.rows[-1]
    assert action.names == ("brew", "flat_white", "lungo", "coffee time")  # "off" could be anything's
    assert {"cup", "flat", "white", "makes"} <= set(action.words())
    seen = features_of("one lungo please", memory, Context())
    assert seen.marks[-1, 0] == 1


def test_a_room_that_is_not_in_the_home_is_no_room() -> None:
    assert not read("on", area="nowhere").marks[:, 3].any()
    assert not read("on").marks[:, 3].any()


@given(st.text(max_size=300))
def test_any_text_has_features(said: str) -> None:
    seen = read(said)
    assert np.isfinite(seen.tokens).all()
    assert (seen.match >= 0).all()
    assert (seen.match <= 1).all()


@pytest.mark.parametrize("domain", FEATURES)
def test_feature_bits_are_apart_and_all_of_them_are_every(domain: str) -> None:
    names = FEATURES[domain]
    assert all(value.bit_count() == 1 for value in names.values())
    assert len(set(names.values())) == len(names)
    assert bits(domain, [*names, *names]) == every(domain)  # one named twice counts once


def test_unknown_features_and_domains_count_nothing() -> None:
    assert bits("cover", ["open", "fly"]) == 1
    assert bits("teapot", ["open"]) == every("teapot") == 0
