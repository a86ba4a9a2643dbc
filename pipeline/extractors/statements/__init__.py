"""Finds indirect speech: what the text says that somebody said or thinks, in the text's own words.

Steps
    ``clauses`` finds the clause and the words about its source («Анна Котова сообщила, что …», «по словам
    директора, …», «…, напомнили в фонде»), ``sources`` says which person or organisation that is.
Leaves out
    Direct speech: ``quotes``. Reports without a source («известно, что …»), the author's own («отметим, что …»),
    what was not said («не сказал, что …»), promises and requests in the infinitive («пообещал помочь»).
"""

from __future__ import annotations

from bisect import bisect_left

from pipeline.extractors.statements.clauses import find_reports
from pipeline.extractors.statements.sources import SOMEBODY, Source, Sources
from pipeline.extractors.statements.words import Report
from pipeline.page import Page
from pipeline.record import Organisation, Person, Quote, Statement


def find(
    page: Page, *, people: list[Person], organisations: list[Organisation], quotes: list[Quote]
) -> list[Statement]:
    """Return the statements of a page; each part of one that its source's name breaks is a row."""
    rows: list[Statement] = []
    sources: Sources | None = None
    taken = 0
    for report in find_reports(page):
        if min(report.verb, report.parts[0][0]) < taken or _is_direct(page, report, quotes):
            continue  # what is reported within another's words is passed over
        sources = sources or Sources(page, people, organisations)
        source = sources.of(report)
        if source is None or (report.rule == "statements.colon" and source == SOMEBODY):
            continue
        taken = report.parts[-1][1]
        rows += _rows(page, report, source, people, organisations, len(rows))
    return rows


def _rows(
    page: Page,
    report: Report,
    source: Source,
    people: list[Person],
    organisations: list[Organisation],
    before: int,
) -> list[Statement]:
    speaker = people[source.person].id if source.person is not None else None
    organisation = organisations[source.organisation].id if source.organisation is not None else None
    return [
        Statement(
            id=f"statement-{before + n}",
            speaker=speaker,
            organisation=organisation,
            start=page.starts[first],
            end=page.ends[last - 1],
            text=page.span_text(first, last),
            rule=report.rule,
        )
        for n, (first, last) in enumerate(report.parts, 1)
    ]


def _is_direct(page: Page, report: Report, quotes: list[Quote]) -> bool:
    """Tell whether a report lies on words of direct speech, or its verb belongs to them."""
    first, last = min(report.verb, report.parts[0][0]), max(report.verb + 1, report.parts[-1][1])
    start, end = page.starts[first], page.ends[last - 1]
    at = bisect_left(quotes, start, key=lambda quote: quote.end)
    return at < len(quotes) and quotes[at].start < end
