"""Errors of the rooms whose messages are written for a person, and the exit codes they mean."""

from __future__ import annotations

import sys

from orientir.failures import DATA_FAILED, INFRASTRUCTURE, USAGE

# Looked up by name among what has been imported: an error that happened has its module imported already.
EXIT_CODES = {
    "warehouse.errors.WarehouseError": INFRASTRUCTURE,
    "warehouse.dbt.DbtFailed": DATA_FAILED,
    "ingest.sources.regions.RegionError": USAGE,
    "ingest.sources.registry.RegistryError": DATA_FAILED,
    "ingest.sources.channel.ChannelError": INFRASTRUCTURE,
    "ingest.forms.contract_file.ContractError": DATA_FAILED,
    "ingest.calendar.measure_calendar.MeasureCalendarError": DATA_FAILED,
    "ingest.periods.UnknownPeriodError": USAGE,
    "ingest.landing.LandingError": INFRASTRUCTURE,
    "ingest.trace.TraceError": USAGE,
    "ingest.ledger.closings.ClosingError": DATA_FAILED,
    "publish.approval.NotAnApproverError": USAGE,
    "publish.approval.ApprovalError": DATA_FAILED,
    "publish.delivery.DeliveryError": DATA_FAILED,
    "publish.extract.build.WithheldError": DATA_FAILED,
    "publish.reference.facts.EmptyYearError": USAGE,
    "publish.reference.texts.UnknownRegionTextError": DATA_FAILED,
    "publish.release_register.ReleaseDamagedError": DATA_FAILED,
    "publish.release_register.ReleaseNotFoundError": USAGE,
    "expectations.registry.RuleError": DATA_FAILED,
    "expectations.suite.ValidationFailed": DATA_FAILED,
    "pydantic.ValidationError": USAGE,
}


def exit_code(error: Exception) -> int | None:
    """Return the exit code of a known error, None for any other."""
    for name, code in EXIT_CODES.items():
        module, _, attribute = name.rpartition(".")
        known = getattr(sys.modules.get(module), attribute, None)
        if known is not None and isinstance(error, known):
            return code
    return None
