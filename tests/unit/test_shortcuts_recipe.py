"""Recipes and the command line: the same list as the file, in words."""

import sys
from html import escape
from pathlib import Path

import pytest
from click.testing import CliRunner

from actions.errors import HearthError
from bridge.cli.shortcuts import shortcuts as command
from shortcuts import steps
from shortcuts.errors import SigningError
from shortcuts.fields import Field, Flag
from shortcuts.library import minimal
from shortcuts.made import BUILDERS, made
from shortcuts.recipe import Pill, as_html, as_markdown, lines
from shortcuts.signing import sign
from shortcuts.texts import TEXTS
from shortcuts.values import NOW, Text
from shortcuts.workflow import Workflow

SAY = "Reply → as Dictionary → Get Value for Key “say”"


def test_the_minimal_one_is_short_enough_to_build_by_hand() -> None:
    flow = minimal.build(TEXTS["en"], "en")
    numbered = [line for line in lines(flow) if line.number]
    assert [line.number for line in numbered] == list(range(1, len(numbered) + 1))
    assert len(numbered) <= 12


def test_a_page_says_everything_in_order() -> None:
    flow = Workflow("Test", "7")
    address = flow.question("Your address?")
    body: dict[str, Field] = {"l": [{"k": Flag(address)}], "n": 1}
    named = flow.set("Reply", flow.do(steps.post(Text(address, "/a"), {"H": "v"}, body)))
    with flow.menu("Sure?", ["Yes", "No"]) as menu:
        menu.item("Yes")
        flow.do(steps.show(Text("*", named.key("say"), " at ", NOW.iso_date())))
        menu.item("No")
    page = as_markdown(flow, lines(flow))
    assert page.splitlines()[4:] == [
        "1. **Text**",
        "    - Text: (Your address?)",
        "2. **Get Contents of URL**",
        "    - URL: `Text of step 1`/a",
        "    - Method: POST",
        "    - Headers",
        "    - · H (Text): v",
        "    - Request Body: JSON",
        "    - JSON",
        "    - · l (Array)",
        "    - · · item 1 (Dictionary)",
        "    - · · · k (Boolean): `Text of step 1`",
        "    - · n (Number): 1",
        "3. **Set Variable**",
        "    - Variable Name: Reply",
        "    - Input: `Contents of URL of step 2`",
        "4. **Choose from Menu**",
        "    - Prompt: Sure?",
        "    - Items: “Yes”, “No”",
        "- **“Yes”**",
        "    5. **Show Content**",
        f"        - Content: \\*`{SAY}` at `Current Date → ISO 8601 with time`",
        "- **“No”**",
        "- **End Choose from Menu**",
    ]


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_step_and_every_field_is_on_both_pages(name: str, locale: str) -> None:
    [flow] = [one for one in made(locale) if one.name == name]
    written = lines(flow)
    assert len(written) == len(flow.actions)
    markdown, html = as_markdown(flow, written), as_html(flow, written)
    assert html.count("<li") == len(written)
    assert markdown.count("**") >= 2 * len(written)
    fields = [field for line in written for field in line.fields]
    assert all(f"<dt>{escape(label)}</dt>" in html for label, _ in fields if label)
    pills = [piece for _, value in fields for piece in value if isinstance(piece, Pill)]
    assert all(escape(str(pill)) in html for pill in pills)
    assert all(pill.step for pill in pills if pill.name in {"Text", "Contents of URL"})


def test_html_is_escaped() -> None:
    flow = Workflow("<b>", "1")
    flow.do(steps.show("<script>"))
    page = as_html(flow, lines(flow))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_build_and_recipe_write_files(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["build", "--out", str(tmp_path / "out"), "--locale", "de"])
    assert done.exit_code == 0, done.output
    assert sorted(path.stem for path in (tmp_path / "out").iterdir()) == sorted(BUILDERS)
    for suffix, start in [(".md", "# Hearth Setup"), (".html", "<!doctype html>")]:
        page = tmp_path / f"page{suffix}"
        done = CliRunner().invoke(command, ["recipe", "--out", str(page), "--name", "Hearth Setup"])
        assert done.exit_code == 0, done.output
        assert page.read_text("utf-8").startswith(start)


def test_an_unknown_language_is_an_error_of_ours(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["build", "--out", str(tmp_path), "--locale", "tlh"])
    assert isinstance(done.exception, HearthError)


def _tool(folder: Path, script: str) -> None:
    tool = folder / "shortcuts"
    tool.write_text(f"#!{sys.executable}\nimport sys, shutil\n{script}\n")
    tool.chmod(0o755)


def test_signing_needs_a_mac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    source = tmp_path / "a.shortcut"
    source.write_bytes(b"x")
    with pytest.raises(SigningError, match="only a Mac"):
        sign(source, tmp_path / "b.shortcut")


def test_signing_calls_apples_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    _tool(tmp_path, "a = sys.argv\nassert a[1:4] == ['sign', '--mode', 'anyone']\nshutil.copy(a[5], a[7])")
    source = tmp_path / "Ask Hearth.shortcut"
    source.write_bytes(b"x")
    done = CliRunner().invoke(command, ["sign", str(source), "--out", str(tmp_path / "signed")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "signed" / source.name).read_bytes() == b"x"


def test_a_refused_signature_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    _tool(tmp_path, "sys.exit('Not signed in to iCloud')")
    source = tmp_path / "a.shortcut"
    source.write_bytes(b"x")
    with pytest.raises(SigningError, match="Not signed in"):
        sign(source, tmp_path / "b.shortcut")
