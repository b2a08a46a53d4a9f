"""Writes every topic into a folder, one JSON object a record, so that it can be looked at when the broker is gone."""

import gzip
import json
import os

from wire import consumer, read_topic


def shown(registry, record):
    if record.value is None:
        return None
    try:
        return registry.decode(record.value)
    except Exception:  # noqa: BLE001 - what is no record of a registered schema is shown as bytes
        return record.value.hex()


def dump(bootstrap, registry, folder):
    target = os.path.join(folder, "topics")
    os.makedirs(target, exist_ok=True)
    asking = consumer(bootstrap)
    topics = sorted(name for name in asking.list_topics(timeout=30).topics if not name.startswith("__"))
    asking.close()
    for topic in topics:
        with gzip.open(os.path.join(target, f"{topic}.jsonl.gz"), "wt", compresslevel=1, encoding="utf8") as file:
            for record in read_topic(bootstrap, topic):
                line = {
                    "partition": record.partition,
                    "offset": record.offset,
                    "timestamp": record.timestamp,
                    "key": None if record.key is None else record.key.decode("utf8", "replace"),
                    "headers": {name: (value or b"").decode("latin-1") for name, value in record.headers},
                    "value": shown(registry, record),
                }
                file.write(json.dumps(line, default=bytes.hex) + "\n")
