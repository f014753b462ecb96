"""Digests of utterances, and the blocklist of those that are measured and never trained on."""

import re
import unicodedata
from hashlib import sha1
from pathlib import Path

from actions.errors import HearthError

LENGTH = 16
_PUNCTUATION = re.compile(r"[^\w%]+")
_DROPPED = frozenset({"the", "a", "an", "please", "my", "can", "you", "could", "would"})
_LINE = re.compile(rf"[0-9a-f]{{{LENGTH}}}")


class BadBlocklist(HearthError):
    """The file is no list of digests."""

    code = "bad_blocklist"


def norm(text: str) -> str:
    """Case-folded, without punctuation, with single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _PUNCTUATION.sub(" ", folded).replace("_", " ").strip()


def digest(text: str) -> str:
    """What tells an utterance from others, whatever its case, punctuation, articles and politeness."""
    words = " ".join(word for word in norm(text).split() if word not in _DROPPED)
    return sha1(words.encode(), usedforsecurity=False).hexdigest()[:LENGTH]


def read_blocklist(path: Path) -> frozenset[str]:
    """The digests in a file, one a line.

    :raises BadBlocklist: it cannot be read or holds something else.
    """
    try:
        lines = path.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise BadBlocklist(f"{path} cannot be read: {error}") from error
    wrong = next((line for line in lines if not _LINE.fullmatch(line)), None)
    if wrong is not None:
        raise BadBlocklist(
            f"{path}: '{wrong[:40]}' is no digest", hint=f"One a line: the first {LENGTH} hex digits of a sha1."
        )
    return frozenset(lines)
