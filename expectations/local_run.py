"""The rules of a form over files that were not sent: the same rules, batches and findings, no warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from expectations.batch import batch_names
from expectations.derived import RegistryValue
from expectations.findings import CellAddresses, FindingFactory, Tallies
from expectations.local_store import LocalBatchBuilder, LocalGxSession, LocalStore, LocalSubmission
from expectations.registry import Rule, RuleBook, rule_book
from ingest.forms.contract import FormContract
from ingest.readers.findings import FindingRecord
from ingest.sources.registry import Organisation


def local_findings(
    contract: FormContract,
    submissions: Sequence[LocalSubmission],
    organisations: Mapping[str, Organisation],
    unasked: Sequence[Rule] = (),
) -> dict[UUID, list[FindingRecord]]:
    """Findings of the rules of one form by submission, those of ``unasked`` left out.

    Raises expectations.suite.ValidationRunError when a rule cannot be computed.
    """
    book = rule_book(contract.code)
    left_out = {rule.id for rule in unasked}
    asked = book.model_copy(update={"rules": tuple(r for r in book.rules if r.id not in left_out)})
    store = LocalStore(contract, submissions, organisations)
    maps = {(s.submission_id, item.section): item for s in submissions for item in s.cell_maps}
    broken = frozenset(s.submission_id for s in submissions if s.is_broken)
    factory = FindingFactory(contract, CellAddresses(maps), broken, Tallies())
    builder = LocalBatchBuilder(store, asked, submissions)
    found: dict[UUID, list[FindingRecord]] = {}
    try:
        with LocalGxSession(store) as session:
            for name in batch_names(contract):
                batch = builder.build(name)
                if batch is None:
                    continue
                partial = [rule for rule in batch.rules if builder.validity_differs(rule)]
                failing = session.failing_rules(batch, partial)
                if not failing:
                    continue
                for submission, findings in factory.findings(
                    batch, session.failing_rows(batch, failing, partial)
                ):
                    found.setdefault(submission, []).extend(findings)
    finally:
        store.close()
    return found


def registry_rules(book: RuleBook) -> tuple[Rule, ...]:
    """Rules that compare with the registry of organisations: without it they can say nothing."""
    derived = {name for c in book.derived if isinstance(c, RegistryValue) for name in c.columns()}
    return tuple(
        rule
        for rule in book.rules
        if any(name.startswith("registry_") or name in derived for name in rule.columns())
    )


def region_rules(book: RuleBook) -> tuple[Rule, ...]:
    """Rules that differ from region to region."""
    return tuple(rule for rule in book.rules if "region_code" in rule.columns())
