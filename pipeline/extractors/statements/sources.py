"""Says whose words a report gives: a person, an organisation, or somebody of whom no more is known.

Steps
    «По словам …» names its source in the genitive; a verb has it as its subject: beside it, before it in the
    sentence (also across «и»), or as «в фонде (сообщили)». «Он», «она», a post and a bare «фонд» mean the nearest
    before that fits. A subject that neither speaks nor thinks («опрос показал») rejects the report.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, NamedTuple

from pipeline.extractors.organisations.words import kind_of
from pipeline.extractors.people.posts import is_person_word
from pipeline.extractors.quotes.speakers import PRONOUNS, described, is_subject
from pipeline.extractors.statements.words import POSSESSIVE, SOURCE_NOUNS, Report, is_finite
from pipeline.page import Page
from pipeline.record import Gender, Organisation, Person

GENDERS: dict[str, Gender] = {"Masc": "male", "Fem": "female"}
OFFICES = frozenset(("пресс-служба", "оргкомитет", "ведомство", "штаб", "руководство", "дирекция", "правление"))
PARTS = frozenset(("ряд", "большинство", "часть", "группа", "множество", "половина"))
MANY = frozenset(("они", "многие", "все", "некоторые", "другие", "оба", "обе"))


What = Literal["person", "organisation"]


class Source(NamedTuple):
    """Indexes of the person or the organisation whose words these are; both ``None``: not known."""

    person: int | None = None
    organisation: int | None = None


class Mention(NamedTuple):
    first: int
    last: int
    what: What
    row: int


SOMEBODY = Source()
NOTHING = Source(-1, -1)  # the subject is a thing: «опрос показал»


class Sources:
    """The people and organisations of a page as sources of words."""

    def __init__(self, page: Page, people: list[Person], organisations: list[Organisation]) -> None:
        self.page, self.people, self.organisations = page, people, organisations
        named = self._mentions("organisation", organisations) + self._mentions("person", people)
        self.at = {i: mention for mention in named for i in range(mention.first, mention.last)}
        self.mentions = sorted(named)

    def _mentions(self, what: What, rows: Sequence[Person | Organisation]) -> list[Mention]:
        place = self.page.tokens_in
        return [Mention(*place(m.start, m.end), what, n) for n, row in enumerate(rows) for m in row.mentions]

    def of(self, report: Report) -> Source | None:
        """Return the source of a report, ``None`` where nobody can be one."""
        noun = self.page.lemmas[report.verb] in SOURCE_NOUNS
        source = (self._according if noun else self._subject)(report.verb, *report.source)
        return None if source == NOTHING else source

    # -- «по словам …» ----------------------------------------------------------------------------------------

    def _according(self, noun: int, first: int, last: int) -> Source | None:
        page = self.page
        owner = next((page.lower[k] for k in range(first, noun) if page.lower[k] in POSSESSIVE), None)
        if owner == "их":
            return SOMEBODY
        if owner:
            return self._latest(noun, "male" if owner == "его" else "female")
        if last > noun + 1 and page.lemmas[noun + 1] == "который":
            return self._antecedent(first)
        mentions = [self.at[k] for k in range(noun + 1, last) if k in self.at]
        for what in ("person", "organisation"):
            named = next((m for m in mentions if m.what == what), None)
            if named:
                return self._source(named)
        for k in range(noun + 1, last):
            if page.pos[k] == "NOUN" and page.lemmas[k] not in PARTS:
                return self._called(k, first) if page.feature(k, "Case") == "Gen" else None
        return None

    # -- the subject of a verb --------------------------------------------------------------------------------

    def _subject(self, verb: int, first: int, last: int) -> Source | None:
        page = self.page
        if page.feature(verb, "VerbForm") == "Conv":
            return self._main_subject(verb, first)
        named = {self.at[k] for k in range(verb + 1, last) if k in self.at and self.at[k].what == "person"}
        for mention in sorted(named):  # «сообщила его директор Анна Котова»
            found = self._mentioned(mention, verb)
            if found:
                return found
        for k in range(verb + 1, last):
            if is_finite(page, k):
                break
            found = self._names_source(k, verb)
            if found:
                return found
        return self._subject_before(verb, first)

    def _main_subject(self, verb: int, first: int) -> Source | None:
        """Return the subject of the sentence to which «отметив» belongs: who is named first in the nominative."""
        page = self.page
        end = next((k for k in range(first, verb) if is_finite(page, k)), verb)
        named = [self.at[k] for k in range(first, end) if k in self.at and self.at[k].what == "person"]
        found = next(filter(None, (self._mentioned(mention, verb) for mention in named)), None)
        others = (self._names_source(k, verb) for k in range(first, verb))
        return found or next(filter(None, others), None) or self._latest(first, None)

    def _subject_before(self, verb: int, first: int) -> Source | None:
        """Look for the subject before the verb, nearest first; a thing in a clause between is passed over."""
        page, k, crossed = self.page, verb - 1, False
        while k >= first:
            if page.lemmas[k] == "который" and page.feature(k, "Case") == "Nom":
                return None if crossed else self._antecedent(k)
            found = self._names_source(k, verb)
            if found and not (crossed and found == NOTHING):
                return found
            crossed |= page.lower[k] in (",", ":", "и")
            k = self.at[k].first - 1 if k in self.at else k - 1
        gender = GENDERS.get(page.feature(verb, "Gender") or "")
        return self._latest(first, gender) if gender else None

    def _names_source(self, k: int, verb: int) -> Source | None:
        """Return whom the word ``k`` names if it is the subject of the verb, else ``None``."""
        page, many = self.page, self.page.feature(verb, "Number") == "Plur"
        if k in self.at:
            return self._mentioned(self.at[k], verb)
        if page.lower[k] in PRONOUNS and page.feature(k, "Case") in ("Nom", None):
            return None if many else self._latest(k, PRONOUNS[page.lower[k]])
        if many and page.lower[k] in MANY:
            return SOMEBODY
        if many and page.lower[k] == "там":
            return next((self._source(m) for m in self._before(k, "organisation")), SOMEBODY)
        if many and page.feature(k, "Case") == "Loc" and self._place_of_words(k):
            return self._called(k, k)
        if page.feature(k, "Case") != "Nom" or page.pos[k] not in ("NOUN", "PROPN", "PRON"):
            return None
        if not self._agrees(k, verb):
            return None
        if page.pos[k] == "PROPN" and page.words[k][0].isupper():  # a name that the record does not have
            return SOMEBODY if k not in page.chunk_at or page.chunk_at[k].label == "PER" else None
        return self._called(k, k)

    def _mentioned(self, mention: Mention, verb: int) -> Source | None:
        """Return the source that a mention is if it is the subject of the verb."""
        page = self.page
        many = page.feature(verb, "Number") == "Plur"
        if mention.what == "organisation":
            return self._source(mention) if self._speaks(mention, many) else None
        person = self.people[mention.row]
        gender = GENDERS.get(page.feature(verb, "Gender") or "")
        fits = person.gender in (gender, None) or gender is None
        if not fits or not is_subject(page, person, page.starts[mention.first], page.ends[mention.last - 1]):
            return None
        return SOMEBODY if many else self._source(mention)

    def _speaks(self, mention: Mention, many: bool) -> bool:
        """Tell whether an organisation is the subject: in the nominative, or «в фонде (сообщили)»."""
        page, i = self.page, mention.first
        if many and page.feature(i, "Case") == "Loc" and self._place_of_words(i):
            return True
        begins = i in (page.sentences[page.sentence_of[i]][0], page.lines[page.line_of[i]][0])
        if not begins and page.pos[i - 1] in ("ADP", "NOUN"):
            return False
        head = next((k for k in range(i, mention.last) if page.pos[k] in ("PROPN", "NOUN")), i)
        nominative = page.feature(head, "Case") in ("Nom", None) or page.words[head].isupper()
        return nominative and (not many or page.feature(head, "Number") == "Plur")

    def _place_of_words(self, k: int) -> bool:
        """Tell whether «в» or «на» stands before a word and its adjectives: «в областной администрации»."""
        page, k = self.page, k - 1
        while k > 0 and page.pos[k] == "ADJ":
            k -= 1
        return k >= 0 and page.lower[k] in ("в", "во", "на")

    def _agrees(self, k: int, verb: int) -> bool:
        page = self.page
        number, gender = page.feature(verb, "Number"), page.feature(verb, "Gender")
        if number and page.feature(k, "Number") not in (number, None):
            return False
        woman = gender == "Fem" and page.feature(k, "Gender") == "Masc" and is_person_word(page.lemmas[k])
        return gender is None or woman or page.feature(k, "Gender") in (gender, None)

    # -- whom words mean --------------------------------------------------------------------------------------

    def _source(self, mention: Mention) -> Source:
        return Source(person=mention.row) if mention.what == "person" else Source(organisation=mention.row)

    def _called(self, k: int, before: int) -> Source:
        """Return whom a noun means: «директор», «в фонде», «организаторы»; ``NOTHING`` for a thing."""
        page, lemma = self.page, self.page.lemmas[k]
        if is_person_word(lemma):
            if page.feature(k, "Number") == "Plur":
                return SOMEBODY
            return self._described(k, before)
        if lemma in OFFICES or kind_of(lemma) is not None:
            return self._organisation(k, before)
        return NOTHING

    def _described(self, k: int, before: int) -> Source:
        """Return the person whose post a noun names, the nearest before."""
        fitting = described(self.page, k, k + 1, self.people)
        nearest = (m.row for m in self._before(before, "person") if m.row in fitting)
        return Source(person=next(nearest, fitting[0] if fitting else None))

    def _organisation(self, k: int, before: int) -> Source:
        """Return the organisation that a kind word means: named right after it, else the latest of that kind."""
        page, lemma = self.page, self.page.lemmas[k]
        if k + 1 in self.at and self.at[k + 1].what == "organisation":
            return self._source(self.at[k + 1])
        for mention in self._before(before, "organisation"):
            name = self.organisations[mention.row].name.lower().replace("ё", "е")
            if lemma in page.lemmas[mention.first : mention.last] or lemma in name.split():
                return self._source(mention)
        return SOMEBODY

    def _antecedent(self, k: int) -> Source | None:
        """Return whom «который» at ``k`` means: who is named right before it."""
        page = self.page
        while k >= 0 and page.words[k] != ",":
            k -= 1
        mention = self.at.get(k - 1)
        if mention:
            return self._source(mention)
        return self._called(k - 1, k - 1) if k > 0 and page.pos[k - 1] == "NOUN" else None

    def _latest(self, before: int, gender: Gender | None) -> Source:
        """Return the latest person before a token who fits; of a sentence, the one in the nominative."""
        page, best = self.page, None
        for mention in self._before(before, "person"):
            person = self.people[mention.row]
            if best is not None and page.sentence_of[mention.first] != page.sentence_of[best.first]:
                break
            if person.gender not in (gender, None) and gender is not None:
                continue
            if is_subject(page, person, page.starts[mention.first], page.ends[mention.last - 1]):
                return self._source(mention)
            best = best or mention
        return self._source(best) if best else SOMEBODY

    def _before(self, k: int, what: str) -> list[Mention]:
        """Return the mentions before a token, the latest first."""
        until = bisect_left(self.mentions, (k, 0))
        return [mention for mention in reversed(self.mentions[:until]) if mention.what == what]
