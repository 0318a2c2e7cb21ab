"""What lies beside the tables of an extract: datapackage.json (Data Package v2), dictionary, README."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

from publish.agreement import agree
from publish.extract.contracts import Dataset, FieldType
from publish.extract.datasets import Content, Edition
from publish.numbers import format_moment

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLE_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
TYPE_NAMES: dict[FieldType, str] = {
    "string": "текст",
    "integer": "целое число",
    "number": "число",
    "boolean": "да или нет",
    "date": "дата",
}


def csv_name(dataset: Dataset) -> str:
    """The path of a dataset's CSV for programs inside the extract."""
    return f"data/{dataset.name}.csv"


def parquet_name(dataset: Dataset) -> str:
    """The path of a dataset's Parquet file inside the extract."""
    return f"data/{dataset.name}.parquet"


def excel_name(dataset: Dataset) -> str:
    """The path of a dataset's CSV for the Russian Excel inside the extract."""
    return f"excel/{dataset.name}.csv"


def datapackage(contents: list[Content], edition: Edition, description: str | None = None) -> bytes:
    """The descriptor of the extract as Data Package v2."""
    said = description or f"Данные по состоянию на {format_moment(edition.as_of)}. Персональных данных нет."
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": edition.identifier.replace("/", "-").replace("_", "-").lower(),
        "id": edition.identifier,
        "title": edition.title,
        "description": said,
        "version": f"{edition.revision}.0.0",
        "created": edition.as_of.isoformat(),
        "sources": [{"title": "Хранилище «Ориентир», витрины public_marts"}],
        "contributors": [{"title": "Ориентир", "roles": ["creator"]}],
        "resources": [_resource(content) for content in contents],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _resource(content: Content) -> dict[str, Any]:
    dataset = content.dataset
    data = content.csv_bytes
    return {
        "name": dataset.name.replace("_", "-"),
        "path": csv_name(dataset),
        "type": "table",
        "title": dataset.title,
        "description": dataset.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "rowCount": len(content.rows),
        "alternatives": [parquet_name(dataset), excel_name(dataset)],
        "dialect": {
            "delimiter": ",",
            "quoteChar": '"',
            "doubleQuote": True,
            "lineTerminator": "\r\n",
            "header": True,
        },
        "schema": {
            "$schema": TABLE_SCHEMA,
            "fields": [_field(dataset, position) for position in range(len(dataset.fields))],
            "primaryKey": list(dataset.primary_key),
            "missingValues": [""],
        },
    }


def _field(dataset: Dataset, position: int) -> dict[str, Any]:
    field = dataset.fields[position]
    described: dict[str, Any] = {"name": field.name, "type": field.type, "title": field.title}
    described["description"] = field.note
    if field.words:
        described["categories"] = [{"value": code, "label": word} for code, word in field.words.items()]
    if field.name in dataset.primary_key:
        described["constraints"] = {"required": True}
    return described


def dictionary(contents: list[Content]) -> bytes:
    """Every table and column in Russian, for a double click in Excel."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Таблица", "Файл", "Столбец", "Имя в data/*.csv", "Тип", "Ключ", "Пояснение"])
    for content in contents:
        dataset = content.dataset
        for field in dataset.fields:
            note = field.explanation + (" («…» — закрыто)" if field.is_withheld else "")
            writer.writerow(
                [
                    dataset.title,
                    csv_name(dataset),
                    field.title,
                    field.name,
                    TYPE_NAMES[field.type],
                    "да" if field.name in dataset.primary_key else "",
                    note.strip(),
                ]
            )
    return buffer.getvalue().encode("utf-8-sig")


def readme(contents: list[Content], edition: Edition) -> bytes:
    """What the extract is and how to read it, for the person who opens the folder."""
    lines = [
        f"{edition.title}, редакция {edition.revision}",
        f"Получатель: {edition.recipient.name}.",
        f"Данные по состоянию на {format_moment(edition.as_of)}.",
        "",
        "Что здесь лежит",
        "  extract.xlsx            все таблицы в одной книге, с описанием столбцов: для чтения человеком",
        "  excel/*.csv             те же таблицы: открываются в русском Excel двойным щелчком",
        "  data/*.csv              те же таблицы для программ: UTF-8, запятая, точка в дробях (RFC 4180)",
        "  data/*.parquet          те же таблицы в формате Parquet",
        "  dictionary.csv          словарь: таблицы, столбцы, типы, пояснения",
        "  datapackage.json        описание для программ (Data Package v2)",
        "  SHA256SUMS              контрольные суммы файлов; проверка: sha256sum -c SHA256SUMS",
        "  SHA256SUMS.minisig      подпись сумм; проверка: minisign -Vm SHA256SUMS -p orientir.pub",
        "",
        "Таблицы",
    ]
    for content in contents:
        count = len(content.rows)
        rows = f"{count} {agree(count, 'строка')}"
        lines.append(f"  {content.dataset.name} — {content.dataset.title}, {rows}")
        lines.append(f"      {content.dataset.description}")
    lines += [
        "",
        "Как читать",
        "  Пустая ячейка — значения нет; причина в столбце «Почему значения нет».",
        "  «…» (в data/ пусто, а в столбце is_suppressed — true) — значение закрыто: за ним меньше пяти",
        "  человек, или по нему можно было бы вычислить такое соседнее.",
        "  Коды ОКТМО и периодов — текст: в Excel открывайте extract.xlsx, чтобы не потерять нули в начале.",
        "  Текст, похожий на формулу, начинается с апострофа.",
        "  Персональных данных в выгрузке нет, школы не названы.",
        "  Готовая выгрузка не меняется: исправления выходят следующей редакцией в соседней папке, а рядом",
        "  с ней папка с окончанием -changes, где только то, что изменилось.",
        "",
    ]
    return "\n".join(lines).encode("utf-8")
