"""Sends the messages of a run, evenly over a time, and notes where each came to lie and the fate that was meant for it."""

import hashlib
import json
import os
import time

from confluent_kafka import Producer

from messages import Messages
from wire import INPUTS, Registry

# Longer than any time for which the suite takes a broker away.
PATIENCE_MS = 300_000
# So few that no partition gets far ahead of another while a broker is away: what comes late must be late in every order of reading.
MOST_UNDER_WAY = 100


def say(**news):
    print(json.dumps(news), flush=True)


class Sender:
    """Every message once: idempotent, and tried again for as long as a broker is away."""

    def __init__(self, bootstrap, registry, log):
        self._encoders = {topic: registry.encoder(topic) for topic in INPUTS}
        self._log = log
        self._sent = 0
        self.delivered = 0
        self._failed = None
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "enable.idempotence": True,
                "partitioner": "murmur2_random",
                "linger.ms": 20,
                "compression.type": "lz4",
                "message.timeout.ms": PATIENCE_MS,
                "reconnect.backoff.max.ms": 1_000,
            }
        )

    def send(self, message):
        encode = self._encoders[message.topic]
        value = encode(message.record) if message.spoil is None else message.spoil.encode(message, encode)
        digest = hashlib.sha1(value).hexdigest()

        def delivered(error, sent):
            if error is not None:
                self._failed = error
                return
            place = [sent.topic(), sent.partition(), sent.offset()]
            self._log.write(json.dumps([*place, digest, message.fate]) + "\n")
            self.delivered += 1

        while self._sent - self.delivered >= MOST_UNDER_WAY:
            self.serve(0.005)
        self._sent += 1
        while True:
            try:
                headers = [("traced", b"by-the-crash-suite")]
                self._producer.produce(message.topic, value, message.key.encode(), on_delivery=delivered, headers=headers)
                break
            except BufferError:
                self.serve(0.1)
        self.serve(0)

    def serve(self, seconds):
        self._producer.poll(seconds)
        if self._failed is not None:
            raise RuntimeError(f"a message was not delivered: {self._failed.str()}")

    def flush(self):
        if self._producer.flush(PATIENCE_MS / 1000) > 0:
            raise TimeoutError("messages are still on their way")
        self.serve(0)


def evenly(items, seconds):
    """Yields the items spread over a time, and None to wait. Time that was lost to a stall is not caught up: a burst would tear event times apart."""
    gap = seconds / len(items)
    due = time.monotonic()
    for item in items:
        while time.monotonic() < due:
            yield None
        yield item
        due = max(due + gap, time.monotonic() - gap)


def load(bootstrap, registry, options):
    messages = Messages(options["seed"], options["records"], options["partitions"])
    with open(os.path.join(options["folder"], "sent.jsonl"), "w", encoding="utf8") as log:
        sender = Sender(bootstrap, Registry(registry), log)
        for message in messages.before():
            sender.send(message)
        sender.flush()
        plan = messages.arrivals()
        say(event="ready", messages=len(plan))
        # Whoever started this lets it begin when everything runs.
        input()
        told = time.monotonic()
        for item in evenly(plan, options["seconds"]):
            if item is None:
                sender.serve(0.005)
                continue
            sender.send(messages.make(item[1], item[2]))
            if time.monotonic() - told >= 5:
                told = time.monotonic()
                say(event="sent", messages=sender.delivered)
        sender.flush()
        for message in messages.after():
            sender.send(message)
        sender.flush()
        say(event="done", messages=sender.delivered)
