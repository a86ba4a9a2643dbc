"""A page as the rules of organisations read it: kind words, capitals, persons and places by token.

Purpose
    ``Reader`` notes once what every rule asks for, and answers questions about single words: the case a word may
    stand in, whether its capital letter means something, which adjectives stand before a noun.
Leaves out
    What follows a kind word (``tails``), and which phrases name an organisation (``spans``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pipeline.extractors.organisations.words import Kind, kind_of, legal_forms, type_adjectives, word_set
from pipeline.morphology import SAME_CASE, is_adjective, parses
from pipeline.page import Page
from pipeline.record import City, Person, Region
from pipeline.tokens import Token, Trigger

CASES = {"Nom": "nomn", "Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct"}
GENITIVE, DATIVE = frozenset({"gent"}), frozenset({"datv"})
INSTRUMENTAL, LOCATIVE = frozenset({"ablt"}), frozenset({"loct"})
NO_KIND = ("VERB", "ADP", "ADV", "CCONJ")
DASHES_AND_MARKS = ("—", "–", "-", "•", ")", ".", "*", ":", "…", "!", "?", "...")


@lru_cache(maxsize=50_000)
def cases_of(word: str) -> frozenset[str]:
    """Return the cases a folded word form can have as a noun or adjective; empty for unknown words."""
    return frozenset(SAME_CASE.get(p.tag.case, p.tag.case) for p in parses(word) if p.tag.case and p.is_known)


@lru_cache(maxsize=50_000)
def adjective_cases(word: str) -> frozenset[str]:
    """Return the cases a folded word form can have as an adjective, guesses too; empty if it is none."""
    readings = [p for p in parses(word) if is_adjective(p) and "Apro" not in p.tag]
    return frozenset(SAME_CASE.get(p.tag.case, p.tag.case) for p in readings)


@lru_cache(maxsize=50_000)
def is_fixed(word: str) -> bool:
    """Tell whether a folded word does not decline: «кино», «Тимченко»."""
    return any("Fixd" in p.tag and p.tag.POS == "NOUN" for p in parses(word) if p.is_known)


@lru_cache(maxsize=50_000)
def is_given_name(word: str) -> bool:
    """Tell whether a folded word is a form of a person's first name."""
    return any("Name" in p.tag for p in parses(word) if p.is_known)


def is_abbreviation(word: str) -> bool:
    """Tell whether a word is written in capitals like «РАН» or «НКО»."""
    return 2 <= len(word) <= 8 and word.isupper() and word.isalpha()


def _names_kind(token: Token) -> bool:
    return kind_of(token.lemma) is not None and token.pos not in NO_KIND and token.word[0].isalpha()


KIND_WORDS = Trigger(_names_kind)


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
        self.known: dict[int, int] = {}  # known bodies, first token → end, as ``find_known`` meets them
        self._note_persons(people)
        self._note_places((*cities, *regions))
        self.breaks = {first for first, _ in page.lines}
        self._note_words()
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
        """Mark the words that rules start from."""
        page = self.page
        self.capitals = [i for i in page.capitals if page.words[i][0].isalpha()]
        self.abbreviations = [i for i in self.capitals if is_abbreviation(page.words[i])]
        likely = {i: kind for i in page.find(KIND_WORDS) if (kind := kind_of(page.lemmas[i])) is not None}
        self.kinds = {i: kind for i, kind in likely.items() if self._is_kind_here(i, page.lemmas[i])}

    def _is_kind_here(self, i: int, lemma: str) -> bool:
        """Tell whether a word has the adjective that makes it a kind: «национальный парк», «проектный офис»."""
        wanted = word_set(f"adjective of {lemma}") if lemma in word_set("only with adjective") else ()
        return not wanted or any(self.page.lemmas[j].rpartition("-")[2] in wanted for j in self.adjectives(i))

    def _capital_lines(self) -> set[int]:
        """Return the tokens of lines written in capitals: there a capital letter says nothing."""
        found: set[int] = set()
        page = self.page
        loud = {page.line_of[i] for i in self.capitals if len(page.words[i]) > 3 and page.words[i].isupper()}
        for first, last in (page.lines[line] for line in loud):
            words = [w for w in page.words[first:last] if w[0].isalpha() and len(w) > 3]
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
        if before in DASHES_AND_MARKS:
            return before in ".…!?..." or self._only_marks(i - 1)
        return False

    def _only_marks(self, i: int) -> bool:
        """Tell whether a line up to and with ``i`` holds no word: «1) », «— », «10:00–11:30 »."""
        first = self.page.lines[self.page.line_of[i]][0]
        return not any(any(c.isalpha() for c in w) for w in self.page.words[first : i + 1])

    def boundary(self, i: int) -> bool:
        """Tell whether no phrase goes on to word ``i``: end of text, a new line, a person."""
        return i >= len(self.page.words) or i in self.breaks or i in self.persons

    def has_case(self, i: int, wanted: frozenset[str]) -> bool:
        """Tell whether a word stands in one of the cases, by its tag or because it can be in no other."""
        possible = cases_of(self.page.lower[i])
        tagged = CASES.get(self.page.feature(i, "Case") or "", "")
        if not possible:
            return tagged in wanted
        if not possible & wanted:
            return False
        return tagged in wanted or "nomn" not in possible or i in self.shouting or is_fixed(self.page.lower[i])

    def agrees(self, adjective: int, head: int) -> bool:
        """Tell whether a word is an adjective that agrees with its noun."""
        page = self.page
        if page.pos[adjective] not in ("ADJ", "PROPN", "NOUN", "VERB", "X"):
            return False
        if adjective in self.persons or adjective in self.place_tokens:
            return False
        if not page.words[adjective][0].isalpha():
            return False
        cases = adjective_cases(page.lower[adjective])
        tagged = CASES.get(page.feature(head, "Case") or "", "")
        return bool(cases) and (not tagged or tagged in cases or bool(cases & cases_of(page.lower[head])))

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
