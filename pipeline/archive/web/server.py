"""``letopis serve``: Datasette over one index, read only, with the pages of this package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasette.app
import uvicorn
from datasette.database import Database
from datasette.plugins import pm

from pipeline.archive import web
from pipeline.archive.database import open_index
from pipeline.archive.web.handlers import DATABASE

SETTINGS = {
    "sql_time_limit_ms": 3000,
    "max_returned_rows": 1000,
    "allow_download": False,
    "suggest_facets": False,
    "default_cache_ttl": 0,
    "num_sql_threads": 4,
}
METADATA = {
    "title": "Летопись",
    "description": "Таблицы архива. Их описание — в SCHEMA.md рядом с пакетом pipeline.archive.",
}


def make_datasette(db: Path) -> Any:
    """Return Datasette over an index; raises ``ArchiveError`` where there is none."""
    open_index(db).close()
    if not pm.has_plugin(web.__name__):
        pm.register(web, name=web.__name__)
    server = datasette.app.Datasette(metadata=METADATA, settings=SETTINGS)
    server.add_database(Database(server, path=str(db.absolute()), is_mutable=True), name=DATABASE)
    return server


def run(db: Path, host: str, port: int) -> None:
    """Serve until stopped."""
    app = make_datasette(db).app()
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)
