"""Holds ClickHouse's tables against the topics that feed them."""

import json
import urllib.parse
import urllib.request

from compare import Check
from wire import read_topic

# Table, the sink's node, the sort key by which rows replace each other, the column whose highest value stays.
TABLES = (
    ("model_quality", "quality-rows", ("tenant", "model_name", "model_version", "metric", "window_start"), "revision"),
    ("model_quality_corrections", "quality-correction-rows", ("event_id",), None),
    ("feedback_outcomes", "outcome-rows", ("tenant", "target_id", "feedback_id"), "_offset"),
    ("model_commands", "command-rows", ("tenant", "model_name", "command_id"), "_offset"),
)


class Database:
    """ClickHouse behind its HTTP interface."""

    def __init__(self, url):
        parsed = urllib.parse.urlparse(url)
        self._database = parsed.path.strip("/")
        self._url = f"{parsed.scheme}://{parsed.netloc}/"

    def rows(self, sql):
        settings = {"database": self._database, "output_format_json_quote_64bit_integers": "0", "output_format_json_quote_denormals": "1"}
        body = f"{sql} FORMAT JSONEachRow".encode()
        with urllib.request.urlopen(f"{self._url}?{urllib.parse.urlencode(settings)}", body, timeout=120) as answer:
            return [json.loads(line) for line in answer.read().decode().splitlines()]

    def selected(self, table):
        """What selects every column so that times come as microseconds."""
        names = self.rows(f"SELECT name, type FROM system.columns WHERE database = '{self._database}' AND table = '{table}'")
        if not names:
            raise RuntimeError(f"there is no table {table}")
        return ", ".join(
            f"toUnixTimestamp64Micro(`{row['name']}`) AS `{row['name']}`" if "DateTime64" in row["type"] else f"`{row['name']}`"
            for row in names
        )


def flat(value, prefix=""):
    """A record as a row: what lies in records inside it by joined names, arrays of records as JSON text."""
    row = {}
    for name, part in value.items():
        if isinstance(part, dict) and name not in MAPS:
            row.update(flat(part, f"{prefix}{name}_"))
        elif isinstance(part, list) and part and isinstance(part[0], dict):
            row[prefix + name] = [dict(item) for item in part]
        else:
            row[prefix + name] = part
    return row


MAPS = ("label_counts",)


def read_back(row):
    """JSON text as what it stands for."""
    return {name: json.loads(part) if isinstance(part, str) and name.endswith("inputs") else part for name, part in row.items()}


def check_table(database, bootstrap, registry, described):
    table, node, key, version = described
    check = Check(f"table {table}")
    topic = f"millrace.feedback.{node}.delivery"
    expected, count = {}, 0
    for record in read_topic(bootstrap, topic):
        count += 1
        row = {**flat(registry.decode(record.value)), "_topic": topic, "_partition": record.partition, "_offset": record.offset}
        own = tuple(row[name] for name in key)
        if own not in expected or version is None or row[version] > expected[own][version]:
            if version is None and own in expected:
                check.differ(f"{record.place}: {own} is there twice")
            expected[own] = row
    check_repeats(check, database, table, (count, version))
    found = {}
    final = "" if version is None else "FINAL"
    for row in database.rows(f"SELECT {database.selected(table)} FROM {table} {final}"):
        found[tuple(row[name] for name in key)] = read_back(row)
    for own, row in expected.items():
        there = found.pop(own, None)
        if there is None:
            check.differ(f"{own}: missing; it is to come from {topic}:{row['_partition']}:{row['_offset']}")
        else:
            check.same(f"{own}", {**row, **empties(row, there)}, there)
    for own, row in found.items():
        check.differ(f"{own}: nothing leads to it; it says {row['_topic']}:{row['_partition']}:{row['_offset']}")
    return check


def empties(row, there):
    """A number is as it is; a column that a record does not have is empty."""
    return {name: there[name] for name in there if name not in row and there[name] in (None, "", [], {})}


def check_repeats(check, database, table, counted):
    """No record of the topic stands in two rows; and of rows that never change all are there."""
    count, version = counted
    [row] = database.rows(f"SELECT count() AS rows, uniqExact(_topic, _partition, _offset) AS places FROM {table}")
    if row["rows"] != row["places"] or (version is None and row["rows"] != count):
        check.differ(f"{table}: {row['rows']} rows of {row['places']} records, of {count} in the topic")
        again = database.rows(
            f"SELECT _partition, _offset, count() AS rows FROM {table} GROUP BY _partition, _offset HAVING rows > 1 ORDER BY _partition, _offset LIMIT 10"
        )
        for twice in again:
            check.differ(f"{table}: {twice['rows']} rows of {twice['_partition']}:{twice['_offset']}")
