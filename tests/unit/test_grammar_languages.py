"""The grammar tier in many languages."""

from typing import Any

import pytest

from actions.home import Area, Entity, Home
from bridge.tiers.base import Kind
from bridge.tiers.grammar.corpus import load
from bridge.tiers.grammar.languages import AVAILABLE, chain, closest
from tests.unit.test_grammar import OFF, ON, ask, calls

TIME = "HassGetCurrentTime"
ROWS: list[tuple[str, str, str, str, str, str]] = [
    # language, room, lamp: lights of the room on (or off, marked !), lamp off (or on, marked !), time
    ("ar", "المطبخ", "المصباح", "", "أطفئ المصباح", "كم الساعة"),
    ("ca", "Cuina", "Làmpada", "encén els llums de la cuina", "apaga la làmpada", "quina hora és"),
    ("cs", "Kuchyň", "Lampa", "!vypni světla v kuchyň", "!zapni lampa", "kolik je hodin"),
    ("da", "Køkken", "Standerlampe", "tænd lyset i køkken", "sluk standerlampe", "hvad er klokken"),
    (
        "de",
        "Küche",
        "Stehlampe",
        "Schalte das Licht in der Küche ein",
        "Schalte die Stehlampe aus",
        "Wie spät ist es?",
    ),
    ("el", "Κουζίνα", "Λάμπα", "άναψε τα φώτα στην κουζίνα", "σβήσε λάμπα", "τι ώρα είναι"),
    ("es", "Cocina", "Lámpara", "Enciende las luces de la cocina", "apaga la lámpara", "¿Qué hora es?"),
    (
        "fr",
        "Cuisine",
        "Lampadaire",
        "Allume la lumière dans la cuisine",
        "Éteins le lampadaire",
        "Quelle heure est-il ?",
    ),
    ("he", "מטבח", "מנורה", "", "!הדלק את המנורה", "מה השעה"),
    ("hu", "Konyha", "Lámpa", "", "!kapcsold fel a lámpa", "mennyi az idő"),
    ("it", "Cucina", "Lampada", "accendi le luci in cucina", "spegni la lampada", "che ore sono"),
    ("ja", "キッチン", "スタンド", "", "スタンドを消して", ""),
    ("ko", "주방", "스탠드", "주방 불 켜줘", "스탠드 꺼줘", "지금 몇 시야"),
    ("nb", "Kjøkken", "Stålampe", "slå på lyset i kjøkken", "skru av stålampe", "hva er klokka"),
    (
        "nl",
        "Keuken",
        "Staande lamp",
        "doe het licht in de keuken aan",
        "zet de staande lamp uit",
        "hoe laat is het",
    ),
    ("pl", "Kuchnia", "Lampa", "!zgaś światło w kuchnia", "!włącz lampa", "która godzina"),
    ("pt", "Cozinha", "Candeeiro", "liga as luzes da cozinha", "desliga o candeeiro", "que horas são"),
    ("pt-BR", "Cozinha", "Abajur", "acenda as luzes da cozinha", "desligue o abajur", "que horas são"),
    ("ro", "Bucătărie", "Lampa", "!stinge luminile din bucătărie", "!aprinde lampa", "cât este ceasul"),
    ("ru", "Кухня", "Торшер", "!выключи свет кухня", "!включи торшер", "который час"),
    ("sv", "Kök", "Golvlampa", "tänd lampan i kök", "släck golvlampa", "vad är klockan"),
    ("tr", "Mutfak", "Lamba", "mutfak ışıklarını aç", "!lamba aç", ""),
    ("uk", "Кухня", "Торшер", "", "!увімкни торшер", "котра година"),
    ("vi", "Bếp", "Đèn bàn", "bật đèn bếp", "tắt đèn bàn", "mấy giờ rồi"),
    ("zh-CN", "厨房", "台灯", "打开厨房的灯", "关闭台灯", "现在几点了"),
    ("zh-TW", "廚房", "檯燈", "打開廚房的燈", "關閉檯燈", "現在幾點"),
]


@pytest.mark.parametrize(("language", "room", "lamp", "lights", "one", "clock"), ROWS, ids=[row[0] for row in ROWS])
async def test_languages(language: str, room: str, lamp: str, lights: str, one: str, clock: str) -> None:
    home = Home(
        areas=[Area("k", room)], entities=[Entity("light.l", lamp, area="k"), Entity("light.m", "X9", area="k")]
    )

    async def read(sentence: str) -> list[tuple[str, dict[str, Any]]]:
        understood = await ask(sentence.lstrip("!"), home, language=language)
        assert understood.trace["language"] == language
        return calls(understood)

    if lights:
        assert await read(lights) == [(OFF if lights[0] == "!" else ON, {"area": room, "domain": "light"})]
    if one:
        assert await read(one) == [(ON if one[0] == "!" else OFF, {"name": lamp})]
    if clock:
        assert await read(clock) == [(TIME, {})]


@pytest.mark.parametrize("language", AVAILABLE)
async def test_every_language_loads_and_refuses_nonsense(language: str) -> None:
    assert load(language).language == language
    assert (await ask("Xqzw vrtpl 7 mnbk", language=language)).kind is Kind.NOTHING


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("de_AT", "de"),
        ("de-CH", "de-CH"),
        ("DE", "de"),
        ("pt-PT", "pt"),
        ("pt-BR", "pt-BR"),
        ("zh", "zh-CN"),
        ("zh-Hant-TW", "zh-TW"),
        ("no", "nb"),
        ("sr-Latn-RS", "sr-Latn"),
        ("tlh", None),
        ("", None),
    ],
)
def test_closest(tag: str, language: str | None) -> None:
    assert closest(tag) == language


async def test_a_regional_phone_may_speak_the_standard_language() -> None:
    home = Home(entities=[Entity("light.l", "Stehlampe")])
    assert chain("de-CH") == ("de-CH", "de", "en")
    assert calls(await ask("Schalte die Stehlampe aus", home, language="de-CH")) == [(OFF, {"name": "Stehlampe"})]


async def test_a_bilingual_home() -> None:
    home = Home(entities=[Entity("light.l", "Stehlampe")])
    understood = await ask("turn off the stehlampe", home, language="de-DE")
    assert calls(understood) == [(OFF, {"name": "Stehlampe"})]
    assert understood.trace["language"] == "en"
