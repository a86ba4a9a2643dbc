"""Finds further mentions of people already named in full: a surname found once is found everywhere, in any case.

Leaves out
    Full names: ``patterns``. Whom a surname means: ``linking``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.extractors.people.declension import Form, fold, given_forms, surname_forms
from pipeline.extractors.people.names import Kind, Part, readings
from pipeline.extractors.people.patterns import PLACE_PREPOSITIONS, Labels
from pipeline.extractors.people.runs import opens
from pipeline.extractors.people.span import PersonSpan
from pipeline.extractors.people.words import Looks, looks
from pipeline.page import Page


def find_repeats(page: Page, found: list[PersonSpan], labels: Labels) -> Iterator[PersonSpan]:
    """Yield further mentions of the surnames and given names of ``found``, in any case."""
    taken = {i for span in found for i in range(span.first, span.last)}
    surnames, given = _known_names(found)
    starts = {name[:2] for name in (*surnames, *given)}
    for i in page.capitals:
        word = page.words[i]
        if page.lower[i][:2] not in starts or i in taken or len(word) < 2:
            continue
        head, _, tail = word.partition("-")
        cut = head if tail.islower() and labels.label.get(i) == "PER" else word
        look = looks(cut)
        if _names(surname_forms(cut), surnames) and _repeats(page, i, look, labels):
            kind: Kind = "surname"
        elif labels.label.get(i) == "PER" and _names(given_forms(cut), given) and _repeats_given(page, i, look):
            kind = "given"
        else:
            continue
        part = Part(kind, cut, page.tags[i])
        yield PersonSpan(page.starts[i], page.starts[i] + len(cut), i, i + 1, (part,), "people.repeat")


def _known_names(found: Iterable[PersonSpan]) -> tuple[set[str], set[str]]:
    surnames: set[str] = set()
    given: set[str] = set()
    for span in found:
        if not span.single:
            reading = readings(span.parts)[0]
            surnames.add(fold(reading.surname or ""))
            given.add(fold(reading.given or ""))
    return surnames - {""}, given - {""}


def _names(forms: Iterable[Form], known: set[str]) -> bool:
    return any(fold(form.base) in known for form in forms if form.weight > 0.2)


def _repeats(page: Page, i: int, look: Looks, labels: Labels) -> bool:
    """Tell whether a word that may be a known surname is one here, not an ordinary word or part of a name."""
    if labels.label.get(i) in ("LOC", "ORG") and (
        look.common or (look.place and page.lower[i - 1] in PLACE_PREPOSITIONS)
    ):
        return False
    return labels.label.get(i) == "PER" or not (look.common and opens(page, i))


def _repeats_given(page: Page, i: int, look: Looks) -> bool:
    """Tell whether a known given name names the person here: «Владимир» and «Вера» mean other things as well."""
    if look.place and (page.lower[i - 1] in PLACE_PREPOSITIONS or page.feature(i, "Case") != "Nom"):
        return False
    acts = i + 1 < len(page) and page.pos[i + 1] == "VERB"
    return acts or not (look.common and opens(page, i))
