"""Kafka, Avro and the registry, as a client sees them that shares no code with what is tested."""

import io
import json
import os
import time
import urllib.request
import uuid

import fastavro
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

SCHEMAS = os.path.join(os.path.dirname(__file__), "../../../schemas/released")

# How many seconds a reader waits for a broker.
PATIENCE = 60

INPUTS = {
    "feedback.received": "feedback-event",
    "inference.logged": "inference-log",
    "model.deployments": "model-deployment",
    "reference.signals": "reference-signal",
    "reference.segments": "reference-segment",
    "reference.blocklist": "reference-block",
}


def plain(schema):
    """A schema without logical types: times stay microseconds, ids stay text."""
    if isinstance(schema, list):
        return [plain(part) for part in schema]
    if isinstance(schema, dict):
        return {name: plain(part) for name, part in schema.items() if name != "logicalType"}
    return schema


def murmur2(key):
    """Kafka's hash of a key, as Java computes it."""
    word_mask, mix = 0xFFFFFFFF, 0x5BD1E995
    value = 0x9747B28C ^ len(key)
    whole = len(key) & ~3
    for at in range(0, whole, 4):
        word = int.from_bytes(key[at : at + 4], "little") * mix & word_mask
        word = (word ^ word >> 24) * mix & word_mask
        value = (value * mix & word_mask) ^ word
    if whole < len(key):
        value = (value ^ int.from_bytes(key[whole:], "little")) * mix & word_mask
    value = (value ^ value >> 13) * mix & word_mask
    return value ^ value >> 15


def partition_of(key, partitions):
    return (murmur2(key) & 0x7FFFFFFF) % partitions


class Registry:
    """A schema registry behind Confluent's API."""

    def __init__(self, url):
        self.url = url
        self._readers = {}

    def _ask(self, path, body=None):
        headers = {"Content-Type": "application/vnd.schemaregistry.v1+json"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers), timeout=30) as answer:
            return json.load(answer)

    def encoder(self, topic):
        """Registers the released schema of an input topic; returns what encodes its records."""
        name = os.path.join(SCHEMAS, INPUTS[topic])
        latest = max(os.listdir(name), key=lambda file: int(file.split(".")[0]))
        with open(os.path.join(name, latest), encoding="utf8") as file:
            schema = json.load(file)
        number = self._ask(f"/subjects/{topic}-value/versions", {"schema": json.dumps(schema)})["id"]
        parsed = fastavro.parse_schema(plain(schema), named_schemas={})
        head = b"\0" + number.to_bytes(4, "big")

        def encode(record):
            out = io.BytesIO()
            out.write(head)
            fastavro.schemaless_writer(out, parsed, record)
            return out.getvalue()

        return encode

    def decode(self, value):
        """The record of a value in Confluent's wire format, by its writer's schema."""
        if value[0] != 0:
            raise ValueError(f"the magic byte is {value[0]}")
        number = int.from_bytes(value[1:5], "big")
        if number not in self._readers:
            schema = json.loads(self._ask(f"/schemas/ids/{number}")["schema"])
            self._readers[number] = fastavro.parse_schema(plain(schema), named_schemas={})
        body = io.BytesIO(value[5:])
        record = fastavro.schemaless_reader(body, self._readers[number])
        if body.read(1):
            raise ValueError("the body goes on after the record")
        return record


class Record:
    """One record as it lies in a topic; `value` is bytes."""

    __slots__ = ("topic", "partition", "offset", "timestamp", "key", "headers", "value")

    def __init__(self, message):
        self.topic = message.topic()
        self.partition = message.partition()
        self.offset = message.offset()
        self.timestamp = message.timestamp()[1]
        self.key = message.key()
        self.headers = message.headers() or []
        self.value = message.value()

    @property
    def place(self):
        return f"{self.topic}:{self.partition}:{self.offset}"

    def header(self, name):
        for found, value in self.headers:
            if found == name:
                return (value or b"").decode()
        return None

    @property
    def origin(self):
        """`topic:partition:offset` of where it first entered Kafka; behind it stands which topology has written the record."""
        provenance = self.header("millrace.provenance")
        return None if provenance is None else ":".join(provenance.split(":")[:3])


def consumer(bootstrap, group=None):
    return Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group or f"foreign-{uuid.uuid4()}",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "queued.max.messages.kbytes": 65536,
        }
    )


def read_topic(bootstrap, topic, starts=None):
    """Yields the committed records of a topic up to its end: each partition in order, from the beginning or from `starts`."""
    reader = consumer(bootstrap)
    try:
        known = reader.list_topics(topic, timeout=30).topics[topic].partitions
        if not known:
            raise RuntimeError(f"there is no topic {topic}")
        places = [TopicPartition(topic, number, (starts or {}).get(number, OFFSET_BEGINNING)) for number in known]
        reader.assign(places)
        left = set(known)
        heard = time.monotonic()
        while left:
            messages = reader.consume(2000, 0.1)
            if messages:
                heard = time.monotonic()
            elif time.monotonic() - heard > PATIENCE:
                raise TimeoutError(f"{topic}: nothing came in {PATIENCE} s; partitions {sorted(left)} are not at their end")
            for message in messages:
                if message.error() is None:
                    yield Record(message)
                elif message.error().name() == "_PARTITION_EOF":
                    left.discard(message.partition())
                elif message.error().fatal():
                    raise RuntimeError(message.error().str())
    finally:
        reader.close()
