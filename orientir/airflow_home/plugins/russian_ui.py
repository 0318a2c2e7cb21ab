"""Airflow plugin: the interface opens in Russian until its reader chooses another language.

Airflow takes the language from the browser's storage and has no setting for its default, so the first page
stores it.
"""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

SCRIPT = b"<script>localStorage.getItem('i18nextLng')||localStorage.setItem('i18nextLng','ru')</script>"
HEAD = b"<head>"


class RussianByDefault:
    """ASGI middleware that puts the script into the pages of the interface and leaves the rest as it is.

    Airflow compresses outside of the middleware of plugins, so the pages are plain here.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not _asks_for_a_page(scope):
            await self.app(scope, receive, send)
            return
        start: dict[str, Any] | None = None
        body = b""

        async def send_with_script(message: dict[str, Any]) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    page = body.replace(HEAD, HEAD + SCRIPT, 1)
                    headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
                    headers.append((b"content-length", str(len(page)).encode()))
                    await send({**start, "headers": headers})
                    await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, send_with_script)


def _asks_for_a_page(scope: Any) -> bool:
    return any(name.lower() == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_page(message: dict[str, Any]) -> bool:
    headers = {k.lower(): v for k, v in message["headers"]}
    return headers.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in headers


class RussianInterface(AirflowPlugin):  # type: ignore[misc]
    name = "russian_interface"
    fastapi_root_middlewares: ClassVar[list[dict[str, Any]]] = [
        {"middleware": RussianByDefault, "name": "Russian by default", "args": [], "kwargs": {}}
    ]
