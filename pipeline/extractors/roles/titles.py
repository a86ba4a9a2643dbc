"""Writes a title out: nominative singular, lower case, without the organisation.

«заместителем министра» → «заместитель министра»; «журналистки» → «журналистка»; abbreviations keep their capitals.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pipeline.extractors.people.posts import cases_of, is_fused
from pipeline.extractors.roles.heads import shortened
from pipeline.extractors.roles.phrases import Title
from pipeline.morphology import is_adjective, parses
from pipeline.page import Page


def nominative_title(page: Page, title: Title) -> str:
    """Return the title of tokens ``[title.first, title.last)`` in the nominative."""
    number = "plur" if page.feature(title.head, "Number") == "Plur" else "sing"
    head, head_gender = page.lower[title.head], "masc"
    if not is_fused(head):
        head, head_gender = _nominative(head, cases_of(page, title.head), number)
    gender = None
    words = []
    for i in range(title.first, title.last):
        word = page.words[i]
        short = shortened(page, i)
        if short is not None:
            gender = "masc"
            word = short[0]
        elif i == title.head and head and not title.acting:
            gender = head_gender
            word = _keep_capitals(page.words[i], head)
        words.append(word)
    for offset, i in enumerate(range(title.first, title.head)):
        if shortened(page, i) is None and page.words[i] != ".":
            words[offset] = _adjective(page.words[i], gender)
    text = _join(page, title.first, words)
    if title.acting:
        text = "и. о. " + text
    if title.tail is not None:
        first, last = title.tail
        text += " " + _join(page, first, page.words[first:last])
    return text


@lru_cache(maxsize=20_000)
def _nominative(lower: str, cases: tuple[str, ...], number: str) -> tuple[str, str]:
    """Return the nominative singular of a head and its gender: a noun for a person, or a noun-like adjective."""
    nouns = [p for p in parses(lower) if p.tag.POS == "NOUN" or is_adjective(p)]

    def score(p: Any) -> float:
        return float(
            2.0 * (p.tag.case in cases or (p.tag.case == "accs" and "gent" in cases))
            + 1.0 * (p.tag.number == number)
            + 1.0 * ("anim" in p.tag)
            + 0.5 * (p.tag.POS == "NOUN")
            - 2.0 * bool({"Surn", "Name", "Geox"} & p.tag.grammemes)
            + p.score
        )

    if not nouns:
        return "", "masc"
    best = max(nouns, key=score)
    form = best.inflect({"nomn", "sing"}) or best
    return str(form.word), _gender(form)


def _gender(form: Any) -> str:
    return str(form.tag.gender) if form.tag.gender in ("femn", "neut") and "ms-f" not in form.tag else "masc"


def _adjective(surface: str, gender: str | None) -> str:
    """Make an adjective agree with the head in the nominative."""
    if gender == "masc" and _feminine(surface.lower()):
        gender = "femn"
    form = _agreeing(surface.lower(), gender) if gender else None
    return _keep_capitals(surface, form) if form else surface


@lru_cache(maxsize=20_000)
def _feminine(lower: str) -> bool:
    """Tell whether an adjective has the form of a woman's: «сельская библиотекарь»."""
    return all(p.tag.gender == "femn" for p in parses(lower) if is_adjective(p))


@lru_cache(maxsize=20_000)
def _agreeing(lower: str, gender: str) -> str | None:
    parse = next((p for p in parses(lower) if is_adjective(p)), None)
    form = parse.inflect({"nomn", "sing", gender}) if parse is not None else None
    return str(form.word) if form else None


def _keep_capitals(surface: str, word: str) -> str:
    """Lower a capital at the start of a sentence; «SMM-специалист» keeps its capitals."""
    head, hyphen, _ = surface.partition("-")
    if hyphen and len(head) > 1 and head.isupper() and word.lower().startswith(head.lower()):
        return head + word[len(head) :]
    return word.lower()


def _join(page: Page, first: int, words: list[str]) -> str:
    """Join words that stand in the text from token ``first`` on: no blank before a comma."""
    out = words[0]
    for i, word in enumerate(words[1:], first + 1):
        if word != ".":  # of a shortened word, which is written out
            out += (" " if page.starts[i] > page.ends[i - 1] or page.words[i - 1] == "." else "") + word
    return out
