"""Holds the orders to roll back against what was known of the versions."""

import math
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
        if not (150 <= side["n"] <= n and side["sum"] <= right and side["mean"] == side["sum"] / side["n"]):
            check.differ(f"{value['command_id']}: it stands on {side}, of {n} judgements with {right} right")
    high = upper_end(evidence["candidate"], evidence["baseline"])
    if high >= 0 or abs(high - evidence["interval_high"]) > 1e-9:
        check.differ(f"{value['command_id']}: the interval ends at {evidence['interval_high']}, recomputed at {high}")


def upper_end(candidate, baseline, alpha=0.05, tuned_for=5000):
    """Of the asymptotic confidence sequence of a difference of means (Waudby-Smith et al., 2024, theorem 2.2)."""
    n = candidate["n"] + baseline["n"]
    variance = 0
    for side in (candidate, baseline):
        variance += (side["sum_sq"] - side["sum"] ** 2 / side["n"]) / (side["n"] - 1) / side["n"]
    rho2 = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / tuned_for
    mixed = n * rho2 + 1
    width = math.sqrt(variance * n) * math.sqrt(2 * mixed / (n * n * rho2) * math.log(math.sqrt(mixed) / alpha))
    return candidate["sum"] / candidate["n"] - baseline["sum"] / baseline["n"] + width
