"""From articles to records: the one way through the language stages."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline._version import __version__
from pipeline.article import Article
from pipeline.extractors import FIELDS
from pipeline.models import load_models
from pipeline.reading import Clock, find_all, read_pages, untimed
from pipeline.record import Produced, Record

if TYPE_CHECKING:
    from spacy.language import Language

GARBAGE = 100_000  # objects between two walks of the garbage collector, some 20 MB
BATCH_SIZE = 32  # articles read at once: the models are fastest from some 20 on


def extract(
    text: str, *, published: str | None = None, title: str | None = None, nlp: Language | None = None
) -> Record:
    """Extract the facts of one text.

    Args:
        published: ISO day from which «вчера», «в прошлом году», «26 сентября» are resolved.
        title: the headline, where it is known apart from the text.
        nlp: a pipeline of your own from ``load``.

    >>> extract("Форум прошёл в Томске.").cities[0].region
    'Томская область'
    """
    article = Article.from_text(text, published=published, title=title)
    return next(extract_all([article], nlp=nlp))


def extract_all(
    articles: Iterable[Article],
    *,
    nlp: Language | None = None,
    without: Iterable[str] = (),
    clock: Clock = untimed,
) -> Iterator[Record]:
    """Extract the facts of many articles, in order, a batch at a time.

    Args:
        nlp: a pipeline of your own; without one the articles are read without spaCy, to the same records.
        without: names of rules to switch off (of ``nlp`` they are switched off when it is loaded).
        clock: is entered with the name of each stage, for a profile.
    """
    stream = iter(articles)
    while batch := list(islice(stream, BATCH_SIZE)):
        if nlp is None:
            pages = read_pages(batch, without=without, clock=clock)
            findings: Iterable[Mapping[str, Any]] = (find_all(page, clock=clock) for page in pages)
        else:
            findings = _find_with(nlp, batch)
        for article, found in zip(batch, findings, strict=True):
            with clock("record"):
                record = build_record(article, found)
            yield record


def _find_with(nlp: Language, articles: list[Article]) -> Iterator[Mapping[str, Any]]:
    from pipeline.nlp import found, make_doc

    for doc in nlp.pipe((make_doc(nlp, article) for article in articles), batch_size=BATCH_SIZE):
        yield found(doc)


def build_record(article: Article, found: Mapping[str, Any]) -> Record:
    """Put what the extractors found into the record of its article."""
    rows: dict[str, Any] = {field: tuple(found.get(field, ())) for field in FIELDS}
    return Record(
        id=article.id,
        source=article.source,
        produced=Produced(version=__version__, models=load_models().versions),
        text=article.text,
        warnings=article.warnings,
        **rows,
    )


def prepare() -> None:
    """Load the models and word lists, so that the first article takes no longer than the others.

    The garbage collector is told not to walk them again and again, nor what is remembered of words: an article
    leaves no cycles behind.
    """
    list(extract_all([Article.from_text("2 мая 2020 года в Томске Анна Петрова провела форум фонда «Опора».")]))
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
