"""The plugin that makes Airflow's pages open in Russian touches pages and nothing else."""

from __future__ import annotations

import asyncio
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PLUGIN = Path(__file__).resolve().parents[3] / "orientir" / "airflow_home" / "plugins" / "russian_ui.py"
PAGE = b"<!doctype html><html><head><title>Airflow</title></head><body></body></html>"


@pytest.fixture(scope="module")
def plugin() -> ModuleType:
    spec = importlib.util.spec_from_file_location("russian_ui", PLUGIN)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(
    plugin: ModuleType, content_type: bytes, chunks: list[bytes], accept: bytes
) -> tuple[dict[bytes, bytes], bytes]:
    """Headers and body that a browser gets from an application with this answer."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", content_type), (b"content-length", str(sum(map(len, chunks))).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number, chunk in enumerate(chunks, 1):
            await send({"type": "http.response.body", "body": chunk, "more_body": number < len(chunks)})

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": [(b"accept", accept)]}
    asyncio.run(plugin.RussianByDefault(application)(scope, None, send))
    return dict(sent[0]["headers"]), b"".join(message["body"] for message in sent[1:])


@pytest.mark.parametrize("chunks", [[PAGE], [PAGE[:20], PAGE[20:]]])
def test_a_page_chooses_russian_before_its_own_scripts_unless_its_reader_has_chosen(
    plugin: ModuleType, chunks: list[bytes]
) -> None:
    headers, body = answer(plugin, b"text/html; charset=utf-8", chunks, b"text/html,*/*")
    assert body == PAGE.replace(b"<head>", b"<head>" + plugin.SCRIPT)
    assert int(headers[b"content-length"]) == len(body)
    assert b"getItem('i18nextLng')||" in body


def test_what_is_no_page_passes_unchanged(plugin: ModuleType) -> None:
    assert (
        answer(plugin, b"application/json", [b'{"html": "<head>"}'], b"text/html,*/*")[1]
        == b'{"html": "<head>"}'
    )
    assert answer(plugin, b"text/html", [PAGE], b"application/json")[1] == PAGE
