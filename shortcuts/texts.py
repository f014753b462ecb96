"""The few fixed texts of the shortcuts, per language; everything else that is said comes from the bridge."""

from dataclasses import dataclass

from shortcuts.errors import BuildError


@dataclass(frozen=True, slots=True)
class Texts:
    """One language."""

    what: str
    """Asked when nothing was said."""
    what_with: str
    """Asked when something was shared."""
    not_set_up: str
    failed: str
    """Stands before the bridge's error message."""
    bad_answer: str
    still: str
    """The work goes on, and the shortcut does not wait any longer."""
    yes: str
    no: str
    stop: tuple[str, ...]
    """Words that end a conversation, as dictation writes them."""
    address: str
    address_or_link: str
    code: str
    paired: str
    """Stands before the device's name."""
    from_pair: str


TEXTS = {
    "en": Texts(
        what="What shall I do?",
        what_with="What shall I do with this?",
        not_set_up="This phone is not paired yet. Run Hearth Setup first.",
        failed="That did not work:",
        bad_answer="The bridge gave no proper answer. Is the address right, and is it running?",
        still="This takes longer. It goes on; ask me later how it went.",
        yes="Yes",
        no="No",
        stop=("stop", "Stop", "Stop.", "cancel", "Cancel", "Cancel."),
        address="Address of your bridge, such as https://hearth.example.net",
        address_or_link="Address of your bridge, or the pairing link",
        code="Pairing code",
        paired="Paired and tested. Say: Hey Siri, Ask Hearth. This device is known as",
        from_pair="Token, from: hearthbridge pair",
    ),
    "de": Texts(
        what="Was soll ich tun?",
        what_with="Was soll ich damit tun?",
        not_set_up="Dieses iPhone ist noch nicht gekoppelt. Starte zuerst Hearth Setup.",
        failed="Das hat nicht geklappt:",
        bad_answer="Die Bridge hat nicht richtig geantwortet. Stimmt die Adresse, und läuft sie?",
        still="Das dauert länger. Es geht weiter; frag mich später, wie es ausging.",
        yes="Ja",
        no="Nein",
        stop=("stopp", "Stopp", "Stopp.", "stop", "Stop", "Abbrechen", "abbrechen"),
        address="Adresse deiner Bridge, etwa https://hearth.example.net",
        address_or_link="Adresse deiner Bridge oder der Kopplungslink",
        code="Kopplungscode",
        paired="Gekoppelt und geprüft. Sag: Hey Siri, Ask Hearth. Dieses Gerät heißt dort",
        from_pair="Token, aus: hearthbridge pair",
    ),
    "fr": Texts(
        what="Que dois-je faire ?",
        what_with="Que dois-je en faire ?",
        not_set_up="Cet iPhone n'est pas encore jumelé. Lance d'abord Hearth Setup.",
        failed="Ça n'a pas marché :",
        bad_answer="Le pont n'a pas répondu correctement. L'adresse est-elle juste, et tourne-t-il ?",
        still="Ça prend plus de temps. Le travail continue ; demande-moi plus tard.",
        yes="Oui",
        no="Non",
        stop=("stop", "Stop", "Stop.", "arrête", "Arrête", "annule", "Annule"),
        address="Adresse de ton pont, par exemple https://hearth.example.net",
        address_or_link="Adresse de ton pont, ou le lien de jumelage",
        code="Code de jumelage",
        paired="Jumelé et vérifié. Dis : Dis Siri, Ask Hearth. Cet appareil s'y appelle",
        from_pair="Jeton, de : hearthbridge pair",
    ),
    "es": Texts(
        what="¿Qué hago?",
        what_with="¿Qué hago con esto?",
        not_set_up="Este iPhone aún no está emparejado. Ejecuta primero Hearth Setup.",
        failed="No ha funcionado:",
        bad_answer="El puente no ha respondido bien. ¿Es correcta la dirección y está en marcha?",
        still="Esto tarda más. Sigue en marcha; pregúntame luego.",
        yes="Sí",
        no="No",
        stop=("para", "Para", "stop", "Stop", "cancela", "Cancela"),
        address="Dirección de tu puente, por ejemplo https://hearth.example.net",
        address_or_link="Dirección de tu puente o el enlace de emparejamiento",
        code="Código de emparejamiento",
        paired="Emparejado y comprobado. Di: Oye Siri, Ask Hearth. Este dispositivo se llama",
        from_pair="Token, de: hearthbridge pair",
    ),
    "it": Texts(
        what="Che cosa devo fare?",
        what_with="Che cosa ne devo fare?",
        not_set_up="Questo iPhone non è ancora abbinato. Avvia prima Hearth Setup.",
        failed="Non ha funzionato:",
        bad_answer="Il bridge non ha risposto bene. L'indirizzo è giusto, ed è in funzione?",
        still="Ci vuole di più. Il lavoro continua; chiedimelo più tardi.",
        yes="Sì",
        no="No",
        stop=("stop", "Stop", "basta", "Basta", "annulla", "Annulla"),
        address="Indirizzo del tuo bridge, per esempio https://hearth.example.net",
        address_or_link="Indirizzo del tuo bridge o il link di abbinamento",
        code="Codice di abbinamento",
        paired="Abbinato e verificato. Di': Ehi Siri, Ask Hearth. Questo dispositivo si chiama",
        from_pair="Token, da: hearthbridge pair",
    ),
    "nl": Texts(
        what="Wat zal ik doen?",
        what_with="Wat zal ik hiermee doen?",
        not_set_up="Deze iPhone is nog niet gekoppeld. Start eerst Hearth Setup.",
        failed="Dat lukte niet:",
        bad_answer="De bridge gaf geen goed antwoord. Klopt het adres, en draait hij?",
        still="Dit duurt langer. Het gaat door; vraag me later hoe het afliep.",
        yes="Ja",
        no="Nee",
        stop=("stop", "Stop", "Stop.", "annuleer", "Annuleer"),
        address="Adres van je bridge, zoals https://hearth.example.net",
        address_or_link="Adres van je bridge, of de koppellink",
        code="Koppelcode",
        paired="Gekoppeld en getest. Zeg: Hé Siri, Ask Hearth. Dit apparaat heet daar",
        from_pair="Token, uit: hearthbridge pair",
    ),
}


def texts(locale: str) -> Texts:
    """The texts of a language: "de" or "de-AT".

    :raises BuildError: there are none.
    """
    found = TEXTS.get(locale.replace("_", "-").partition("-")[0].casefold())
    if found is None:
        raise BuildError(f"There are no texts for '{locale}'", hint=f"There are: {', '.join(TEXTS)}.")
    return found
