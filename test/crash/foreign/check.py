"""Reads everything back and holds it against the brute force."""

import json
import time

from commands import check_commands
from compare import Check
from facts import Facts, check_sent
from tables import TABLES, Database, check_table
from topics import Topics
from wire import Registry
from windows import Quality
from messages import FLUSH


def checks(options):
    bootstrap, registry = options["bootstrap"], Registry(options["registry"])
    facts = Facts(bootstrap, registry)
    quality = Quality(facts)
    sent = Check("the log")
    sent.compared = len(facts.records)
    for difference in check_sent(facts, options["folder"]):
        sent.differ(difference)
    yield sent
    topics = Topics(bootstrap, registry, options["partitions"])
    yield from topics.examples(facts)
    yield topics.orphans(facts)
    yield topics.rejects(facts)
    yield topics.outcomes(facts)
    yield topics.corrections(quality)
    yield topics.windows(quality, FLUSH)
    yield check_commands(bootstrap, registry, quality)
    database = Database(options["clickhouse"])
    for described in TABLES:
        yield check_table(database, bootstrap, registry, described)


def check(options):
    """Prints each check as it is done; returns whether nothing differs."""
    began = time.monotonic()
    differing = 0
    for done in checks(options):
        differing += done.differing
        print(json.dumps({"event": "checked", **done.report()}), flush=True)
    print(json.dumps({"event": "compared", "seconds": round(time.monotonic() - began, 1), "differing": differing}), flush=True)
    return differing == 0
