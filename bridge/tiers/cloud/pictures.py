"""Pictures and PDFs before they leave: small, in one format, and without anything but what can be seen."""

import asyncio
import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError
from pydantic_ai.messages import BinaryContent
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from actions.errors import HearthError

_SIDE = 1024
"""Pixels; more does not help a model to read a list, and costs."""
_MOST_PIXELS = 60_000_000
_MOST_BYTES = 400_000
_QUALITIES = (82, 70, 55, 40)
_PAGES = 8
_LONGEST_TEXT = 6_000
_SCANNED = 80
"""Characters; a PDF with fewer is a picture of pages."""


class PictureError(HearthError):
    """A picture or PDF cannot be used."""

    code = "picture_unreadable"
    hint = "Send JPEG, PNG, WebP, GIF or PDF."


def is_pdf(content: bytes) -> bool:
    """Whether it is a PDF."""
    return content[:1024].lstrip().startswith(b"%PDF-")


async def shrink(content: bytes) -> BinaryContent:
    """A picture as it may leave: turned upright, 1024 pixels at most, JPEG, no metadata.

    :raises PictureError: it is no picture, or too large to open.
    """
    return await asyncio.to_thread(_shrink, content)


def _shrink(content: bytes) -> BinaryContent:
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content)) as opened:
            warnings.simplefilter("ignore")
            if opened.width * opened.height > _MOST_PIXELS:
                raise PictureError("The picture has too many pixels")
            opened.draft("RGB", (_SIDE, _SIDE))
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((_SIDE, _SIDE))
            flat = _flat(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError("The picture cannot be read") from error
    for quality in _QUALITIES:
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= _MOST_BYTES:
            break
    return BinaryContent(out.getvalue(), media_type="image/jpeg")


def _flat(picture: Image.Image) -> Image.Image:
    """On white, as a new picture that carries nothing over."""
    flat = Image.new("RGB", picture.size, "white")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        shown = picture.convert("RGBA")
        flat.paste(shown, mask=shown.getchannel("A"))
    else:
        flat.paste(picture.convert("RGB"))
    return flat


async def read_pdf(content: bytes) -> str | BinaryContent:
    """The text of a PDF; of scanned pages a PDF of the first ones, without metadata.

    :raises PictureError: it cannot be opened.
    """
    return await asyncio.to_thread(_read_pdf, content)


def _read_pdf(content: bytes) -> str | BinaryContent:
    try:
        reader = PdfReader(io.BytesIO(content))
        pages = reader.pages[:_PAGES]
        text = "\n".join(page.extract_text() for page in pages).strip()
        if len(text) >= _SCANNED:
            return text[:_LONGEST_TEXT]
        writer = PdfWriter()
        for page in pages:
            writer.add_page(page)
        writer.metadata = None
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        raise PictureError("The PDF cannot be read") from error
    return BinaryContent(out.getvalue(), media_type="application/pdf")
