"""The look that all pages of the portal share: one frame, one style sheet, one script."""

from __future__ import annotations

import functools
from datetime import datetime
from pathlib import Path
from typing import Any

from publish.agreement import agree, choose
from publish.numbers import ABSENT, format_date, format_moment, format_number, format_school_year

TEMPLATES = Path(__file__).parent / "templates"

OUTCOMES = {
    "accepted": "принят",
    "accepted_with_warnings": "принят с замечаниями",
    "rejected": "не принят",
    "unreadable": "не прочитан",
}
SEVERITIES = {"critical": "критическое", "warning": "предупреждение"}
CATEGORIES = {
    "structure": "строение файла",
    "value": "значение",
    "arithmetic": "арифметика",
    "consistency": "согласованность",
    "plausibility": "правдоподобие",
}
KINDS = {
    "school": "школа",
    "employment_center": "центр занятости",
    "spo_college": "колледж",
    "municipal_authority": "МОУО",
}


@functools.cache
def page_templates(folder: Path) -> Any:
    """The templates of a room, which may extend those of the shared frame."""
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(TEMPLATES)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["count"] = format_number
    environment.filters["decimal"] = format_number
    environment.filters["day"] = format_date
    environment.filters["school_year"] = format_school_year
    environment.globals.update(
        absent=ABSENT,
        outcomes=OUTCOMES,
        severities=SEVERITIES,
        categories=CATEGORIES,
        kinds=KINDS,
        agree=agree,
        choose=choose,
        percent=percent,
        moment=format_moment,
    )
    return environment


def percent(part: int, whole: int) -> str:
    """A share of a whole with one decimal; a dash when the whole is nothing."""
    from decimal import Decimal

    return format_number(Decimal(100) * part / whole, 1) if whole else ABSENT


def render_page(
    folder: Path, template: str, *, as_of: datetime, page: str, is_linked: bool = True, **values: Any
) -> bytes:
    """One page as UTF-8 HTML, with the moment in its foot.

    `page` is its file name in the portal; a page that is not linked stands alone, without the portal's menu.
    """
    text: str = (
        page_templates(folder)
        .get_template(template)
        .render(as_of=as_of, page=page, is_linked=is_linked, **values)
    )
    return text.encode("utf-8")
