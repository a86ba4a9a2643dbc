"""From articles to records: the one way through the language stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline._version import __version__
from pipeline.article import Article
from pipeline.extractors import FIELDS
from pipeline.models import load_models
from pipeline.nlp import BATCH_SIZE, found, load
from pipeline.record import Produced, Record

# Nothing in a record depends on these: pages parse sentences on demand and look lemmas up themselves.
NOT_NEEDED = ("letopis_syntax", "letopis_lemmas", "letopis_ents")


@cache
def default_pipeline() -> Language:
    """Return the pipeline that ``extract`` uses, loaded once per process."""
    return load(exclude=NOT_NEEDED)


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


def extract_all(articles: Iterable[Article], *, nlp: Language | None = None) -> Iterator[Record]:
    """Extract the facts of many articles, in order, a batch at a time."""
    nlp = nlp or default_pipeline()
    stream = iter(articles)
    while batch := list(islice(stream, BATCH_SIZE)):
        docs = nlp.pipe((make_doc(nlp, article) for article in batch), batch_size=BATCH_SIZE)
        for article, doc in zip(batch, docs, strict=True):
            yield build_record(article, doc)


def make_doc(nlp: Language, article: Article) -> Doc:
    """Tokenize an article and hand what is known of it to the pipeline."""
    nlp.max_length = max(nlp.max_length, len(article.text) + 1)
    doc = nlp.make_doc(article.text)
    doc._.published = article.source.published
    doc._.title = article.source.title
    return doc


def build_record(article: Article, doc: Doc) -> Record:
    """Put what the extractors found in a doc into the record of its article."""
    rows: dict[str, Any] = {field: tuple(found(doc).get(field, ())) for field in FIELDS}
    return Record(
        id=article.id,
        source=article.source,
        produced=Produced(version=__version__, models=load_models().versions),
        text=article.text,
        warnings=article.warnings,
        **rows,
    )
