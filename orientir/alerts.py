"""Telling a person that something needs them: an event of the ledger, and mail where a server is set."""

from __future__ import annotations

import logging
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from warehouse.settings import get_settings

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20.0
# Port that speaks TLS from the first byte, and the one that submits mail.
SMTPS_PORT, SUBMISSION_PORT = 465, 587


def alert(subject: str, title: str, text: str, *, run: str | None = None) -> bool:
    """Record an alert about a subject of the ledger's log and mail it. Returns whether mail went out.

    `run` names the run of a DAG that it is about. An alert never fails what it tells of: a ledger or a mail
    server that does not answer is logged.
    """
    mailed, cause = _mail(title, text)
    try:
        said = {"title": title, "text": text, "run": run}
        _record(subject, {**said, "is_mailed": mailed, "mail_failure": cause})
    except Exception:
        logger.exception("the alert «%s» about %s is not in the ledger", title, subject)
    logger.error("%s: %s", title, text)
    return mailed


def is_told_of(run: str) -> bool:
    """Whether an alert about a run of a DAG is in the ledger; a ledger that does not answer has none."""
    from warehouse.connection import connect

    try:
        with connect("loader") as connection:
            found = connection.execute(
                "select 1 from ledger.event where kind = 'alert.raised' and payload ->> 'run' = %s limit 1",
                [run],
            ).fetchone()
    except Exception:
        logger.exception("the ledger cannot say whether somebody was told of %s", run)
        return False
    return found is not None


def _record(subject: str, payload: dict[str, object]) -> None:
    from ingest.ledger.events import Event, append
    from warehouse import clock
    from warehouse.connection import connect

    with connect("loader") as connection:
        append(connection, [Event("alert.raised", subject, payload)], at=clock.now())
        connection.commit()


def _mail(title: str, text: str) -> tuple[bool, str | None]:
    """Send the alert. Returns whether it was taken, and why not; no reason where no server is set."""
    settings = get_settings()
    if settings.alert_smtp_url is None or not settings.alert_recipients:
        return False, None
    address = urlsplit(settings.alert_smtp_url.get_secret_value())
    message = EmailMessage()
    message["Subject"] = f"[Ориентир] {title}"
    message["From"] = settings.alert_sender
    message["To"] = ", ".join(settings.alert_recipients)
    message.set_content(text)
    host, is_encrypted = str(address.hostname), address.scheme == "smtps"
    try:
        server: smtplib.SMTP
        if is_encrypted:
            server = smtplib.SMTP_SSL(host, address.port or SMTPS_PORT, timeout=TIMEOUT_SECONDS)
        else:
            server = smtplib.SMTP(host, address.port or SUBMISSION_PORT, timeout=TIMEOUT_SECONDS)
        with server:
            if not is_encrypted and server.has_extn("starttls"):
                server.starttls()
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("the alert «%s» was not mailed: %s", title, error)
        return False, str(error)
    return True, None
