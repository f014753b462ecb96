"""The snapshot: names, rooms, versions."""

from actions.home import MISSING, Area, Entity, Floor, State
from tests.unit.homes import small_home

LAMP = Entity("light.lamp", "Lamp", ("The light", "lamps"), area="attic")
LOST = Entity("light.lost", "Lost", area="gone")
HIDDEN = Entity("light.hidden", "Lamp", exposed=False, area="attic")
HOME = small_home(
    LAMP, LOST, HIDDEN, areas=(Area("attic", "Attic", ("loft",), "top"),), floors=(Floor("top", "Top"),)
)


def test_names() -> None:
    assert LAMP.names == ("Lamp", "The light", "lamps")
    assert HOME.areas["attic"].names == ("Attic", "loft")
    assert HOME.floors["top"].names == ("Top",)
    assert LAMP.domain == "light"


def test_labels_have_the_room() -> None:
    assert HOME.label(LAMP) == "Lamp (Attic)"
    assert HOME.label(LOST) == "Lost"  # of a room that is no more


def test_by_name_has_each_entity_once() -> None:
    assert HOME.by_name["lamp"] == (LAMP, HIDDEN)
    assert HOME.by_name["light"] == (LAMP,)
    assert HOME.by_name["light.lost"] == (LOST,)


def test_what_is_exposed() -> None:
    assert HOME.exposed == (LAMP, LOST)
    assert HOME.exposed_in == {"attic": (LAMP,), "gone": (LOST,)}


def test_what_is_not_reported_is_unavailable() -> None:
    assert HOME.state("light.none") is MISSING
    assert not MISSING.available
    assert State("unknown").available


def test_the_version_is_of_the_registries_and_not_of_states() -> None:
    same = small_home(LAMP, states={LAMP.id: State("on")})
    assert small_home(LAMP).version == same.version
    assert small_home(LAMP).version != small_home(LAMP, LOST).version
    assert len(HOME.version) == 16
