"""Holds the orders to roll back against what was known of the versions."""

from collections import defaultdict

from compare import Check
from events import HOUR, START
from people import SWITCH_HOUR, TENANTS
from wire import read_topic

# Enough judgements for two looks of which both must see it, wherever commits fall.
CERTAIN = 1_000


def accuracy_since(quality, since):
    """(n, right) of each version of the classifier over the windows since its successor came."""
    known = defaultdict(lambda: [0, 0])
    for (tenant, _, version, start), window in quality.windows.items():
        if start >= since:
            known[(tenant, version)][0] += len(window.values["accuracy"])
            known[(tenant, version)][1] += sum(window.values["accuracy"])
    return known


def check_commands(bootstrap, registry, quality):
    """The worse version is ordered back once, on evidence that agrees with the log; nothing else is ordered."""
    check = Check("model.commands")
    known = accuracy_since(quality, START + SWITCH_HOUR * HOUR)
    found = defaultdict(list)
    for record in read_topic(bootstrap, "model.commands"):
        value = registry.decode(record.value)
        found[(value["tenant"], value["model_name"], value["from_version"], value["kind"])].append(value)
    for tenant in TENANTS:
        told = found.pop((tenant, "digits", "digits-v2", "ROLLBACK"), [])
        sides = [known[(tenant, version)] for version in ("digits-v2", "digits-v1")]
        check.compared += 1
        if len(told) > 1 or (not told and min(n for n, _ in sides) >= CERTAIN):
            check.differ(f"{tenant}: digits-v2 was ordered back {len(told)} times, with (n, right) {sides} of it and of digits-v1")
        for value in told:
            check_evidence(check, value, sides)
    for own in found:
        check.differ(f"{own}: nothing leads to this order")
    return check


def check_evidence(check, value, sides):
    evidence = value["evidence"]
    if (value["to_version"], value["mode"], evidence["metric"]) != ("digits-v1", "ENFORCE", "accuracy"):
        check.differ(f"{value['command_id']}: to {value['to_version']}, {value['mode']}, for {evidence['metric']}")
    for side, (n, right) in zip((evidence["candidate"], evidence["baseline"]), sides):
        if not (200 <= side["n"] <= n and side["sum"] <= right and side["mean"] == side["sum"] / side["n"]):
            check.differ(f"{value['command_id']}: it stands on {side}, of {n} judgements with {right} right")
    means = [side["sum"] / side["n"] for side in (evidence["candidate"], evidence["baseline"])]
    if means[0] >= 0.9 * means[1]:
        check.differ(f"{value['command_id']}: {means[0]} is not a tenth below {means[1]}")
