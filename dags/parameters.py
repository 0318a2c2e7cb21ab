"""Parameters that a person may set when starting a DAG by hand."""

from __future__ import annotations

from airflow.sdk import Param

ALL_REGIONS = "all"


def region() -> Param:
    """Code of one region, or all of them."""
    return Param(
        ALL_REGIONS,
        type="string",
        pattern="^[a-z][a-z_]*$",
        title="Регион",
        description="Код региона, например chelyabinsk или tyumen; all — все регионы.",
    )


def form() -> Param:
    """Code of one form, or null for every form with something to check."""
    return Param(
        None,
        type=["null", "string"],
        pattern="^[A-Z][0-9]+$",
        title="Форма",
        description="Код формы, например S1; пусто — все формы, по которым есть непроверенные данные.",
    )


def period() -> Param:
    """A quarter, or null for the last one that has ended."""
    return Param(
        None,
        type=["null", "string"],
        pattern="^[0-9]{4}-Q[1-4]$",
        title="Отчётный период",
        description="Квартал, например 2026-Q2; пусто — последний завершившийся квартал.",
    )


def extract_period() -> Param:
    """A month or a quarter, or null for both that have ended last."""
    return Param(
        None,
        type=["null", "string"],
        pattern="^[0-9]{4}-(Q[1-4]|0[1-9]|1[0-2])$",
        title="Период выгрузки",
        description="Месяц или квартал, например 2026-06 или 2026-Q2; пусто — последние завершившиеся.",
    )


def school_year() -> Param:
    """A school year, or null for the last one that has ended."""
    return Param(
        None,
        type=["null", "string"],
        pattern="^[0-9]{4}-[0-9]{4}$",
        title="Учебный год",
        description="Учебный год, например 2025-2026; пусто — последний завершившийся учебный год.",
    )


def as_of() -> Param:
    """A moment with its offset, or null for now."""
    return Param(
        None,
        type=["null", "string"],
        format="date-time",
        title="По состоянию на",
        description=(
            "Момент, по состоянию на который берутся принятые данные, например 2026-07-20T09:00:00+05:00; "
            "пусто — сейчас."
        ),
    )
