"""What lies beside the tables of an extract: datapackage.json (Data Package v2) and README.txt."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from publish.extract.datasets import Content, Dataset, Edition
from publish.numbers import format_moment, plural

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLE_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"


def csv_name(dataset: Dataset) -> str:
    """The path of a dataset's CSV inside the extract."""
    return f"data/{dataset.name}.csv"


def datapackage(contents: list[Content], edition: Edition) -> bytes:
    """The descriptor of the extract as Data Package v2."""
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": edition.identifier.replace("/", "-").replace("_", "-").lower(),
        "id": edition.identifier,
        "title": edition.title,
        "description": f"Данные по состоянию на {format_moment(edition.as_of)}. Персональных данных нет.",
        "version": f"{edition.revision}.0.0",
        "created": edition.as_of.isoformat(),
        "sources": [{"title": "Хранилище «Ориентир», витрины marts и public_marts"}],
        "contributors": [{"title": "Ориентир", "roles": ["creator"]}],
        "resources": [_resource(content) for content in contents],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _resource(content: Content) -> dict[str, Any]:
    dataset = content.dataset
    data = content.csv_bytes()
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
        "dialect": {
            "delimiter": ",",
            "quoteChar": '"',
            "doubleQuote": True,
            "lineTerminator": "\n",
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
    if field.name in dataset.primary_key:
        described["constraints"] = {"required": True}
    return described


def readme(contents: list[Content], edition: Edition) -> bytes:
    """What the extract is and how to read it, for the person who opens the folder."""
    lines = [
        f"{edition.title}, редакция {edition.revision}",
        f"Данные по состоянию на {format_moment(edition.as_of)}.",
        "",
        "Что здесь лежит",
        "  extract.xlsx       все таблицы в одной книге, с описанием столбцов: для чтения человеком",
        "  data/*.csv         те же таблицы для программ: UTF-8, запятая, точка в дробях, строки по RFC 4180",
        "  datapackage.json   описание таблиц и столбцов (Data Package v2)",
        "  SHA256SUMS         контрольные суммы файлов; проверка: sha256sum -c SHA256SUMS",
        "",
        "Таблицы",
    ]
    for content in contents:
        count = len(content.rows)
        rows = f"{count} {plural(count, 'строка', 'строки', 'строк')}"
        lines.append(f"  {csv_name(content.dataset)} — {content.dataset.title}, {rows}")
        lines.append(f"      {content.dataset.description}")
    lines += [
        "",
        "Как читать",
        "  Пустая ячейка — значения нет; причина в столбце «Почему значения нет».",
        "  «Закрыто из-за малой численности» — за значением стоит меньше пяти человек, оно не раскрывается.",
        "  Коды ОКТМО и кварталов — текст. Текст, похожий на формулу, начинается с апострофа.",
        "  Персональных данных в выгрузке нет, школы не названы.",
        "  Готовая выгрузка не меняется: исправления выходят следующей редакцией в соседней папке.",
        "",
    ]
    return "\n".join(lines).encode("utf-8")
