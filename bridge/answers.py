"""Reading a short answer to a question of ours: yes, no, or one of the choices."""

from collections.abc import Sequence

from actions.text import normalise, stem

_YES = {
    "en": "yes|yeah|yep|yup|sure|ok|okay|confirm|confirmed|do it|go ahead|yes do it|yes please|correct",
    "ar": "نعم",
    "cs": "ano|jo",
    "da": "ja|ja tak",
    "de": "ja|ja bitte|jawohl|genau|mach das|tu das",
    "el": "ναι",
    "es": "sí|sí por favor|claro|vale|hazlo",
    "fi": "kyllä|joo",
    "fr": "oui|oui s il te plaît|d accord|vas y",
    "he": "כן",
    "hi": "हाँ|हां",
    "hu": "igen",
    "it": "sì|sì grazie|va bene|certo|fallo",
    "ja": "はい",
    "ko": "네|예",
    "nb": "ja|ja takk",
    "nl": "ja|ja graag|doe maar",
    "pl": "tak|tak proszę",
    "pt": "sim|claro|pode ser",
    "ro": "da",
    "ru": "да",
    "sv": "ja|ja tack",
    "tr": "evet",
    "uk": "так",
    "vi": "có",
    "zh": "是|是的|好|好的|可以",
}
_NO = {
    "en": "no|nope|nah|don t|do not|cancel|stop|never mind|nevermind|forget it|no thanks|no thank you|abort",
    "ar": "لا",
    "cs": "ne",
    "da": "nej|nej tak",
    "de": "nein|nein danke|abbrechen|lass es",
    "el": "όχι",
    "es": "no gracias|cancela",
    "fi": "ei",
    "fr": "non|non merci|annule",
    "he": "לא",
    "hi": "नहीं",
    "hu": "nem",
    "it": "no grazie|annulla",
    "ja": "いいえ",
    "ko": "아니요|아니",
    "nb": "nei|nei takk",
    "nl": "nee|nee bedankt",
    "pl": "nie",
    "pt": "não|cancela",
    "ro": "nu",
    "ru": "нет",
    "sv": "nej|nej tack",
    "tr": "hayır",
    "uk": "ні",
    "vi": "không",
    "zh": "不|不要|取消",
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def _words(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {language: frozenset(map(normalise, words.split("|"))) for language, words in table.items()}


_YES_WORDS, _NO_WORDS = _words(_YES), _words(_NO)


def _is(text: str, words: dict[str, frozenset[str]], language: str) -> bool:
    # Only the speaker's language and English: "tak" is a yes in Polish, and thanks in Danish.
    own = words.get(language.partition("-")[0].casefold(), frozenset())
    return normalise(text) in own | words["en"]


def is_yes(text: str, language: str = "en") -> bool:
    """Whether the whole text is a yes; "yes but not the door" is none."""
    return _is(text, _YES_WORDS, language)


def is_no(text: str, language: str = "en") -> bool:
    """Whether the whole text is a no."""
    return _is(text, _NO_WORDS, language)


def choose(text: str, labels: Sequence[str]) -> int | None:
    """Which of the labels an answer names: in full, by a word that only one has, or by its place.

    None when it fits none, or several.
    """
    said = {word for word in stem(text).split() if word not in {"one", "in", "of"}}
    if not said:
        return None
    exact = [index for index, label in enumerate(labels) if stem(label) == stem(text)]
    if exact:
        return exact[0]
    within = [index for index, label in enumerate(labels) if said <= set(stem(label).split())]
    if len(within) == 1:
        return within[0]
    places = [index for index, word in enumerate(_ORDINALS[: len(labels)]) if word in said]
    if not within and len(places) == 1 and len(said) == 1:
        return places[0]
    return 0 if len(labels) == 1 and is_yes(text) else None
