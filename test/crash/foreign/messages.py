"""The messages of a run in the order in which they arrive, each with the fate that was meant for it."""

from events import HOUR, HOURS, MINUTE, SECOND, START, Events
from people import named, reference_records, deployments
from spoils import FEEDBACK_SPOILS, WIRE_SPOILS
from wire import partition_of

# Later than the last that goes astray (40 hours), by more than what waits for an inference does (24).
FLUSH = START + (HOURS + 80) * HOUR


class Message:
    """One message: a record that is to be encoded, or bytes as they are. `fate` is where it ends."""

    __slots__ = ("topic", "key", "record", "spoil", "fate")

    def __init__(self, topic, key, record, fate, spoil=None):
        self.topic = topic
        self.key = key
        self.record = record
        self.fate = fate
        self.spoil = spoil


def _feedback_key(record):
    return f"{record['tenant']}|{record['target']['id']}"


class Messages:
    """All that is sent, made while it is sent, so that a long run needs no memory for it."""

    def __init__(self, seed, count, partitions):
        self.events = Events(seed, count)
        self.count = count
        self.partitions = partitions

    def before(self):
        for topic, key, record in reference_records(START):
            yield Message(topic, key, record, "accepted")

    def arrivals(self):
        """(time, kind, number) of all messages in order."""
        plan = [(at, "deployment", number) for number, (at, _, _) in enumerate(deployments(START, HOUR))]
        for number in range(self.count):
            plan.append((self.events.inference(number)[1], "inference", number))
            plan.append((self._feedback_plan(number)[1], "feedback", number))
        plan.sort()
        return plan

    def make(self, kind, number):
        if kind == "deployment":
            _, key, record = list(deployments(START, HOUR))[number]
            return Message("model.deployments", key, record, "accepted")
        return self._inference(number) if kind == "inference" else self._feedback_plan(number)[0]()

    def after(self):
        """An inference and feedback for it in each partition, long after the rest: what waits is given up, and windows close."""
        for partition in range(self.partitions):
            number = 0
            while partition_of(self._last_key(partition, number).encode(), self.partitions) != partition:
                number += 1
            inference, feedback = self._last_of(partition, number)
            key = self._last_key(partition, number)
            yield Message("inference.logged", key, inference, "accepted")
            yield Message("feedback.received", key, feedback, "attributed")

    def _last_key(self, partition, number):
        return f"acme|{named(f'{self.events.seed}/last/{partition}/{number}')}"

    def _last_of(self, partition, number):
        inference, _ = self.events.inference(0)
        feedback, _ = self.events.feedback(0, "thumbs")
        tenant, own = self._last_key(partition, number).split("|")
        inference.update(tenant=tenant, inference_id=own, started=FLUSH, event_id=named(f"{own}/logged"))
        feedback.update(tenant=tenant, feedback_id=named(f"{own}/feedback"), event_time=FLUSH + SECOND, model_version=None)
        feedback["target"] = {**feedback["target"], "id": own}
        return inference, feedback

    def _inference(self, number):
        record, _ = self.events.inference(number)
        key = f"{record['tenant']}|{record['inference_id']}"
        draw = self.events.draw("spoiled inference", number)
        if draw.random() < 0.002:
            spoil = WIRE_SPOILS[draw.randrange(len(WIRE_SPOILS))]
            return Message("inference.logged", key, record, f"inferences/{spoil.code}", spoil)
        return Message("inference.logged", key, record, "accepted")

    def _feedback_plan(self, number):
        """What makes a feedback message, and when it arrives."""
        draw = self.events.draw("fate", number)
        kind = draw.random()
        if kind < 0.013 and number > 0:
            return self._again(number, draw, kind < 0.01)
        if kind < 0.033:
            return self._spoiled(number, draw)
        if kind < 0.045:
            return self._astray(number, draw, kind < 0.043)
        record, arrival = self.events.feedback(number)
        return lambda: Message("feedback.received", _feedback_key(record), record, "attributed"), arrival

    def _is_first(self, number):
        kind = self.events.draw("fate", number).random()
        return number == 0 or kind >= 0.033

    def _again(self, number, draw, same):
        first = number - 1
        while not self._is_first(first):
            first -= 1
        message, arrival = self._feedback_plan(first)
        later = arrival + draw.randrange(SECOND, 6 * HOUR)

        def make():
            made = message()
            if not same:
                made.record["rationale"] = "said otherwise now"
            made.fate = "duplicate" if same else "dedupe/conflicting_duplicate"
            return made

        return make, later

    def _spoiled(self, number, draw):
        if draw.random() < 0.3:
            record, arrival = self.events.feedback(number)
            spoil = WIRE_SPOILS[draw.randrange(len(WIRE_SPOILS))]
            return lambda: Message("feedback.received", _feedback_key(record), record, f"feedback-in/{spoil.code}", spoil), arrival
        row = FEEDBACK_SPOILS[draw.randrange(len(FEEDBACK_SPOILS))]
        record, arrival = self.events.feedback(number, row.kind)
        row.apply(record)
        return lambda: Message("feedback.received", _feedback_key(record), record, f"{row.node}/{row.code}"), arrival

    def _astray(self, number, draw, unknown):
        record, arrival = self.events.feedback(number)
        if unknown:
            record["target"] = {**record["target"], "id": named(f"{self.events.seed}/nowhere/{number}")}
            if record["value_kind"] in ("PREFERENCE", "RANKING"):
                kept = {name: record[name] for name in ("target", "received_time")}
                record.update(self.events.feedback(number, "thumbs")[0], preference=None, ranking=None, **kept)
        else:
            record["event_time"] += draw.randrange(32 * HOUR, 40 * HOUR)
            arrival = record["received_time"] = record["event_time"] + draw.randrange(SECOND, MINUTE)
        return lambda: Message("feedback.received", _feedback_key(record), record, "orphaned"), arrival
