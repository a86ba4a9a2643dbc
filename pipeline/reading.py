"""From articles to pages and findings without spaCy: the short way that ``extract`` takes.

The spaCy pipeline (``pipeline.nlp``) runs the same models and the same extractors and gives the same record;
a ``Doc`` costs as much time as all its rules, though, and its vocabulary grows with every new word of an
archive. So whoever asks only for records is served from here.

Steps: tokens and sentences, names and morphology of a batch of articles at once, then the registry of
extractors, page by page. Syntax is parsed when a rule asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from typing import Any

from pipeline.article import Article
from pipeline.extractors import EXTRACTORS
from pipeline.models import load_models
from pipeline.page import Chunk, Page

Clock = Callable[[str], AbstractContextManager[Any]]


def untimed(stage: str) -> AbstractContextManager[Any]:
    """The clock of those who do not ask where the time went."""
    return nullcontext()


def read_pages(articles: Sequence[Article], *, without: Iterable[str] = (), clock: Clock = untimed) -> list[Page]:
    """Read articles as pages, with names and morphology by the models, a batch at once.

    Args:
        without: names of rules to switch off.
        clock: is entered with the name of each stage, for a profile.
    """
    with clock("segmentation"):
        pages = [Page.build(a.text, published=a.source.published, title=a.source.title) for a in articles]
    models = load_models()
    with clock("ner"):
        for page, tags in zip(pages, models.ner([page.words for page in pages]), strict=True):
            page.chunks = [Chunk(*span) for span in spans_of_tags(tags)]
    with clock("morphology"):
        tagged = iter(models.morph([page.words[a:b] for page in pages for a, b in page.sentences]))
        for page in pages:
            parts = [split_tag(tag) for _ in page.sentences for tag in next(tagged)]
            page.pos, page.tags = [pos for pos, _ in parts], [tag for _, tag in parts]
    switched_off = frozenset(without)
    for page in pages:
        page.without = switched_off
        page.parse = partial(parse_sentence, page.words)
    return pages


@cache
def split_tag(tag: str) -> tuple[str, str]:
    """Split a tag of the model into part of speech and features: ``"NOUN|Case=Gen"`` → ("NOUN", "Case=Gen")."""
    pos, _, features = tag.partition("|")
    return pos, features


def parse_sentence(words: list[str], first: int, last: int) -> tuple[list[int], list[str]]:
    """Parse the sentence of words ``[first, last)``."""
    return load_models().syntax([words[first:last]])[0]


def find_all(page: Page, *, clock: Clock = untimed) -> dict[str, list[Any]]:
    """Run every extractor over a page; returns rows by field of the record."""
    found: dict[str, list[Any]] = {}
    for extractor in EXTRACTORS:
        with clock(extractor.name):
            found.update(extractor.run(page, found))
    return found


def spans_of_tags(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """Read BIO tags as ``(first, last, label)``, half-open: ["B-PER", "I-PER", "O"] → [(0, 2, "PER")]."""
    spans: list[tuple[int, int, str]] = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        kind, _, label = tag.partition("-")
        if kind == "I" and spans and spans[-1][1] == i and spans[-1][2] == label:
            spans[-1] = (spans[-1][0], i + 1, label)
        else:
            spans.append((i, i + 1, label))
    return spans
