"""Faults in what was typed: the file is a proper form, the values are not."""

from dataclasses import replace
from datetime import date, timedelta

from demo.cells import AsWritten, ErrorCell, Formula
from demo.faults.choices import (
    counts,
    dates,
    dates_by_the_end,
    dates_within,
    free_texts,
    is_dated,
    is_dated_by_the_end,
    is_listing,
    is_part,
    is_total_of_rows,
    law_of,
    listed,
    listings,
    measures,
    parts,
    specialties,
    totals,
    totals_of_rows,
    whole_of,
)
from demo.faults.kinds import Choice, Place, Spoil, fault, pick
from demo.laws import Law
from demo.periods import period_type, span
from demo.values import Row, Value
from ingest.forms.contract import Field, FormContract, Section

JUNK = ("4 из 8", "около 20", "12 чел.", "см. приложение", "15+3", "пять")


def _type_over(spoil: Spoil, value: Value, shown: str | None) -> Place:
    section, field, index, row = pick(spoil, counts)
    row[field.name] = value
    return spoil.place(section, field.name, index, shown)


def _broken(spoil: Spoil, law: Law, index: int, row: Row) -> Place:
    """The cell in which a law is broken, with the rule that must say so."""
    value = row[law.field]
    shown = f"{value:%d.%m.%Y}" if isinstance(value, date) else value
    return replace(spoil.place(law.section, law.field, index, shown), rule_id=law.rule_id)


def any_row(spoil: Spoil, section: str) -> tuple[int, Row]:
    """A row of a table."""
    rows = spoil.values.rows(section)
    index = spoil.rng.randrange(len(rows))
    return index, rows[index]


def _has(section_name: str) -> Choice:
    """Any cell of a section that a form may lack and a file may leave empty."""

    def choice(contract: FormContract) -> list[tuple[Section, Field]]:
        return [(s, s.fields[0]) for s in contract.sections if s.name == section_name]

    return choice


@fault("values", "value", "READ.TYPE", choice=counts)
def text_in_number(spoil: Spoil) -> Place:
    """«4 из 8» where a number of people belongs."""
    text = spoil.rng.choice(JUNK)
    return _type_over(spoil, AsWritten(text), text)


@fault("values", "value", "READ.NO_DATA", choice=counts)
def no_data_in_required(spoil: Spoil) -> Place:
    """«нет данных» in a required cell."""
    return _type_over(spoil, AsWritten("нет данных"), "нет данных")


@fault("values", "value", "READ.NO_DATA", choice=counts)
def dash_in_required(spoil: Spoil) -> Place:
    """A dash in a required cell: it is not a zero."""
    return _type_over(spoil, AsWritten("—"), "—")


@fault("values", "value", "READ.TYPE", choice=counts)
def fraction_of_a_person(spoil: Spoil) -> Place:
    """A decimal where whole people are counted."""
    if spoil.suffix == "json":
        return _type_over(spoil, 12.5, "12.5")
    return _type_over(spoil, AsWritten("12,5"), "12,5")


@fault("values", "value", "{form}.BOUNDS.", choice=counts)
def negative_number(spoil: Spoil) -> Place:
    """A negative number of people."""
    return _type_over(spoil, -7, "-7")


@fault("values", "value", "{form}.BOUNDS.", choice=counts)
def beyond_the_bound(spoil: Spoil) -> Place:
    """A number above the largest that the form allows: an extra digit or two."""
    section, field, index, row = pick(spoil, counts)
    row[field.name] = 10 * int(field.maximum or 0) + 9
    return spoil.place(section, field.name, index, row[field.name])


@fault("values", "value", "READ.ERROR_CELL", formats=("xlsx",), choice=counts)
def error_cell(spoil: Spoil) -> Place:
    """#DIV/0! left by somebody's own formula."""
    code = spoil.rng.choice(("#DIV/0!", "#REF!", "#VALUE!", "#N/A"))
    return _type_over(spoil, ErrorCell(code), code)


@fault("values", "value", "READ.FORMULA_NO_VALUE", formats=("xlsx",), choice=counts)
def formula_without_value(spoil: Spoil) -> Place:
    """A formula that was never calculated: the file was written by a program, not by a spreadsheet."""
    return _type_over(spoil, Formula("2+3", None), "=2+3")


@fault("values", "structure", "{form}.REQUIRED.", "READ.NO_DATA", choice=counts)
def blank_in_required(spoil: Spoil) -> Place:
    """An empty cell where a number is required."""
    if spoil.suffix != "json":
        return _type_over(spoil, None, None)
    section, field, index, row = pick(spoil, counts)
    row[field.name] = AsWritten("")
    return spoil.place(section, field.name, index)


@fault("values", "arithmetic", "{form}.ARITHMETIC.", choice=totals_of_rows)
def whole_is_not_the_sum(spoil: Spoil) -> Place:
    """The last row of a table differs from the sum of the rows above."""
    section, field, _, _ = pick(spoil, totals_of_rows)
    rows = spoil.values.rows(section)
    row = next(row for row in rows if row["row_code"] == "total")
    row[field.name] = int(str(row[field.name])) + spoil.rng.randint(1, 9)
    law = law_of(spoil.contract, (section, field.name), is_total_of_rows)
    return _broken(spoil, law, rows.index(row), row)


@fault("values", "arithmetic", "{form}.ARITHMETIC.", choice=totals)
def total_is_not_the_sum(spoil: Spoil) -> Place:
    """The total differs from what it adds up."""
    section, field, index, row = pick(spoil, totals)
    row[field.name] = int(str(row[field.name])) + spoil.rng.randint(1, 9)
    law = law_of(
        spoil.contract,
        (section, field.name),
        lambda law: not law.when and law.sides is not None and set(law.sides[2]) == set(field.sum_of),
    )
    return _broken(spoil, law, index, row)


@fault("values", "arithmetic", "{form}.ARITHMETIC.", choice=parts)
def part_exceeds_whole(spoil: Spoil) -> Place:
    """«Of them» more than there are."""
    section, field, index, row = pick(spoil, parts)
    law = law_of(spoil.contract, (section, field.name), is_part)
    whole = row[whole_of(spoil.contract, spoil.section(section), field)]
    row[field.name] = int(str(whole)) + spoil.rng.randint(1, 5)
    return _broken(spoil, law, index, row)


@fault("values", "arithmetic", "S5.ARITHMETIC.SURVEYED_WITHIN_GRADUATES", forms=("S5",))
def surveyed_exceeds_graduates(spoil: Spoil) -> Place:
    """More surveyed than graduate."""
    row = spoil.values.row("by_grade", "9")
    excess = int(str(row["graduates"])) - int(str(row["surveyed"])) + spoil.rng.randint(1, 5)
    row["surveyed"] = int(str(row["surveyed"])) + excess
    row["to_spo"] = int(str(row["to_spo"])) + excess
    return spoil.place("by_grade", "surveyed", 0, row["surveyed"])


@fault("values", "arithmetic", "S3.ARITHMETIC.UNIQUE_OF_GRADES", forms=("S3",))
def unique_total_is_not_the_sum(spoil: Spoil) -> Place:
    """Unique pupils in all differ from the sum over grades."""
    row = spoil.values.row("coverage", "diagnostics")
    row["unique_total"] = int(str(row["unique_total"])) + spoil.rng.randint(3, 20)
    return spoil.place("coverage", "unique_total", 0, row["unique_total"])


@fault("values", "value", "{form}.VALUE.MEASURE_OF_REGION", choice=measures)
def unknown_measure(spoil: Spoil) -> Place:
    """A code that no road map has."""
    section, field, index, row = pick(spoil, measures)
    row[field.name] = "Ч9.9" if spoil.org.region_code == "chelyabinsk" else "Т9.9"
    return spoil.place(section, field.name, index, row[field.name])


@fault("values", "value", "{form}.VALUE.MEASURE_OF_REGION", choice=measures)
def measure_of_the_other_region(spoil: Spoil) -> Place:
    """A code from the road map of the other region."""
    section, field, index, row = pick(spoil, measures)
    row[field.name] = "Т3.2.17" if spoil.org.region_code == "chelyabinsk" else "Ч4.4"
    return spoil.place(section, field.name, index, row[field.name])


@fault("values", "value", "{form}.VALUE.", choice=dates_within)
def date_outside_the_period(spoil: Spoil) -> Place:
    """An event dated a year before the period."""
    section, field, index, row = pick(spoil, dates_within)
    row[field.name] = row[field.name] - timedelta(days=364)  # type: ignore[operator]
    law = law_of(spoil.contract, (section, field.name), is_dated)
    return _broken(spoil, law, index, row)


@fault("values", "value", "{form}.VALUE.", choice=dates_by_the_end)
def signed_after_the_period(spoil: Spoil) -> Place:
    """An agreement or an act of the next period."""
    section, field, index, row = pick(spoil, dates_by_the_end)
    row[field.name] = span(spoil.values.period_code)[1] + timedelta(days=spoil.rng.randint(1, 9))
    law = law_of(spoil.contract, (section, field.name), is_dated_by_the_end)
    return _broken(spoil, law, index, row)


@fault("values", "value", "READ.TYPE", choice=dates)
def impossible_date(spoil: Spoil) -> Place:
    """31 February."""
    section, field, index, row = pick(spoil, dates)
    row[field.name] = AsWritten("31.02.2026")
    return spoil.place(section, field.name, index, "31.02.2026")


@fault("values", "value", "READ.CODE", choice=listed)
def word_not_in_the_list(spoil: Spoil) -> Place:
    """A word of one's own where the form offers a list."""
    section, field, index, row = pick(spoil, listed)
    word = spoil.rng.choice(("частично", "иное (уточним)", "мастер-класс"))
    row[field.name] = AsWritten(word)
    return spoil.place(section, field.name, index, word)


@fault("values", "value", "{form}.FORM.", choice=specialties)
def specialty_turned_into_a_date(spoil: Spoil) -> Place:
    """Excel made a date of the code 09.02.07 and the file was saved as text."""
    section, field, index, row = pick(spoil, specialties)
    day, month, year = str(row[field.name]).split(".")
    row[field.name] = AsWritten(f"{day}.{month}.20{year}")
    return spoil.place(section, field.name, index, f"{day}.{month}.20{year}")


@fault(
    "values",
    "consistency",
    "P2.CONSISTENCY.SCHOOL_AS_REGISTERED",
    "P2.CROSS.SCHOOL",
    forms=("P2",),
    choice=_has("trials"),
    outcome="accepted_with_warnings",
    followed_by=("P2.CROSS.SCHOOL",),
)
def school_not_in_the_registry(spoil: Spoil) -> Place:
    """A trial for a school that the registry does not have."""
    from demo.identity import ogrn

    index, row = any_row(spoil, "trials")
    row["school_ogrn"] = ogrn(spoil.org.region_code, "school", 999_000 + spoil.rng.randrange(900))
    return spoil.place("trials", "school_ogrn", index, row["school_ogrn"])


@fault("values", "consistency", "READ.WRONG_ORG", needs_neighbour=True)
def ogrn_of_another_organisation(spoil: Spoil) -> Place:
    """The form was filled from a neighbour's file and his ОГРН stayed in it."""
    neighbour = spoil.neighbour()
    spoil.values.card["ogrn"] = neighbour.ogrn
    return spoil.place("card", "ogrn", 0, neighbour.ogrn)


@fault("values", "value", "{form}.VALUE.INN_CHECK_DIGIT")
def inn_with_a_typing_error(spoil: Spoil) -> Place:
    """Two digits changed places: the check digit does not fit."""
    inn = str(spoil.values.card["inn"])
    wrong = inn[:-1] + str((int(inn[-1]) + 1) % 10)
    spoil.values.card["inn"] = wrong
    return spoil.place("card", "inn", 0, wrong)


@fault("values", "consistency", "READ.WRONG_PERIOD", "READ.FORM_VERSION")
def period_before_the_form_existed(spoil: Spoil) -> Place:
    """The period of last year's file stayed in the form."""
    old = {"school_year": "2022-2023", "half_year": "2022-H2", "quarter": "2022-Q4", "month": "2022-11"}
    spoil.values.card["period"] = old[period_type(spoil.values.period_code)]
    return spoil.place("card", "period", 0, spoil.values.card["period"])


@fault("values", "value", "READ.PERSONAL_DATA", choice=free_texts)
def personal_data_in_a_title(spoil: Spoil) -> Place:
    """A pupil's СНИЛС in the name of an event (the number is the textbook example)."""
    section, field, index, row = pick(spoil, free_texts)
    row[field.name] = "Консультация, СНИЛС 112-233-445 95"
    return spoil.place(section, field.name, index)


@fault(
    "values",
    "plausibility",
    "{form}.PLAUSIBILITY.REPEATED_",
    choice=listings,
    outcome="accepted_with_warnings",
    # A trial that a college has entered twice is one more than the school knows of.
    followed_by=("S3.CROSS.TRIALS",),
)
def row_entered_twice(spoil: Spoil) -> Place:
    """The last row stands in the table twice."""
    section, field, _, _ = pick(spoil, listings)
    rows = spoil.values.rows(section)
    rows.append(dict(rows[-1]))
    law = law_of(spoil.contract, (section, field.name), is_listing)
    return _broken(spoil, law, len(rows) - 1, rows[-1])


@fault(
    "values",
    "consistency",
    "S3.CROSS.COVERAGE",
    forms=("S3",),
    outcome="accepted_with_warnings",
    compared_with="S1",
    followed_by=("S3.CROSS.COVERAGE", "S3.CROSS.CUMULATIVE"),
)
def reached_more_than_there_are(spoil: Spoil) -> Place:
    """More unique pupils of grades 6–7 than the school has: participations were counted."""
    row = spoil.values.row("coverage", "contest")
    row["unique_6_7"] = int(str(row["unique_6_7"])) + 500
    row["unique_total"] = int(str(row["unique_total"])) + 500
    return spoil.place("coverage", "unique_6_7", 3, row["unique_6_7"])


@fault(
    "values",
    "plausibility",
    "C1.PLAUSIBILITY.FACT_HAS_STARTED",
    forms=("C1",),
    outcome="accepted_with_warnings",
    not_in_january=True,
    followed_by=("C1.CROSS.CUMULATIVE",),
)
def zeros_to_be_in_time(spoil: Spoil) -> Place:
    """Zeros instead of the count since January, sent so as not to be late."""
    for name in ("fact_cumulative", "age_14_17", "disabled", "individual", "group"):
        spoil.values.card[f"service_{name}"] = 0
    return spoil.place("card", "service_fact_cumulative", 0, 0)
