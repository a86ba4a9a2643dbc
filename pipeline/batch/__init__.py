"""Runs over archives. The output folder of a run is a data set:

    records/part-000001.jsonl   shards of records, written whole or not at all (.zst, or a .json an article)
    errors.jsonl                what failed or was odd, and what to do about it
    duplicates.jsonl            copies: each with the id of the article whose record stands for it
    manifest.sqlite             what was read, with what, and where each record is; the other two are its views

Modules, in the order of the work
    run.py · state.py · options.py      a run as a whole
    reading.py → work.py → deciding.py → work.py → writing.py      its stages
    engines/                            who carries out the steps of work.py
    manifest.py · shards.py · storage.py · duplicates.py           what a data set is made of
    watch.py · inspect.py · records.py · export/                   looking on, looking at it, reading it back
"""
