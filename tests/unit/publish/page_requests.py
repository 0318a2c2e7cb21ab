"""What a page asks of the network, found by parsing it rather than by trusting it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LOADING = {"src", "href", "srcset", "poster", "data", "action", "formaction", "background", "xlink:href"}
STYLE_URL = re.compile(r"url\(\s*['\"]?([^)'\"]*)|@import\s+['\"]([^'\"]*)", re.IGNORECASE)
SCRIPT_REQUEST = re.compile(r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts)\b")
OUTSIDE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//|^\s*(?:https?|ftp|wss?):", re.IGNORECASE)


class _Requests(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.targets: list[str] = []
        self.scripts: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.inside = tag if tag in {"style", "script"} else ""
        for name, value in attributes:
            if name in LOADING and value:
                self.targets.append(value)
            if name == "style" and value:
                self._style(value)

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "style":
            self._style(data)
        elif self.inside == "script":
            self.scripts.append(data)

    def _style(self, text: str) -> None:
        self.targets += [first or second for first, second in STYLE_URL.findall(text)]


def outside_addresses(page: str) -> list[str]:
    """Addresses outside the page's folder that a browser would ask for when it draws the page."""
    parser = _Requests()
    parser.feed(page)
    return [target for target in parser.targets if OUTSIDE.match(target)]


def external_requests(page: str) -> list[str]:
    """Outside addresses of a page, and the means by which its scripts could ask for any."""
    parser = _Requests()
    parser.feed(page)
    return outside_addresses(page) + [f for script in parser.scripts for f in SCRIPT_REQUEST.findall(script)]


def links(page: str) -> list[str]:
    """Every relative address of a page, without its fragment."""
    parser = _Requests()
    parser.feed(page)
    return [
        target.split("#")[0]
        for target in parser.targets
        if target.split("#")[0] and not target.startswith("data:")
    ]
