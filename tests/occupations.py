"""FactRuEval-2016, third track, «Occupation»: who holds which post where, ``python -m tests.occupations [PATH]``.

Steps
    A fact of a record is a role with a place of work: *who* is the person's name; *where* the organisation or, for
    an office of a country, region or city («президент России»), that place, or what the title itself names («лидер
    фракции», «глава отдела продаж фирмы»); *position* the title without these («министр обороны»), none where only
    a verb tells it.
    Facts are compared as the organisers' comparator does in its easy mode (``scripts/dialent/task3/eval.py`` of
    ``dialogue-evaluation/factRuEval-2016``): a found fact may be laid to a true one that shares *who* or *where*
    with it; the quality of a true fact with what is laid to it is ``matched / (matched + lost + extra)`` arguments,
    a position weighing one half, less where its arguments come from several facts; facts marked as hard neither
    count nor harm; of all layings the one with the best F1 of the document is taken; the qualities of all documents
    are summed. Strings are equal up to one edit (two from nine letters on), quotes, case and ё aside.
What differs
    The organisers list normal forms of positions by hand; here words are compared by their dictionary forms too.
    A place of work is right by any name the record has for it. The best laying is
    sought by improving a greedy one, not by trial of all.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

from pipeline.extractors.organisations.words import kind_of
from pipeline.morphology import best_parse, is_adjective, lemma
from pipeline.record import City, Country, Organisation, Person, Record, Region, Role, Span

DEFAULT = Path(__file__).parents[1] / "../shared/data/factrueval-dev/occupations-dev.jsonl"
WEIGHTS = {"who": 1.0, "where": 1.0, "position": 0.5}
# Bodies that titles name in lower case, beside the kinds of organisations.
BODIES = frozenset(
    (
        "ведомство", "делегация", "команда", "меньшинство", "отдел", "парламент", "правительство", "президиум",
        "проект", "силы", "сборная", "сила", "фракция",
    )
)  # fmt: skip
# No places of work: honours, and what one owns, has founded or follows, which that set counts as other facts.
NO_WORK = frozenset(
    (
        "акционер", "болельщик", "владелец", "владелица", "лауреат", "обладатель", "обладательница", "основатель",
        "основательница", "победитель", "победительница", "поклонник", "призер", "совладелец", "совладелица",
        "создатель", "создательница", "сооснователь", "учредитель", "учредительница", "чемпион", "чемпионка",
    )
)  # fmt: skip
STAND_INS = frozenset(("государство", "держава", "страна"))
OF_PLACES = frozenset(("город", "край", "округ", "поселок", "республика", "село", "штат"))
LONG = 9  # letters from which two edits are forgiven, as the organisers chose


@dataclass(frozen=True)
class Fact:
    """An occupation: for each argument the strings that name it, none where it is absent."""

    who: frozenset[str]
    where: frozenset[str]
    position: frozenset[str]
    hard: bool = False

    def arguments(self) -> list[str]:
        """Return the names of the arguments the fact has."""
        return [name for name in WEIGHTS if getattr(self, name)]

    def shared(self, other: Fact) -> list[str]:
        """Return the arguments in which two facts agree."""
        return [name for name in WEIGHTS if _agree(getattr(self, name), getattr(other, name))]

    def __str__(self) -> str:
        return " | ".join(min(getattr(self, name), key=lambda s: (-len(s), s), default="–") for name in WEIGHTS)


@dataclass(frozen=True)
class Score:
    """Sums of the quality of true and of found facts, and how many of each count."""

    right_true: float = 0.0
    right_found: float = 0.0
    true: int = 0
    found: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.right_true + other.right_true,
            self.right_found + other.right_found,
            self.true + other.true,
            self.found + other.found,
        )

    @property
    def precision(self) -> float:
        """Return the mean quality of found facts."""
        return self.right_found / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Return the mean quality of true facts."""
        return self.right_true / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


# -- reading -----------------------------------------------------------------------------------------------


def read_texts(path: Path) -> Iterator[tuple[str, str, list[Fact]]]:
    """Yield name, text and true facts of the texts of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield row["id"], row["text"], [_true_fact(row["text"], fact) for fact in row["occupations"]]


def _true_fact(text: str, row: dict[str, Any]) -> Fact:
    who = _strings(text, [row["person"]])
    for name in row["person"]["text"].split("|"):
        who.update(" ".join(words) for words in permutations(name.split()))
    return Fact(
        frozenset(who),
        frozenset(_strings(text, row["organisation"] or [])),
        frozenset(_strings(text, row["title"] or [])),
        bool(row["hard"]),
    )


def _strings(text: str, things: list[dict[str, Any]]) -> set[str]:
    """Return the names of a thing: the annotators' and its mentions."""
    found = {re.sub(r"^\s*span\d+ ", "", name).strip() for thing in things for name in thing["text"].split("|")}
    found |= {text[start:end] for thing in things for start, end in thing["spans"]}
    return found | {re.split('[«"„“]', name)[-1] for name in found if re.search('[«"„“]', name)}


def facts_of(record: Record) -> list[Fact]:
    """Return the occupations that a record tells."""
    held = ((p, role) for p in record.people for role in p.roles if not _is_no_work(role))
    facts = (_found_fact(record, person, role) for person, role in held)
    return list(dict.fromkeys(fact for fact in facts if fact.where))


def _is_no_work(role: Role) -> bool:
    return not NO_WORK.isdisjoint(_reduced(role.title).split()[:3])


def _found_fact(record: Record, person: Person, role: Role) -> Fact:
    organisation = next((row for row in record.organisations if row.id == role.organisation), None)
    places: tuple[Country | Region | City, ...] = (*record.countries, *record.regions, *record.cities)
    place = next((row for row in places if row.id == role.place), None)
    works: list[Organisation | Country | Region | City] = [row for row in (organisation, place) if row]
    inside = [m for row in works for m in row.mentions if role.start <= m.start and m.end <= role.end]
    named = [m for row in (*works, *places) for m in row.mentions if role.start <= m.start and m.end <= role.end]
    title, body = _body(role, [m for m in named if organisation and m in organisation.mentions], named)
    if body:
        names = {body}
    else:
        names = {row.name for row in works} | {m.text for m in inside}
        names.update(organisation.aliases if organisation else ())
        names.update(m.text for m in (place.mentions if place else ()))
        names.update([_bare(name) for name in names] if organisation else ())
        names.update(word for word in role.text.split() if place and lemma(word) in STAND_INS)
    position = _position(role, title, named)
    return Fact(frozenset((person.name,)), frozenset(names), frozenset((position,) if position else ()))


def _body(role: Role, own: Sequence[Span], inside: Sequence[Span]) -> tuple[str, str]:
    """Return the title up to a body that it names itself, and that body; ``own``: mentions of its organisation
    among those ``inside`` it.

    «лидер | фракции КПРФ», «глава | отдела продаж фирмы «Луч»», «губернатор | Аляски»; «министр труда» has none.
    """
    limit = min((m.start for m in own), default=role.end) - role.start
    named = {i for m in inside for i in range(m.start - role.start, m.end - role.start)}
    near = max(named, default=len(role.text)) + 2  # «глава | японского МИДа», not «посол Японии в | России»
    words = list(re.finditer(r"[\w-]+", role.text[:limit]))
    for n, word in enumerate(words[1:], 1):
        rest = role.text[word.start() :]
        kind = word[0].islower() and kind_of(lemma(word[0])) and re.search("[A-ZА-ЯЁ]", rest)
        if (
            kind
            or lemma(word[0]) in BODIES
            or (word[0][0].isupper() and not own and word.start() not in named and word.start() <= near)
        ):
            while n > 1 and is_adjective(best_parse(words[n - 1][0])):
                n -= 1
            start = words[n].start()
            return role.text[:start].rstrip(' «"'), re.split(" (?:от|в|во|на) ", role.text[start:])[0]
    return role.title, ""


def _bare(name: str) -> str:
    """Return a name without the word that says what it is: «партия «Яблоко»» is «Яблоко»."""
    kind, _, rest = name.partition(" ")
    return rest if kind.islower() and rest and not rest[0].islower() else name


def _position(role: Role, title: str, inside: Sequence[Span]) -> str:
    """Return the title without what names the place of work and «бывший»; «возглавляет» is none."""
    if role.rule == "roles.leads":
        return ""
    for m in inside:
        title = title.replace(m.text, "")
    words = re.sub(r"\s+(?:(?:в|во|из|на|от|при)\b.*|и)?$", "", " ".join(title.split())).strip(" ,").split()
    if role.place and len(words) > 1 and lemma(words[-1]) in STAND_INS:
        words.pop()  # «глава | государства»
    while inside and len(words) > 1 and (lemma(words[-1]) in OF_PLACES or is_adjective(best_parse(words[-1]))):
        words.pop()  # «мэр города | Химки», «президент самопровозглашённой | ДНР»
    return re.sub("^(?:бывш(?:ий|ая)|перв(?:ый|ая) (?=президент)) ?", "", " ".join(words))


# -- comparing ---------------------------------------------------------------------------------------------


def _agree(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return any(_alike(a, b) for a in ours for b in theirs)


@cache
def _alike(a: str, b: str) -> bool:
    return any(_near(form(a), form(b)) for form in (_folded, _reduced))


def _folded(text: str) -> str:
    return " ".join(re.sub(r'[«»"“”„‘’\']', " ", text.lower().replace("ё", "е")).split())


@cache
def _reduced(text: str) -> str:
    return " ".join(lemma(word) for word in re.findall(r"[\w-]+", _folded(text)))


def _near(a: str, b: str) -> bool:
    longest = max(len(a), len(b))
    allowed = 2 if longest >= LONG else int(longest >= 2)
    return abs(len(a) - len(b)) <= allowed and _distance(a, b) <= allowed


def _distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(row[-1] + 1, previous[j] + 1, previous[j - 1] + (x != y)))
    return row[-1]


def score(true: Sequence[Fact], found: Sequence[Fact]) -> tuple[Score, list[int | None]]:
    """Return the score of a document and for each found fact the true one it is laid to."""
    options = [[n for n, t in enumerate(true) if {"who", "where"} & set(t.shared(f))] for f in found]
    laid: list[int | None] = [None] * len(found)
    fitting = [(-_quality(true[n], [found[i]]), i, n) for i, others in enumerate(options) for n in others]
    for _, i, n in sorted(fitting):
        if laid[i] is None and n not in laid:
            laid[i] = n
    best, better = _total(true, found, laid), True
    while better:
        better = False
        for i, m in ((i, m) for i, others in enumerate(options) for m in (*others, None)):
            tried = [*laid[:i], m, *laid[i + 1 :]]
            total = _total(true, found, tried)
            if total.f1 > best.f1 + 1e-9:
                laid, best, better = tried, total, True
    return best, laid


def _total(true: Sequence[Fact], found: Sequence[Fact], laid: Sequence[int | None]) -> Score:
    total = Score(found=sum(n is None for n in laid))
    for n, fact in enumerate(true):
        if not fact.hard:
            mine = [f for f, m in zip(found, laid, strict=True) if m == n]
            quality = _quality(fact, mine)
            total += Score(quality, quality * len(mine), 1, len(mine))
    return total


def _quality(true: Fact, found: Sequence[Fact]) -> float:
    """Return how well found facts tell a true one, as the organisers' ``Cluster`` does."""
    if not found or true.hard:
        return 0.0
    shared = [true.shared(fact) for fact in found]
    matched = {name for names in shared for name in names}
    extra = sum(
        WEIGHTS[name] for f, names in zip(found, shared, strict=True) for name in f.arguments() if name not in names
    )
    right, lost = (sum(WEIGHTS[n] for n in names) for names in (matched, set(true.arguments()) - matched))
    pairs = list(combinations(sorted(matched), 2))
    joined = sum(any(set(pair) <= set(names) for names in shared) for pair in pairs)
    identified = joined / len(pairs) if pairs and len(found) > 1 else 1.0
    return right / (right + lost + extra) * (1 + identified) / 2


# -- reporting ---------------------------------------------------------------------------------------------


def evaluate(
    texts: Sequence[tuple[str, str, list[Fact]]], read: Callable[[str], Record], errors: bool = False
) -> tuple[Score, list[str]]:
    """Return the score over texts and, where asked, lines that tell what is not fully right."""
    total = Score()
    lines: list[str] = []
    for name, text, true in texts:
        found = facts_of(read(text))
        result, laid = score(true, found)
        total += result
        lines += _errors(name, true, found, laid) if errors else ()
    return total, lines


def _errors(name: str, true: Sequence[Fact], found: Sequence[Fact], laid: Sequence[int | None]) -> Iterator[str]:
    for n, fact in enumerate(true):
        mine = [f for f, m in zip(found, laid, strict=True) if m == n]
        quality = _quality(fact, mine)
        if quality < 1 and not fact.hard:
            yield f"{name}\t- {fact}\t{quality:.2f}\t" + " & ".join(f"{f}" for f in mine)
    yield from (f"{name}\t+ {f}" for f, n in zip(found, laid, strict=True) if n is None)


def main() -> None:
    """Print precision, recall and F1 over the file and over its two halves (texts of even and odd place)."""
    from pipeline.extraction import extract

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--errors", action="store_true", help="print what is not fully right")
    options = parser.parse_args()
    if not options.path.exists():
        sys.stdout.write(f"skipped: no {options.path}; give the path of occupations as JSON Lines\n")
        return
    texts = list(read_texts(options.path))
    for label, part in (("all", texts), ("even", texts[::2]), ("odd", texts[1::2])):
        total, lines = evaluate(part, extract, options.errors and label == "all")
        sys.stdout.write("".join(line + "\n" for line in lines))
        sys.stdout.write(
            f"{label:5} P {total.precision:.3f}  R {total.recall:.3f}  F1 {total.f1:.3f}  facts {total.true}\n"
        )


if __name__ == "__main__":
    main()
