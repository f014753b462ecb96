"""Texts, variables, dictionaries, numbers, pictures and files: what a phone computes by itself."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, unquote

from shortcuts.interpreter.content import Content, File, Image, Match, dictionary, lookup
from shortcuts.interpreter.errors import Failed, Unsupported
from shortcuts.interpreter.handlers.base import Handler, Run
from shortcuts.interpreter.params import Params
from shortcuts.interpreter.values import NOW


def _comment(_run: Run, params: Params) -> Content:
    params.text("WFCommentActionText")
    return []


def _text(_run: Run, params: Params) -> Content:
    return [params.text("WFTextActionText", "")]


def _set_variable(run: Run, params: Params) -> Content:
    content = params.variable("WFInput")
    run.scope.variables[params.take("WFVariableName")] = content
    return content


def _dictionary(_run: Run, params: Params) -> Content:
    return [params.fields("WFItems")]


def _value(_run: Run, params: Params) -> Content:
    params.must("WFGetDictionaryValueType", "Value")
    return lookup(dictionary(params.variable("WFInput")), params.text("WFDictionaryKey"))


def _as_dictionary(_run: Run, params: Params) -> Content:
    content = params.variable("WFInput")
    return [dictionary(content)] if content else []


def _images(_run: Run, params: Params) -> Content:
    return [item for item in params.variable("WFInput") if isinstance(item, Image)]


def _item(_run: Run, params: Params) -> Content:
    which = params.must("WFItemSpecifier", "First Item", "Last Item", "Item At Index")
    index = int(params.number("WFItemIndex")) - 1 if which == "Item At Index" else -(which == "Last Item")
    content = params.variable("WFInput")
    if not content or index >= len(content):
        raise Failed("There is no such item in the list")
    return [content[index]]


def _match(_run: Run, params: Params) -> Content:
    pattern, text = params.text("WFMatchTextPattern"), params.text("text")
    found = re.finditer(pattern, text)
    return [Match(one.group(), tuple(group or "" for group in one.groups())) for one in found]


def _group(_run: Run, params: Params) -> Content:
    params.must("WFGetGroupType", "Group At Index")
    index = int(params.number("WFGroupIndex"))
    return [item.groups[index - 1] for item in params.variable("matches")]


def _url_encode(_run: Run, params: Params) -> Content:
    decode = params.must("WFEncodeMode", "Encode", "Decode") == "Decode"
    text = params.text("WFInput")
    return [unquote(text) if decode else quote(text, safe="")]


def _base64(run: Run, params: Params) -> Content:
    params.must("WFEncodeMode", "Encode")
    width = {"None": 0, "Every 64 Characters": 64, "Every 76 Characters": 76}[
        params.take("WFBase64LineBreakMode", "Every 76 Characters")
    ]
    encoded = [base64.b64encode(_data(run, item)).decode() for item in params.variable("WFInput")]
    return ["\n".join(re.findall(f".{{1,{width}}}", one)) if width else one for one in encoded]


def _hash(run: Run, params: Params) -> Content:
    kind = params.must("WFHashType", "MD5", "SHA1", "SHA256", "SHA512").lower()
    return [hashlib.new(kind, _data(run, item)).hexdigest() for item in params.variable("WFInput")]


def _data(run: Run, item: object) -> bytes:
    return item.data if isinstance(item, File | Image) else run.scope.writing.item(item).encode()


def _random(run: Run, params: Params) -> Content:
    least, most = params.number("WFRandomNumberMinimum"), params.number("WFRandomNumberMaximum")
    return [run.random.randint(int(least), int(most))]


def _date(_run: Run, params: Params) -> Content:
    params.must("WFDateActionMode", "Current Date")
    return [NOW]


def _format_date(_run: Run, params: Params) -> Content:
    params.must("WFDateFormatStyle", "ISO 8601")
    date = datetime.fromisoformat(params.text("WFDate"))
    return [date.isoformat() if params.take("WFISO8601IncludeTime", False) else date.date().isoformat()]


def _read_file(run: Run, params: Params) -> Content:
    path = params.text("WFGetFilePath")
    must_be = params.take("WFFileErrorIfNotFound", True)
    if path in run.phone.files:
        return [File(run.phone.files[path], path.rsplit("/", 1)[-1])]
    if must_be:
        raise Failed(f"The file {path} was not found")
    return []


def _save_file(run: Run, params: Params) -> Content:
    params.must("WFAskWhereToSave", False)
    path, over = params.text("WFFileDestinationPath"), params.take("WFSaveFileOverwrite", False)
    content = params.variable("WFInput")
    if path in run.phone.files and not over:
        raise Unsupported("Saving beside an older file")
    item = content[0]
    data = json.dumps(item).encode() if isinstance(item, dict) else _data(run, item)
    run.phone.files[path] = data
    return [File(data, path.rsplit("/", 1)[-1])]


def _resize(_run: Run, params: Params) -> Content:
    params.must("WFImageResizeKey", "Longest Edge")
    length = params.take("WFImageResizeLength")
    if not isinstance(length, int | float):
        raise Unsupported("A size that is no number: Shortcuts ignores it and keeps the picture as it is")
    return [_scaled(item, length) for item in params.variable("WFImage")]


def _scaled(image: Image, length: float) -> Image:
    scale = length / max(image.width, image.height)
    data = image.data[: max(1, int(len(image.data) * min(1.0, scale * scale)))]
    return replace(image, data=data, width=round(image.width * scale), height=round(image.height * scale))


def _convert(_run: Run, params: Params) -> Content:
    kind = params.must("WFImageFormat", "JPEG", "PNG")
    params.number("WFImageCompressionQuality", 0.75)
    kept = params.take("WFImagePreserveMetadata", True)
    end = ".jpeg" if kind == "JPEG" else ".png"
    return [
        replace(item, name=item.name.rsplit(".", 1)[0] + end, metadata=item.metadata and kept)
        for item in params.variable("WFInput")
    ]


HANDLERS: Mapping[str, Handler] = {
    "comment": _comment,
    "gettext": _text,
    "setvariable": _set_variable,
    "dictionary": _dictionary,
    "getvalueforkey": _value,
    "detect.dictionary": _as_dictionary,
    "detect.images": _images,
    "getitemfromlist": _item,
    "text.match": _match,
    "text.match.getgroup": _group,
    "urlencode": _url_encode,
    "base64encode": _base64,
    "hash": _hash,
    "number.random": _random,
    "date": _date,
    "format.date": _format_date,
    "documentpicker.open": _read_file,
    "documentpicker.save": _save_file,
    "image.resize": _resize,
    "image.convert": _convert,
}
