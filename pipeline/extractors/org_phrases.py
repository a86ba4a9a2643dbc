"""Reads phrases that name organisations: what belongs to a kind word on its left and on its right.

Purpose
    ``Reader`` answers two questions about a kind word of a page: where its name begins (adjectives) and where
    it ends (genitives, «по делам …», places, «им. …», «№ 3»).
Steps
    The tail is read word by word with the cases that the head and its prepositions ask for, and stops at the
    first word that does not fit: a verb, a person, punctuation, another case.
Leaves out
    Whether the phrase names an organisation at all: that is for the rules of ``organisations``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pipeline.extractors.org_words import Kind, kind_of, legal_forms, type_adjectives, word_set
from pipeline.morphology import SAME_CASE, is_adjective, parses
from pipeline.page import Page
from pipeline.record import City, Person, Region

CASES = {"Nom": "nomn", "Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct"}
GEN, DAT, INS, LOC = "gent", "datv", "ablt", "loct"

COUNTRIES = frozenset({"россия", "рф", "ссср", "снг", "рсфср", "москва"})
ONLY_PLACES = ("суд", "дума", "прокуратура", "парламент", "мэрия")
INITIALS_AFTER = ("музей", "театр", "библиотека", "галерея", "дом")
SECOND_NAMES = frozenset(
    {"алания", "алании", "югра", "югры", "кузбасс", "кузбасса", "чувашия", "чувашии", "якутия"}
)
SICK = ("больн", "страда", "болею", "нуждаю")


@lru_cache(maxsize=50_000)
def cases_of(word: str) -> frozenset[str]:
    """Return the cases a folded word form can have as a noun or adjective; empty for unknown words."""
    return frozenset(SAME_CASE.get(p.tag.case, p.tag.case) for p in parses(word) if p.tag.case and p.is_known)


@lru_cache(maxsize=50_000)
def is_given_name(word: str) -> bool:
    """Tell whether a folded word is a form of a person's first name."""
    return any("Name" in p.tag for p in parses(word) if p.is_known)


def is_abbreviation(word: str) -> bool:
    """Tell whether a word is written in capitals like «РАН» or «НКО»."""
    return 2 <= len(word) <= 8 and word.isupper() and word.isalpha()


class Reader:
    """A page with what is known of its persons and places, by token."""

    def __init__(
        self, page: Page, people: Sequence[Person], cities: Sequence[City], regions: Sequence[Region]
    ) -> None:
        self.page = page
        self.persons: set[int] = set()
        self.places: dict[int, int] = {}
        self.place_tokens: set[int] = set()
        self.place_adjectives: set[int] = set()
        self.city_at: dict[int, str] = {}
        self.kinds: dict[int, Kind] = {}
        self.capitals: list[int] = []
        self.abbreviations: list[int] = []
        self._note_persons(people)
        self._note_places((*cities, *regions))
        self._note_words()
        self.breaks = {first for first, _ in page.lines}
        self.shouting = self._capital_lines()

    def _note_persons(self, people: Sequence[Person]) -> None:
        """Mark persons: those given, and what the model of named entities takes for one."""
        for person in people:
            for mention in person.mentions:
                self.persons.update(range(*self.page.tokens_in(mention.start, mention.end)))
        for chunk in self.page.chunks:
            if chunk.label == "PER" and chunk.last - chunk.first > 1:
                self.persons.update(range(chunk.first, chunk.last))

    def _note_places(self, places: Sequence[City | Region]) -> None:
        page = self.page
        for place in places:
            for spot in place.mentions:
                first, last = page.tokens_in(spot.start, spot.end)
                if spot.form == "adjective":
                    self.place_adjectives.update(range(first, last))
                else:
                    self.places[first] = max(last, self.places.get(first, 0))
                    self.place_tokens.update(range(first, last))
                if isinstance(place, City):
                    self.city_at.update(dict.fromkeys(range(first, last), place.id))

    def _note_words(self) -> None:
        """Mark, in one pass, the words that rules start from."""
        page = self.page
        for i, (word, pos, lemma) in enumerate(zip(page.words, page.pos, page.lemmas, strict=True)):
            if not word[0].isalpha():
                continue
            if word[0].isupper():
                self.capitals.append(i)
                if is_abbreviation(word):
                    self.abbreviations.append(i)
            if pos not in ("VERB", "ADP", "ADV", "CCONJ"):
                kind = kind_of(lemma)
                if kind is not None:
                    self.kinds[i] = kind

    def _capital_lines(self) -> set[int]:
        """Return the tokens of lines written in capitals: there a capital letter says nothing."""
        found: set[int] = set()
        for first, last in self.page.lines:
            words = [w for w in self.page.words[first:last] if w[0].isalpha() and len(w) > 3]
            capital = sum(w.isupper() for w in words)
            if len(words) > 1 and capital > 0.6 * len(words):
                found.update(range(first, last))
        return found

    # -- words ------------------------------------------------------------------------------------------------

    def kind(self, i: int) -> Kind | None:
        """Return the kind that a word names, or ``None``; adjectives name none («детский сад» does)."""
        return self.kinds.get(i)

    def legal(self, i: int) -> Kind | None:
        """Return the legal form that a word in capitals abbreviates, or ``None``."""
        return legal_forms().get(self.page.words[i])

    def capital(self, i: int) -> bool:
        """Tell whether a word has a capital letter that means something: not in a line of capitals."""
        return self.page.words[i][0].isupper() and i not in self.shouting

    def opens_clause(self, i: int) -> bool:
        """Tell whether a word would have a capital letter anyway: first of a sentence, line, item or quote."""
        page = self.page
        if i == 0 or i in self.breaks or page.sentences[page.sentence_of[i]][0] == i:
            return True
        before = page.words[i - 1]
        if before in '«"“„':
            return True
        if before in ("—", "–", "-", "•", ")", ".", "*", ":", "…", "!", "?", "..."):
            return before in ".…!?..." or self._only_marks(i - 1)
        return False

    def _only_marks(self, i: int) -> bool:
        """Tell whether a line up to and with ``i`` holds no word: «1) », «— », «10:00–11:30 »."""
        first = self.page.lines[self.page.line_of[i]][0]
        return not any(any(c.isalpha() for c in w) for w in self.page.words[first : i + 1])

    def boundary(self, i: int) -> bool:
        """Tell whether no phrase goes on to word ``i``: end of text, a new line, a person."""
        return i >= len(self.page) or i in self.breaks or i in self.persons

    def has_case(self, i: int, wanted: frozenset[str]) -> bool:
        """Tell whether a word stands in one of the cases, by its tag or because it can be in no other."""
        possible = cases_of(self.page.lower[i])
        tagged = CASES.get(self.page.feature(i, "Case") or "", "")
        if not possible:
            return tagged in wanted
        if not possible & wanted:
            return False
        return tagged in wanted or "nomn" not in possible or i in self.shouting

    def agrees(self, adjective: int, head: int) -> bool:
        """Tell whether a word is an adjective that agrees with its noun."""
        page = self.page
        if page.pos[adjective] not in ("ADJ", "PROPN", "NOUN", "VERB", "X"):
            return False
        if adjective in self.persons or adjective in self.place_tokens:
            return False
        if not page.words[adjective][0].isalpha():
            return False
        readings = [p for p in parses(page.lower[adjective]) if is_adjective(p) and "Apro" not in p.tag]
        cases = {SAME_CASE.get(p.tag.case, p.tag.case) for p in readings}
        tagged = CASES.get(page.feature(head, "Case") or "", "")
        return bool(readings) and (not tagged or tagged in cases or bool(cases & cases_of(page.lower[head])))

    # -- left -------------------------------------------------------------------------------------------------

    def adjectives(self, head: int) -> list[int]:
        """Return the adjectives before a head, the nearest first: «Алтайский краевой общественный фонд»."""
        found: list[int] = []
        i = head - 1
        while i >= 0 and i + 1 not in self.breaks:
            if self.page.words[i] == ")" and i >= 3 and self.page.words[i - 2] == "(":
                if not self.agrees(i - 1, head) or not self.agrees(i - 3, head):
                    break
                found += [i - 1, i - 3]
                i -= 4
                continue
            if not self.agrees(i, head) or self.page.pos[i] == "DET":
                break
            found.append(i)
            i -= 1
        return found

    def is_type(self, i: int) -> bool:
        """Tell whether an adjective belongs to the kind: «благотворительный», «культурно-досуговый»."""
        lemma = self.page.lemmas[i]
        return lemma in type_adjectives() or lemma.rpartition("-")[2] in type_adjectives()

    def is_judgement(self, i: int) -> bool:
        """Tell whether an adjective says nothing of a name: «Новый», «Крупный», «Первый»."""
        return self.page.lemmas[i] in word_set("judgement")

    # -- right ------------------------------------------------------------------------------------------------

    def tail(self, head: int, kind: Kind | None, *, lists: bool = False) -> tuple[int, bool]:
        """Return where the phrase of a head ends and whether it ends on a place.

        «Министерство по делам молодёжи и социальным коммуникациям Республики Саха (Якутия)» → after «)», True.
        ``lists`` lets commas join («труда, занятости и социальной защиты»).
        """
        placed = False
        i, cases, previous, lemma = head + 1, frozenset({GEN}), head, self.page.lemmas[head]
        while not self.boundary(i):
            place = self.place(i, cases) or self._by_place(i)
            if place and self.page.words[i - 1].isdigit() and self.page.lemmas[i] in word_set("named place noun"):
                break  # «библиотека № 3 | посёлка Калья»
            if place and (self.boundary(place) or self.page.lower[place] != "по" or self._by_place(place)):
                return self._by_place(place) or place, True
            if place:
                i, placed, previous = place, True, place - 1
            step = self._number(i) or self._memorial(i) or (lemma in INITIALS_AFTER and self._initials(i))
            if step:
                i = step
                continue
            step = 0 if lemma in ONLY_PLACES else self.group(i, cases | self._extra(previous))
            if not step:
                step, cases = self._preposition(i, head, previous, cases)
            if not step:
                step = self._conjoined(i, cases, lists=lists) if i > head + 1 else 0
            if not step:
                break
            previous, i = step - 1, step
        return i, placed

    def _by_place(self, i: int) -> int:
        """Return the end of «по Ростовской области», or 0."""
        if self.boundary(i) or self.page.lower[i] != "по":
            return 0
        return self.place(i + 1, frozenset({DAT}))

    def _extra(self, previous: int) -> frozenset[str]:
        """Return cases that the word before asks for: «помощи больным», «больных склерозом»."""
        if self.page.lemmas[previous] in word_set("with dative"):
            return frozenset({DAT})
        return frozenset({INS}) if self.page.lower[previous].startswith(SICK) else frozenset()

    def place(self, i: int, cases: frozenset[str]) -> int:
        """Return the end of a place that begins at ``i`` in one of the cases, or 0."""
        page = self.page
        if self.boundary(i):
            return 0
        if i in self.places:
            possible = cases_of(page.lower[i])
            if possible and not possible & cases and page.words[i] != "Саха":
                return 0
            return self._second_name(self.places[i])
        if (
            page.lemmas[i] in COUNTRIES
            and page.words[i][0].isupper()
            and (page.words[i].isupper() or self.has_case(i, cases))
        ):
            return i + 1
        if page.lemmas[i] in word_set("named place noun") and (
            page.words[i][0].islower() or page.lemmas[i] == "республика"
        ):
            j = i + 2 if i + 1 < len(page) and page.words[i + 1] == "." else i + 1
            if self.boundary(j) or not page.words[j][0].isupper():
                return 0
            return self._second_name(self.places.get(j, j + 1))
        return self._district(i, cases)

    def _district(self, i: int, cases: frozenset[str]) -> int:
        """«Тотемского муниципального округа»: adjectives, the first one capital, and a noun of places."""
        page, j = self.page, i
        if not page.words[i][0].isupper():
            return 0
        while not self.boundary(j) and j < i + 4 and self.has_case(j, cases):
            if page.lemmas[j] in word_set("place noun") and j > i:
                return self._second_name(j + 1)
            if page.pos[j] != "ADJ":
                return 0
            j += 1
        return 0

    def _second_name(self, end: int) -> int:
        """«Саха | (Якутия)», «Северная Осетия | — Алания»."""
        page = self.page
        if end + 2 < len(page) and page.words[end] == "(" and page.words[end + 2] == ")":
            return end + 3 if page.lower[end + 1] in SECOND_NAMES else end
        if end + 1 < len(page) and page.words[end] in "—–-" and page.lower[end + 1] in SECOND_NAMES:
            return end + 2
        return end

    def _number(self, i: int) -> int:
        page = self.page
        if page.words[i] in ("№", "N") and i + 1 < len(page) and page.words[i + 1][0].isdigit():
            return i + 2
        return i + 1 if page.words[i][0] == "№" and page.words[i][1:].isdigit() else 0

    def _memorial(self, i: int) -> int:
        """«им. Н. М. Рубцова», «имени Ахмет-Заки Валиди», «имени 60-летия Октября»."""
        page = self.page
        if page.lower[i] not in ("им", "имени"):
            return 0
        j = i + 1
        end = 0
        while j < len(page) and j not in self.breaks and j < i + 10:
            word = page.words[j]
            if word[0].isupper() or (word[0].isdigit() and j == i + 1):
                end = j + 1
            elif not (not end and word.isalpha() and page.pos[j] in ("NOUN", "ADJ")) and not (
                word == "." and (len(page.words[j - 1]) <= 2 and j - 1 >= i)
            ):
                break
            j += 1
        return end

    def _initials(self, i: int) -> int:
        """«музей | А. С. Пушкина»."""
        page, j = self.page, i
        while (
            j + 1 < len(page) and len(page.words[j]) == 1 and page.words[j].isupper() and page.words[j + 1] == "."
        ):
            j += 2
        return j + 1 if j > i and j < len(page) and page.words[j][0].isupper() else 0

    def group(self, i: int, cases: frozenset[str]) -> int:
        """Return the end of adjectives and a noun in one of the cases that begin at ``i``, or 0."""
        page, j = self.page, i
        while not self.boundary(j) and self._adjective(j, cases):
            joined = not self.boundary(j + 2) and page.lower[j + 1] in ("и", ",") and self._adjective(j + 2, cases)
            j += 2 if joined else 1
        if self.boundary(j):
            return j if j > i else 0
        word = page.words[j]
        if is_abbreviation(word) and j not in self.shouting:
            return j + 1
        if page.pos[j] in ("NOUN", "PROPN") and word[0].isalpha() and self.has_case(j, cases):
            return 0 if word[0].isupper() and is_given_name(page.lower[j]) and j not in self.places else j + 1
        return j if j > i and page.feature(j - 1, "Number") == "Plur" else 0

    def _adjective(self, i: int, cases: frozenset[str]) -> bool:
        page = self.page
        verbal = page.pos[i] == "VERB" and page.feature(i, "VerbForm") == "Part"
        return (page.pos[i] == "ADJ" or verbal) and page.words[i][0].isalpha() and self.has_case(i, cases)

    def _conjoined(self, i: int, cases: frozenset[str], *, lists: bool) -> int:
        """Return the end of «и социальным коммуникациям»; not «и Фонда …», «и мэрии …»."""
        page = self.page
        if page.lower[i] not in ("и", ",") or self.boundary(i + 1):
            return 0
        if page.words[i] == "," and not (lists and self._list_goes_on(i, cases)):
            return 0
        j = i + 2 if page.lower[i + 1] in ("по", "для") else i + 1
        end = self.group(j, cases)
        if not end or page.words[j][0].isupper():
            return 0
        return 0 if self._begins_another(end - 1) else end

    def _begins_another(self, i: int) -> bool:
        """Tell whether a kind word after «и» has a name of its own: «и мэрии Томска», not «и управления»."""
        kind = self.kind(i)
        if kind is None or self.page.feature(i, "Number") == "Plur" or self.boundary(i + 1):
            return False
        return i + 1 in self.page.quote_at or self.tail(i, kind)[0] > i + 1

    def _list_goes_on(self, i: int, cases: frozenset[str]) -> bool:
        """Tell whether groups joined by commas end in «и …»: «, занятости и социальной защиты»."""
        while not self.boundary(i) and self.page.words[i] == ",":
            end = self.group(i + 1, cases) if not self.boundary(i + 1) else 0
            if not end or self.page.words[i + 1][0].isupper():
                return False
            step = end
            while step and not self.boundary(step):  # genitives of the item: «, градостроительства города и …»
                end, step = step, self.group(step, cases)
            i = end
        return not self.boundary(i) and self.page.lower[i] == "и"

    def _preposition(self, i: int, head: int, previous: int, cases: frozenset[str]) -> tuple[int, frozenset[str]]:
        """Return the end of a phrase with a preposition that belongs to a name, and the cases after it."""
        page, word, nothing = self.page, self.page.lower[i], (0, cases)
        if self.boundary(i + 1):
            return nothing
        first = i == head + 1
        if word == "по":
            if page.lemmas[i + 1] in word_set("not by"):
                return nothing
            end = self.group(i + 1, frozenset({DAT}))
            return (end, frozenset({DAT, GEN})) if end else nothing
        if word == "для" and first:
            end = self.group(i + 1, frozenset({GEN}))
            living = end and (page.feature(end - 1, "Animacy") != "Inan" or end - i > 2)
            return (end, frozenset({GEN})) if living else nothing
        if word == "при":
            end = self.group(i + 1, frozenset({LOC}))
            return (end, frozenset({GEN})) if end and page.lemmas[end - 1] in word_set("at body") else nothing
        if word in ("с", "со") and page.lemmas[previous] in word_set("with instrumental"):
            end = self.group(i + 1, frozenset({INS}))
            return (end, frozenset({GEN, INS})) if end else nothing
        if word in ("в", "во") and first and page.lemmas[head] in word_set("abroad"):
            place = self.place(i + 1, frozenset({LOC}))
            return (place, frozenset()) if place else nothing
        return nothing
