"""The annual reference as blocks: sections in the order in which such documents are read."""

from __future__ import annotations

from publish.blocks import Document
from publish.reference.closing import appendices, problems, quality
from publish.reference.coverage import coverage
from publish.reference.decisions import decisions
from publish.reference.destinations import destinations
from publish.reference.facts import ReferenceFacts
from publish.reference.inclusion import inclusion
from publish.reference.measures import measures
from publish.reference.opening import basis, methodology, objects, title_page
from publish.reference.organisations import centers_and_colleges
from publish.reference.outcomes import intentions, rating
from publish.reference.recommendations import recommendations
from publish.reference.results import results
from publish.reference.texts import region_texts


def build_document(facts: ReferenceFacts) -> Document:
    """Put the facts into words, tables and charts. Equal facts give an equal document."""
    texts = region_texts(facts.region_code)
    return Document(
        identifier=f"orientir/annual_reference/{facts.region_code}/{facts.school_year}",
        dated=facts.as_of.date().isoformat(),
        title_page=title_page(facts, texts),
        blocks=(
            *basis(facts, texts),
            *objects(facts),
            *methodology(facts),
            *coverage(facts),
            *results(facts),
            *intentions(facts),
            *destinations(facts),
            *inclusion(facts),
            *centers_and_colleges(facts),
            *rating(facts),
            *problems(facts),
            *recommendations(facts),
            *decisions(facts),
            *quality(facts),
            *appendices(facts),
            *measures(facts),
        ),
    )
