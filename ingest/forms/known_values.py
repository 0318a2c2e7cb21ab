"""What is known of a form before it is filled in: requisites of the organisation, fields of its other forms.

Requisites come from the ledger's registry, fields marked ``prefilledFrom`` from the raw rows of the source
form's latest accepted submission. A value that nobody has accepted is not known, and its cell stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ingest.forms.catalogue import all_contracts
from ingest.forms.contract import Field, FormContract, PrefilledFrom, Section
from ingest.periods import Period, parse_period

if TYPE_CHECKING:
    from psycopg import Connection

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


class UnknownOrganisationError(LookupError):
    """The registry has no such organisation, or it does not send this form."""


@dataclass(frozen=True)
class KnownValues:
    """What a blank is filled with.

    ``values`` by section name: a card maps field -> value, a matrix row code -> field -> value, both as they
    are stored. ``sources`` says in Russian where each (section, field) comes from, ``missing`` which forms
    were looked for in vain. Without an organisation everything is empty.
    """

    region_code: str | None = None
    ogrn: str | None = None
    organisation_name: str | None = None
    period_code: str | None = None
    period_title: str | None = None
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _NOTHING)
    sources: Mapping[tuple[str, str], str] = field(default_factory=lambda: _NOTHING)
    missing: tuple[str, ...] = ()


def known_values(
    connection: Connection, contract: FormContract, ogrn: str, period_code: str | None
) -> KnownValues:
    """Reads what is known for an organisation and, with a period, from its other forms.

    ``connection`` may read ``ledger`` and ``raw``. Raises :class:`UnknownOrganisationError`, or
    ``ValueError`` for a period that this version of the form does not report.
    """
    organisation = connection.execute(
        "select region_code, kind, inn, name_full, oktmo from ledger.organisation where ogrn = %s", [ogrn]
    ).fetchone()
    if organisation is None:
        raise UnknownOrganisationError(f"the registry has no organisation with OGRN {ogrn}")
    region_code, kind, inn, name, oktmo = organisation
    if kind != contract.submitter:
        raise UnknownOrganisationError(
            f"{ogrn} is of the kind {kind}; form {contract.code} is sent by {contract.submitter}"
        )
    period = None if period_code is None else _period(contract, period_code)
    gathered = _Gathered()
    gathered.add_requisites(
        contract,
        {"ogrn": ogrn, "inn": inn, "organisation_name": name, "oktmo": oktmo[:8], "period": period_code},
    )
    if period is not None:
        gathered.add_other_forms(connection, contract, _Owner(region_code, ogrn, period))
    return KnownValues(
        region_code=region_code,
        ogrn=ogrn,
        organisation_name=name,
        period_code=period_code,
        period_title=None if period is None else period.title_ru,
        values=gathered.values,
        sources=gathered.sources,
        missing=tuple(sorted(gathered.missing)),
    )


def source_period(target: Period, source: FormContract) -> str:
    """The period of the source form that a field is taken from: the same one, or its school year."""
    return target.code if source.period_type == target.period_type else target.school_year


def _period(contract: FormContract, period_code: str) -> Period:
    period = parse_period(period_code)
    if period.period_type != contract.period_type:
        raise ValueError(f"form {contract.code} is sent per {contract.period_type}, {period_code} is none")
    if not contract.in_force(period.starts_on):
        raise ValueError(f"version {contract.version} of {contract.code} is not in force for {period_code}")
    return period


@dataclass(frozen=True)
class _Owner:
    region_code: str
    ogrn: str
    period: Period


@dataclass
class _Gathered:
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[tuple[str, str], str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def add_requisites(self, contract: FormContract, requisites: Mapping[str, str | None]) -> None:
        """Puts what the registry knows into the cards."""
        for section in contract.sections:
            for field_ in section.fields:
                value = requisites.get(field_.name)
                if section.layout == "card" and field_.type == "text" and value is not None:
                    self.values.setdefault(section.name, {})[field_.name] = value
                    self.sources[(section.name, field_.name)] = "реквизиты – из реестра организаций"

    def add_other_forms(self, connection: Connection, contract: FormContract, owner: _Owner) -> None:
        """Puts in what the organisation's other forms hold for the period."""
        held: dict[tuple[str, str], Mapping[str, Mapping[str, Any]] | None] = {}
        for section in contract.sections:
            for field_ in section.fields:
                known = field_.prefilled_from
                if known is None:
                    continue
                source = [c for c in all_contracts() if c.code == known.form][-1]
                period_code = source_period(owner.period, source)
                place = (known.form, known.section)
                if place not in held:
                    held[place] = _accepted_rows(connection, source, known.section, owner, period_code)
                rows = held[place]
                taken = None if rows is None else _taken(section, field_, known, rows)
                if taken:
                    _merge(self.values.setdefault(section.name, {}), taken)
                    where = f"числа – из вашей формы {known.form} за {period_code}"
                    self.sources[(section.name, field_.name)] = where
                elif rows is None:
                    self.missing.add(
                        f"в принятых нет формы {known.form} за {period_code}: впишите её числа сами"
                    )
                else:
                    self.missing.add(
                        f"в вашей форме {known.form} за {period_code} нужных чисел нет: впишите их сами"
                    )


def _merge(into: dict[str, Any], taken: Mapping[str, Any]) -> None:
    """Adds a card's fields, or a matrix's fields row by row."""
    for key, value in taken.items():
        if isinstance(value, dict):
            into.setdefault(key, {}).update(value)
        else:
            into[key] = value


def _taken(
    section: Section, field_: Field, known: PrefilledFrom, rows: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The field's known values: field -> value for a card, row code -> field -> value for a matrix."""
    if section.layout == "card":
        value = _value(rows, known, "")
        return {} if value is None else {field_.name: value}
    # The total row is a formula of the blank's own.
    codes = [code for code in section.rows if code != section.total_row]
    by_row = {code: _value(rows, known, code) for code in codes}
    return {code: {field_.name: value} for code, value in by_row.items() if value is not None}


def _value(held: Mapping[str, Mapping[str, Any]], known: PrefilledFrom, row_code: str) -> Any:
    """One known value; None where any part of it is not."""
    if not known.rows:
        return held.get(row_code, {}).get(known.field)
    parts: list[Any] = [held.get(row, {}).get(known.field) for row in known.rows]
    if any(part is None for part in parts):
        return None
    return parts[0] if len(parts) == 1 else sum(parts)


def _accepted_rows(
    connection: Connection, source: FormContract, section_name: str, owner: _Owner, period_code: str
) -> dict[str, dict[str, Any]] | None:
    """The section's rows of the latest accepted revision, by row code ('' for a card); None without one."""
    from psycopg import sql
    from psycopg.rows import dict_row

    accepted = connection.execute(
        "select submission_id from ledger.submission_revision"
        " where outcome in ('accepted', 'accepted_with_warnings')"
        " and region_code = %s and ogrn = %s and form_code = %s and period_code = %s"
        " order by revision desc limit 1",
        [owner.region_code, owner.ogrn, source.code, period_code],
    ).fetchone()
    if accepted is None:
        return None
    table = source.section(section_name).table
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            sql.SQL("select * from {} where submission_id = %s").format(sql.Identifier("raw", table)),
            [accepted[0]],
        ).fetchall()
    return {str(row.get("row_code") or ""): row for row in rows}
