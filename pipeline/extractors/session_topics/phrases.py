"""Reads the phrase that says what was discussed: a noun phrase or a question, from its first word to its end.

Steps
    ``Reader.topics`` starts at the word after «о», «по», «обсудили» … and knows the case that this word demands. It
    goes to the right as long as words belong to one noun phrase: adjectives, genitives, phrases with a preposition,
    an infinitive, a clause with «который». Things side by side are split where the second can stand alone.
    ``Reader.question`` reads «как договориться с турбазами», «где найти бухгалтера».
Leaves out
    Syntax: the parser was wrong about half the coordinations of the annotated texts; word order and case do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import cases_of, find_head, is_living, is_plural
from pipeline.morphology import parses
from pipeline.page import Page

CASE_OF = {"о": "loct", "об": "loct", "обо": "loct", "про": "accs", "по": "datv", "на": "loct"}
PRONOUNS = ("он", "она", "оно", "они")
POSSESSIVE = ("его", "ее", "их")
LIST = 12  # tokens in which «и» must come after a comma for a list to be one

Range = tuple[int, int]


@lru_cache(maxsize=50_000)
def parts_of_speech(word: str) -> frozenset[str]:
    """Return the parts of speech (OpenCorpora) that a word form may be, rare ones left out."""
    return frozenset(str(parse.tag.POS) for parse in parses(word.lower()) if parse.score >= 0.05)


def join_pair(page: Page, ranges: list[Range]) -> list[Range]:
    """Return two things with a plain «и» between them as one: what one person speaks of is one topic.

    «лекция о звёздах и дорогах» has one topic; «о воде, деньгах и людях» and «о воде и о людях» have more.
    """
    if len(ranges) == 2 and page.lower[ranges[0][1] : ranges[1][0]] == ["и"]:
        return [(ranges[0][0], ranges[1][1])]
    return ranges


class Reader(NamedTuple):
    """Reads phrases of one sentence.

    Args:
        page: the page.
        stop: phrases end before this token (the end of the sentence).
        blocked: tokens that belong to no topic (names of people, dates).
    """

    page: Page
    stop: int
    blocked: frozenset[int]

    def topics(self, i: int, case: str) -> list[Range]:
        """Return the noun phrases side by side that begin at token ``i``, in the case (OpenCorpora) demanded there.

        «туристическом сборе и содержании стоянок» gives two ranges of tokens, «налогообложение грантов и
        пожертвований» one; none where no noun phrase of that case stands there.
        """
        at, case = self._skip_light(i, case)
        found: list[Range] = []
        following: int | None = at
        while following is not None:
            at = following
            last, following = self._phrase(at, case)
            if last > at:
                found.append((at, last))
        return [] if not found or self._is_empty(*found[0]) else found

    def theme(self, i: int, case: str) -> list[Range]:
        """Return what stands at token ``i`` as one topic: «Тема — ответственность туриста и территории»."""
        if question := self.question(i):
            return [question]
        found = self.topics(i, case)
        return [(found[0][0], found[-1][1])] if found else []

    def question(self, i: int) -> Range | None:
        """Return a question that begins at token ``i`` as topic: «как договориться с турбазами»; else ``None``."""
        asked = i + 1 < self.stop and self.page.pos[i] == "ADP" and self.page.lower[i + 1] in word_set("questions")
        if i >= self.stop or not (asked or self.page.lower[i] in word_set("questions") or self.asks_whether(i)):
            return None  # «на что похожа одышка» asks too
        after = self.page.lower[min(i + 1, self.stop - 1)]
        if self.page.lower[i] == "что" and after != "такое" and parts_of_speech(after) != {"INFN"}:
            return None  # «что делать с…», «что такое грант» ask, «что работа идёт» tells
        end = self._clause_end(i)
        return (i, end) if end - i >= 2 else None

    def asks_whether(self, i: int) -> bool:
        """Tell whether a question with «ли» begins at token ``i``: «нужен ли посёлку музей»."""
        return i + 1 < self.stop and self.page.lower[i + 1] == "ли" and self.page.words[i][0].isalpha()

    def asks_how(self, question: Range) -> bool:
        """Tell whether a question asks how to do something: «как сократить отчёт», not «как собрала деньги».

        «зачем фонду оферта» and «нужен ли посёлку музей» ask in general too, as long as they tell of nothing past.
        """
        first = question[0]
        if self.asks_whether(first) or self.page.lower[first] in word_set("reasons"):
            return all(self.page.feature(k, "Tense") != "Past" for k in range(*question))
        end = next((k for k in range(*question) if self.page.words[k] == ","), question[1])
        verbs = [k for k in range(first, end) if self.page.pos[k] in ("VERB", "AUX")]
        forms = [self.page.feature(k, "VerbForm") for k in verbs]
        general = [
            k for k in verbs if self.page.feature(k, "Tense") == "Pres" and self.page.feature(k, "Person") == "3"
        ]
        return bool(verbs) and ("Inf" in forms or bool(general)) and forms.count("Fin") == len(general)

    # -- one phrase ------------------------------------------------------------------------------------------------

    def _phrase(self, i: int, case: str) -> tuple[int, int | None]:
        """Return the end of the phrase at ``i`` and where the next one side by side begins, if one does."""
        page = self.page
        head = self._noun(i)
        if head is None or (case not in cases_of(page.words[head]) and page.words[head].islower()):
            return i, None
        last_noun, j, does = head, head + 1, False
        while j < self.stop and j not in self.blocked:
            word = page.lower[j]
            if j in page.quote_at and page.quote_at[j].last < self.stop:
                j = page.quote_at[j].last + 1
                continue
            does = does or parts_of_speech(word) == {"INFN"}
            if parts_of_speech(word) == {"INFN"} or self._adverb_with_preposition(j):
                j += 1  # «праве чиновников приходить на собрания», «рядом с уличной собакой»
                continue
            if page.lemmas[j] == "который":
                return self._clause_end(j), None  # «ледниках которые тают», without its comma
            if word == "," and (end := self._relative_end(j, head, last_noun)):
                return end, None
            if word == "и" and page.lower[j + 1 : j + 2] and page.lower[j + 1] in word_set("questions"):
                return self._clause_end(j + 1), None  # «созависимость и как из неё выйти»
            if word in (",", "и", "или"):
                following = self._side_by_side(j, case, head, last_noun)
                if following is not None or word == ",":
                    return j, following
                noun = self._joined(j, last_noun)
            elif page.pos[j] == "ADP" or word == "как":
                noun = self._adjunct(j)
            else:
                noun = self._object(j) if does else self._genitive(j)
            if noun is None:
                return j, None
            last_noun, j = noun, noun + 1
        return j, None

    def _noun(self, i: int) -> int | None:
        """Return the noun of the phrase that begins at ``i``: modifiers, then a noun."""
        page, j = self.page, i
        while j < self.stop and j not in self.blocked:
            if self._is_noun(j):
                return j
            adverb = page.pos[j] == "ADV" and j + 1 < self.stop and self._is_modifier(j + 1)
            if not (self._is_modifier(j) or adverb):
                break
            j += 1
        # «работа с пожилыми»: an adjective that stands for its noun
        return j - 1 if j > i and parts_of_speech(page.words[j - 1]) & {"ADJF", "PRTF"} else None

    def _is_noun(self, i: int) -> bool:
        """Tell whether a word is a noun: the tagger's verdict counts unless the dictionary knows no such noun."""
        word, pos = self.page.words[i], self.page.pos[i]
        if not word[0].isalpha():
            return False
        known = parts_of_speech(word)
        if pos in ("NOUN", "PROPN"):
            noun = not known or word.isupper() or not known.isdisjoint({"NOUN", "None", "UNKN"})
            last = i + 1 >= self.stop or self.page.pos[i + 1] not in ("NOUN", "PROPN", "ADJ")
            return noun or (known == {"ADJF"} and last)  # «услуги для незрячих»
        return pos in ("ADJ", "X") and known == {"NOUN"}

    def _is_modifier(self, i: int) -> bool:
        """Tell whether a word is an adjective, participle, pronoun or number before its noun."""
        page = self.page
        if page.lower[i] in POSSESSIVE or page.words[i][0].isdigit():
            return True
        if page.pos[i] in ("ADJ", "DET", "NUM"):
            return page.feature(i, "Variant") != "Short" and page.feature(i, "Degree") != "Cmp"
        if page.pos[i] == "VERB":
            return page.feature(i, "VerbForm") == "Part" and page.feature(i, "Variant") != "Short"
        declines = parts_of_speech(page.words[i]) & {"ADJF", "PRTF"}
        return bool(declines) and page.pos[i] not in ("NOUN", "ADP", "CCONJ", "PRON")

    # -- how a phrase goes on --------------------------------------------------------------------------------------

    def _adverb_with_preposition(self, j: int) -> bool:
        return self.page.pos[j] == "ADV" and j + 1 < self.stop and self.page.pos[j + 1] == "ADP"

    def _adjunct(self, j: int) -> int | None:
        """Return the noun of a phrase with a preposition or «как» that belongs to the topic."""
        noun = self._noun(j + 1)
        if (
            noun is None
            and j + 1 < self.stop
            and (self.page.pos[j + 1] == "NUM" or self.page.lemmas[j + 1] in PRONOUNS)
        ):
            return j + 1  # «дежурства на двоих», «роль организаций в нём»
        return None if noun is None or self._is_outside(j, noun) else noun

    def _is_outside(self, adp: int, noun: int) -> bool:
        """«с участием С. Мальцева», «на форуме», «с участниками»: what does not belong to the topic."""
        page = self.page
        word, lemma = page.lower[adp], page.lemmas[noun]
        if lemma in word_set("outside") and noun == adp + 1 and word in ("при", "с", "в", "во", "по", "под"):
            return True  # «при поддержке мэрии», not «бюджет на поддержку НКО», «закон о поддержке»
        if word == "на" and not is_plural(page.words[noun]):
            head = find_head(page, noun)
            return head is not None and head.sort != "other"
        return word in ("с", "со") and lemma in word_set("people")

    def _genitive(self, j: int) -> int | None:
        """Return the noun that goes on without a preposition: a genitive, НКО, a plain instrumental."""
        noun = self._noun(j)
        if noun is None:
            return None
        word, cases = self.page.lower[noun], self._agreed(j, noun)
        if "gent" in cases or (self.page.words[noun][0].isupper() and not cases):
            return noun
        before = self.page.lemmas[max(0, j - 2) : j]  # «выплаты добровольцам», «передача ремесла внукам»
        given = "datv" in cases and not word_set("giving").isdisjoint(before)
        time = word in ("утром", "вечером", "днем", "ночью")
        plain = cases == {"ablt"} and not time  # «доказать статистикой»
        return noun if given or plain else None

    def _object(self, j: int) -> int | None:
        """Return the noun that goes on after an infinitive: «право возмещать организациям расходы»."""
        noun = self._noun(j)
        return noun if noun is not None and self._agreed(j, noun) & {"gent", "datv", "accs", "ablt"} else None

    def _agreed(self, first: int, noun: int) -> frozenset[str]:
        """Return the cases that a noun and the modifiers before it may share."""
        cases = cases_of(self.page.words[noun])
        for k in range(first, noun):
            if self.page.words[k][0].isalpha() and self.page.lower[k] not in POSSESSIVE:
                cases &= cases_of(self.page.words[k]) or cases
        return cases

    def _joined(self, j: int, last_noun: int) -> int | None:
        """Return the noun after «и» that goes on the phrase: «грантов и пожертвований», «и их видам»."""
        noun = self._noun(j + 1)
        if noun is None:
            return None
        alike = cases_of(self.page.words[noun]) & cases_of(self.page.words[last_noun])
        return noun if alike or self.page.lower[j + 1] in POSSESSIVE or self._points_back(noun) else None

    def _side_by_side(self, j: int, case: str, head: int, last_noun: int) -> int | None:
        """Return where the thing after «и» or a comma begins if it stands beside the head and could stand alone."""
        page, i = self.page, j + 1
        if i < self.stop and page.lower[i] in ("о", "об", "про", "по") and CASE_OF[page.lower[i]] == case:
            i += 1
        noun = None if i >= self.stop or page.lower[i] in POSSESSIVE else self._noun(i)
        if noun is None or case not in (cases := self._agreed(i, noun)):
            return None
        if page.words[j] == "," and not (self._and_follows(i) or self._ends_list(i, noun, case)):
            return None
        if self._points_back(noun):
            return None
        inner = last_noun != head and case != "gent" and "gent" in cases & cases_of(page.words[last_noun])
        return None if inner and not self._is_parallel(last_noun, noun) else i

    def _points_back(self, noun: int) -> bool:
        """«доверие и роль организаций в нём»: the second thing cannot stand alone."""
        near = range(noun + 1, min(noun + 6, self.stop))
        return any(self.page.lemmas[k] in PRONOUNS and self.page.pos[k - 1] == "ADP" for k in near)

    def _is_parallel(self, last_noun: int, noun: int) -> bool:
        """«диагностике аутизма и маршрутизации семей»: both have something after them."""
        people = is_living(self.page.words[last_noun]) and is_living(self.page.words[noun])
        more = noun + 1 < self.stop and (self._genitive(noun + 1) is not None or self.page.pos[noun + 1] == "ADP")
        return not people and more

    def _ends_list(self, i: int, noun: int, case: str) -> bool:
        """«бюджет, отчёты, сайт.»: a list without «и» goes on to the end of the sentence."""
        if not self._is_noun(noun):
            return False
        last, following = self._phrase(i, case)
        return following is not None or last >= self.stop or self.page.words[last] in ".;!?…"

    def _and_follows(self, i: int) -> bool:
        """«о воде, деньгах и людях»: a list with commas ends with «и»."""
        for k in range(i, min(self.stop, i + LIST)):
            if self.page.lower[k] in ("и", "или"):
                return True
            finite = self.page.pos[k] in ("VERB", "AUX") and self.page.feature(k, "VerbForm") != "Part"
            if finite or self.page.words[k] in ".;:()—":
                return False
        return False

    # -- clauses ---------------------------------------------------------------------------------------------------

    def _relative_end(self, j: int, head: int, last_noun: int) -> int | None:
        """Return the end of a clause «, о которых не пишут в отчётах» at the comma ``j`` about one of the nouns."""
        if self._agrees(j + 1, last_noun):
            end = self._clause_end(j + 1)  # «приют для женщин, пострадавших от насилия»
            return end if self.blocked.isdisjoint(range(j, end)) else None
        if self.page.lemmas[j - 1] == "тот" and self.page.lemmas[j + 1 : j + 2] == ["кто"]:
            return self._clause_end(j + 1)  # «помощь тем, кто вышел из больницы»
        k = next((k for k in (j + 1, j + 2) if k < self.stop - 1 and self.page.lemmas[k] == "который"), None)
        if k is None:
            return None
        number = self.page.feature(k, "Number")
        fits = any(self.page.feature(n, "Number") == number for n in (head, last_noun))
        end = self._clause_end(j + 1)
        return end if fits and self.blocked.isdisjoint(range(j, end)) else None

    def _agrees(self, k: int, noun: int) -> bool:
        """Tell whether token ``k`` is a participle in the case of a noun before the comma."""
        if k >= self.stop or "PRTF" not in parts_of_speech(self.page.words[k]):
            return False
        return not cases_of(self.page.words[k]).isdisjoint(cases_of(self.page.words[noun]))

    def _clause_end(self, i: int) -> int:
        """Return the end of a clause: the next comma that opens no further clause, or another mark."""
        page, j = self.page, i
        while j < self.stop:
            if j in page.quote_at and page.quote_at[j].last < self.stop:
                j = page.quote_at[j].last + 1
                continue
            if page.words[j] in ".!?;:()—–…":
                return j
            if page.lower[j : j + 3] in (["и", "о", "том"], ["и", "про", "то"]):
                return j
            following = page.lemmas[j + 1 : j + 3]
            goes_on = "который" in following or following[:1] in (["чтобы"], ["если"], ["когда"])
            if page.words[j] == "," and not goes_on:
                return j
            j += 1
        return self.stop

    # -- phrases that say nothing ----------------------------------------------------------------------------------

    def _skip_light(self, i: int, case: str) -> tuple[int, str]:
        """«посвятили обсуждению новых форматов», «по вопросам социального заказа»: the genitive says the topic."""
        page = self.page
        if i + 1 >= self.stop or page.lemmas[i] not in word_set("light") or case not in cases_of(page.words[i]):
            return i, case
        genitive = "gent" in cases_of(page.words[i + 1])
        if genitive and (self._is_noun(i + 1) or self._is_modifier(i + 1)):
            return i + 1, "gent"
        return i, case

    def _is_empty(self, first: int, last: int) -> bool:
        """«обсудили актуальные вопросы»: the phrase names no topic."""
        nouns = [k for k in range(first, last) if self._is_noun(k)]
        if not nouns:
            return parts_of_speech(self.page.words[last - 1]).isdisjoint({"ADJF", "PRTF"})
        return len(nouns) == 1 and self.page.lemmas[nouns[0]] in word_set("empty")
