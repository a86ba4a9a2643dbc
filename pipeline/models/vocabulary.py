"""Words as numbers: what the models see of a word is its vector (by lower case form) and its shape.

Two words with the same vector and the same shape are the same to the models, so the vocabulary numbers the
distinct pairs (vector, shape) as they come; number 0 is the empty row between texts. Most words were seen
before and cost one look-up of the form as it stands in the text.

Source of the shapes: slovnet 0.6 `shape.py` (MIT licence).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

BOUNDARY = 0
MAX_FORMS = 1 << 18  # forms kept, some 30 MB; then the vocabulary starts afresh

PUNCTUATION = "!#$%&()[]\\/*+,.:;<=>?@^_{|}~-‐−‒⁃–—―`\"'«»„“ʼʻ”№…"
_TYPE = re.compile(
    rf"(?P<RU>[а-яё]+)|(?P<EN>[a-z]+)|(?P<NUM>[+-]?\d+)|(?P<PUNCT>[{re.escape(PUNCTUATION)}]+)", re.IGNORECASE
)


def word_shape(word: str) -> str:
    """Return script and case of a word as slovnet's vocabulary names them.

    >>> word_shape("Томск"), word_shape("СИЗО-6"), word_shape("…"), word_shape("2011-2020")
    ('RU_Xx', 'RU_XX', 'PUNCT_…', 'NUM')
    """
    match = _TYPE.match(word)
    kind = match.lastgroup if match else None
    if kind in ("RU", "EN"):
        return f"{kind}_{_outline(word)}"
    if kind == "PUNCT":
        return f"PUNCT_{word}" if len(word) == 1 else "PUNCT_OTHER"
    return kind or "OTHER"


def _outline(word: str) -> str:
    if len(word) == 1:
        return "X" if word.isupper() else "x"
    if word.isupper():
        return "XX"
    if word.islower():
        return "xx"
    if _is_title(word):
        return "Xx"
    left, dash, right = word.partition("-")
    return "Xx-Xx" if dash and _is_title(left) and _is_title(right) else "OTHER"


def _is_title(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and word[1:].islower()


class Vocabulary(dict[str, int]):
    """The number of each form, and the vector and the shape that each number stands for."""

    def __init__(self, words: Mapping[str, int], shapes: Sequence[str]) -> None:
        """`words`: the number of the vector of each lower case form; `shapes`: the names of shapes in order."""
        super().__init__()
        self._words = words
        self._unknown = words["<unk>"]
        self._shapes = {shape: i for i, shape in enumerate(shapes)}
        self.generation = 0  # numbers of another generation stand for something else
        self._start()

    def _start(self) -> None:
        self.clear()
        self._numbers: dict[tuple[int, int], int] = {}
        self.pairs = [(self._words["<pad>"], self._shapes["<pad>"])]  # of the boundary: both vectors are zero
        self.generation += 1

    def __missing__(self, form: str) -> int:
        pair = self._words.get(form.lower(), self._unknown), self._shapes[word_shape(form)]
        number = self._numbers.setdefault(pair, len(self.pairs))
        if number == len(self.pairs):
            self.pairs.append(pair)
        self[form] = number
        return number

    def encode(self, sequences: Iterable[Sequence[str]]) -> Ints:
        """Return the numbers of the words of all sequences, one after another, (n_words,)."""
        if len(self) > MAX_FORMS:
            self._start()
        return np.fromiter(map(self.__getitem__, chain.from_iterable(sequences)), np.int64)
