"""A document as one HTML file: styles and charts inside it, no request to anywhere, numbers with origin."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from publish.blocks import DRAFT_MARK, Cell, Document, Number, numbers_of
from publish.render.docx_table import UNCUT_ROWS

TEMPLATES = Path(__file__).parent / "templates"


@functools.cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["kind"] = lambda block: type(block).__name__
    environment.globals["svg"] = _inline_svg
    environment.globals["uncut_rows"] = UNCUT_ROWS
    environment.globals["draft_mark"] = DRAFT_MARK
    return environment.get_template("document.html.j2")


def render_html(document: Document) -> bytes:
    """The document as the bytes of one self-contained UTF-8 HTML file."""
    # The template draws numbers in the order of reading; those of charts are part of their pictures.
    places = (located.place for located in numbers_of(document) if not located.is_drawn)
    text: str = _template().render(document=document, number=functools.partial(_number, places))
    return text.encode("utf-8")


def _number(places: Iterator[str], run: Cell, bare: bool) -> Any:
    """A run, or a cell of several, as HTML: text escaped, a number becomes <data> with mart, key and column.

    Its title is the place by which `orientir trace` finds it: a reader sees it under the pointer.
    """
    from markupsafe import Markup, escape

    if isinstance(run, tuple):
        return Markup().join(_number(places, part, False) for part in run)
    if not isinstance(run, Number):
        return escape(run)
    reference = run.reference
    key = "; ".join(f"{name}={value}" for name, value in reference.key)
    shown = run.bare if bare else run.text
    value = "" if run.value is None or run.suppressed else str(run.value)
    return Markup(
        '<data value="{}" data-mart="{}" data-column="{}" data-key="{}" title="{}">{}</data>'
    ).format(value, reference.mart, reference.column, key, next(places), shown)


def _inline_svg(source: str, alternative: str) -> Any:
    """A chart as an element of the page: fluid, described for a screen reader, its inner roles removed."""
    from markupsafe import Markup, escape

    body = re.sub(r"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>", "", source)
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", body)
    head = f'<svg role="img" aria-label="{escape(alternative)}"'
    return Markup(body.replace("<svg", head, 1))
