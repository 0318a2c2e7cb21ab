"""Small parts of the readers with values worked out by hand."""

from __future__ import annotations

import io
import zipfile

import pytest

from ingest.readers import zip_directory
from ingest.readers.grid import DATE, NUMBER, PERCENT, normalised, ranges
from ingest.readers.number_format import format_kind, serial_to_iso
from ingest.readers.personal_data import looks_personal, names_people, titles_personal
from ingest.readers.rules import RefusalError
from ingest.readers.xml_parts import refuse_dtd
from tests.bad_files.build import FILES


@pytest.mark.parametrize(
    ("number_format", "code", "kind"),
    [
        (0, None, NUMBER),
        (1, None, NUMBER),
        (9, None, PERCENT),
        (14, None, DATE),
        (22, None, DATE),
        (37, None, NUMBER),
        (46, None, DATE),
        (164, "dd\\.mm\\.yyyy", DATE),
        (164, "[$-419]d mmmm yyyy\\ г\\.;@", DATE),
        (164, '0" дней"', NUMBER),
        (164, '#,##0.00\\ "руб."', NUMBER),
        (164, "[Red]0.00", NUMBER),
        (164, "[h]:mm:ss", DATE),
        (164, "0.0%", PERCENT),
        (164, "General", NUMBER),
        (164, "Основной", NUMBER),
        (164, "@", NUMBER),
        (164, "_-* #,##0\\ _₽_-", NUMBER),
    ],
)
def test_number_formats(number_format: int, code: str | None, kind: str) -> None:
    assert format_kind(number_format, code) == kind


@pytest.mark.parametrize(
    ("serial", "is_1904", "iso"),
    [
        ("45944", False, "2025-10-14"),
        ("44482", True, "2025-10-14"),
        ("1", False, "1900-01-01"),
        ("59", False, "1900-02-28"),
        ("61", False, "1900-03-01"),
        ("45944.5", False, "2025-10-14T12:00:00"),
        ("2958465", False, "9999-12-31"),
        ("2958466", False, None),
        ("2957004", True, None),
        ("-1", False, None),
        ("0", False, None),
        ("text", False, None),
        ("1e400", False, None),
        ("nan", False, None),
    ],
)
def test_serial_dates(serial: str, is_1904: bool, iso: str | None) -> None:
    assert serial_to_iso(serial, is_1904) == iso


@pytest.mark.parametrize(
    "text",
    [
        "СНИЛС 112-233-445 95",
        "112-233-445\u00a095",
        "Иванов, 12.03.2011 г.р.",
        "1.3.2011 года рождения",
        "Паспорт: 75 12 № 123456",
        "паспорт 7512 123456",
    ],
)
def test_personal_data_are_recognised(text: str) -> None:
    assert looks_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "Встреча 14.10.2025 с работодателем",
        "МАОУ «СОШ № 15 имени Героя Советского Союза Ивана Петрова»",
        "+7 351 123-45-67",
        "8-912-345-67-89",
        "1027400000001",
        "Урок «Мой первый паспорт»",
        "112-233-445-95-00",
        "4.12.2025 – 5.12.2025 гг.",
    ],
)
def test_what_is_not_personal_data(text: str) -> None:
    assert not looks_personal(text)


def test_names_where_a_number_belongs() -> None:
    people = ("Иванов И.", "И.И. Иванов", "Салтыкова-Щедрина Анна", "9А: Иванов Пётр, Петров П.")
    assert all(names_people(text) for text in people)
    numbers = ("4 из 8", "Итого", "около 20", "нет данных", "Не менее 5", "20 чел.", "С. 5", "9 А", "ООО")
    assert not any(names_people(text) for text in numbers)


def test_titles_of_added_columns() -> None:
    assert all(titles_personal(t) for t in ("ФИО обучающихся", "Ф.И.О.", "СНИЛС", "Дата рождения", "Фамилия"))
    assert not any(titles_personal(t) for t in ("Примечание", "Класс", "Профиль", "Дата"))


def test_labels_are_compared_without_their_trimmings() -> None:
    assert normalised(" Ещё  один\u00a0«показатель»: ") == normalised('еще один "показатель"')
    assert normalised("6–7 класс") == normalised("6-7 класс")
    assert normalised("Всего") != normalised("Всех")


def test_ranges() -> None:
    assert ranges([9, 4, 5, 6]) == "4–6, 9"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("before", ["", "<!-- a comment -->", "<?app x?>", " " * 70_000])
def test_a_dtd_is_found_in_every_encoding_and_behind_anything(encoding: str, before: str) -> None:
    declared = "UTF-16" if encoding == "utf-16" else "UTF-8"
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    refuse_dtd(f"{head}{before}<a/>".encode(encoding), "part")
    with pytest.raises(RefusalError, match=r"READ\.DTD"):
        refuse_dtd(f"{head}{before}<!DOCTYPE a><a/>".encode(encoding), "part")


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(RefusalError, match="испорчена"):
        refuse_dtd(b'<?xml version="1.0" encoding="klingon"?><a/>', "part")


def test_both_directories_say_the_same() -> None:
    """The museum holds containers of every kind: where the fast way answers, zipfile answers the same."""
    answered = 0
    for path in sorted(FILES.glob("*.xlsx")):
        content = path.read_bytes()
        fast = zip_directory._ordinary(content)
        if fast is None:
            continue
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            theirs = [
                (i.filename, i.CRC, i.compress_size, i.file_size, i.header_offset) for i in archive.infolist()
            ]
        assert [(e.name, e.checksum, e.packed_size, e.size, e.offset) for e in fast] == theirs
        answered += 1
    assert answered > 60


def test_an_unusual_container_is_left_to_zipfile() -> None:
    content = (FILES / "ok_iso_dates.xlsx").read_bytes()
    commented = content[:-2] + b"\x05\x00hello"
    assert zip_directory._ordinary(commented) is None
    assert zip_directory.directory(commented) == zip_directory.directory(content)
    prefixed = b"#!/bin/sh\n" + content
    assert zip_directory._ordinary(prefixed) is None
    with pytest.raises(RefusalError):
        zip_directory.directory(content[:-30])
