"""The log of a run as it can be looked up, and how each message of it ended."""

import hashlib
import json
from collections import defaultdict

from judge import TIMES, misfit, refusal, unreadable
from wire import read_topic

HOUR = 3_600_000_000
REACH, PATIENCE = 24 * HOUR, 25 * HOUR
# Nearer than this to a horizon an outcome would depend on the order of reading; the load stays clear of that.
CLEARANCE = 5 * HOUR
# How many records of one partition a task may have read before it reads on in the other.
CHUNK = 1_000


# What differs between two requests that tell one feedback.
BESIDES = {"event_id", "schema_version", "traceparent", "event_time", "sent_time", "received_time", "client", "api_key_id"}


def content(event):
    return {name: value for name, value in event.items() if name not in BESIDES}


class Undecidable(Exception):
    """The load itself came too near to a horizon."""


class Logged:
    """An inference that its source took: its record, where it lies, and the clock of its partition when it came."""

    __slots__ = ("record", "place", "clock")

    def __init__(self, record, place, clock):
        self.record = record
        self.place = place
        self.clock = clock


class Ending:
    """How one feedback message ended, with what it is about."""

    __slots__ = ("ended", "event", "record", "logged", "status")

    def __init__(self, record, ended, event, logged=None, status=None):
        self.record = record
        self.ended = ended
        self.event = event
        self.logged = logged
        self.status = status


def in_order(bootstrap, topic):
    """The records of a topic by partition and offset, with what lies before each of them."""
    found = defaultdict(list)
    for record in read_topic(bootstrap, topic):
        found[record.partition].append(record)
    for partition in sorted(found):
        yield from sorted(found[partition], key=lambda record: record.offset)


def reference(bootstrap, registry, topic, field):
    return {
        (row["tenant"], row[field]): row for row in (registry.decode(record.value) for record in in_order(bootstrap, topic))
    }


def is_beyond(time, horizon, what):
    if abs(time - horizon) < CLEARANCE:
        raise Undecidable(f"{what} is within {CLEARANCE // HOUR} h of a horizon")
    return time > horizon


class Told:
    """What was told as an orphan, and the inferences of which something was told as a correction."""

    def __init__(self, bootstrap, registry):
        self.orphans = {record.key.decode() for record in read_topic(bootstrap, "feedback.orphaned") if record.value is not None}
        corrections = (registry.decode(record.value) for record in read_topic(bootstrap, "model.quality-corrections"))
        self.corrected = {row["inference_id"] for row in corrections}


class Facts:
    """Everything that was sent, read back from the log."""

    def __init__(self, bootstrap, registry):
        self._registry = registry
        self.told = Told(bootstrap, registry)
        self.signals = reference(bootstrap, registry, "reference.signals", "key")
        self.segments = reference(bootstrap, registry, "reference.segments", "submitter_id_hash")
        self.blocked = set(reference(bootstrap, registry, "reference.blocklist", "submitter_id_hash"))
        self.records = {}
        self.rejected = {}
        self.inferences = {}
        for record, value, clock in self._sound(bootstrap, "inference.logged", "inferences"):
            self.inferences[(value["tenant"], value["inference_id"])] = Logged(value, record, clock)
        self.is_strict = self._is_long()
        self.endings = list(self._judged(bootstrap))

    def _sound(self, bootstrap, topic, node):
        """What the source of a topic takes, with the partition's clock just before it."""
        clocks = defaultdict(int)
        for record in in_order(bootstrap, topic):
            self.records[record.place] = record
            code, value = unreadable(self._registry, record)
            if code is not None:
                self.rejected[record.place] = (node, code)
                continue
            yield record, value, clocks[record.partition]
            clocks[record.partition] = max(clocks[record.partition], value[TIMES[topic]])

    def _is_long(self):
        """Whether a chunk spans so little event time that what comes late is late in every order of reading; else either telling of it is right."""
        partitions = {logged.place.partition for logged in self.inferences.values()}
        started = sorted(logged.record["started"] for logged in self.inferences.values())[: -len(partitions)]
        return CHUNK * len(partitions) * (started[-1] - started[0]) < len(started) * CLEARANCE

    def _judged(self, bootstrap):
        seen = {}
        for record, event, clock in self._sound(bootstrap, "feedback.received", "feedback-in"):
            code = refusal(event, self.signals, self.blocked)
            if code is not None:
                yield self._refused(record, event, "validate", code)
                continue
            own = (event["tenant"], event["target"]["id"], event["feedback_id"])
            if own not in seen:
                seen[own] = event
                yield self._attributed(record, event, clock)
            elif content(seen[own]) == content(event):
                yield Ending(record, "duplicate", event)
            else:
                yield self._refused(record, event, "dedupe", "conflicting_duplicate")

    def _refused(self, record, event, *where):
        self.rejected[record.place] = where
        return Ending(record, "rejected", event)

    def _attributed(self, record, event, clock):
        what = f"feedback {event['feedback_id']} at {record.place}"
        logged = self.inferences.get((event["tenant"], event["target"]["id"]))
        given_up = max(event["event_time"], clock) + PATIENCE
        if logged is None or is_beyond(abs(event["event_time"] - logged.record["started"]), REACH, what):
            return Ending(record, "orphaned", event)
        if is_beyond(clock, logged.record["started"] + PATIENCE, what):
            raise Undecidable(f"{what} came after its inference was forgotten")
        is_late = is_beyond(logged.clock, given_up, what)
        if is_late != is_beyond(logged.clock, event["event_time"] + PATIENCE, what):
            raise Undecidable(what)
        if not self.is_strict:
            is_late = is_late and "|".join([event["tenant"], event["feedback_id"], event["target"]["id"]]) in self.told.orphans
        code = misfit(event, logged.record)
        if code is not None:
            self.rejected[record.place] = ("verify", code)
        ended = "attributed" if code is None else "rejected"
        return Ending(record, ended, event, logged, "MATCHED_LATE" if is_late else "MATCHED")


def check_sent(facts, folder):
    """Yields where the log is not what was sent, or where the fate that was meant is not what the log comes to."""
    ended = {ending.record.place: ending for ending in facts.endings}
    missing = dict(facts.records)
    with open(f"{folder}/sent.jsonl", encoding="utf8") as lines:
        for line in lines:
            topic, partition, offset, digest, fate = json.loads(line)
            place = f"{topic}:{partition}:{offset}"
            if topic not in TIMES:
                continue
            record = missing.pop(place, None)
            if record is None or hashlib.sha1(record.value).hexdigest() != digest:
                yield f"{place}: what was acknowledged there is not there"
            elif not is_meant(fate, facts, ended.get(place), place):
                found = facts.rejected.get(place) or getattr(ended.get(place), "ended", "accepted")
                yield f"{place}: meant to end as {fate}, but comes to {found}"
    for place in missing:
        yield f"{place}: nobody sent this"


def is_meant(fate, facts, ending, place):
    where = facts.rejected.get(place)
    if where is not None:
        return fate == "/".join(where)
    if ending is None:
        return fate == "accepted"
    # Of an inference that could not be read nothing is known: feedback for it waits in vain.
    return ending.ended == fate or (ending.ended == "orphaned" and (fate == "attributed" or fate.startswith("verify/")))
