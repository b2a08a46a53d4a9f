"""Reads a topic's committed records from the start to its end, and prints one JSON object for each.

    read-topic.py BOOTSTRAP TOPIC [REGISTRY_URL | hex]

With a registry, values are Avro in Confluent's wire format, decoded with the writer's schema by fastavro; with `hex` they are bytes as
they are; else they are text. Times are printed in microseconds since the epoch.
"""

import datetime
import io
import json
import sys
import urllib.request
import uuid

import fastavro
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

bootstrap, topic, *rest = sys.argv[1:]
registry = rest[0] if rest else None
schemas = {}


def schema_of(schema_id):
    if schema_id not in schemas:
        with urllib.request.urlopen(f"{registry}/schemas/ids/{schema_id}") as response:
            schemas[schema_id] = fastavro.parse_schema(json.loads(json.load(response)["schema"]))
    return schemas[schema_id]


def decode(value):
    if value is None:
        return None
    if registry is None:
        return value.decode()
    if registry == "hex":
        return value.hex()
    if value[0] != 0:
        raise ValueError(f"the magic byte is {value[0]}")
    return fastavro.schemaless_reader(io.BytesIO(value[5:]), schema_of(int.from_bytes(value[1:5], "big")))


epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def plain(value):
    if isinstance(value, datetime.datetime):
        return (value - epoch) // datetime.timedelta(microseconds=1)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


consumer = Consumer(
    {
        "bootstrap.servers": bootstrap,
        "group.id": f"foreign-{uuid.uuid4()}",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
    }
)
partitions = consumer.list_topics(topic, timeout=20).topics[topic].partitions
consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in partitions])
left = set(partitions)
while left:
    message = consumer.poll(30)
    if message is None:
        raise TimeoutError(f"nothing came in 30 s; partitions {sorted(left)} are not at their end")
    if message.error():
        if message.error().name() != "_PARTITION_EOF":
            raise RuntimeError(message.error().str())
        left.discard(message.partition())
        continue
    record = {
        "partition": message.partition(),
        "offset": message.offset(),
        "timestamp": message.timestamp()[1],
        "key": None if message.key() is None else message.key().decode(),
        "headers": {name: (value or b"").decode("latin-1") for name, value in message.headers() or []},
        "value": decode(message.value()),
    }
    print(json.dumps(record, default=plain))
consumer.close()
