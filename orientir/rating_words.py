"""A place in a rating said in Russian, for the head of a school, a centre or a college."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby

from orientir.rating import Explanation, IndicatorPart, MethodologyEffect, Place
from publish.agreement import agree
from publish.numbers import format_number, format_school_year

UNIT_NAMES = {
    "school": "школ",
    "municipality": "муниципалитетов",
    "employment_center": "центров занятости",
    "spo_college": "колледжей",
}
ADVICE_SHOWN = 5


def explanation_lines(explained: Explanation) -> Iterator[str]:
    """The whole explanation, line by line."""
    place = explained.place
    year = format_school_year(place.school_year)
    yield f"Рейтинг {UNIT_NAMES[place.unit_type]}, {place.region_name}, {year} учебный год"
    yield f"{place.unit_name} ({_code(place)})"
    yield f"Методика {place.methodology_code}. {place.legal_basis}."
    yield ""
    yield from _standing(place, explained.effects)
    yield from _unranked(place, explained.parts)
    yield ""
    yield "Из чего сложился балл"
    yield from _composition(explained.parts)
    yield from _missing(explained.parts)
    if place.is_ranked:
        yield from _advice(place, explained.parts)
        yield from _variants(explained)
    yield from _effects(explained)


def _code(place: Place) -> str:
    """The unit's code of the end of the school year, as its papers give it."""
    if place.unit_type != "municipality":
        return f"ОГРН {place.unit_code}"
    if place.oktmo is None:
        return f"нового ОКТМО в справочнике нет, прежний {place.unit_code}"
    return f"ОКТМО {place.oktmo}"


def _standing(place: Place, effects: list[MethodologyEffect]) -> Iterator[str]:
    score = f"балл {format_number(place.score, 2)} из 100"
    if place.rank is None:
        yield f"Вне рейтинга; {score}."
    else:
        yield f"Место {place.rank} из {place.ranked_units}, {score}."
    if place.rank_in_group is not None and place.group_name:
        yield f"В своей группе ({place.group_name}): место {place.rank_in_group}."
    yield from _last_year(place, effects)
    if place.next_rank is not None and place.score_to_next_rank is not None:
        lacks = _points(place.score_to_next_rank)
        yield f"Чтобы разделить место {place.next_rank}, не хватает: {lacks}."
    elif place.is_ranked:
        yield "Выше никого нет."
    if place.rank_from is not None:
        span = (
            f"место остаётся {place.rank_from}"
            if place.rank_from == place.rank_to
            else f"место — от {place.rank_from} до {place.rank_to}"
        )
        yield f"Если вес каждого направления изменить в пределах 20 %, в девяти случаях из десяти {span}."


def _last_year(place: Place, effects: list[MethodologyEffect]) -> Iterator[str]:
    """Places of two years by one methodology, which alone can be compared, and the published one."""
    before, is_same = (
        place.previous_rank_recomputed,
        place.previous_methodology_code == place.methodology_code,
    )
    if before is None and place.previous_rank is None:
        yield "В прошлом учебном году места не было."
        return
    if before is None:
        yield from _by_previous_methodology(place, effects)
    else:
        moved = "" if place.rank is None else f", сейчас {_moved(before - place.rank)}"
        yield f"В прошлом учебном году{'' if is_same else ' по этой же методике'}: место {before}{moved}."
    if not is_same and place.previous_rank is not None:
        yield (
            f"Опубликовано тогда: место {place.previous_rank} по методике {place.previous_methodology_code}; "
            "с нынешним его не сравнивают."
        )


def _by_previous_methodology(place: Place, effects: list[MethodologyEffect]) -> Iterator[str]:
    """Where this year's methodology asks for what was not collected last year, the earlier one compares."""
    yield "По нынешней методике в прошлом учебном году места не было: собиралось слишком мало её показателей."
    earlier = place.previous_methodology_code
    now = next((effect.from_rank for effect in effects if effect.from_methodology_code == earlier), None)
    if place.previous_rank is not None and now is not None:
        yield (
            f"По методике {earlier} в оба года: тогда место {place.previous_rank}, "
            f"нынешние данные дали бы место {now}, {_moved(place.previous_rank - now)}."
        )


def _moved(places: int) -> str:
    if not places:
        return "то же самое"
    count = abs(places)
    return f"{'выше' if places > 0 else 'ниже'} на {count} {agree(Decimal(count), 'место')}"


def _unranked(place: Place, parts: list[IndicatorPart]) -> Iterator[str]:
    if place.unranked_reason == "low_available_weight":
        yield (
            f"Почему вне рейтинга: применима и наступила только часть методики, "
            f"{format_number(place.available_weight * 100, 1)} % её веса, а нужно не менее "
            f"{format_number(place.min_available_weight * 100)} %."
        )
    elif place.unranked_reason == "excluded_missing":
        codes = ", ".join(p.indicator_code for p in parts if p.missing_treatment == "exclude")
        yield f"Почему вне рейтинга: без показателей {codes} методика места не даёт."


def _composition(parts: list[IndicatorPart]) -> Iterator[str]:
    for _, group in groupby(parts, key=lambda part: part.direction_no):
        members = list(group)
        first = members[0]
        brought = sum((part.contribution or Decimal(0) for part in members), Decimal(0))
        yield (
            f"{first.direction_no} {first.direction_name}: {format_number(first.direction_score, 2)} из 100, "
            f"вес {format_number(first.direction_weight, 2)}, даёт {_points(brought)}"
        )
        for part in members:
            yield f"  {part.indicator_code} {part.indicator_name}: {_brought(part)}"


def _brought(part: IndicatorPart) -> str:
    whole = format_number(part.weight * 100, 2)
    if part.missing_treatment == "zero":
        return f"{part.reason_name}, засчитан 0 из {whole}"
    if part.value is None:
        return f"{part.reason_name}, не учитывается; вес перешёл к остальным показателям"
    text = f"{_value(part, part.value)} — {format_number(part.contribution, 2)} из {whole}"
    if not part.points_lost or part.points_per_unit is None:
        return text
    each = "процентный пункт" if part.unit == "%" else "единица"
    text += f"; {each} стоит {format_number(part.points_per_unit, 2)} балла"
    low = part.goalpost_high if part.is_inverse else part.goalpost_low
    if not part.normalised and low:
        better = "ниже" if part.is_inverse else "выше"
        text += f", счёт начинается {better} {_value(part, low)}"
    return text


def _missing(parts: list[IndicatorPart]) -> Iterator[str]:
    zeros = [part for part in parts if part.missing_treatment == "zero"]
    if zeros:
        lost = sum((part.points_lost or Decimal(0) for part in zeros), Decimal(0))
        codes = ", ".join(part.indicator_code for part in zeros)
        yield ""
        yield f"Из-за непредставленных и возвращённых отчётов (показатели {codes}) потеряно: {_points(lost)}."


def _advice(place: Place, parts: list[IndicatorPart]) -> Iterator[str]:
    if place.next_rank is None:
        return
    yield ""
    yield f"Что одно, при прочих равных, даёт балл места {place.next_rank}"
    reachable = [part for part in parts if part.value_for_next_rank is not None]
    # First what asks for the smallest part of the way between the goalposts.
    reachable.sort(key=lambda p: abs(p.value_for_next_rank - p.value) / (p.goalpost_high - p.goalpost_low))  # type: ignore[operator]
    for part in reachable[:ADVICE_SHOWN]:
        wanted = _value(part, _not_short(part))
        yield f"  {part.indicator_code} {part.indicator_name}: с {_value(part, part.value)} до {wanted}"
    if not reachable:
        yield "  ни один показатель в одиночку: нужны сдвиги в нескольких"


def _not_short(part: IndicatorPart) -> Decimal:
    """The value wanted, rounded so that it is enough, and within the goalposts."""
    wanted = part.value_for_next_rank or Decimal(0)
    step = Decimal("0.1") if part.unit == "%" else Decimal("0.01")
    if part.is_inverse:
        return max(wanted.quantize(step, rounding=ROUND_FLOOR), part.goalpost_low)
    return min(wanted.quantize(step, rounding=ROUND_CEILING), part.goalpost_high)


def _variants(explained: Explanation) -> Iterator[str]:
    yield ""
    yield "Место при другом способе расчёта"
    for variant in explained.variants:
        if variant.variant_code == "official":
            continue
        if variant.rank is None:
            yield f"  {variant.variant_name}: вне рейтинга"
        elif variant.rank_from is None:
            yield f"  {variant.variant_name}: {variant.rank} из {variant.ranked_units}"
        else:
            span = f"от {variant.rank_from} до {variant.rank_to}, посередине {variant.rank}"
            yield f"  {variant.variant_name}: {span}"


def _effects(explained: Explanation) -> Iterator[str]:
    for effect in explained.effects:
        yield ""
        yield f"Что меняет методика {effect.to_methodology_code} на тех же данных"
        yield f"  {effect.change_summary}."
        for code, rank, ranked, score in (
            (effect.from_methodology_code, effect.from_rank, effect.from_ranked_units, effect.from_score),
            (effect.to_methodology_code, effect.to_rank, effect.to_ranked_units, effect.to_score),
        ):
            standing = f"место {rank} из {ranked}" if rank is not None else _no_place(ranked)
            yield f"  {code}: {standing}, балл {format_number(score, 2)}"


def _no_place(ranked_units: int) -> str:
    return "вне рейтинга" if ranked_units else "мест нет ни у кого: данных для этой методики мало"


def _points(points: Decimal) -> str:
    rounded = points.quantize(Decimal("0.01"))
    return f"{format_number(rounded, 2)} {agree(rounded.normalize(), 'балл')}"


def _value(part: IndicatorPart, value: Decimal | None) -> str:
    if part.unit == "%":
        return f"{format_number(value, 1)} %"
    return format_number(value, 2)
