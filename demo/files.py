"""Files of one organisation, written from its truth: everything the answer key must know comes back as records."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from demo.delivery import Delivery, deliveries, first_guess
from demo.drafts import draft
from demo.faults import Place, Spoil
from demo.file_names import file_name
from demo.organisations import Organisation
from demo.periods import Term, terms
from demo.seeding import stream
from demo.truth import truth
from demo.values import FormValues
from ingest.forms.catalogue import load_contracts
from ingest.forms.contract import FormContract

ENCODINGS = ("utf-8-sig", "utf-8", "cp1251")


@dataclass(frozen=True)
class WrittenFile:
    """A file in the inbox, what it says, and what must come of it."""

    org: Organisation
    term: Term
    revision: int
    source_uri: str
    received_at: datetime
    sha256: str
    size_bytes: int
    fault_id: str | None
    place: Place | None
    outcome: str
    values: FormValues

    @property
    def is_accepted(self) -> bool:
        """Whether the file must be accepted, with or without warnings."""
        return self.outcome.startswith("accepted")

    @property
    def is_identified(self) -> bool:
        """Whether the file is a revision of what is owed: its form and period can be told, its folder says whose it is."""
        return self.outcome != "unreadable" and self.fault_id not in OTHER_PERIOD


# The file names another period: it is not a revision of what was owed for this one.
OTHER_PERIOD = ("period_before_the_form_existed",)


def write_organisation(
    inbox: Path | None, seed: int, org: Organisation, scale: float, fault_rate: float
) -> Iterator[WrittenFile]:
    """Write every file of the organisation; with no inbox, only say what would be written."""
    drawn = truth(seed, org, scale)
    folder = None if inbox is None else inbox / org.region_code / org.folder
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    contracts = load_contracts()
    for term in terms(org.kind):
        values = drawn[term.form_code, term.period_code]
        for delivery in deliveries(seed, org, term, values, scale, fault_rate):
            rng = stream(seed, "file", org.ogrn, term.form_code, term.period_code, str(delivery.revision))
            contract = contracts[term.form_code]
            content, place, said = _content(rng, seed, org, scale, contract, delivery, values)
            name = file_name(
                rng, org, term.form_code, term.period_code, delivery.revision, contract.formats[0]
            )
            if folder is not None:
                _store(folder / name, content, delivery.received_at)
            fault = delivery.fault
            yield WrittenFile(
                org, term, delivery.revision, f"{org.region_code}/{org.folder}/{name}", delivery.received_at,
                hashlib.sha256(content).hexdigest(), len(content), fault.fault_id if fault else None, place,
                fault.outcome if fault else "accepted", said,
            )  # fmt: skip


def _content(
    rng: Random,
    seed: int,
    org: Organisation,
    scale: float,
    contract: FormContract,
    delivery: Delivery,
    values: FormValues,
) -> tuple[bytes, Place | None, FormValues]:
    """The file's bytes, where its fault stands, and the values that it says."""
    suffix = contract.formats[0]
    encoding = rng.choice(ENCODINGS) if suffix == "csv" else "utf-8"
    said = first_guess(values, rng) if delivery.is_first_guess else values
    if delivery.fault is None:
        return draft(contract, said).data(suffix, encoding), None, said
    fault = delivery.fault
    spoil = Spoil(rng, seed, scale, org, delivery.term, contract, suffix, said.copy())
    place = None
    if fault.stage == "values":
        place = fault.spoil(spoil)
    spoil.draft = draft(contract, spoil.values)
    if fault.stage == "draft":
        place = fault.spoil(spoil)
    spoil.content = spoil.draft.data(suffix, encoding)
    if fault.stage == "content":
        place = fault.spoil(spoil)
    return spoil.content, place, spoil.values


def _store(path: Path, content: bytes, received_at: datetime) -> None:
    path.write_bytes(content)
    moment = int(received_at.timestamp()) * 1_000_000_000
    os.utime(path, ns=(moment, moment))
