"""What the rules say of one feedback, by docs/rules.md."""

import math
import re

YEAR_2000 = 946_684_800_000_000
MINUTE = 60_000_000

FIELDS = {
    "BOOL": "bool",
    "NUMBER": "number",
    "LABEL": "label",
    "TEXT": "text",
    "CORRECTION": "correction",
    "PREFERENCE": "preference",
    "RANKING": "ranking",
    "IMPLICIT": "implicit",
}

ALLOWED = {
    "EXPLICIT_CORRECTION": {"CORRECTION"},
    "IMPLICIT_CLICK": {"IMPLICIT"},
    "PREFERENCE_PAIR": {"PREFERENCE", "RANKING"},
    "RATING": {"NUMBER", "BOOL"},
    "LABEL": {"LABEL"},
    "COMMENT": {"TEXT"},
    "IMPLICIT": {"IMPLICIT"},
}

FITS = {
    "classify": {"EXPLICIT_CORRECTION", "LABEL", "PREFERENCE_PAIR", "RATING", "COMMENT"},
    "recommend": {"IMPLICIT_CLICK", "IMPLICIT", "RATING", "COMMENT"},
}

TIMES = {"feedback.received": "event_time", "inference.logged": "started"}


def unreadable(registry, record):
    """(code, None) of a message that its source refuses, else (None, the value)."""
    value = record.value
    if not value or value[0] != 0:
        return "bad_magic", None
    if len(value) < 5:
        return "not_decodable", None
    if int.from_bytes(value[1:5], "big") == 0x7FFFFFFF:
        return "unknown_schema_id", None
    try:
        found = registry.decode(value)
    except Exception:  # noqa: BLE001 - whatever fastavro cannot read is what is looked for
        return "not_decodable", None
    time = found[TIMES[record.topic]]
    if time < YEAR_2000 or time > record.timestamp * 1000 + MINUTE:
        return "bad_time", None
    return None, found


def _length(text):
    """In UTF-16 code units."""
    return 0 if text is None else len(text.encode("utf-16-le")) // 2


def _outside(value, low, high):
    return value is not None and not (math.isfinite(value) and (low is None or value >= low) and (high is None or value <= high))


def _part(event, name, field):
    return None if event[name] is None else event[name][field]


def _told(event):
    return _part(event, "label", "v") if event["label"] is not None else _part(event, "correction", "content")


def _mismatch(event):
    return [kind for kind, name in FIELDS.items() if event[name] is not None] != [event["value_kind"]]


def _forbidden(event):
    kinds = ALLOWED.get(event["feedback_type"], set())
    return event["value_kind"] not in kinds or (event["feedback_type"] == "IMPLICIT_CLICK" and event["implicit"]["signal"] != "CLICK")


def _empty(event):
    return "" in (_part(event, "correction", "content"), _part(event, "text", "content"), _part(event, "label", "v"))


def _too_long(event):
    texts = (_part(event, "correction", "content"), _part(event, "text", "content"), event["rationale"])
    return any(_length(text) > 10_000 for text in texts) or _length(_part(event, "label", "v")) > 256


def _unlisted(event, signal):
    return _told(event) is not None and signal["labels"] != [] and _told(event) not in signal["labels"]


def _out_of_range(event, signal):
    scale = (signal["min"], signal["max"])
    return (
        _outside(_part(event, "number", "v"), *scale)
        or _outside(_part(event, "implicit", "v"), *scale)
        or _outside(_part(event, "label", "score"), 0, 1)
        or _outside(_part(event, "preference", "strength"), 0, 1)
        or _outside(_part(event, "implicit", "dwell_ms"), 0, None)
    )


def _incoherent(event):
    target = event["target"]["id"]
    if event["preference"] is not None:
        chosen, rejected = event["preference"]["chosen_id"], event["preference"]["rejected_ids"]
        return chosen == "" or rejected == [] or chosen in rejected or "" in rejected or target not in [chosen, *rejected]
    if event["ranking"] is None:
        return False
    items = event["ranking"]["items"]
    return len(items) < 2 or "" in items or len(set(items)) < len(items) or target not in items


UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def refusal(event, signals, blocked):
    """The code under which `validate` refuses feedback; None if it passes."""
    signal = signals.get((event["tenant"], event["key"]))
    checks = (
        ("missing_tenant", lambda: event["tenant"] == ""),
        ("bad_feedback_id", lambda: UUID.fullmatch(event["feedback_id"]) is None),
        ("missing_target", lambda: event["target"]["id"] == ""),
        ("target_kind_unsupported", lambda: event["target"]["kind"] != "INFERENCE"),
        ("op_unsupported", lambda: event["op"] == "UNKNOWN"),
        ("unknown_feedback_type", lambda: event["feedback_type"] == "UNKNOWN"),
        ("value_kind_mismatch", lambda: _mismatch(event)),
        ("unknown_implicit_signal", lambda: _part(event, "implicit", "signal") == "UNKNOWN"),
        ("kind_not_allowed", lambda: _forbidden(event)),
        ("undeclared_signal", lambda: signal is None or signal["value_kind"] != event["value_kind"]),
        ("empty_value", lambda: _empty(event)),
        ("text_too_long", lambda: _too_long(event)),
        ("label_not_allowed", lambda: _unlisted(event, signal)),
        ("value_out_of_range", lambda: _out_of_range(event, signal)),
        ("preference_incoherent", lambda: _incoherent(event)),
        ("blocked_submitter", lambda: (event["tenant"], event["submitter"]["id_hash"]) in blocked),
    )
    return next((code for code, breaks in checks if breaks()), None)


def misfit(event, inference):
    """The code under which `verify` refuses feedback whose inference is known; None if it passes."""
    if event["model_version"] not in (None, inference["model_version"]):
        return "version_mismatch"
    fits = FITS.get(inference["operation"])
    return "value_does_not_fit_task" if fits is not None and event["feedback_type"] not in fits else None


def doubt(event):
    """Why a person has to look at it; None if nobody has to."""
    if event["feedback_type"] == "COMMENT":
        return "COMMENT"
    if event["preference"] is not None and event["preference"]["tie"]:
        return "TIE"
    score = _part(event, "label", "score")
    return "UNSURE" if score is not None and score < 0.5 else None


def score_of(event, signals):
    if event["feedback_type"] != "RATING":
        return None
    if event["bool"] is not None:
        return 1.0 if event["bool"]["v"] else 0.0
    signal = signals[(event["tenant"], event["key"])]
    low, high, value = signal["min"], signal["max"], event["number"]["v"]
    return (value - low) / (high - low) if low is not None and high is not None and low < high else value
