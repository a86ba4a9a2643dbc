"""Tokens and sentences by razdel's rules, as offsets.

Source: razdel 0.5 (Alexander Kukushkin, MIT licence).
"""

import razdel


def tokenize(text: str) -> list[tuple[int, int]]:
    """Tokens of `text` as half-open (start, end) code point offsets, the same as `razdel.tokenize`.

    >>> tokenize("В Томске — 1,5 тыс. человек")
    [(0, 1), (2, 8), (9, 10), (11, 14), (15, 18), (18, 19), (20, 27)]
    """
    return [(token.start, token.stop) for token in razdel.tokenize(text)]


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Sentences of `text` as half-open (start, end) code point offsets, the same as `razdel.sentenize`.

    >>> split_sentences("Форум прошёл в г. Томске. Приехали 54 человека.")
    [(0, 25), (26, 47)]
    """
    if not text:
        return []
    return [(sentence.start, sentence.stop) for sentence in razdel.sentenize(text)]
