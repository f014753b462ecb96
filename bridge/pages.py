"""The pairing page: one file, no scripts, nothing from elsewhere."""

import io
from html import escape

from bridge.address import pairing_link, setup_link

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1917; --paper: #fafaf9; --card: #fff; --soft: #57534e; --go: #9a3412; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f5f5f4; --paper: #1c1917; --card: #292524; --soft: #d6d3d1; --go: #fdba74; }
}
body { margin: 0; font: 1.125rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1 { font-size: 1.5rem; }
.card { background: var(--card); border-radius: 1rem; padding: 1.25rem; text-align: center; }
.qr { background: #fff; display: inline-block; padding: 0.75rem; border-radius: 0.5rem; line-height: 0; }
.qr svg { width: min(16rem, 70vw); height: auto; }
.code { font: 700 2.25rem/1.2 ui-monospace, monospace; letter-spacing: 0.08em; margin: 0.75rem 0; }
.go { display: inline-block; padding: 0.75rem 1.25rem; border-radius: 0.75rem; border: 2px solid var(--go);
      color: var(--go); font-weight: 600; text-decoration: none; }
.go:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }
.soft { color: var(--soft); }
code { overflow-wrap: anywhere; }
"""


def qr_svg(content: str, title: str) -> str:
    """A QR code as SVG."""
    import segno

    out = io.BytesIO()
    segno.make(content, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, title=title, border=2, omitsize=True
    )
    return out.getvalue().decode()


def qr_text(content: str) -> str:
    """A QR code for a terminal."""
    import segno

    out = io.StringIO()
    segno.make(content, error="l", micro=False).terminal(out, compact=True, border=2)
    return out.getvalue()


def pairing_page(url: str | None, digits: str | None) -> str:
    """The whole page.

    :param url: where phones reach the bridge; None when they cannot.
    :param digits: the code to show.
    """
    if url is None:
        body = """<p>Phones cannot reach this bridge yet. Set <code>HEARTHBRIDGE_SERVER__PUBLIC_URL</code>
to its address, or <code>HEARTHBRIDGE_SERVER__HOST=0.0.0.0</code> for phones in your home
network, and start it again.</p>"""
    elif digits is None:
        body = """<p>Run <code>hearthbridge pair</code> on the machine of the bridge. It shows a code for ten
minutes, and the link to this page with it.</p>"""
    else:
        body = _with_code(url, digits)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pair a phone with Hearthbridge</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Pair a phone</h1>
{body}
</main>
</body>
</html>
"""


def _with_code(url: str, digits: str) -> str:
    svg = qr_svg(pairing_link(url, digits), "QR code that pairs a phone")
    spoken = " ".join(digits)
    return f"""<div class="card">
<p><a class="go" href="{escape(setup_link(url, digits))}">On this phone: open Hearth Setup</a></p>
<div class="qr">{svg}</div>
<p class="code" aria-label="Pairing code {spoken}">{digits[:4]}-{digits[4:]}</p>
<p class="soft">Address: <code>{escape(url)}</code></p>
</div>
<ol>
<li>Install the shortcut <em>Hearth Setup</em> on the phone.</li>
<li>Scan the code with the phone's camera and tap the button, or run Hearth Setup and type the address and the
code.</li>
<li>Hearth Setup tells you when it is paired.</li>
</ol>
<p class="soft">The code works once, and for ten minutes after it was made. Whoever has it may pair a device.</p>"""
