"""What looks like a person and is none: libraries, streets, animals and quoted names called after people.

Leaves out
    Finding names: ``spans``.
Sources
    ``resources/named_after.txt``, ``resources/animals.txt``.
"""

from __future__ import annotations

from pipeline.extractors.people.names import readings
from pipeline.extractors.people.posts import is_post
from pipeline.extractors.people.span import PersonSpan
from pipeline.extractors.people.words import word_list
from pipeline.page import Page

MEMORIAL = frozenset(("им", "имени"))
ABBREVIATED = frozenset(("им", "ул", "пр", "просп", "пер", "пл", "наб", "бул", "ш"))


def is_other_thing(page: Page, span: PersonSpan) -> bool:
    """Tell whether a name names a library, street, animal or fund and no person of the text."""
    before = _word_before(page, span.first)
    if before in MEMORIAL and page.lower[max(0, span.first - 2)] != "по":  # «слушатель по имени Максим»
        return page.uses("people.memorial")
    genitive = any(part.kind == "initial" for part in span.parts) or readings(span.parts)[0].case in (
        "gent",
        "accs",
    )
    if before in word_list("named_after.txt") and genitive and not _in_title(page, span.first):
        return page.uses("people.named_after")
    return page.uses("people.quoted") and _is_quoted_name(page, span)


def _in_title(page: Page, i: int) -> bool:
    """Tell whether the thing before a name is where somebody works: «директора музея Николая Буркова»."""
    return i > 1 and page.words[i - 1][0].islower() and is_post(page.lemmas[i - 2])


def _word_before(page: Page, i: int) -> str:
    """Return the dictionary form of the word before, past the dot of an abbreviation («им. Рубцова»)."""
    j = i - 1
    if j > 0 and page.words[j] == "." and page.line_of[j] == page.line_of[i] and page.starts[j] == page.ends[j - 1]:
        j -= 1
        return page.lower[j] if page.lower[j] in ABBREVIATED else ""
    if j < 0:
        return ""
    return page.lower[j] if page.lower[j] in MEMORIAL else page.lemmas[j]


def is_animal(page: Page, span: PersonSpan) -> bool:
    """Tell whether a single name is an animal's: «пёс Граф», «кота звали Байт»."""
    i = span.first
    if not span.single or not i:
        return False
    return page.lemmas[i - 1] in word_list("animals.txt") or (
        page.lemmas[i - 1] == "звать" and _animal_near(page, i)
    )


def _animal_near(page: Page, i: int) -> bool:
    first, last = page.sentences[page.sentence_of[i]]
    return any(page.lemmas[j] in word_list("animals.txt") for j in range(first, last))


def _is_quoted_name(page: Page, span: PersonSpan) -> bool:
    """Tell whether the name is all or nearly all that stands in quotes: «Вера», «Юрий Гагарин»."""
    for pair in page.quotes_around(span.first, span.last):
        inside = pair.last - pair.first - 1
        spoken = inside > 5 or page.words[pair.last - 1] in ".!?…"
        if inside == span.last - span.first and not spoken:
            return True
        if span.single and not spoken and page.pos[span.first] != "VERB":
            return True
    return False


def drop_others(page: Page, spans: list[PersonSpan]) -> list[PersonSpan]:
    """Return the spans that name a person; an animal's name counts for the whole text."""
    kept = [span for span in spans if not is_other_thing(page, span)]
    if not page.uses("people.animal"):
        return kept
    animals = {page.lower[span.first][:4] for span in kept if is_animal(page, span)}
    return [span for span in kept if not (span.single and page.lower[span.first][:4] in animals)]
