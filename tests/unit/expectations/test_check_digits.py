"""The check digits counted in SQL agree with python-stdnum, an implementation of somebody else's."""

from __future__ import annotations

import random

import sqlalchemy as sa
from stdnum.ru import inn, ogrn

from warehouse.connection import connect
from warehouse.settings import Settings

CODES = 3000


def test_sql_agrees_with_python_stdnum(warehouse_db: Settings) -> None:
    from expectations.custom_expectations import check_digit_condition

    rng = random.Random(74)
    codes = [("ogrn", f"{rng.choice('15')}{rng.randrange(10**12):012d}") for _ in range(CODES)]
    codes += [("inn", f"{rng.randrange(10**10):010d}") for _ in range(CODES)]
    # half of them get the right last digit, so that both verdicts are met
    for place in range(0, len(codes), 2):
        kind, code = codes[place]
        right = ogrn.calc_check_digit(code) if kind == "ogrn" else inn.calc_company_check_digit(code)
        codes[place] = (kind, code[:-1] + right)
    expected = [(ogrn if kind == "ogrn" else inn).is_valid(code) for kind, code in codes]
    assert 0.4 < sum(expected) / len(codes) < 0.7
    assert _by_sql(check_digit_condition, codes) == expected


def _by_sql(condition: object, codes: list[tuple[str, str]]) -> list[bool]:
    from sqlalchemy.dialects import postgresql

    verdicts = []
    with connect("owner") as connection:
        connection.execute("create temporary table code (place integer, value text)")
        with connection.cursor().copy("copy code from stdin") as copy:
            for place, (_, code) in enumerate(codes):
                copy.write_row((place, code))
        for kind, places in (("ogrn", (0, CODES)), ("inn", (CODES, 2 * CODES))):
            query = sa.select(condition(sa.column("value"), kind)).select_from(sa.table("code"))  # type: ignore[operator]
            query = query.where(sa.column("place") >= places[0], sa.column("place") < places[1])
            text = str(
                query.order_by(sa.column("place")).compile(
                    dialect=postgresql.psycopg.dialect(), compile_kwargs={"literal_binds": True}
                )
            )
            verdicts += [row[0] for row in connection.execute(text.replace("%%", "%").encode())]
    return verdicts


def test_malformed_codes_are_left_to_the_rule_on_form(warehouse_db: Settings) -> None:
    from expectations.custom_expectations import check_digit_condition

    codes = [("ogrn", "12345"), ("ogrn", "нет данных"), ("ogrn", "1.0277E+12")] * (CODES // 3)
    codes += [("inn", "770708389"), ("inn", "77O7083893"), ("inn", "")] * (CODES // 3)
    assert set(_by_sql(check_digit_condition, codes)) == {True}
