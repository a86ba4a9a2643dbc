"""Finds where people are named: exact spans, without title or role, with the part each word plays.

Steps
    1. Runs of capitalised words and initials on one line (``runs``) are cut into names by patterns
       (``patterns``).
    2. A surname found so is found everywhere in the text, in any case (``repeats``).
    3. Memorial names, streets, animals and quoted names of other things are taken out (``vetoes``).
Leaves out
    Who is who: ``linking``.
"""

from __future__ import annotations

from pipeline.extractors.people.patterns import Labels, RunReader, promising
from pipeline.extractors.people.repeats import find_repeats
from pipeline.extractors.people.runs import find_runs
from pipeline.extractors.people.span import PersonSpan
from pipeline.extractors.people.vetoes import drop_others, is_other_thing
from pipeline.page import Page


def _surname_after_all(found: list[PersonSpan]) -> list[PersonSpan]:
    """Take «Милош Йованович» for a surname where «Йованович» stands alone as well."""
    alone = {span.parts[0].word for span in found if span.single and span.parts[0].kind == "surname"}
    fixed = []
    for span in found:
        last = span.parts[-1]
        if len(span.parts) == 2 and last.kind == "patronymic" and last.word in alone:
            span = span._replace(parts=(span.parts[0], last._replace(kind="surname")))
        fixed.append(span)
    return fixed


def find_spans(page: Page) -> list[PersonSpan]:
    """Return the mentions of people on a page, in text order."""
    labels = Labels.of(page)
    runs = (run for run in find_runs(page) if promising(page, run, labels))
    found = [span for run in runs for span in RunReader(page, run, labels).names()]
    found = [span for span in found if not is_other_thing(page, span)]
    if page.uses("people.repeat"):
        found += find_repeats(page, found, labels)
    return sorted(drop_others(page, _surname_after_all(found)), key=lambda span: span.start)
