"""The contract keys ``window`` and ``regions``: when a form is due, and which regions collect it.

The forms of the road maps have both in the cyclogram and in the regions' files, where an operator changes
them. A form that brings them itself is collected as soon as its contract is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.forms.contract_file import ContractFile, Key

if TYPE_CHECKING:
    from ingest.calendar.rhythm import FormRhythm


def window(source: ContractFile, extra: dict[str, Any], at: tuple[Key, ...]) -> FormRhythm | None:
    """The contract's ``window``, written as in the cyclogram; None without the key.

    Raises :class:`~ingest.forms.contract_file.ContractError` with file, line and key.
    """
    if "window" not in extra:
        return None
    from pydantic import ValidationError

    from ingest.calendar.rhythm import FormRhythm

    try:
        return FormRhythm.model_validate(extra["window"])
    except ValidationError as problem:
        first = problem.errors()[0]
        keys = tuple(part for part in first["loc"] if isinstance(part, str | int))
        raise source.error((*at, "window", *keys), first["msg"]) from problem


def collecting_regions(source: ContractFile, extra: dict[str, Any], at: tuple[Key, ...]) -> tuple[str, ...]:
    """The contract's ``regions``, codes of configured regions whose organisations of its kind send the form.

    Raises :class:`~ingest.forms.contract_file.ContractError` with file, line and key.
    """
    if "regions" not in extra:
        return ()
    from ingest.sources.regions import load_regions

    where = (*at, "regions")
    codes = extra["regions"]
    if not isinstance(codes, list) or not codes:
        raise source.error(where, "must be a non-empty list of region codes")
    for i, code in enumerate(codes):
        region = load_regions().get(code)
        if region is None:
            raise source.error((*where, i), f"no region {code!r}; there are {', '.join(load_regions())}")
        if extra.get("submitter") not in region.kinds:
            raise source.error(
                (*where, i), f"region {code} has no sources of kind {extra.get('submitter')!r}"
            )
    return tuple(codes)
