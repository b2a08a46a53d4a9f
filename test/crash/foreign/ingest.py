"""Holds what clients of the ingestion API were answered against the log, and the log against what the topology made of it."""

import json
import os
import time
import uuid
from collections import defaultdict

from compare import Check
from facts import content
from load import Sender
from people import reference_records
from wire import Registry, read_topic

NAMESPACES = {"feedback": "2f1b8a34-6c0e-5d7a-9b43-0f6de1c2a9b7", "inference": "8d54c7e1-3a92-5f06-b1d8-6e07f49ab35c"}
TOPICS = {"feedback": "feedback.received", "inference": "inference.logged"}

# What differs between two requests that log one inference without saying when it was.
BESIDES = {"event_id", "traceparent", "started"}

# Where the topology may put feedback that is not an example of a rating.
ELSEWHERE = ("review.tasks", "training.corrections", "training.preferences", "training.implicit")


class Declared:
    """A message of reference data as the sender of the load takes it."""

    spoil = None
    fate = "accepted"

    def __init__(self, topic, key, record):
        self.topic, self.key, self.record = topic, key, record


def declare(bootstrap, registry):
    """Declares the signals of the tenants, so that their feedback is accepted."""
    with open(os.devnull, "w", encoding="utf8") as nowhere:
        sender = Sender(bootstrap, registry, nowhere)
        for topic, key, record in reference_records(int(time.time() * 1_000_000)):
            sender.send(Declared(topic, key, record))
        sender.flush()


def id_of(entry):
    """The id that an entry must have: its own, else the UUIDv5 of tenant and key."""
    return entry["own_id"] or str(uuid.uuid5(uuid.UUID(NAMESPACES[entry["kind"]]), f"{entry['tenant']}|{entry['key']}"))


def check_answers(entries):
    """Each record was answered, and every answer to it, whoever gave it, had the one id."""
    check = Check("answers")
    for entry in entries:
        check.same(f"{entry['kind']} {entry['key']}", [id_of(entry)] * max(1, len(entry["ids"])), entry["ids"])
    return check


def read_log(bootstrap, registry, kind):
    """The records of a kind by tenant and id, each list in the order of the log."""
    found = defaultdict(list)
    for record in read_topic(bootstrap, TOPICS[kind]):
        value = registry.decode(record.value)
        found[(value["tenant"], value[f"{kind}_id"])].append((record.offset, value))
    return {own: [value for _, value in sorted(copies, key=lambda copy: copy[0])] for own, copies in found.items()}


def rating_of(value):
    return None if value["number"] is None else value["number"]["v"]


def check_feedback(entries, found):
    """Every feedback that was answered is in the log, under its tenant, as it was sent; and nothing that nobody sent."""
    check = Check("feedback in the log")
    left = dict(found)
    for entry in entries:
        copies = left.pop((entry["tenant"], id_of(entry)), [])
        if not copies:
            check.compared += 1
            check.differ(f"{entry['key']}: answered 202 and not in the log")
            continue
        sent = {"target": entry["target"], "rating": float(entry["rating"]), "key": entry["key"]}
        first = copies[0]
        check.same(entry["key"], sent, {"target": first["target"]["id"], "rating": rating_of(first), "key": first["idempotency_key"]})
        if not entry["contradicted"] and any(content(copy) != content(first) for copy in copies):
            check.differ(f"{entry['key']}: its copies in the log differ")
    for own in left:
        check.differ(f"{own}: nobody has sent it")
    return check


def check_inferences(entries, found):
    """Every inference that was answered is in the log; with copies of one id taken for one, it is there exactly once."""
    check = Check("inferences in the log, by id")
    left = dict(found)
    for entry in entries:
        copies = left.pop((entry["tenant"], id_of(entry)), [])
        alike = {json.dumps({name: value for name, value in copy.items() if name not in BESIDES}, sort_keys=True) for copy in copies}
        check.same(entry["key"], {"records": 1, "output": entry["key"]}, {"records": len(alike), "output": output_of(copies)})
    for own in left:
        check.differ(f"{own}: nobody has sent it")
    return check


def output_of(copies):
    return copies[0]["candidates"][0]["output"] if copies else None


def counted(bootstrap, registry, topic, told):
    counts = defaultdict(int)
    for record in read_topic(bootstrap, topic):
        if record.value is not None:
            value = registry.decode(record.value)
            counts[(value["tenant"], told(value))] += 1
    return counts


def check_once(name, expected, counts):
    check = Check(name)
    for own in expected:
        check.same(own[1], 1, counts.get(own, 0))
    for own in counts.keys() - expected:
        check.differ(f"{own}: nothing leads to it")
    return check


def check_rejects(bootstrap, registry, entries):
    """Nothing was refused but what said something else under an id, and no feedback has missed its inference."""
    check = Check("rejects and orphans")
    contradicted = {(entry["tenant"], id_of(entry)) for entry in entries if entry["contradicted"]}
    for record in read_topic(bootstrap, "feedback.dead-letter"):
        value = registry.decode(record.value)
        own, where = (value["tenant"], value.get("feedback_id")), (record.header("millrace.node"), record.header("millrace.rule"))
        check.compared += 1
        if own not in contradicted or where != ("dedupe", "conflicting_duplicate") or rating_of(value) != 1.0:
            check.differ(f"{record.place}: {own} was refused by {where}")
    for topic in ("feedback.orphaned", *ELSEWHERE):
        for record in read_topic(bootstrap, topic):
            check.differ(f"{record.place}: nothing leads to it")
    return check


def checks(options):
    bootstrap, registry = options["bootstrap"], Registry(options["registry"])
    with open(os.path.join(options["folder"], "ledger.jsonl"), encoding="utf8") as file:
        entries = [json.loads(line) for line in file]
    feedback = [entry for entry in entries if entry["kind"] == "feedback"]
    inferences = [entry for entry in entries if entry["kind"] == "inference"]
    yield check_answers(entries)
    for kind, of, check in (("feedback", feedback, check_feedback), ("inference", inferences, check_inferences)):
        found = read_log(bootstrap, registry, kind)
        print(json.dumps({"event": "log", "kind": kind, "ids": len(found), "records": sum(map(len, found.values()))}), flush=True)
        yield check(of, found)
    expected = {(entry["tenant"], id_of(entry)) for entry in feedback}
    attributed = counted(bootstrap, registry, "feedback.attributed", lambda value: value["feedback"]["feedback_id"])
    yield check_once("feedback.attributed", expected, attributed)
    yield check_once("training.ratings", expected, counted(bootstrap, registry, "training.ratings", lambda value: value["feedback_id"]))
    yield check_rejects(bootstrap, registry, feedback)


def check_ingest(options):
    """Prints each check as it is done; returns whether nothing differs."""
    differing = 0
    for done in checks(options):
        differing += done.differing
        print(json.dumps({"event": "checked", **done.report()}), flush=True)
    return differing == 0
