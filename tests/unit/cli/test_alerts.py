"""Somebody is told of what has failed: in the ledger always, by mail where a server is set."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from types import SimpleNamespace

import pytest

from warehouse.connection import connect
from warehouse.settings import Settings, get_settings


class MailServer(socketserver.TCPServer):
    """Takes one message after another and keeps them."""

    allow_reuse_address = True
    received: list[bytes]


class Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to leave a message."""

    def handle(self) -> None:
        """Answer every command with success."""
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            match line.strip().upper().partition(b" ")[0]:
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = []
                    while (part := self.rfile.readline()) != b".\r\n":
                        lines.append(part)
                    self.server.received.append(b"".join(lines))  # type: ignore[attr-defined]
                    self.wfile.write(b"250 taken\r\n")
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(("127.0.0.1", 0), Conversation) as listening:
        listening.received = []
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening
        listening.shutdown()


def told() -> list[tuple[str, dict[str, object]]]:
    with connect("auditor") as connection:
        return connection.execute(
            "select subject, payload from ledger.event where kind = 'alert.raised' order by event_no"
        ).fetchall()


def set_mail(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ORIENTIR_ALERT_SMTP_URL", address)
    monkeypatch.setenv("ORIENTIR_ALERT_RECIPIENTS", '["duty@region.example"]')
    get_settings.cache_clear()


def test_a_failed_task_is_told_of_in_the_ledger_and_by_mail(
    clean_db: Settings, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dags.alerts import tell

    set_mail(monkeypatch, f"smtp://127.0.0.1:{server.server_address[1]}")
    task = SimpleNamespace(dag_id="publish_extracts", task_id="publish", map_index=1, run_id="monthly")
    tell({"task_instance": task, "exception": RuntimeError("sftp://x не отвечает")})
    ((subject, payload),) = told()
    assert subject == "task:publish_extracts.publish[1]"
    assert "sftp://x не отвечает" in str(payload["text"])
    assert payload["is_mailed"] is True
    (message,) = map(message_from_bytes, server.received)
    assert message["To"] == "duty@region.example"
    title = str(make_header(decode_header(message["Subject"])))
    assert title == "[Ориентир] не выполнена задача publish_extracts.publish[1]"
    assert "sftp://x не отвечает" in message.get_payload(decode=True).decode("utf-8")
    monkeypatch.undo()
    get_settings.cache_clear()


def test_a_run_whose_task_was_killed_is_told_of_and_one_that_has_told_is_not(clean_db: Settings) -> None:
    """A killed task calls nothing; the run that fails by it does."""
    from dags.alerts import tell, tell_of_run

    dag = SimpleNamespace(dag_id="publish_extracts")
    task = SimpleNamespace(dag_id="publish_extracts", task_id="publish", map_index=1, run_id="monthly")
    tell({"task_instance": task, "exception": RuntimeError("sftp://x не отвечает")})
    tell_of_run({"dag": dag, "run_id": "monthly"})
    assert [subject for subject, _ in told()] == ["task:publish_extracts.publish[1]"]
    tell_of_run({"dag": dag, "run_id": "yearly"})
    (_, (subject, payload)) = told()
    assert subject == "run:publish_extracts"
    assert "yearly" in str(payload["text"])
    assert "не хватило памяти" in str(payload["text"])


def test_a_mail_server_that_is_down_keeps_no_alert_from_the_ledger(
    clean_db: Settings, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orientir.alerts import alert

    assert alert("delivery", "без почты", "никто не указан") is False
    port = server.server_address[1]
    server.shutdown()
    server.server_close()
    set_mail(monkeypatch, f"smtp://127.0.0.1:{port}")
    assert alert("delivery", "почта не отвечает", "текст") is False
    (_, without), (_, failed) = told()
    assert (without["is_mailed"], without["mail_failure"]) == (False, None)
    assert failed["is_mailed"] is False
    assert failed["mail_failure"]
    monkeypatch.undo()
    get_settings.cache_clear()


def test_an_extract_that_the_command_line_could_not_deliver_is_told_of(
    clean_db: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody may look at the screen of a command that a timer has started."""
    from click.testing import CliRunner

    from orientir import steps
    from orientir.commands.publish import publish
    from orientir.failures import InfrastructureError

    def fail(*_: object, **__: object) -> None:
        raise InfrastructureError("extracts have not arrived: sftp://x не отвечает", hint="repeat")

    monkeypatch.setattr(steps, "publish_extracts", fail)
    failure = CliRunner().invoke(publish, ["extract", "--region", "tyumen"]).exception
    assert isinstance(failure, InfrastructureError)
    ((subject, payload),) = told()
    assert (subject, payload["title"]) == ("region:tyumen", "не доставлена выгрузка")
    assert "sftp://x не отвечает" in str(payload["text"])
