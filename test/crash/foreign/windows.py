"""The quality of every version in every minute, summed up from the log, exactly."""

from collections import Counter, defaultdict
from fractions import Fraction

from facts import PATIENCE, is_beyond
from judge import score_of
from made import id_of, told

MINUTE = 60_000_000
METRICS = ("accuracy", "satisfaction", "click_rate", "reward")


def values_of(ending, facts):
    """The value that feedback adds to each metric that it says something of."""
    event, inference = ending.event, ending.logged.record
    values = {}
    if told(event) is not None:
        output = inference["candidates"][inference["chosen"] or 0]["output"]
        values["accuracy"] = 1.0 if len(output) <= 1_000 and output == told(event) else 0.0
    score = score_of(event, facts.signals)
    if score is not None:
        values["satisfaction"] = score
    if event["implicit"] is not None:
        if event["implicit"]["signal"] in ("CLICK", "ABANDON"):
            values["click_rate"] = 1.0 if event["implicit"]["signal"] == "CLICK" else 0.0
        if event["implicit"]["v"] is not None:
            values["reward"] = event["implicit"]["v"]
    return values


class Window:
    """One version in one minute."""

    def __init__(self):
        self.values = defaultdict(list)
        self.inferences = 0
        self.answered = set()
        self.labels = Counter()
        self.submitters = set()
        self.offsets = {}

    def _from(self, record):
        place = (record.topic, record.partition)
        low, high = self.offsets.get(place, (record.offset, record.offset))
        self.offsets[place] = (min(low, record.offset), max(high, record.offset))

    def logged(self, record):
        self.inferences += 1
        self._from(record)

    def judged(self, ending, values):
        self.answered.add(ending.event["target"]["id"])
        self._from(ending.record)
        for metric, value in values.items():
            self.values[metric].append(value)
        if "accuracy" in values:
            self.labels[told(ending.event)] += 1
            self.submitters.add(ending.event["submitter"]["id_hash"])

    def rows(self):
        """The row of each metric that is told of the window."""
        yield "coverage", self._row([1.0] * len(self.answered))
        for metric in METRICS:
            if self.values[metric]:
                yield metric, self._row(self.values[metric], metric == "accuracy")

    def _row(self, values, told_by_people=False):
        total = float(sum(map(Fraction, values)))
        return {
            "n": len(values),
            "sum": total,
            "sum_sq": float(sum(Fraction(value) ** 2 for value in values)),
            "min": min(values, default=None),
            "max": max(values, default=None),
            "mean": total / len(values) if values else None,
            "inference_count": self.inferences,
            "label_counts": dict(self.labels) if told_by_people else {},
            "distinct_submitters": len(self.submitters - {None}) if told_by_people else None,
            "inputs": [
                {"topic": topic, "partition": partition, "from_offset": low, "to_offset": high}
                for (topic, partition), (low, high) in sorted(self.offsets.items())
            ],
        }


def minute_of(inference):
    return inference["started"] // MINUTE * MINUTE


def version_of(inference):
    return inference["tenant"], inference["model_name"], inference["model_version"]


class Quality:
    """All windows, and what came after one had closed as a correction of it."""

    def __init__(self, facts):
        self.windows = defaultdict(Window)
        self.corrections = {}
        self._facts = facts
        for logged in facts.inferences.values():
            if self._is_late(logged):
                self._correct(logged, "coverage", (0, 0.0, 1), logged.record["traceparent"])
            else:
                self._window(logged).logged(logged.place)
        for ending in facts.endings:
            if ending.ended == "attributed":
                self._judged(ending, values_of(ending, facts))

    def _is_late(self, logged):
        """Whether the window of an inference had closed when it came, and with it for the feedback that waited."""
        closed = minute_of(logged.record) + MINUTE + PATIENCE
        if not is_beyond(logged.clock, closed, f"the inference at {logged.place.place}"):
            return False
        return self._facts.is_strict or logged.record["inference_id"] in self._facts.told.corrected

    def _window(self, logged):
        return self.windows[(*version_of(logged.record), minute_of(logged.record))]

    def _judged(self, ending, values):
        if not self._is_late(ending.logged):
            self._window(ending.logged).judged(ending, values)
            return
        self._correct(ending.logged, "coverage", (1, 1.0, 0), None, answers=True)
        for metric, value in values.items():
            self._correct(ending.logged, metric, (1, value, 0), ending.event["traceparent"], event=ending.event)

    def _correct(self, logged, metric, addition, traceparent, event=None, answers=False):
        inference, (n, total, inferences) = logged.record, addition
        tenant, own = inference["tenant"], inference["inference_id"]
        name = f"model.quality-corrections/{tenant}"
        if event is not None:
            number = id_of(event["feedback_id"], f"{name}/{own}/{metric}")
        else:
            number = id_of(own, f"{name}/{metric}{'/answered' if answers else ''}")
        self.corrections[number] = {
            "tenant": tenant,
            "event_id": number,
            "schema_version": 1,
            "traceparent": traceparent,
            "window_start": minute_of(inference),
            "window_end": minute_of(inference) + MINUTE,
            "model_name": inference["model_name"],
            "model_version": inference["model_version"],
            "metric": metric,
            "n": n,
            "sum": total,
            "sum_sq": total * total,
            "inference_count": inferences,
            "reason": "LATE_INFERENCE" if inferences else "LATE_FEEDBACK",
            "inference_id": own,
            "feedback_id": None if event is None else event["feedback_id"],
            "event_time": inference["started"] if event is None else event["event_time"],
        }
