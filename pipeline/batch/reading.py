"""The first stage of a run: the articles that are new or changed, of the files that are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.batch.state import State, repeated_name
from pipeline.batch.work import Read
from pipeline.ingest import Item
from pipeline.ingest.files import SourceFile, is_local, open_filesystem, printable
from pipeline.ingest.readers import read_file


def read_items(state: State) -> Iterator[Read]:
    """Read the pending files in order: their new items and errors, and the end of each."""
    options = state.options
    pending = state.manifest.pending_files(state.maker, only_changed=options.only_changed, since=options.since)

    position = 0

    def count(size: int) -> None:
        nonlocal position
        position += size

    for raw, size, stamp in pending:
        filesystem = None if is_local(raw) else open_filesystem(raw)
        state.manifest.start_file(raw)
        for found in read_file(SourceFile(raw, size, stamp, filesystem), options.read, count):
            if state.ended:
                return
            if isinstance(found, Item):
                if _is_known(state, found):
                    state.tally.unchanged += 1
                    state.watch.tick()
                    continue
                if state.left is not None:
                    state.left -= 1
                found = replace(found, position=position)
            yield found


def _is_known(state: State, item: Item) -> bool:
    """True for an item whose record stands in the data set as it would be made now."""
    source = printable(item.path)
    known = state.manifest.by_source(source)
    if known and known.seen == state.turn:
        known = state.manifest.by_source(repeated_name(source, item.where))
    if known is None or known.fingerprint != item.fingerprint():
        return False
    if known.maker != state.maker and not state.options.only_changed:
        return False
    state.manifest.update_article(known.number, seen=state.turn)
    return True
