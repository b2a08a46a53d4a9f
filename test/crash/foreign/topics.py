"""Holds the topics of the topology against the brute force."""

from collections import defaultdict

from compare import Check

from made import attributed, example, head, id_of, orphan_outcome, outcome
from wire import partition_of, read_topic
from windows import MINUTE

EXAMPLES = ("training.corrections", "training.preferences", "training.ratings", "training.implicit", "review.tasks")
NAMESPACE = "2f1b7a60-5c1e-4d0a-8f6e-0d6f3a9b7c11"
HOUR = 3_600_000_000
DAY = 24 * HOUR


class Topics:
    """What every comparison of topics needs."""

    def __init__(self, bootstrap, registry, partitions):
        self._bootstrap = bootstrap
        self._registry = registry
        self._partitions = partitions

    def values(self, topic):
        for record in read_topic(self._bootstrap, topic):
            yield record, None if record.value is None else self._registry.decode(record.value)

    def placed(self, check, record, key):
        """Every record lies in the partition of its key."""
        found = (record.key or b"").decode()
        if found != key or partition_of(record.key or b"", self._partitions) != record.partition:
            check.differ(f"{record.place}: key {found} in partition {record.partition}, expected the key {key}")

    def once(self, topic, expected):
        """Each expected record, by event_id, is there once with every field, its key and its provenance; and nothing else is."""
        check = Check(topic)
        left = dict(expected)
        for record, value in self.values(topic):
            wanted = left.pop(value["event_id"], None)
            if wanted is None:
                again = "once more" if value["event_id"] in expected else "though nothing leads to it"
                check.differ(f"{record.place}: {value['event_id']} is there {again}, from {record.origin}")
                continue
            value_wanted, key, origin = wanted
            check.same(f"{record.place} {value['event_id']}", value_wanted, value)
            self.placed(check, record, key)
            if origin is not None and record.origin != origin:
                check.differ(f"{record.place}: provenance {record.origin}, expected {origin}")
        check.all_there("event_id", left)
        return check

    def examples(self, facts):
        expected = {topic: {} for topic in (*EXAMPLES, "feedback.attributed")}
        for ending in facts.endings:
            if ending.ended != "attributed":
                continue
            key = f"{ending.event['tenant']}|{ending.event['target']['id']}"
            made, value = example(ending, facts)
            expected[made][value["event_id"]] = (value, f"{key}|{ending.event['feedback_id']}", ending.record.place)
            value = attributed(ending, facts)
            expected["feedback.attributed"][value["event_id"]] = (value, key, ending.record.place)
        for topic, wanted in expected.items():
            yield self.once(topic, wanted)

    def orphans(self, facts):
        """Each orphan once, and after it its deletion if it was matched late; nothing of anything else."""
        check = Check("feedback.orphaned")
        expected = {}
        for ending in facts.endings:
            if ending.ended == "orphaned" or ending.status == "MATCHED_LATE":
                expected["|".join([ending.event["tenant"], ending.event["feedback_id"], ending.event["target"]["id"]])] = ending
        found = defaultdict(list)
        for record, value in self.values("feedback.orphaned"):
            key = record.key.decode()
            self.placed(check, record, key)
            found[key].append((record.offset, value))
        for key, ending in expected.items():
            self._orphan(check, key, ending, [value for _, value in sorted(found.pop(key, []), key=lambda pair: pair[0])])
        for key in found:
            check.differ(f"{key}: is no orphan")
        return check

    def _orphan(self, check, key, ending, told):
        check.compared += 1
        if [value is None for value in told] != ([False] if ending.ended == "orphaned" else [False, True]):
            check.differ(f"{key}: told as {['deleted' if value is None else 'orphan' for value in told]}, but it {ending.ended}")
            return
        event, value = ending.event, told[0]
        at = value.pop("orphaned_at")
        earliest = event["event_time"] // 1000 * 1000 + 25 * HOUR
        if not earliest <= at <= max(event["event_time"], event["received_time"]) + 26 * HOUR:
            check.differ(f"{key}: given up at {at}, which is not a day and an hour after {event['event_time']}")
        names = {"feedback_id": event["feedback_id"], "target_id": event["target"]["id"], "feedback": event}
        check.same(key, {**head(event, "feedback.orphaned"), **names, "attributable_until": at + 30 * DAY}, value)

    def rejects(self, facts):
        """Each reject once, under its node and rule, with the key, bytes and headers that it had."""
        check = Check("feedback.dead-letter")
        left = dict(facts.rejected)
        for record in read_topic(self._bootstrap, "feedback.dead-letter"):
            place = record.origin
            node, rule = record.header("millrace.node"), record.header("millrace.rule")
            where = left.pop(place, None)
            if where is None:
                check.differ(f"{record.place}: {place} was refused by {node} as {rule}, once too often or without reason")
                continue
            sent = facts.records[place]
            check.same(f"{record.place} of {place}", {"where": list(where), "key": sent.key}, {"where": [node, rule], "key": record.key})
            self._bytes(check, record, sent, where)
        check.all_there("reject of", left)
        return check

    def _bytes(self, check, record, sent, where):
        # What has waited for its inference is named by its provenance alone.
        if where[0] == "verify" and record.value is None:
            return
        if record.value != sent.value or record.headers[: len(sent.headers)] != sent.headers:
            check.differ(f"{record.place}: bytes or headers are not those of {sent.place}")

    def corrections(self, quality):
        expected = {}
        for number, row in quality.corrections.items():
            expected[number] = (row, f"{row['tenant']}|{row['model_name']}", None)
        check = Check("model.quality-corrections")
        left = dict(expected)
        for record, value in self.values("model.quality-corrections"):
            wanted, key, _ = left.pop(value["event_id"], (None, None, None))
            if wanted is None:
                check.differ(f"{record.place}: correction {value['event_id']} is there once too often or without reason")
                continue
            late = value.pop("stream_time") - value["window_end"]
            if late < 25 * HOUR:
                check.differ(f"{record.place}: its window had not closed")
            check.same(f"{record.place} {value['event_id']}", wanted, value)
            self.placed(check, record, key)
        check.all_there("correction", left)
        return check

    def outcomes(self, facts):
        """In the topic that feeds the table: what became of each feedback, the last word last."""
        check = Check("millrace.feedback.outcome-rows.delivery")
        found = defaultdict(list)
        for record, value in self.values("millrace.feedback.outcome-rows.delivery"):
            found[value["event_id"]].append((record.offset, value))
        for ending in facts.endings:
            rows = outcome_rows(ending, facts)
            if rows:
                told = [value for _, value in sorted(found.pop(rows[0]["event_id"], []), key=lambda pair: pair[0])]
                check.same(f"outcome of {ending.record.place}", rows, told)
        for number in found:
            check.differ(f"outcome {number}: nothing leads to it")
        return check

    def windows(self, quality, last_start):
        """Every revision once and none left out; the last one of each window final and equal to the brute force."""
        check = Check("model.quality")
        found = defaultdict(dict)
        for record, value in self.values("model.quality"):
            self.placed(check, record, f"{value['tenant']}|{value['model_name']}")
            own = (value["tenant"], value["model_name"], value["model_version"], value["window_start"], value["metric"])
            if value["revision"] in found[own]:
                check.differ(f"{record.place}: revision {value['revision']} of {own} is there twice")
            found[own][value["revision"]] = value
        for (*version, start), window in quality.windows.items():
            self._window(check, (*version, start), window, found, start < last_start)
        for own in found:
            check.differ(f"{own}: no record is in this window")
        return check

    def _window(self, check, own, window, found, is_closed):
        counted = found.get((*own, "coverage"), {})
        if sorted(counted) != list(range(1, len(counted) + 1)):
            check.differ(f"{own}: its revisions are {sorted(counted)}")
        for metric, row in window.rows():
            told = found.pop((*own, metric), {})
            if not told:
                check.differ(f"{own}: no row of {metric}")
                continue
            last = told[max(told)]
            stream_time = last.pop("stream_time")
            if max(told) != max(counted, default=0) or (is_closed and stream_time < own[3] + MINUTE + 25 * HOUR):
                check.differ(f"{own} {metric}: its last row is revision {max(told)} at {stream_time}, its window's {max(counted, default=0)}")
            flags = {"final": True, "provisional": False} if is_closed else {name: last[name] for name in ("final", "provisional")}
            check.same(f"{own} {metric}", {**row, **flags, **window_head(own, metric, max(told))}, last)


def window_head(own, metric, revision):
    tenant, model, version, start = own
    nothing = ("key", "segment", "p50", "p95", "p99", "lag_ms_p50", "lag_ms_p95", "lag_ms_p99", "traceparent")
    return {
        **dict.fromkeys(nothing),
        "tenant": tenant,
        "event_id": id_of(NAMESPACE, f"model.quality/{tenant}/{model}/{version}/{metric}/{start // 1000}/{revision}"),
        "schema_version": 1,
        "window_start": start,
        "window_end": start + MINUTE,
        "revision": revision,
        "model_name": model,
        "model_version": version,
        "metric": metric,
        "cohort": "INFERENCE_TIME",
        "late": 0,
        "retracted": 0,
    }


def outcome_rows(ending, facts):
    """What is told of one feedback: of an orphan that, and of what `verify` passes where it went."""
    was_orphan = ending.ended == "orphaned" or ending.status == "MATCHED_LATE"
    rows = [orphan_outcome(ending.event)] if was_orphan else []
    return [*rows, outcome(ending, facts)] if ending.ended == "attributed" else rows
