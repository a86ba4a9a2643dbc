"""The middle stage of a run: each article gets its number and id, and a copy is linked to its original.

It stands between parsing and extraction, in the one process that writes, so that the answer does not depend on
the workers and no work is done for copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.batch.duplicates import Duplicates
from pipeline.batch.manifest import Known
from pipeline.batch.state import State, repeated_name
from pipeline.batch.work import Decided, Parsed
from pipeline.ingest.files import printable
from pipeline.ingest.parse import article_id


class Decider:
    """Decides on articles in the order of their sources."""

    def __init__(self, state: State) -> None:
        self._state, self._manifest = state, state.manifest
        options = state.options
        threshold = options.threshold if options.duplicates == "near" else None
        self._duplicates = None if options.duplicates == "keep" else Duplicates(state.manifest, threshold)

    def __call__(self, batches: Iterable[list[Decided]]) -> Iterator[Decided]:
        """Yield the articles that are wanted, decided; errors and ends of files pass."""
        for batch in batches:
            for one in batch:
                if not isinstance(one, Parsed):
                    yield one
                elif self._is_wanted(one):
                    yield self._decide(one)

    def _is_wanted(self, parsed: Parsed) -> bool:
        source, since = parsed.article.source, self._state.options.since
        if not since or not source.published or source.published >= since:
            return True
        known = self._manifest.by_source(source.path or "")
        if known:
            self._manifest.update_article(known.number, seen=self._state.turn)
        return False

    def _decide(self, parsed: Parsed) -> Parsed:
        parsed, known = self._named(parsed)
        number = self._enter(parsed, known)
        signature, published = parsed.signature, parsed.article.source.published
        copy = self._duplicates and self._duplicates.find(number, signature, published)
        if copy:
            self._manifest.release(number)
            self._manifest.unindex(number)
            return replace(parsed, number=number, duplicate_of=copy[0], similarity=copy[1])
        self._manifest.update_article(number, text_hash=signature.text_hash, duplicate_of=None, similarity=None)
        if self._duplicates:
            self._duplicates.add(number, signature, published)
        return replace(parsed, number=number)

    def _enter(self, parsed: Parsed, known: Known | None) -> int:
        """The number of the article's row; the copies of what it was earlier are set free."""
        article, turn = parsed.article, self._state.turn
        if known is None:
            return self._manifest.add_article(article.id, article.source.path or "", printable(parsed.file), turn)
        self._manifest.update_article(known.number, id=article.id, seen=turn)
        if known.text_hash != parsed.signature.text_hash:
            self._manifest.release(known.number)
        return known.number

    def _named(self, parsed: Parsed) -> tuple[Parsed, Known | None]:
        """Make the name and the id of an article its own; returns what is known of it."""
        article = parsed.article
        source = article.source.path or ""
        known = self._manifest.by_source(source)
        if known and known.seen == self._state.turn:
            source = repeated_name(source, parsed.where)
            known = self._manifest.by_source(source)
            path = article.source.model_copy(update={"path": source})
            doubt = "its id is that of another article of the file"
            article = replace(article, source=path, warnings=(*article.warnings, doubt))
        owner = self._manifest.source_of_id(article.id)
        if owner not in (None, source):
            article = replace(article, id=f"{article.id}~{article_id(source)[:8]}")
        return replace(parsed, article=article), known
