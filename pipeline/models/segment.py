"""Tokens and sentences by razdel's rules, as offsets, several times faster.

Tokens. A text is a row of atoms: runs of Russian letters, of Latin letters, of digits, and single other marks.
razdel walks along them and asks at each seam without a space whether a rule joins its two sides. No rule needs
to know what was joined before, so here a rule is a condition on arrays that answers for all seams at once.

Sentences. A seam is a mark that can end a sentence. Any rule that speaks joins its two sides, so their order
does not matter: here the likely rules come first, and only marks with white space behind are asked about.

Source: razdel 0.5 `segmenters/tokenize.py`, `sentenize.py` (Alexander Kukushkin, MIT licence); abbreviations and
sets of marks are razdel's own.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from razdel.segmenters.punct import (
    CLOSE_BRACKETS,
    CLOSE_QUOTES,
    DASHES,
    ENDINGS,
    GENERIC_QUOTES,
    SMILES,
)
from razdel.segmenters.sentenize import BULLET_SIZE, DELIMITERS, PAIR_SOKR, is_bullet, is_sokr
from razdel.segmenters.sokr import HEAD_PAIR_SOKRS, HEAD_SOKRS, INITIALS, PAIR_SOKRS, SOKRS
from razdel.segmenters.tokenize import ATOM

# -- tokens -----------------------------------------------------------------------------------------------

Traits = npt.NDArray[np.uint16]
Mask = npt.NDArray[np.bool_]
Offsets = npt.NDArray[np.int64]

# The traits of a character: what kind of atom it makes, and what rules it takes part in.
SPACE, RU, LAT, INT, PUNCT, OTHER, LINK, POINT, ENDING, DOUBLE, EYES, MOUTH = (1 << i for i in range(12))
LETTER = RU | LAT
RUN = RU | LAT | INT  # kinds whose atoms are longer than a character
_KINDS = {"RU": RU, "LAT": LAT, "INT": INT, "PUNCT": PUNCT, "OTHER": OTHER}
_ROLES = {
    LINK: DASHES + "_",
    POINT: ".,/\\",
    ENDING: ENDINGS,
    DOUBLE: "-*",
    EYES: "=:;",
    MOUTH: ")(",
}


def tokenize(text: str) -> list[tuple[int, int]]:
    """Return the tokens of `text` as half-open (start, end) code point offsets, the same as `razdel.tokenize`.

    >>> tokenize("В Томске — 1,5 тыс. человек")
    [(0, 1), (2, 8), (9, 10), (11, 14), (15, 18), (18, 19), (20, 27)]
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    traits = _read_traits(codes)
    starts, ends = _find_atoms(traits)
    if not starts.size:
        return []
    seams = _Seams(text, codes[starts], traits[starts], starts, ends)
    split = ~(seams.glued & (_linked(seams) | _numbers(seams) | _marks(seams) | _mixed(seams) | _yahoo(seams)))
    first, last = np.append(True, split), np.append(split, True)
    return list(zip(starts[first].tolist(), ends[last].tolist(), strict=True))


@lru_cache(maxsize=1)
def _table() -> Traits:
    """The traits of each code point met so far, 0: not met."""
    return np.zeros(0x110000, np.uint16)


def _read_traits(codes: npt.NDArray[np.uint32]) -> Traits:
    table = _table()
    traits = table[codes]
    if not traits.all():
        for code in np.unique(codes[traits == 0]).tolist():
            table[code] = _traits_of(chr(code))
        traits = table[codes]
    return traits


def _traits_of(character: str) -> int:
    match = ATOM.match(character)
    kind = _KINDS[str(match.lastgroup)] if match else SPACE
    return kind | sum(role for role, characters in _ROLES.items() if character in characters)


def _find_atoms(traits: Traits) -> tuple[Offsets, Offsets]:
    """Starts and ends of atoms, in characters."""
    first = traits & RUN == 0
    first[:1] = True
    first[1:] |= traits[1:] != traits[:-1]
    bounds = np.flatnonzero(first)
    is_atom = traits[bounds] & SPACE == 0
    return bounds[is_atom], np.append(bounds[1:], len(traits))[is_atom]


@dataclass(frozen=True)
class _Seams:
    """The seams between the atoms of a text: seam `i` lies between atoms `i` and `i + 1`."""

    text: str
    codes: npt.NDArray[np.uint32]  # (n_atoms,): first character
    traits: Traits  # (n_atoms,)
    starts: Offsets
    ends: Offsets

    @property
    def glued(self) -> Mask:
        """No space between the two atoms."""
        glued: Mask = self.starts[1:] == self.ends[:-1]
        return glued

    def both(self, traits: int) -> Mask:
        """Both atoms have one of the traits."""
        has = self.traits & traits != 0
        both: Mask = has[:-1] & has[1:]
        return both

    def around(self, marks: int, sides: int) -> Mask:
        """One of the two atoms is a mark, and the atoms on both sides of it are of the right kind.

        These may stand apart: «кто -то» gives «кто», «-то».
        """
        is_mark = self.traits & marks != 0
        fits = np.zeros(len(is_mark) + 2, np.bool_)  # nothing fits before the first atom and after the last
        fits[1:-1] = self.traits & sides != 0
        after_mark = is_mark[:-1] & fits[:-3] & fits[2:-1]
        before_mark = ~is_mark[:-1] & is_mark[1:] & fits[1:-2] & fits[3:]
        around: Mask = after_mark | before_mark
        return around


def _linked(seams: _Seams) -> Mask:
    """что-то, 2011–2020, к_тому_же."""
    return seams.around(LINK, RUN | OTHER)


def _numbers(seams: _Seams) -> Mask:
    """1,5 · 1/2."""
    return seams.around(POINT, INT)


def _marks(seams: _Seams) -> Mask:
    """?! … -- ** :)))."""
    doubled = seams.both(DOUBLE) & (seams.codes[1:] == seams.codes[:-1])
    smile = np.zeros(len(seams.glued), np.bool_)
    eyes, mouth = seams.traits & EYES != 0, seams.traits & MOUTH != 0
    if mouth.any():
        smile = eyes[:-1] & mouth[1:]
        for _ in range(2):  # up to three mouths
            smile[1:] |= smile[:-1] & seams.glued[:-1] & mouth[2:]
    marks: Mask = seams.both(ENDING) | doubled | smile
    return marks


def _mixed(seams: _Seams) -> Mask:
    """Δσ, mβж: letters of other scripts with each other and with letters."""
    has_other = seams.traits & OTHER != 0
    mixed: Mask = seams.both(OTHER | LETTER) & (has_other[:-1] | has_other[1:])
    return mixed


def _yahoo(seams: _Seams) -> Mask:
    """Yahoo!"""
    yahoo = np.zeros(len(seams.starts) - 1, np.bool_)
    if "!" in seams.text:
        marks = (seams.codes[1:] == ord("!")) & (seams.traits[:-1] & LAT != 0)
        for i in np.flatnonzero(marks).tolist():
            yahoo[i] = seams.text[seams.starts[i] : seams.ends[i]].lower() == "yahoo"
    return yahoo


# -- sentences --------------------------------------------------------------------------------------------

WINDOW = 10  # characters that a rule sees to either side
_TOKEN = r"([^\W\d]+|\d+|[^\w\s])"
_SEAM = re.compile(rf"[({re.escape(DELIMITERS)}]\s")
_FIRST_TOKEN = re.compile(rf"\s*{_TOKEN}")
_LAST_TOKEN = re.compile(rf"{_TOKEN}\s*$")
_ANY_TOKEN = re.compile(_TOKEN)
_WORD = re.compile(r"[^\W\d]+|\d+")
_SMILE_AHEAD = re.compile(rf"\s*{SMILES}")
_SMILE_BEHIND = re.compile(rf"{SMILES}$")


class End(NamedTuple):
    """A mark that may end a sentence, white space behind it."""

    text: str
    begin: int  # of the sentence
    start: int  # of the mark
    stop: int
    mark: str
    left: str  # the token before the mark
    right: str  # the token after it


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as half-open (start, end) code point offsets, the same as `razdel.sentenize`.

    A text of nothing but white space has none.

    >>> split_sentences("Форум прошёл в г. Томске. Приехали 54 человека.")
    [(0, 25), (26, 47)]
    """
    sentences = []
    begin = 0
    for match in _SEAM.finditer(text):
        start = match.start()
        stop = start + 1
        if text[start] in "()":
            smile = _SMILE_BEHIND.search(text, max(0, stop - 5), stop)
            if smile:
                start = smile.start()
            elif text[start] == "(":
                continue
        if _ends_sentence(text, begin, start, stop):
            sentences.append(_strip(text, begin, stop))
            begin = stop
    rest = _strip(text, begin, len(text))
    return [*sentences, rest] if rest[0] < rest[1] else sentences


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    chunk = text[start:end]
    return end - len(chunk.lstrip()), start + len(chunk.rstrip())


def _ends_sentence(text: str, begin: int, start: int, stop: int) -> bool:
    after = _FIRST_TOKEN.match(text, stop, stop + WINDOW)
    if after is None or _is_lower(after[1]):  # «тыс. человек»
        return False
    before = _LAST_TOKEN.search(text, max(0, start - WINDOW), start)
    if before is None:
        return False
    end = End(text, begin, start, stop, text[start:stop], before[1], after[1])
    return not any(joins(end) for joins in _JOINS.get(end.mark, _COMMON))


def _is_lower(token: str) -> bool:
    return token.isalpha() and token.islower()


def mark_follows(end: End) -> bool:
    """(хорошо.) ; · ладно. ;)"""
    if end.right in GENERIC_QUOTES:
        return False
    if end.right in "=:;":
        return end.right == ";" or bool(_SMILE_AHEAD.match(end.text, end.stop, end.stop + WINDOW))
    return end.right in DELIMITERS


def dash_follows(end: End) -> bool:
    """— Да! — сказал он"""
    if end.right not in DASHES:
        return False
    word = _WORD.search(end.text, end.stop, end.stop + WINDOW)
    return word is not None and _is_lower(word[0])


def abbreviation(end: End) -> bool:
    """г. Томск · т. е. Томск · 500 тыс. 300"""
    left = end.left.lower()
    if len(end.left) == 1:
        pair = PAIR_SOKR.search(end.text, max(0, end.start - WINDOW), end.start)
        words = (pair[1].lower(), pair[2].lower()) if pair else None
        if words in HEAD_PAIR_SOKRS:
            return True
        if words in PAIR_SOKRS:
            return bool(is_sokr(end.right))
    return left in HEAD_SOKRS or (left in SOKRS and bool(is_sokr(end.right)))


def inside_pair(end: End) -> bool:
    """т. Е."""
    return (end.left.lower(), end.right.lower()) in PAIR_SOKRS


def initial(end: End) -> bool:
    """Л. Щерба · Вс. Мейерхольд"""
    return (len(end.left) == 1 and end.left.isupper()) or end.left.lower() in INITIALS


def bullet(end: End) -> bool:
    """§2. Нахождение · 8.1. Зачем · б) Отчуждать"""
    if end.start - end.begin > BULLET_SIZE:
        return False
    return all(is_bullet(token) for token in _ANY_TOKEN.findall(end.text, end.begin, end.start))


def closing(end: End) -> bool:
    """«Томск» Город · (в Томске) Город, unlike «Да!» Город"""
    return end.left not in ENDINGS


def opening_quote(end: End) -> bool:
    """сказал: " Да" """
    return end.text[end.start - 1].isspace()


# Rules that join the two sides of a mark, by mark; a smile has only those common to all.
_COMMON = (mark_follows, dash_follows)
_JOINS = {
    ".": (*_COMMON, abbreviation, inside_pair, initial, bullet),
    ")": (*_COMMON, bullet, closing),
    **dict.fromkeys(CLOSE_QUOTES + CLOSE_BRACKETS.replace(")", ""), (*_COMMON, closing)),
    **dict.fromkeys(GENERIC_QUOTES, (*_COMMON, closing, opening_quote)),
}
