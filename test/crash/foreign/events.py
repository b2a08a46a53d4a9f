"""The inferences and feedback of a run: each is a function of the seed and its number alone."""

import csv
import gzip
import json
import os
import random

from people import ABUSERS, ANNOTATORS, LABELS, SWITCH_HOUR, TENANTS, named

DATA = os.path.join(os.path.dirname(__file__), "../../../data")

MILLISECOND, SECOND, MINUTE, HOUR = 1_000, 1_000_000, 60_000_000, 3_600_000_000
# 2025-06-02T00:00:00Z: past for every clock that runs.
START = 1_748_822_400_000_000
# Traffic comes in the first minutes of each hour.
HOURS, BUSY = 96, 5 * MINUTE

VALUES = ("bool", "number", "label", "text", "correction", "preference", "ranking", "implicit")


def load_data():
    with gzip.open(os.path.join(DATA, "digits-predictions.jsonl.gz"), "rt", encoding="utf8") as file:
        digits = [json.loads(line) for line in file if line.strip()]
    with gzip.open(os.path.join(DATA, "open-bandit-men.csv.gz"), "rt", encoding="utf8") as file:
        shown = list(csv.DictReader(file))
    return digits, shown


class Events:
    """`count` inferences and as many feedback messages."""

    def __init__(self, seed, count):
        self.seed = seed
        self.count = count
        self._digits, self._shown = load_data()

    def draw(self, what, number):
        return random.Random(f"{self.seed}/{what}/{number}")

    def inference(self, number):
        """The record of an inference, and when it is logged."""
        draw = self.draw("inference", number)
        hour, within = divmod(number * HOURS, self.count)
        started = START + hour * HOUR + within * BUSY // self.count + draw.randrange(MILLISECOND)
        record = {**self._bare(number, draw, started), **self._answer(number, draw, hour)}
        return record, started + self._logging(draw, started)

    def is_logged_late(self, number):
        record, logged = self.inference(number)
        return logged > record["started"] + 30 * HOUR

    def _logging(self, draw, started):
        kind = draw.random()
        if kind < 0.003 and started + 50 * HOUR < START + HOURS * HOUR:
            return draw.randrange(36 * HOUR, 48 * HOUR)
        return draw.randrange(10 * SECOND, 20 * MINUTE) if kind < 0.03 else draw.randrange(5 * MILLISECOND, 500 * MILLISECOND)

    def _bare(self, number, draw, started):
        embedding = [draw.random() for _ in range(8)] if draw.random() < 0.05 else None
        return {
            "tenant": TENANTS[0] if draw.random() < 0.7 else TENANTS[1],
            "event_id": named(f"{self.seed}/logged/{number}"),
            "schema_version": 1,
            "traceparent": f"00-{draw.getrandbits(128):032x}-{draw.getrandbits(64):016x}-01" if draw.random() < 0.1 else None,
            "inference_id": named(f"{self.seed}/inference/{number}"),
            "embedding": embedding,
            "attributions": {"top": draw.random(), "left": draw.random()} if draw.random() < 0.05 else None,
            "chosen": 0,
            "status": "OK",
            "started": started,
        }

    def _answer(self, number, draw, hour):
        if draw.random() < 0.6:
            row = self._digits[number % len(self._digits)]
            version = "digits-v2" if hour >= SWITCH_HOUR and draw.random() < 0.5 else "digits-v1"
            wrong = version == "digits-v2" and draw.random() < 0.25
            output = LABELS[(row["truth"] + 1) % 10] if wrong else str(row["predicted"])
            candidate = {"candidate_id": output, "output": output, "logits": row["logits"]}
            return {
                "model_name": "digits",
                "model_version": version,
                "operation": "classify",
                "input": {"messages": [], "features": row["pixels"], "attributes": {}},
                "candidates": [candidate],
            }
        row = self._shown[number % len(self._shown)]
        output = "x" * 1_001 if draw.random() < 0.005 else row["item_id"]
        place = {"position": int(row["position"]), "propensity": float(row["propensity"]), "score": draw.random()}
        return {
            "model_name": "shop",
            "model_version": "arm-a" if draw.random() < 0.5 else "arm-b",
            "variant": row["policy"],
            "operation": "recommend",
            "input": {"messages": [], "features": None, "attributes": {"user_feature_0": row["user_feature_0"]}},
            "candidates": [{"candidate_id": row["item_id"], "output": output, **place}],
        }

    def feedback(self, number, kind=None):
        """Sound feedback for one of the last inferences, and when it arrives; of `kind`, or of whatever the draw gives."""
        draw = self.draw("feedback", number)
        target = number if draw.random() < 0.9 else max(0, number - draw.randrange(50))
        inference, _ = self.inference(target)
        late = self.is_logged_late(target)
        given = inference["started"] + self._spread(draw, 5 * SECOND, HOUR if late else 4 * HOUR)
        if draw.random() < 0.005:
            given = inference["started"] - draw.randrange(25 * SECOND)
        record = self._feedback_of(number, draw, inference)
        # Another inference is preferred to it or not; what is true of it is its own.
        row = {**self._digits[number % len(self._digits)], "truth": self._digits[target % len(self._digits)]["truth"]}
        record.update(self._value(row, draw, inference, kind))
        record["event_time"] = given
        arrival = given + self._delay(draw, late)
        record["received_time"] = arrival
        return record, arrival

    def _spread(self, draw, low, high):
        return int(low * (high / low) ** draw.random())

    def _delay(self, draw, late):
        kind = draw.random()
        if kind < 0.8 or late:
            return self._spread(draw, 50 * MILLISECOND, 2 * SECOND)
        return self._spread(draw, 2 * SECOND, 10 * MINUTE if kind < 0.95 else 6 * HOUR)

    def _feedback_of(self, number, draw, inference):
        claims = draw.random() < 0.5
        submitter = ANNOTATORS[draw.randrange(len(ANNOTATORS))] if draw.random() < 0.95 else None
        return {
            "tenant": inference["tenant"],
            "event_id": named(f"{self.seed}/event/{number}"),
            "schema_version": 1,
            "traceparent": inference["traceparent"] if draw.random() < 0.2 else None,
            "feedback_id": named(f"{self.seed}/feedback/{number}"),
            "op": "CREATE",
            "target": {"kind": "INFERENCE", "id": inference["inference_id"], "candidate_index": None},
            "source": "HUMAN",
            "submitter": {"id_hash": submitter, "kind": "ANNOTATOR", "role": "labeller"},
            "model_version": inference["model_version"] if claims else None,
            "rationale": "the strokes read so" if draw.random() < 0.05 else None,
            "tags": ["crash"] if draw.random() < 0.05 else [],
            "client": {"sdk": "foreign", "version": "1.0.0"},
        }

    def _value(self, row, draw, inference, kind):
        classifies = inference["operation"] == "classify"
        fitting = ("label", "correction", "preference", "ranking") if classifies else ("click", "click", "abandon", "dwell")
        drawn = draw.random()
        name = kind or (draw.choice(("stars", "thumbs")) if drawn < 0.15 else "comment" if drawn < 0.17 else draw.choice(fitting))
        return VALUE_MAKERS[name](draw, inference, row)


def _valued(feedback_type, key, kind, value):
    return {"feedback_type": feedback_type, "key": key, "value_kind": kind, kind.lower(): value}


def _truth(draw, inference, row):
    knows = inference["operation"] == "classify" and draw.random() < 0.92
    return str(row["truth"]) if knows else LABELS[draw.randrange(10)]


def _label(draw, inference, row):
    score = draw.choice((None, 0.4, 0.9, 0.5))
    return _valued("LABEL", "label", "LABEL", {"v": _truth(draw, inference, row), "score": score})


def _correction(draw, inference, row):
    distance = draw.choice((None, 1.0))
    return _valued("EXPLICIT_CORRECTION", "correction", "CORRECTION", {"content": _truth(draw, inference, row), "edit_distance": distance})


def _preference(draw, inference, row):
    own, other = inference["inference_id"], row["inference_id"]
    chosen, rejected = (own, other) if draw.random() < 0.5 else (other, own)
    value = {"chosen_id": chosen, "rejected_ids": [rejected], "strength": draw.choice((None, 0.7)), "tie": draw.random() < 0.1}
    return _valued("PREFERENCE_PAIR", "preference", "PREFERENCE", value)


def _ranking(draw, inference, row):
    items = [inference["inference_id"], row["inference_id"], "third"]
    draw.shuffle(items)
    return _valued("PREFERENCE_PAIR", "ranking", "RANKING", {"items": items})


def _stars(draw, _inference, _row):
    return _valued("RATING", "stars", "NUMBER", {"v": draw.randrange(1, 6) if draw.random() < 0.5 else draw.uniform(1, 5), "min": 1.0, "max": 5.0})


def _thumbs(draw, _inference, _row):
    return _valued("RATING", "thumbs", "BOOL", {"v": draw.random() < 0.6})


def _comment(draw, _inference, _row):
    return _valued("COMMENT", "comment", "TEXT", {"content": f"Nobody would say so, {draw.randrange(1000)}."})


def _seen(signal, feedback_type):
    def make(draw, _inference, _row):
        worth = draw.choice((None, 0.0, 1.0, draw.random()))
        return _valued(feedback_type, "click", "IMPLICIT", {"signal": signal, "v": worth, "dwell_ms": draw.choice((None, draw.randrange(60_000)))})

    return make


VALUE_MAKERS = {
    "label": _label,
    "correction": _correction,
    "preference": _preference,
    "ranking": _ranking,
    "stars": _stars,
    "thumbs": _thumbs,
    "comment": _comment,
    "click": _seen("CLICK", "IMPLICIT_CLICK"),
    "abandon": _seen("ABANDON", "IMPLICIT"),
    "dwell": _seen("DWELL", "IMPLICIT"),
}

BLOCKED = ABUSERS[0]
