"""Files of one organisation, written from its truth; what the answer key must know comes back."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from demo.delivery import Delivery, deliveries
from demo.drafts import draft
from demo.faults import Place, Spoil
from demo.file_names import file_name
from demo.organisations import Organisation
from demo.periods import Term, span, terms
from demo.plan import DemoPlan
from demo.seeding import stream
from demo.truth import World, first_guess
from demo.values import FormValues, in_version
from ingest.forms.catalogue import contract as contract_in_force
from ingest.forms.catalogue import load_contracts

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
        """Whether it is a revision of what is owed: its folder says whose, the file which form and when."""
        return self.outcome != "unreadable" and self.fault_id not in OTHER_PERIOD


# The file names another period: it is not a revision of what was owed for this one.
OTHER_PERIOD = ("period_before_the_form_existed",)


def write_organisation(inbox: Path | None, plan: DemoPlan, org: Organisation) -> Iterator[WrittenFile]:
    """Write every file of the organisation; with no inbox, only say what would be written."""
    world = World(plan.seed, org, plan.scale)
    folder = None if inbox is None else inbox / org.region_code / org.folder
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    taken: set[datetime] = set()
    for term in filter(org.owes, terms(org.kind, org.region_code)):
        values = world.form(term.form_code, term.period_code)
        for drawn in deliveries(plan, org, term, values):
            delivery = _at_a_moment_of_its_own(drawn, taken)
            rng = stream(
                plan.seed, "file", org.ogrn, term.form_code, term.period_code, str(delivery.revision)
            )
            contract = contract_in_force(term.form_code, span(term.period_code)[0])
            written = _content(Spoil(rng, plan.seed, plan.scale, org, term, contract, values), delivery)
            name = file_name(rng, org, term, delivery.revision, contract.formats[0])
            if folder is not None:
                _store(folder / name, written.content, delivery.received_at)
            fault = delivery.fault
            yield WrittenFile(
                org,
                term,
                delivery.revision,
                f"{org.region_code}/{org.folder}/{name}",
                delivery.received_at,
                hashlib.sha256(written.content).hexdigest(),
                len(written.content),
                fault.fault_id if fault else None,
                written.place,
                fault.outcome if fault else "accepted",
                written.values,
            )


def _at_a_moment_of_its_own(delivery: Delivery, taken: set[datetime]) -> Delivery:
    """The delivery a second or more earlier where its sender has sent another file at that moment."""
    moment = delivery.received_at
    while moment in taken:
        moment -= timedelta(seconds=1)
    taken.add(moment)
    return replace(delivery, received_at=moment)


@dataclass(frozen=True)
class _Content:
    content: bytes
    place: Place | None
    values: FormValues


def _content(spoil: Spoil, delivery: Delivery) -> _Content:
    """The file's bytes, where its fault stands, and the values that it says."""
    suffix, fault = spoil.suffix, delivery.fault
    encoding = spoil.rng.choice(ENCODINGS) if suffix == "csv" else "utf-8"
    if delivery.is_first_guess:
        spoil.values = first_guess(spoil.org, spoil.values, spoil.rng)
    spoil.values = in_version(spoil.values, load_contracts()[spoil.contract.code], spoil.contract)
    if fault is None:
        return _Content(draft(spoil.contract, spoil.values).data(suffix, encoding), None, spoil.values)
    spoil.values = spoil.values.copy()
    place = fault.spoil(spoil) if fault.stage == "values" else None
    spoil.draft = draft(spoil.contract, spoil.values)
    if fault.stage == "draft":
        place = fault.spoil(spoil)
    spoil.content = spoil.draft.data(suffix, encoding)
    if fault.stage == "content":
        place = fault.spoil(spoil)
    return _Content(spoil.content, place, spoil.values)


def _store(path: Path, content: bytes, received_at: datetime) -> None:
    path.write_bytes(content)
    moment = int(received_at.timestamp()) * 1_000_000_000
    os.utime(path, ns=(moment, moment))
