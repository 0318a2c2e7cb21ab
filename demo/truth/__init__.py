"""The truth of the demo: what really happened in each organisation, drawn before any file is written."""

from importlib import import_module
from pkgutil import iter_modules

from demo.organisations import Organisation
from demo.periods import terms
from demo.truth.world import World, first_guess, told_forms
from demo.values import FormValues

__all__ = ["World", "first_guess", "told_forms", "truth"]

# Each module enters the truths of its forms when it is imported.
for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")


def truth(seed: int, org: Organisation, scale: float) -> dict[tuple[str, str], FormValues]:
    """(form, period) → what the organisation would report if it made no mistake, for all that it owes."""
    world = World(seed, org, scale)
    return {
        (term.form_code, term.period_code): world.form(term.form_code, term.period_code)
        for term in filter(org.owes, terms(org.kind, org.region_code))
    }
