"""A table of figures, as Markdown."""

from dataclasses import dataclass, field


@dataclass
class Table:
    """A title, a head, rows and notes."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __init__(self, title: str, *head: str) -> None:
        self.title, self.head, self.rows, self.notes = title, head, [], []

    def row(self, *cells: str) -> None:
        """Add a row."""
        self.rows.append(cells)

    def note(self, text: str) -> None:
        """Add a line below."""
        self.notes.append(text)

    def __str__(self) -> str:
        lines = [f"## {self.title}", "", f"| {' | '.join(self.head)} |", "|" + "---|" * len(self.head)]
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        lines += ["", *(f"- {note}" for note in self.notes), ""]
        return "\n".join(lines)
