"""Texts: what people want noted, announced or played, put together so that no two are learnt by heart."""

from random import Random

from coreml_export.data.sentence import tidy
from coreml_export.data.words import Words, odd_words

_ARTICLE = "a "
_KNOWN = 0.4
"""The share that is drawn from the bank."""
_AMOUNTS = (
    "two", "three", "six", "a dozen", "some", "more", "another", "a bag of", "a box of", "two pints of",
    "a pound of", "three loaves of", "half a kilo of", "a bottle of", "a new", "the good", "fresh",
    "organic", "brown", "frozen",
    "the big", "cheap", "a pack of", "five litres of", "a couple of",
)  # fmt: skip
_GOODS = (
    "bread", "milk", "butter", "apples", "flour", "sugar", "rice", "beans", "chocolate", "yoghurt", "cheese", "ham",
    "oven cleaner", "dishwasher tablets", "hair gel", "hand soap", "shampoo", "paper towels", "bin bags",
    "a tarpaulin", "socks", "a raincoat", "screws", "a hammer", "paint", "sandpaper", "plant food",
    "bird seed", "charcoal", "ice cubes", "lemonade", "red wine", "sparkling water", "green tea", "cereal", "pasta",
    "tomato sauce", "onions", "garlic", "carrots", "salad", "salmon", "minced meat", "tofu", "nappies", "wipes",
    "envelopes", "printer ink", "wrapping paper", "a phone charger", "a passport photo", "walking boots", "a tie",
    "earplugs", "plasters", "aspirin", "cough syrup", "hay", "cat food", "light bulbs", "fuses", "duct tape",
)  # fmt: skip
_DO = (
    "clean", "fix", "book", "pay", "order", "return", "buy", "pick up",
    "drop off", "wash", "iron", "sweep", "mop", "paint", "print", "sign", "sort", "repair", "charge", "defrost",
    "feed", "walk", "empty", "check", "email", "call", "ring", "cancel", "turn off", "switch on", "vacuum", "water",
    "mow", "close", "lock", "tidy", "bleed", "replace", "read", "finish", "write", "sharpen", "oil", "sell",
)  # fmt: skip
_SAYS = (
    "{who} is {odd}", "the {thing} is {odd}", "we leave in {number} minutes", "come to the {place}",
    "{odd} in the {place}", "dinner is on the table", "{who} is here", "please {do} the {thing}",
    "it is {odd} time",
    "{odd} {other} at {number}", "the {place} is {odd}, {do} it", "somebody left the {thing} in the {place}",
)  # fmt: skip
_PLAYS = (
    "{odd} {other}", "the {odd}", "{odd} by {who}", "{who} and the {odd}", "{odd}", "the best of {odd}",
    "{odd} {other} {more}", "{odd} music", "something by {odd}", "{odd} for the {place}",
)  # fmt: skip


def text_of_kind(kind: str, bank: Words, rng: Random) -> str:
    """Something of a kind: items, messages, timers or queries.

    Other languages than English have only what is in their bank.
    """
    known: list[str] = getattr(bank, kind)
    if bank.language != "en" or rng.random() < _KNOWN:
        return rng.choice(known)
    if kind == "items":
        return tidy(_item(bank, rng))
    if kind == "timers":
        return rng.choice((_odd(rng), rng.choice(_GOODS), f"{_odd(rng)} {rng.choice(known)}"))
    ways = _SAYS if kind == "messages" else _PLAYS
    text = rng.choice(ways).format(
        odd=_odd(rng),
        other=_odd(rng),
        more=_odd(rng),
        who=rng.choice(bank.nouns["person"]),
        thing=_thing(bank, rng),
        place=rng.choice(bank.areas).lower(),
        do=rng.choice(_DO),
        number=rng.randint(2, 12),
    )
    # As a sentence around it would be: the value is what is said.
    return tidy(text)


def _item(bank: Words, rng: Random) -> str:
    roll = rng.random()
    if roll < 0.4:
        article = rng.choice(("the ", "my ", "", "the old "))
        place = rng.choice(bank.areas).lower()
        what = rng.choice((_odd(rng), _thing(bank, rng), place, f"{place} {_thing(bank, rng)}", rng.choice(_GOODS)))
        return f"{rng.choice(_DO)} {what if what.startswith(_ARTICLE) else article + what}"
    good = rng.choice(_GOODS) if rng.random() < 0.6 else rng.choice((_odd(rng), f"{_odd(rng)} {_odd(rng)}"))
    if roll < 0.7 or good.startswith(_ARTICLE):
        return good
    return f"{rng.choice(_AMOUNTS)} {good}"


def _odd(rng: Random) -> str:
    return rng.choice(odd_words()).lower()


def _thing(bank: Words, rng: Random) -> str:
    return rng.choice(bank.nouns[rng.choice(list(bank.nouns))]).lower()
