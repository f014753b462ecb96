"""The simulated phone: what it is, what the person answers, what goes wrong, and what was done with it."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from shortcuts.interpreter.content import Content, Image, Location, Writing
from shortcuts.interpreter.errors import Cancelled, Failed, SiriGaveUp, Unsupported

CANCEL = object()
"""An answer to a prompt: the person cancels it."""
SIRI_S = 10.0
"""Siri gives up after so long without a word; several people measured about this."""
SPOKEN_S = 2.0


@dataclass(frozen=True, slots=True)
class Performed:
    """Something that the phone did."""

    what: str
    """The action's identifier, without its prefix."""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that went out."""

    method: str
    url: str
    headers: dict[str, str]
    json: Any
    seconds: float


@dataclass
class Phone:
    """One phone. Set it up, run shortcuts on it, look at what it did."""

    name: str = "Anna's iPhone"
    os: str = "26.1"
    locked: bool = False
    unlocks: bool = True
    """When an action asks for it, the person unlocks the phone."""
    siri: bool = False
    """The shortcut was started by voice, so that Siri's patience counts."""
    battery: int = 80
    clipboard: Content = field(default_factory=list)
    location: Location = field(default_factory=lambda: Location(48.137, 11.575, "Marienplatz 1", "Munich"))
    denied: set[str] = field(default_factory=set)
    """Permissions that are refused: location, camera, notification, reminders, calendar, contacts, ..."""
    shortcuts: dict[str, Callable[[Content], Content]] = field(default_factory=dict)
    """The person's own shortcuts."""
    dictation: Iterable[Any] = ()
    """What is said, in order; CANCEL closes the microphone."""
    answers: Iterable[Any] = ()
    """Answers to prompts, menus, lists and sheets, in order; CANCEL cancels."""
    camera: Image = field(default_factory=lambda: Image(b"photo"))
    screen: Image = field(default_factory=lambda: Image(b"screen", "IMG_0002.PNG", 1170, 2532))
    files: dict[str, bytes] = field(default_factory=dict)
    """The Shortcuts folder."""
    online: bool = True
    writing: Writing = field(default_factory=Writing)
    before: Callable[["Phone", str], None] | None = None
    """Called before every action with its identifier: to take the network away between two, for one."""

    said: list[str] = field(default_factory=list)
    """Shown, and spoken when Siri runs it."""
    prompts: list[str] = field(default_factory=list)
    performed: list[Performed] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    seconds: float = 0.0
    """A clock of its own: requests take what they took, people and speech what is assumed."""
    longest_silence: float = 0.0
    """Seconds without a word, at worst: Siri's patience is 10."""
    _silent_since: float = 0.0

    def __post_init__(self) -> None:
        """Queue the answers."""
        self._dictation, self._answers = deque(self.dictation), deque(self.answers)

    def spend(self, seconds: float) -> None:
        """Let time pass.

        :raises SiriGaveUp: too much of it, without a word.
        """
        self.seconds += seconds
        silence = self.seconds - self._silent_since
        self.longest_silence = max(self.longest_silence, silence)
        if self.siri and silence > SIRI_S:
            raise SiriGaveUp(f"No word for {silence:.1f} s")

    def say(self, words: str) -> None:
        """Show or speak."""
        self.said.append(words)
        self._heard()

    def dictate(self) -> str:
        """Listen.

        :raises Cancelled: the person closed it.
        """
        return str(self._take(self._dictation, "dictation"))

    def prompt(self, words: str) -> Any:
        """Ask the person something.

        :raises Cancelled: the person cancelled.
        """
        self.prompts.append(words)
        return self._take(self._answers, f"'{words}'")

    def need(self, permission: str) -> None:
        """Stop where a permission was refused."""
        if permission in self.denied:
            raise Failed(f"Permission denied: {permission}")

    def unlock(self) -> None:
        """Ask the person to unlock a locked phone."""
        if self.locked and not self.unlocks:
            raise Failed("The phone is locked")
        self.locked = False

    def did(self, what: str, **values: Any) -> None:
        """Write down what was done."""
        self.performed.append(Performed(what, values))

    def _take(self, queue: deque[Any], what: str) -> Any:
        if not queue:
            raise Unsupported(f"Nobody answers {what}: give the phone an answer")
        self._heard()
        answer = queue.popleft()
        if answer is CANCEL:
            raise Cancelled(f"Cancelled: {what}")
        return answer

    def _heard(self) -> None:
        self.spend(0)
        self.seconds += SPOKEN_S
        self._silent_since = self.seconds
