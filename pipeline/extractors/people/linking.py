"""Joins mentions of people into people: «Елена Малицкая», «Малицкой», «Е. М.» are one, namesakes are not.

Steps
    1. A mention's readings are weighed again by what stands beside it (the gender of the verb) and by the other
       mentions: a nominative that several of them allow is likelier.
    2. Full names make people; fuller forms and initials of one surname join unless patronymics differ or each is
       introduced by a post of its own (Андрей Викторович Соколов, директор; Андрей Соколов, журналист).
    3. Surnames and given names alone join the latest person before them that fits, else make a person themselves.
Leaves out
    People across articles.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.extractors.people.declension import FEMALE, GEN, MALE, NOM, OBLIQUE, fold
from pipeline.extractors.people.names import Kind, Reading, readings, same_given
from pipeline.extractors.people.posts import cases_of, described_as, find_title, is_post
from pipeline.extractors.people.runs import opens
from pipeline.extractors.people.span import PersonSpan
from pipeline.extractors.people.words import looks
from pipeline.morphology import parses
from pipeline.page import Page
from pipeline.record import Gender

# Weights beside those of names.py, chosen on the genre set.
VERB_AGREES = 1.1
EXPECTED_CASE = 1.0
LIKELY_CASE = 0.5
OTHER_MENTION = 0.3  # for each other mention that allows the same nominative
MOST_OTHERS = 4
CLOSE = 0.9  # readings of a mention alone that far below its best one still count
ORDINARY_DISTANCE = 400  # characters over which recency loses weight


@dataclass(slots=True)
class Mention:
    """A span with its readings, weighed in the text, and the posts by which it is introduced."""

    span: PersonSpan
    readings: list[Reading]
    posts: frozenset[str]
    kinds: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = frozenset(part.kind for part in self.span.parts)

    @property
    def initials(self) -> tuple[str, ...]:
        return tuple(part.word.lower() for part in self.span.parts if part.kind == "initial")

    @property
    def best(self) -> Reading:
        return self.readings[0]


@dataclass(slots=True)
class Cluster:
    """A person so far: nominatives in lower case, and the mentions; ``number`` counts people as they are found."""

    number: int = 0
    given: str | None = None
    patronymic: str | None = None
    surname: str | None = None
    initials: tuple[str, ...] = ()
    gender: Gender | None = None
    posts: frozenset[str] = frozenset()
    mentions: list[Mention] = field(default_factory=list)

    def add(self, mention: Mention, reading: Reading) -> None:
        """Take a mention in; the fuller form of each part is kept."""
        self.mentions.append(mention)
        self.posts |= mention.posts
        self.given = _fuller(self.given, reading.given)
        self.patronymic = self.patronymic or reading.patronymic
        self.surname = _fuller(self.surname, reading.surname)
        if len(mention.initials) > len(self.initials):
            self.initials = mention.initials
        if self.gender is None and (reading.patronymic or reading.given or _telling(reading)):
            self.gender = reading.gender

    def latest(self, position: int) -> int:
        """Return how far before ``position`` the person was last named; a person named only later is far away."""
        before = [position - m.span.start for m in self.mentions if m.span.start < position]
        return min(before) if before else 100_000


def _fuller(old: str | None, new: str | None) -> str | None:
    """Prefer a full given name to its short form, a double surname to its half, ё to е."""
    if old is None or new is None:
        return old or new
    if fold(old) == fold(new):
        return new if "ё" in new else old
    return new if len(new) > len(old) else old


def _telling(reading: Reading) -> bool:
    """Tell whether the surname shows the gender: «Гафарова», «Малицкий», not «Ким»."""
    return bool(
        reading.surname and fold(reading.surname).endswith(("ова", "ева", "ина", "ая", "ов", "ев", "ин", "ий"))
    )


# -- readings in the text -------------------------------------------------------------------------------------


def weigh(page: Page, spans: list[PersonSpan]) -> list[Mention]:
    """Weigh the readings of all spans by their neighbours and by each other."""
    mentions = [Mention(span, _in_context(page, span), described_as(page, span.first, span.last)) for span in spans]
    support = _support(mentions)
    for mention in mentions:
        scored = [r.weighed(r.weight + _supported(r, support)) for r in mention.readings]
        mention.readings = sorted(scored, key=lambda r: -r.weight)
    return mentions


def _in_context(page: Page, span: PersonSpan) -> list[Reading]:
    """Weigh readings by the words beside the name: «профессор Е. М. Рощина прочитала» is a woman's nominative."""
    beside = (span.last, span.first - 1, _before_title(page, span.first))
    genders = {_verb_gender(page, i) for i in beside if 0 <= i < len(page)}
    cases, likely = _expected_cases(page, span), _likely_case(page, span)
    relative = _relative_gender(page, span.last)
    return [
        r.weighed(
            r.weight
            + VERB_AGREES * (r.case == NOM and r.gender in genders)
            + VERB_AGREES * (r.gender == relative)
            + EXPECTED_CASE * (r.case in cases)
            + LIKELY_CASE * (r.case == likely and not cases)
        )
        for r in _all_readings(span)
    ]


def _likely_case(page: Page, span: PersonSpan) -> str | None:
    """Guess a case where nothing demands one: the nominative in a list, the genitive after «доклад»."""
    i = span.first - 1
    if i < 0:
        return NOM
    if page.words[i] in (",", "»", '"'):
        return NOM
    if page.pos[i] == "NOUN" and page.words[i][0].isalpha():
        return GEN
    return None


def _before_title(page: Page, i: int) -> int:
    """Return the word before the title of a name: the verb in «сообщила его директор Евгения Рощина»."""
    title = find_title(page, i)
    if title is None or NOM not in cases_of(page, title):
        return -1
    j = title - 1
    while j > 0 and page.pos[j] in ("ADJ", "DET", "PRON"):
        j -= 1
    return j


def _all_readings(span: PersonSpan) -> list[Reading]:
    """Return the readings of a span; a word alone may be a surname or a given name («Ким»)."""
    found = list(readings(span.parts))
    if span.single and looks(span.parts[0].word).given and looks(span.parts[0].word).surname:
        other: Kind = "surname" if span.parts[0].kind == "given" else "given"
        part = span.parts[0]._replace(kind=other)
        found += [r.weighed(r.weight - 0.1) for r in readings((part,))]
    return found


def _verb_gender(page: Page, i: int) -> Gender | None:
    """Return the gender that a past verb shows."""
    if page.pos[i] == "VERB" and page.feature(i, "VerbForm") != "Part":
        return {"Fem": FEMALE, "Masc": MALE}.get(page.feature(i, "Gender") or "")
    parse = parses(page.words[i].lower())[0] if page.words[i][0].isalpha() else None
    if parse is not None and parse.tag.POS == "VERB":
        return {"femn": FEMALE, "masc": MALE}.get(str(parse.tag.gender))
    return None


def _relative_gender(page: Page, i: int) -> Gender | None:
    """Return the gender that a clause after a name shows: «Валерия Тесля, которая проведёт занятие»."""
    if page.words[i : i + 1] != [","]:
        return None
    near = range(i + 1, min(i + 3, len(page)))
    pronoun = next((j for j in near if page.lemmas[j] == "который"), None)
    if pronoun is None or page.feature(pronoun, "Number") == "Plur":
        return None
    return FEMALE if page.lower[pronoun] in ("которая", "которую", "которой", "которою") else MALE


def _expected_cases(page: Page, span: PersonSpan) -> tuple[str, ...]:
    """Return the cases that the words before a name let expect: those of its title, of a preposition, of a list."""
    i = span.first - 1
    if i < 0 or page.words[i] in "([|":
        return (NOM,)
    if page.pos[i] == "ADP":
        return OBLIQUE
    title = find_title(page, span.first)
    if title is not None:
        return cases_of(page, title)
    if _is_described_after(page, span.last):
        return (NOM,)
    return (NOM,) if opens(page, span.first) or page.words[i] == ";" else ()


def _is_described_after(page: Page, i: int) -> bool:
    """Tell whether a post in the nominative follows a name: «Ньургуяна Собакина, руководитель службы, рассказала».

    The post must not be the next one's in a list: «инициативу Д. Медведева, лидер ЛДПР В. Жириновский».
    """
    if page.words[i : i + 1] != [","] or i + 1 >= len(page):
        return False
    if not is_post(page.lemmas[i + 1]) or page.feature(i + 1, "Case") != "Nom":
        return False
    end = next((j for j in range(i + 2, len(page)) if page.words[j] in ",.;—–"), len(page))
    return not any(page.chunk_at[j].label == "PER" for j in range(i + 2, end) if j in page.chunk_at)


def _support(mentions: list[Mention]) -> dict[tuple[str, str], int]:
    """Count for each nominative of a surname or given name how many mentions allow it."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for mention in mentions:
        best = mention.best.weight
        close = [r for r in mention.readings if r.weight > best - 1.5]
        for kind in ("surname", "given"):
            for base in {fold(getattr(r, kind)) for r in close if getattr(r, kind)}:
                counts[kind, base] += 1
    return counts


def _supported(reading: Reading, support: dict[tuple[str, str], int]) -> float:
    values = [(kind, getattr(reading, kind)) for kind in ("surname", "given") if getattr(reading, kind)]
    return sum(OTHER_MENTION * min(support[kind, fold(value)] - 1, MOST_OTHERS) for kind, value in values)


# -- people ---------------------------------------------------------------------------------------------------


def link(page: Page, spans: list[PersonSpan]) -> list[Cluster]:
    """Join spans into people, in order of first mention."""
    mentions = weigh(page, spans)
    known = Known()
    strong = [m for m in mentions if "surname" in m.kinds and len(m.kinds) > 1]
    for mention in sorted(strong, key=lambda m: (-_fullness(m), m.span.start)):
        _join_full(mention, known)
    for mention in mentions:
        if not ("surname" in mention.kinds and len(mention.kinds) > 1):
            _join_short(mention, known)
    return sorted(known.clusters, key=lambda c: min(m.span.start for m in c.mentions))


def _fullness(mention: Mention) -> int:
    return 3 * ("patronymic" in mention.kinds) + 2 * ("given" in mention.kinds) + len(mention.initials)


@dataclass(slots=True)
class Known:
    """The people so far, in the order in which they were found, and their numbers by what they are called."""

    clusters: list[Cluster] = field(default_factory=list)
    by_surname: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def called(self, readings: list[Reading]) -> list[Cluster]:
        """Return the people who share a surname, or half of one, with a reading; all where one has none."""
        if not all(reading.surname for reading in readings):
            return self.clusters
        surnames = {reading.surname for reading in readings if reading.surname}
        numbers = {n for surname in surnames for part in _halves(surname) for n in self.by_surname.get(part, ())}
        return [self.clusters[n] for n in sorted(numbers)]

    def add(self, mention: Mention, reading: Reading) -> None:
        """Make a person of a mention."""
        self.clusters.append(Cluster(len(self.clusters)))
        self.join(self.clusters[-1], mention, reading)

    def join(self, cluster: Cluster, mention: Mention, reading: Reading) -> None:
        """Take a mention in, and know the person by its surname."""
        cluster.add(mention, reading)
        for part in _halves(cluster.surname or ""):
            self.by_surname[part].add(cluster.number)


def _join_full(mention: Mention, known: Known) -> None:
    close = _close(mention)
    fitting = [(c, r) for c in known.called(close) for r in close if _same_person(c, mention, r)]
    if not fitting:
        known.add(mention, mention.best)
        return
    cluster, reading = min(fitting, key=lambda pair: _rank(pair[0], pair[1], mention))
    known.join(cluster, mention, reading)


def _rank(cluster: Cluster, reading: Reading, mention: Mention) -> tuple[float, ...]:
    """Order the people whom a mention fits: shared posts first, then what is read best and named last."""
    distance = min(abs(mention.span.start - m.span.start) for m in cluster.mentions)
    return (-len(cluster.posts & mention.posts), -reading.weight, distance)


def _close(mention: Mention) -> list[Reading]:
    return [r for r in mention.readings if r.weight > mention.best.weight - CLOSE]


def _same_person(cluster: Cluster, mention: Mention, reading: Reading) -> bool:
    """Tell whether a name with a surname may be the cluster's: no part contradicts."""
    if not _same_surname(cluster.surname, reading.surname) or not _same_gender(cluster, reading):
        return False
    if cluster.patronymic and reading.patronymic and fold(cluster.patronymic) != fold(reading.patronymic):
        return False
    if not _initials_fit(cluster, mention.initials):
        return False
    if reading.given:
        if cluster.given:
            return same_given(cluster.given, reading.given) and not _namesake(cluster, mention, reading)
        return not cluster.initials or fold(reading.given)[0] == fold(cluster.initials[0])
    return True


def _same_surname(a: str | None, b: str | None) -> bool:
    """Compare surnames; half of a double surname may stand for it: «Кузнецова» for «Кузнецова-Пашнина»."""
    if not a or not b:
        return False
    return fold(b) in _halves(a) or fold(a) in _halves(b)


@lru_cache(maxsize=20_000)
def _halves(surname: str) -> frozenset[str]:
    """Return a surname with the halves of a double one, folded."""
    surname = fold(surname)
    return frozenset((surname, *surname.split("-")))


def _same_gender(cluster: Cluster, reading: Reading) -> bool:
    return cluster.gender is None or reading.gender == cluster.gender or not (reading.given or _telling(reading))


def _initials_fit(cluster: Cluster, initials: tuple[str, ...]) -> bool:
    """Tell whether initials begin the given name and patronymic, as far as both are known."""
    known = [cluster.given, cluster.patronymic] if cluster.given else list(cluster.initials)
    return all(fold(name).startswith(fold(initial)) for initial, name in zip(initials, known, strict=False) if name)


def _namesake(cluster: Cluster, mention: Mention, reading: Reading) -> bool:
    """Tell whether each of two equal names is introduced by a post of its own: then they are two people.

    One name must lack what the other has, or the first must have been introduced the same way once more.
    """
    if reading.patronymic and cluster.patronymic:
        return False
    own = [m.posts for m in cluster.mentions if m.posts and "given" in m.kinds]
    return bool(mention.posts) and bool(own) and not any(posts & mention.posts for posts in own)


def _join_short(mention: Mention, known: Known) -> None:
    """Join a surname or a given name alone to a person already named, or make a person of it."""
    people = known.called(mention.readings)
    fitting = [(c, r) for c in people for r in mention.readings if _stands_for(c, mention, r)]
    if fitting:
        cluster, reading = max(fitting, key=lambda pair: _short_score(pair[0], pair[1], mention))
        cluster.mentions.append(mention)
        cluster.posts |= mention.posts
        cluster.patronymic = cluster.patronymic or reading.patronymic
        cluster.given = _fuller(cluster.given, reading.given)
        return
    known.add(mention, next((r for r in mention.readings if r.given), mention.best))


def _stands_for(cluster: Cluster, mention: Mention, reading: Reading) -> bool:
    if cluster.gender and reading.gender != cluster.gender:
        return False
    if reading.surname and not _same_surname(cluster.surname, reading.surname):
        return False
    if reading.given and not (cluster.given and same_given(cluster.given, reading.given)):
        return reading.given is not None and _given_fits_initial(cluster, reading)
    if reading.patronymic and cluster.patronymic:
        return fold(reading.patronymic) == fold(cluster.patronymic)
    return True


def _given_fits_initial(cluster: Cluster, reading: Reading) -> bool:
    """«Айсен Николаевич» may be «А. Н. Протопопов»: both letters must fit."""
    if cluster.given or len(cluster.initials) < 2 or not (reading.given and reading.patronymic):
        return False
    names = (reading.given, reading.patronymic)
    return all(fold(n)[0] == fold(i)[0] for n, i in zip(names, cluster.initials, strict=False))


def _short_score(cluster: Cluster, reading: Reading, mention: Mention) -> float:
    """Weigh the reading, a shared post, and how lately the person was named."""
    distance = cluster.latest(mention.span.start)
    shared = len(cluster.posts & mention.posts)
    differs = bool(mention.posts and cluster.posts and not shared)
    return reading.weight + 2.0 * shared - 1.0 * differs - min(distance / ORDINARY_DISTANCE, 3.0)
