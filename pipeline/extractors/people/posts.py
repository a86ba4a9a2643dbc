"""Words by which a person is introduced: posts, trades, statuses («директор», «эколог», «школьник»).

Steps
    A lemma is such a word when OpenCorpora has it as an animate common noun or ``resources/posts.txt`` lists it,
    and ``resources/not_posts.txt`` (kin, functions at a session, plain «человек») does not.
Leaves out
    Whole titles with their dependants: ``roles``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.extractors.people.words import PROPER, is_place, word_list
from pipeline.morphology import CASES, SAME_CASE, parses
from pipeline.page import Page

# Words that no dictionary has are taken for people by the end of the word: «онкопсихолог», «экопросветитель».
PERSON_ENDINGS = re.compile(
    r"(?:олог|граф|метр|вед|тель|тельница|ник|ница|щик|щица|чик|чица|ист|истка|ант|антка|ент|ентка|ер|ерка|ор|орка|"
    r"навт|терапевт|педагог|врач|мастер|фил|ман|коуч|мэн|мен|смен)$"
)
SURE_ENDINGS = re.compile(r"(?:олог|вед|терапевт|педагог|тренер|менеджер|мастер|тель|щик|щица|мейкер|коуч)$")
# Participles and adjectives that are posts by themselves.
PARTICIPLE_POSTS = ("главнокомандующ", "заведующ", "исполняющ", "командующ", "управляющ")
# Posts in one word that ends in a governed noun and does not decline, as «замминистра» does not.
FUSED = frozenset(("завкафедрой", "завлабораторией", "завотделением", "завотделом", "завсектором", "управделами"))
FAR = 16  # tokens before a name in which its title is looked for
NEAR = 6  # tokens after it
DASHES = ("—", "–", "-")
ALL_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
ENDS = frozenset((",", ";", ".", "!", "?", ":", *DASHES))


@lru_cache(maxsize=50_000)
def is_post(lemma: str) -> bool:
    """Tell whether a lemma (ё as е) is a word by which a person may be introduced: «эколог», not «мама»."""
    if lemma in word_list("not_posts.txt") or lemma in word_list("nationals.txt"):
        return False
    if lemma in word_list("posts.txt") or lemma in FUSED or deputised(lemma) is not None:
        return True
    _, _, tail = lemma.partition("-")
    if tail:
        return is_post(tail) and not is_place(lemma)
    nouns = [p for p in parses(lemma) if p.tag.POS == "NOUN" and "nomn" in p.tag and "sing" in p.tag]
    common = [p for p in nouns if "anim" in p.tag and not PROPER & p.tag.grammemes]
    known = [p for p in nouns if p.is_known]
    if known:  # «мешок», «субботник» are people in slang only
        return bool(common) and max(p.score for p in common) >= max(p.score for p in known)
    return bool((PERSON_ENDINGS if common else SURE_ENDINGS).search(lemma))


@lru_cache(maxsize=20_000)
def deputised(lower: str) -> str | None:
    """Return whose deputy a fused word names, ``None`` where it names none: «замминистра» is a министр's."""
    if not lower.startswith("зам") or len(lower) < 7:
        return None
    nouns = (p for p in parses(lower[3:]) if p.tag.POS == "NOUN" and p.tag.case == "gent" and "anim" in p.tag)
    bosses = ((p.normal_form.replace("ё", "е"), p.is_known) for p in nouns if p.tag.number == "sing")
    return next((b for b, known in bosses if b in word_list("posts.txt") or (known and is_post(b))), None)


def is_fused(lower: str) -> bool:
    """Tell whether a word is a post in one word that does not decline: «замминистра», «завкафедрой»."""
    return lower in FUSED or deputised(lower) is not None


@lru_cache(maxsize=50_000)
def is_person_word(lemma: str) -> bool:
    """Tell whether a lemma is a word for a person at all: a post, kin, a function at a session."""
    return is_post(lemma) or lemma in word_list("not_posts.txt") or lemma in word_list("nationals.txt")


def described_as(page: Page, first: int, last: int) -> frozenset[str]:
    """Return the words by which the name in tokens ``[first, last)`` is introduced there, as lemmas."""
    return frozenset((*_before(page, first, last), *_after(page, last)))


def _before(page: Page, first: int, last: int) -> list[str]:
    cases = {CASES.get(page.feature(i, "Case") or "") for i in range(first, last)}
    return [
        page.lemmas[i]
        for i in titles_before(page, first)
        if is_post(page.lemmas[i]) and (i == first - 1 or cases.intersection(cases_of(page, i)))
    ]


def titles_before(page: Page, first: int) -> list[int]:
    """Return the words for a person in the clause before the token ``first``, singular, nearest first."""
    known: dict[int, list[int]] = page.shared.setdefault("titles_before", {})
    if first not in known:
        known[first] = _titles_before(page, first)
    return known[first]


def _titles_before(page: Page, first: int) -> list[int]:
    if first >= 2 and page.words[first - 1] in DASHES and page.lines[page.line_of[first]][0] == first - 2:
        return [first - 2] if is_person_word(page.lemmas[first - 2]) else []  # «Журналист — Андрей Соколов»
    start = max(page.lines[page.line_of[first]][0], first - FAR)
    found = []
    i = first - 1
    while i >= start:
        if i in page.quote_ending:  # a quoted name says nothing of the title before it
            i = page.quote_ending[i].first - 1
            continue
        if page.pos[i] == "VERB" or page.words[i] in ENDS or page.lower[i] in ("и", "а", "но"):
            break
        if page.words[i][0].isalpha() and page.feature(i, "Number") != "Plur" and is_person_word(page.lemmas[i]):
            found.append(i)
        i -= 1
    return found


def cases_of(page: Page, i: int) -> tuple[str, ...]:
    """Return the cases of a word: the tag's where the dictionary allows it, else the dictionary's."""
    token = page.tokens[i]
    return _cases_of(token.lower, token.features.get("Case"), token.features.get("Number"))


@lru_cache(maxsize=50_000)
def _cases_of(lower: str, case: str | None, told: str | None) -> tuple[str, ...]:
    if lower.startswith(("зам", "зав", "упр")) and is_fused(lower):
        return ALL_CASES
    tagged = CASES.get(case or "")
    number = "plur" if told == "Plur" else "sing"
    possible = dictionary_cases(lower, number) or dictionary_cases(lower, "sing") or dictionary_cases(lower, "plur")
    return (tagged,) if tagged and (tagged in possible or not possible) else possible


@lru_cache(maxsize=50_000)
def dictionary_cases(lower: str, number: str) -> tuple[str, ...]:
    """Return the cases of a form as a noun in a number ("sing", "plur"), an animate one if it may be."""
    declined = [p for p in parses(lower) if p.tag.case and p.tag.number == number]
    nouns = [p for p in declined if p.tag.POS == "NOUN" and p.tag.grammemes.isdisjoint(("Surn", "Name"))]
    chosen = [p for p in nouns if "anim" in p.tag] or nouns or declined
    return tuple(dict.fromkeys(SAME_CASE.get(str(p.tag.case), str(p.tag.case)) for p in chosen))


@lru_cache(maxsize=50_000)
def form_cases(lower: str) -> tuple[str, ...]:
    """Return the cases that a form may stand in at all, singular or plural, as noun or adjective."""
    cases = (str(p.tag.case) for p in parses(lower) if p.tag.case)
    return tuple(dict.fromkeys(SAME_CASE.get(case, case) for case in cases))


def head_lemma(page: Page, i: int) -> str:
    """Return the lemma of a word for a person; «заведующей» is no verb here but «заведующий»."""
    return _head_lemma(page.lower[i], page.pos[i], page.lemmas[i])


@lru_cache(maxsize=50_000)
def _head_lemma(lower: str, pos: str, lemma: str) -> str:
    if lower.startswith(("зам", "зав", "упр")) and is_fused(lower):
        return lower
    if pos in ("VERB", "ADJ", "NOUN") and lower.startswith(PARTICIPLE_POSTS):
        stem = next(stem for stem in PARTICIPLE_POSTS if lower.startswith(stem))
        return stem + ("ая" if lower.endswith(("ая", "ей", "ую")) else "ий")
    return lemma


def find_title(page: Page, first: int) -> int | None:
    """Return the word of the title before a name that its case depends on: the first of its clause."""
    found = titles_before(page, first)
    posts = [i for i in found if is_post(page.lemmas[i])]  # «сын актрисы Завьяловой»: her case is the post's
    return (posts or found)[-1] if found else None


def _after(page: Page, last: int) -> list[str]:
    if last >= len(page) or page.line_of[last] != page.line_of[last - 1]:
        return []
    if page.words[last] not in (",", "(", *DASHES):
        return []
    for i in range(last + 1, min(last + NEAR, len(page))):
        if page.pos[i] == "VERB" or page.words[i] in ENDS or page.words[i] in (")", "«", '"'):
            break
        if is_post(page.lemmas[i]):
            return [page.lemmas[i]]
        if page.pos[i] in ("NOUN", "PROPN"):
            break
    return []
