"""The charts of a document: drawn by Vega-Lite without a browser, in greys that survive a photocopier.

Text is measured and drawn with the typeface that ships with the project, so a chart has the same bytes on a
machine without fonts. Colour never carries meaning alone: it doubles a difference of brightness, a filling or
a label.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from publish.blocks import Chart
from publish.numbers import NBSP, format_number
from publish.typefaces import CHART_FAMILY, FONT_DIRECTORY

WIDTH = 470
ROW_HEIGHT = 17
PNG_SCALE = 2.5
LOCALE = {
    "decimal": ",",
    "thousands": NBSP,
    "grouping": [3],
    "currency": ["", f"{NBSP}₽"],
    "percent": f"{NBSP}%",
}

DARK = "#1f3a5f"
LIGHT = "#c9d6e6"
INK = "#222222"
GRID = "#dddddd"
# Neighbouring segments differ in brightness by a third at least; the label's colour follows.
SEGMENTS = (
    ("#1f3a5f", "#ffffff"),
    ("#b9cbe0", "#222222"),
    ("#54779f", "#ffffff"),
    ("#e6ebf2", "#222222"),
    ("#8a5a2b", "#ffffff"),
    ("#f2d9bf", "#222222"),
)
# From the worst value to the best: greys whose steps a copier keeps apart, with the ink legible on each.
SHADES = (
    ("#f1f1f1", "#000000"),
    ("#d9d9d9", "#000000"),
    ("#b8b8b8", "#000000"),
    ("#6b6b6b", "#ffffff"),
    ("#333333", "#ffffff"),
)
HEAT_LABELS = 172
HEAT_CELL_WIDTH = 25
HEAT_CELL_HEIGHT = 15


@dataclass(frozen=True)
class Bar:
    """One labelled value in per cent."""

    label: str
    value: Decimal


@dataclass(frozen=True)
class Pair:
    """One labelled value in two years, in per cent."""

    label: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Share:
    """One bar's segment: how many of the bar's whole, in persons."""

    bar: str
    segment: str
    count: int


@dataclass(frozen=True)
class HeatCell:
    """One cell of a heat table: what is printed, and how near the best value it is, 0 to 1.

    `position` is None where there is no value; such a cell has no shade.
    """

    row: str
    column: str
    text: str
    position: Decimal | None


@functools.cache
def _register_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONT_DIRECTORY))


def _config() -> dict[str, Any]:
    text = {"labelFont": CHART_FAMILY, "titleFont": CHART_FAMILY, "labelFontSize": 10, "titleFontSize": 10}
    return {
        "font": CHART_FAMILY,
        "background": "white",
        "view": {"stroke": None},
        "axis": {
            **text,
            "labelColor": INK,
            "titleColor": INK,
            "gridColor": GRID,
            "titleFontWeight": "normal",
        },
        "legend": {**text, "labelColor": INK, "titleColor": INK, "symbolStrokeWidth": 1},
        "text": {"font": CHART_FAMILY, "fontSize": 9, "color": INK},
    }


def _draw(chart: Any) -> Chart:
    import altair
    import vl_convert

    _register_fonts()
    spec = chart.configure(**_config()).to_dict()
    version = ".".join(altair.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    options: dict[str, Any] = {"vl_version": version, "format_locale": LOCALE, "allowed_base_urls": []}
    svg = vl_convert.vegalite_to_svg(spec, **options)
    png = vl_convert.svg_to_png(svg, scale=PNG_SCALE)
    size = re.search(r'<svg[^>]*\bwidth="([\d.]+)"[^>]*\bheight="([\d.]+)"', svg)
    if size is None:
        raise ValueError("the drawn chart carries no size: vl-convert changed the head of its SVG")
    return Chart(svg=svg, png=png, width=float(size[1]), height=float(size[2]))


def _percent_axis(altair: Any, title: str) -> Any:
    return altair.Axis(title=title, format=",.0f", tickCount=6, domain=False)


def _outlined(base: Any, **options: Any) -> list[Any]:
    """Text on a white edge, so that a line behind it does not cross it out."""
    return [base.mark_text(stroke="white", strokeWidth=3, **options), base.mark_text(**options)]


def sorted_bars(bars: Sequence[Bar], *, target: Decimal | None, target_label: str, axis_title: str) -> Chart:
    """Bars from the largest value down, each with its number; those below the target are pale."""
    import altair as alt

    ordered = sorted(bars, key=lambda bar: (-bar.value, bar.label))
    values = [
        {
            "label": bar.label,
            "value": float(bar.value),
            "text": format_number(bar.value, 1),
            "is_below": target is not None and bar.value < target,
        }
        for bar in ordered
    ]
    longest = max((float(bar.value) for bar in ordered), default=0.0)
    top = max(100.0 if longest > 50 else 60.0, longest * 1.08)
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=240, labelPadding=6),
        )
    )
    drawn = base.mark_bar(stroke=DARK, strokeWidth=0.8, height={"band": 0.7}).encode(
        x=alt.X("value:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=_percent_axis(alt, axis_title)),
        color=alt.condition("datum.is_below", alt.value(LIGHT), alt.value(DARK)),
    )
    layers = [drawn]
    if target is not None:
        rule = alt.Chart(alt.Data(values=[{"target": float(target), "text": target_label}]))
        layers.append(rule.mark_rule(strokeDash=[5, 3], color=INK, strokeWidth=1.2).encode(x="target:Q"))
        layers.append(
            rule.mark_text(align="center", baseline="bottom", dy=-4, fontStyle="italic").encode(
                x="target:Q", y=alt.value(0), text="text:N"
            )
        )
    layers += _outlined(base.encode(x="value:Q", text="text:N"), align="left", dx=4)
    return _draw(alt.layer(*layers).properties(width=WIDTH - 150, height=ROW_HEIGHT * max(len(values), 1)))


def dumbbell(pairs: Sequence[Pair], *, before_label: str, after_label: str, axis_title: str) -> Chart:
    """Two years of each value on one line: a hollow mark for the earlier year, a filled one for the later."""
    import altair as alt

    lines = [{"label": p.label, "before": float(p.before), "after": float(p.after)} for p in pairs]
    marks = [
        {"label": p.label, "value": float(value), "year": year}
        for p in pairs
        for year, value in ((before_label, p.before), (after_label, p.after))
    ]
    texts = [
        {
            "label": p.label,
            "value": float(max(p.before, p.after)),
            "text": f"{format_number(p.after, 1)} ({format_number(p.after - p.before, 1, signed=True)})",
        }
        for p in pairs
    ]
    y = alt.Y(
        "label:N",
        sort=None,
        axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=260, labelPadding=6),
    )
    scale = alt.Scale(domain=[0, 118], nice=False)
    axis = alt.Axis(title=axis_title, format=",.0f", values=[0, 20, 40, 60, 80, 100], domain=False)
    rule = (
        alt.Chart(alt.Data(values=lines))
        .mark_rule(color="#888888", strokeWidth=2)
        .encode(y=y, x=alt.X("before:Q", scale=scale, axis=axis), x2="after:Q")
    )
    fill = alt.Scale(domain=[before_label, after_label], range=["#ffffff", DARK])
    points = (
        alt.Chart(alt.Data(values=marks))
        .mark_point(size=70, stroke=DARK, strokeWidth=1.5, opacity=1, filled=True)
        .encode(
            y=y,
            x=alt.X("value:Q", scale=scale, axis=axis),
            fill=alt.Fill(
                "year:N",
                scale=fill,
                sort=None,
                legend=alt.Legend(title=None, orient="top", symbolStrokeColor=DARK),
            ),
        )
    )
    labels = (
        alt.Chart(alt.Data(values=texts))
        .mark_text(align="left", dx=9)
        .encode(y=y, x="value:Q", text="text:N")
    )
    drawn = alt.layer(rule, points, labels)
    return _draw(drawn.properties(width=WIDTH - 170, height=19 * max(len(lines), 1)))


def stacked_shares(
    shares: Sequence[Share], *, bars: Sequence[str], segments: Sequence[str], axis_title: str
) -> Chart:
    """Bars of 100 %, cut into the same segments in one order; those of 4 % and more carry their share."""
    import altair as alt

    if len(segments) > len(SEGMENTS):
        raise ValueError(
            f"a stacked chart shows at most {len(SEGMENTS)} segments, {len(segments)} were given"
        )
    totals = {bar: sum(s.count for s in shares if s.bar == bar) for bar in bars}
    order = {segment: index for index, segment in enumerate(segments)}
    values: list[dict[str, Any]] = []
    for bar in bars:
        left = 0.0
        for share in sorted((s for s in shares if s.bar == bar), key=lambda s: order[s.segment]):
            part = 100 * share.count / totals[bar] if totals[bar] else 0.0
            values.append(
                {
                    "bar": bar,
                    "segment": share.segment,
                    "left": left,
                    "right": left + part,
                    "middle": left + part / 2,
                    "text": format_number(Decimal(share.count) * 100 / totals[bar], 1) if part >= 4 else "",
                    "ink": SEGMENTS[order[share.segment]][1],
                }
            )
            left += part
    scale = alt.Scale(domain=list(segments), range=[colour for colour, _ in SEGMENTS[: len(segments)]])
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y(
            "bar:N",
            sort=None,
            axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=200, labelPadding=6),
        )
    )
    drawn = base.mark_bar(stroke="#222222", strokeWidth=0.6, height={"band": 0.75}).encode(
        x=alt.X("left:Q", scale=alt.Scale(domain=[0, 100]), axis=_percent_axis(alt, axis_title)),
        x2="right:Q",
        color=alt.Color(
            "segment:N",
            scale=scale,
            sort=None,
            legend=alt.Legend(
                title=None, orient="bottom", columns=3, symbolStrokeColor="#222222", labelLimit=260
            ),
        ),
    )
    labels = base.mark_text(align="center").encode(
        x="middle:Q", text="text:N", color=alt.Color("ink:N", scale=None, legend=None)
    )
    return _draw(
        alt.layer(drawn, labels)
        .resolve_scale(color="independent")
        .properties(width=WIDTH - 110, height=30 * len(bars))
    )


def heat_table(cells: Sequence[HeatCell], *, rows: Sequence[str], columns: Sequence[str]) -> Chart:
    """A table of numbers on greys, the darker the nearer to the best value of the column."""
    import altair as alt

    values = [
        {
            "row": cell.row,
            "column": cell.column,
            "text": cell.text,
            "shade": "#ffffff" if cell.position is None else SHADES[shade_of(cell.position)][0],
            "ink": INK if cell.position is None else SHADES[shade_of(cell.position)][1],
        }
        for cell in cells
    ]
    plain = {"title": None, "ticks": False, "domain": False, "labelPadding": 4}
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X(
            "column:N",
            sort=list(columns),
            axis=alt.Axis(**plain, orient="top", labelAngle=0, labelFontSize=8.5, labelOverlap=False),
        ),
        y=alt.Y(
            "row:N",
            sort=list(rows),
            axis=alt.Axis(**plain, labelLimit=HEAT_LABELS - 8, labelFontSize=8.5, labelOverlap=False),
        ),
    )
    drawn = base.mark_rect(stroke="#888888", strokeWidth=0.5).encode(
        color=alt.Color("shade:N", scale=None, legend=None)
    )
    texts = base.mark_text(align="center", fontSize=8.5).encode(
        text="text:N", color=alt.Color("ink:N", scale=None, legend=None)
    )
    return _draw(
        alt.layer(drawn, texts)
        .resolve_scale(color="independent")
        .properties(width=HEAT_CELL_WIDTH * len(columns), height=HEAT_CELL_HEIGHT * len(rows))
    )


def shade_of(position: Decimal) -> int:
    """Which of the shades a position between the worst value, 0, and the best, 1, has."""
    return min(int(position * len(SHADES)), len(SHADES) - 1)
