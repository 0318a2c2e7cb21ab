"""The registry of organisations: versioned CSV files per region, checked line by line, loaded into the
ledger.

``<registry_dir>/<region>/organisations_<version>.csv``, versions in the order of their names. Each is kept
whole in the landing store; ``ledger.organisation`` holds every organisation as its newest version describes
it, ``ledger.organisation_version`` how each described it and from which day on (the date in the file's name).
An organisation that a newer version no longer lists stays as it was and is reported: closing one is done by
``valid_to``, not by leaving it out; ``successor_ogrn``, a column that may be absent, says who took it over.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass, field, fields
from datetime import date
from pathlib import Path

from psycopg import Connection, sql

from ingest import landing
from ingest.ledger import events
from ingest.sources.regions import KINDS, Kind, load_regions, region
from ingest.sources.registry_history import holds_from, versions, write_versions
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import get_settings

COLUMNS = (
    "ogrn",
    "inn",
    "kind",
    "name_full",
    "name_short",
    "oktmo",
    "territory_oktmo",
    "is_urban",
    "has_grade_10_11",
    "folder",
    "valid_from",
    "valid_to",
)
OPTIONAL_COLUMNS = ("successor_ogrn",)
MAX_ERRORS_SHOWN = 20

_TRUE = frozenset({"true", "1", "да"})
_FALSE = frozenset({"false", "0", "нет"})
_OKTMO = re.compile(r"\d{8}(\d{3})?", re.ASCII)
_FOLDER = re.compile(r"[^/\\%\x00-\x1f]{1,200}")


class RegistryError(ValueError):
    """A registry file is wrong; one line of the message per error, with file and line number."""


@dataclass(frozen=True)
class Organisation:
    """One organisation as a version of the registry describes it."""

    ogrn: str
    region_code: str
    kind: Kind
    inn: str
    name_full: str
    name_short: str
    oktmo: str
    territory_oktmo: str
    is_urban: bool
    has_grade_10_11: bool
    folder: str
    valid_from: date
    valid_to: date | None
    registry_sha256: str
    successor_ogrn: str | None = None


@dataclass(frozen=True)
class Source:
    """An organisation as a source of files: who sends, and into which folder of its region."""

    ogrn: str
    region_code: str
    kind: Kind
    folder: str


@dataclass(frozen=True)
class RegistryReport:
    """What loading one region's registry did."""

    region_code: str
    versions: int
    new_versions: int
    organisations: int
    changed: int
    no_longer_listed: list[str] = field(default_factory=list)


def load_registry(region_code: str | None = None) -> list[RegistryReport]:
    """Load the registries of one region or of all. Loading the same files again changes nothing.

    Raises RegistryError with every faulty line; the ledger is left as it was for that region then.
    """
    codes = [region(region_code).region_code] if region_code else list(load_regions())
    return [_load_region(code) for code in codes]


def read_registry_file(path: Path, region_code: str, registry_sha256: str) -> list[Organisation]:
    """The organisations of one registry file. Raises RegistryError with all its faults."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegistryError(
            f"{path}: not UTF-8 (byte {error.start}): save the file as «CSV UTF-8»"
        ) from error
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise RegistryError(f"{path}:1: columns are missing: {', '.join(missing)}")
    organisations: list[Organisation] = []
    errors: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    try:
        for row in reader:
            try:
                organisation = _organisation(row, region_code, registry_sha256)
                _refuse_repeated(organisation, reader.line_num, seen)
            except ValueError as error:
                errors.append(f"{path}:{reader.line_num}: {error}")
            else:
                organisations.append(organisation)
    except csv.Error as error:
        errors.append(f"{path}:{reader.line_num}: not readable as CSV: {error}")
    if errors:
        rest = len(errors) - MAX_ERRORS_SHOWN
        shown = errors[:MAX_ERRORS_SHOWN] + ([f"… and {rest} more"] if rest > 0 else [])
        raise RegistryError("\n".join(shown))
    return organisations


def sources_for(kind: Kind, region_code: str) -> list[Source]:
    """The organisations of a kind in a region, by OGRN."""
    with connect("loader") as connection:
        return [source for source in all_sources(connection, region_code) if source.kind == kind]


def all_sources(connection: Connection, region_code: str) -> Iterator[Source]:
    """Every organisation of a region, by OGRN."""
    rows = connection.execute(
        "select ogrn, region_code, kind, folder from ledger.organisation"
        " where region_code = %s order by ogrn",
        [region_code],
    )
    for row in rows:
        yield Source(*row)


def _load_region(region_code: str) -> RegistryReport:
    directory = get_settings().registry_dir / region_code
    paths = sorted(directory.glob("organisations_*.csv"))
    if not paths:
        raise RegistryError(
            f"{directory} has no organisations_<version>.csv: put the region's registry there "
            "(docs/add_a_region.md)"
        )
    merged: dict[str, Organisation] = {}
    listed_last: set[str] = set()
    listed: list[tuple[date, list[Organisation]]] = []
    blobs: list[landing.StoredBlob] = []
    for path in paths:
        with path.open("rb") as stream:
            blob = landing.store(stream)
        blobs.append(blob)
        version = read_registry_file(path, region_code, blob.sha256)
        try:
            listed.append((holds_from(path), version))
        except ValueError as error:
            raise RegistryError(str(error)) from error
        merged |= {organisation.ogrn: organisation for organisation in version}
        listed_last = {organisation.ogrn for organisation in version}
    _refuse_shared_folders(merged, paths[-1])
    _refuse_unknown_successors(merged, paths[-1])
    with connect("loader") as connection:
        new_versions = _write_versions(connection, region_code, paths, blobs)
        changed = _write_organisations(connection, list(merged.values()))
        write_versions(connection, region_code, versions(listed))
        report = RegistryReport(
            region_code=region_code,
            versions=len(paths),
            new_versions=new_versions,
            organisations=len(merged),
            changed=changed,
            no_longer_listed=sorted(set(merged) - listed_last),
        )
        if new_versions or changed:
            events.append(
                connection,
                [
                    events.Event(
                        "registry.loaded",
                        f"region:{region_code}",
                        {**asdict(report), "sha256": blobs[-1].sha256},
                    )
                ],
            )
        connection.commit()
    return report


def _organisation(row: dict[str, str | None], region_code: str, registry_sha256: str) -> Organisation:
    from stdnum.ru import inn, ogrn

    values = {name: (row.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL_COLUMNS)}
    if None in row:
        raise ValueError("more values than columns: quote values that contain the delimiter")
    empty = [name for name in COLUMNS if name != "valid_to" and not values[name]]
    if empty:
        raise ValueError(f"empty: {', '.join(empty)}")
    for name in ("ogrn", "successor_ogrn"):
        if values[name] and (len(values[name]) != 13 or not ogrn.is_valid(values[name])):
            raise ValueError(f"{name} {values[name]!r} is not 13 digits with a right check digit")
    if len(values["inn"]) != 10 or not inn.is_valid(values["inn"]):
        raise ValueError(f"inn {values['inn']!r} is not 10 digits with a right check digit")
    kind = next((known for known in KINDS if known == values["kind"]), None)
    if kind is None:
        raise ValueError(f"kind {values['kind']!r} is not one of {', '.join(KINDS)}")
    for name in ("oktmo", "territory_oktmo"):
        if not _OKTMO.fullmatch(values[name]):
            raise ValueError(f"{name} {values[name]!r} is not 8 or 11 digits")
    if not _FOLDER.fullmatch(values["folder"]) or values["folder"] in {".", ".."}:
        raise ValueError(f"folder {values['folder']!r} is not the name of one folder")
    valid_from = _day("valid_from", values["valid_from"])
    valid_to = _day("valid_to", values["valid_to"]) if values["valid_to"] else None
    if valid_to is not None and valid_to < valid_from:
        raise ValueError(f"valid_to {valid_to} is before valid_from {valid_from}")
    if values["successor_ogrn"] and (valid_to is None or values["successor_ogrn"] == values["ogrn"]):
        raise ValueError("successor_ogrn names another organisation, and only where valid_to closes this one")
    return Organisation(
        ogrn=values["ogrn"],
        region_code=region_code,
        kind=kind,
        inn=values["inn"],
        name_full=values["name_full"],
        name_short=values["name_short"],
        oktmo=values["oktmo"],
        territory_oktmo=values["territory_oktmo"],
        is_urban=_flag("is_urban", values["is_urban"]),
        has_grade_10_11=_flag("has_grade_10_11", values["has_grade_10_11"]),
        folder=values["folder"],
        valid_from=valid_from,
        valid_to=valid_to,
        registry_sha256=registry_sha256,
        successor_ogrn=values["successor_ogrn"] or None,
    )


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name} {text!r} is not a date, write it as 2025-09-01") from error


def _flag(name: str, text: str) -> bool:
    lowered = text.lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise ValueError(f"{name} {text!r} is neither true nor false")


def _refuse_repeated(organisation: Organisation, line: int, seen: dict[tuple[str, str], int]) -> None:
    for name, value in (("ogrn", organisation.ogrn), ("folder", organisation.folder)):
        first = seen.setdefault((name, value), line)
        if first != line:
            raise ValueError(f"{name} {value!r} is already on line {first}")


def _refuse_shared_folders(organisations: dict[str, Organisation], newest: Path) -> None:
    holders: dict[str, str] = {}
    for ogrn, organisation in organisations.items():
        other = holders.setdefault(organisation.folder, ogrn)
        if other != ogrn:
            raise RegistryError(
                f"{newest}: folder {organisation.folder!r} belongs to {other} and {ogrn} "
                "(one of them in an older version): every organisation needs a folder of its own"
            )


def _refuse_unknown_successors(organisations: dict[str, Organisation], newest: Path) -> None:
    for ogrn, organisation in organisations.items():
        successor = organisation.successor_ogrn
        if successor is not None and successor not in organisations:
            raise RegistryError(
                f"{newest}: the successor {successor} of {ogrn} is in no version of the registry"
            )


def _write_versions(
    connection: Connection, region_code: str, paths: list[Path], blobs: list[landing.StoredBlob]
) -> int:
    configured = region(region_code)
    now = clock.now()
    connection.execute(
        "insert into ledger.region (region_code, name_ru, timezone) values (%s, %s, %s)"
        " on conflict do nothing",
        [region_code, configured.name_ru, configured.timezone],
    )
    new_versions = 0
    for path, blob in zip(paths, blobs, strict=True):
        connection.execute(
            "insert into ledger.blob (sha256, size_bytes, stored_at) values (%s, %s, %s)"
            " on conflict do nothing",
            [blob.sha256, blob.size, now],
        )
        inserted = connection.execute(
            "insert into ledger.registry_version (registry_sha256, region_code, source_uri, loaded_at)"
            " values (%s, %s, %s, %s) on conflict do nothing",
            [blob.sha256, region_code, f"{region_code}/{path.name}", now],
        )
        new_versions += inserted.rowcount
    return new_versions


def _write_organisations(connection: Connection, organisations: list[Organisation]) -> int:
    names = [item.name for item in fields(Organisation)]
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    incoming = sql.Identifier("pg_temp", "incoming_organisation")
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("create temporary table {} (like ledger.organisation) on commit drop").format(
                sql.Identifier("incoming_organisation")
            )
        )
        with cursor.copy(sql.SQL("copy {} ({}) from stdin").format(incoming, columns)) as copy:
            for organisation in sorted(organisations, key=lambda item: item.ogrn):
                copy.write_row(astuple(organisation))
        cursor.execute(
            sql.SQL(
                "insert into ledger.organisation as held ({columns}) select {columns} from {incoming}"
                " on conflict (ogrn) do update set ({columns}) = row({excluded})"
                " where ({held}) is distinct from ({excluded})"
            ).format(
                columns=columns,
                incoming=incoming,
                excluded=sql.SQL(", ").join(sql.Identifier("excluded", name) for name in names),
                held=sql.SQL(", ").join(sql.Identifier("held", name) for name in names),
            )
        )
        return cursor.rowcount
