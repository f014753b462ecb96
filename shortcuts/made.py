"""The shortcuts that are made, by name."""

from collections.abc import Callable, Mapping
from pathlib import Path

from shortcuts.library import ask, dispatcher, minimal, setup
from shortcuts.texts import Texts, texts
from shortcuts.workflow import Workflow

BUILDERS: Mapping[str, Callable[[Texts, str], Workflow]] = {
    setup.NAME: setup.build,
    ask.NAME: ask.build,
    dispatcher.NAME: dispatcher.build,
    minimal.NAME: minimal.build,
}


def made(locale: str = "en") -> list[Workflow]:
    """Every shortcut, in the order in which a person installs them.

    :raises BuildError: there are no texts in this language.
    """
    words = texts(locale)
    return [build(words, locale) for build in BUILDERS.values()]


def write(folder: Path, locale: str = "en") -> list[Path]:
    """Write every shortcut into a folder, not signed; the file's name is the shortcut's name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for workflow in made(locale):
        path = folder / f"{workflow.name}.shortcut"
        path.write_bytes(workflow.file())
        paths.append(path)
    return paths
