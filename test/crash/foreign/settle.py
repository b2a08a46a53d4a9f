"""Waits until everything that was sent is processed, delivered, and has been still for a while."""

import json
import time

from confluent_kafka import TopicPartition

from tables import TABLES
from wire import consumer, read_topic

LOOK_EVERY, STILL_FOR = 2, 10

# By group: the topics that it reads. What its own processes write ends in marks of transactions, which count for nothing.
READ = [("feedback", ("inference.logged", "feedback.received", "model.deployments", "millrace.feedback.by-model.repartition"))]
READ += [(f"feedback.{node}.delivery", (f"millrace.feedback.{node}.delivery",)) for _, node, _, _ in TABLES]


def committed(bootstrap, group, topic):
    asking = consumer(bootstrap, group)
    try:
        numbers = asking.list_topics(topic, timeout=30).topics[topic].partitions
        places = [TopicPartition(topic, number) for number in numbers]
        offsets = {place.partition: max(0, place.offset) for place in asking.committed(places, timeout=30)}
        ends = {number: asking.get_watermark_offsets(TopicPartition(topic, number), timeout=30)[1] for number in numbers}
        return offsets, ends
    finally:
        asking.close()


def behind(bootstrap, group, topic):
    """How many records a group has not committed yet, and a mark that changes with everything that moves."""
    offsets, ends = committed(bootstrap, group, topic)
    starts = {number: offset for number, offset in offsets.items() if offset < ends[number]}
    left = sum(1 for record in read_topic(bootstrap, topic, offsets) if record.value is not None) if starts else 0
    return left, (topic, sorted(ends.items()))


def look(bootstrap):
    left, marks = {}, []
    for group, topics in READ:
        for topic in topics:
            count, mark = behind(bootstrap, group, topic)
            marks.append(mark)
            if count > 0:
                left[topic] = count
    return left, marks


def settle(bootstrap, seconds):
    began = still = time.monotonic()
    last = None
    told = 0
    while True:
        left, marks = look(bootstrap)
        now = time.monotonic()
        if left or marks != last:
            still = now
        last = marks
        if now - still >= STILL_FOR:
            return
        if now - told >= 10:
            told = now
            print(json.dumps({"event": "waiting", "left": left}), flush=True)
        if now - began > seconds:
            raise TimeoutError(f"after {seconds} s there is still to do: {left or 'something moves'}")
        time.sleep(LOOK_EVERY)
