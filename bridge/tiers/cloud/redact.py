"""What never leaves: secrets and exact places, wherever they stand in a text."""

import re

_SECRETS = re.compile(
    r"""
    -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----.*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
  | \bey[JK][\w-]{8,}\.[\w-]{8,}\.[\w-]*                      # JSON web tokens
  | \b(?:sk|pk|rk|hb|ghp|gho|ghs|github_pat|glpat|xox[abprs]|AKIA|ASIA|AIza)[-_A-Z0-9][\w-]{12,}
  | \b[A-Fa-f0-9]{32,}\b
  | (?<=://)[^\s/@:]+:[^\s/@]+(?=@)                           # user:password in an address
  | (?<![\w])(?=[\w+/-]{36,})(?=[^\s]*\d)(?=[^\s]*[A-Z])(?=[^\s]*[a-z])[\w+/-]{36,}={0,2}
    """,
    re.VERBOSE | re.DOTALL,
)
_NAMED = re.compile(
    r"(?i)\b((?:pass(?:word|wort|code|phrase)|pin(?: code)?|secret|token|api[_ -]?key|kennwort|mot de passe|clave)"
    r"\s*(?:is|ist|est|es|[:=])\s*[\"']?)([^\s\"',;]{3,})"
)
_IN_QUERY = re.compile(r"(?i)([?&#](?:[\w-]*(?:token|key|secret|sig|signature|auth|password|code))=)[^&\s#]+")
_PLACES = re.compile(r"[-+]?\b\d{1,2}\.\d{3,}\s*°?\s*[NS]?\s*[,; /]\s*[-+]?\d{1,3}\.\d{3,}(?:\s*°?\s*[EWO]\b)?")


def redact(text: str) -> str:
    """The text without what never leaves the house."""
    text = _PLACES.sub("[place]", text)
    text = _IN_QUERY.sub(r"\1[secret]", text)
    text = _NAMED.sub(r"\1[secret]", text)
    return _SECRETS.sub("[secret]", text)
