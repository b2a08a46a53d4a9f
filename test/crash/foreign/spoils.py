"""Ways to make a sound message one that a named rule refuses."""

from events import BLOCKED, VALUES


class FeedbackSpoil:
    """What is changed in sound feedback of a kind so that `node` refuses it under `code`."""

    def __init__(self, node, code, kind, change):
        self.node = node
        self.code = code
        self.kind = kind
        self._change = change

    def apply(self, record):
        record.update(self._change(record))


def _label(value, score=None):
    return lambda _: {"label": {"v": value, "score": score}}


def _only(**value):
    """The value given and no other."""
    return lambda _: {**{name: None for name in VALUES}, **value}


def _target(**change):
    return lambda record: {"target": {**record["target"], **change}}


_VALIDATE = (
    ("missing_tenant", "thumbs", lambda _: {"tenant": ""}),
    ("bad_feedback_id", "thumbs", lambda record: {"feedback_id": record["feedback_id"][:-1]}),
    ("missing_target", "label", _target(id="")),
    ("target_kind_unsupported", "thumbs", _target(kind="SESSION")),
    ("op_unsupported", "label", lambda _: {"op": "UNKNOWN"}),
    ("unknown_feedback_type", "thumbs", lambda _: {"feedback_type": "UNKNOWN"}),
    ("value_kind_mismatch", "label", lambda _: {"label": None}),
    ("value_kind_mismatch", "thumbs", lambda _: {"text": {"content": "and a word about it"}}),
    ("unknown_implicit_signal", "abandon", _only(implicit={"signal": "UNKNOWN", "v": 1.0, "dwell_ms": None})),
    ("kind_not_allowed", "label", lambda _: {"feedback_type": "RATING"}),
    ("kind_not_allowed", "abandon", lambda _: {"feedback_type": "IMPLICIT_CLICK"}),
    ("undeclared_signal", "thumbs", lambda _: {"key": "karma"}),
    ("undeclared_signal", "label", lambda _: {"key": "thumbs"}),
    ("empty_value", "correction", _only(correction={"content": "", "edit_distance": None})),
    ("empty_value", "comment", _only(text={"content": ""})),
    ("text_too_long", "comment", _only(text={"content": "spam " * 2_001})),
    ("text_too_long", "thumbs", lambda _: {"rationale": "spam " * 2_001}),
    ("label_not_allowed", "label", _label("twelve")),
    ("value_out_of_range", "stars", _only(number={"v": 5.001, "min": None, "max": None})),
    ("value_out_of_range", "stars", _only(number={"v": float("nan"), "min": None, "max": None})),
    ("value_out_of_range", "abandon", _only(implicit={"signal": "ABANDON", "v": 0.5, "dwell_ms": -1})),
    ("value_out_of_range", "label", _label("7", 1.0000001)),
    ("preference_incoherent", "preference", lambda record: {"preference": {**record["preference"], "rejected_ids": []}}),
    ("preference_incoherent", "ranking", _only(ranking={"items": ["a", "b"]})),
    ("blocked_submitter", "thumbs", lambda record: {"submitter": {**record["submitter"], "id_hash": BLOCKED}}),
)

_VERIFY = (("version_mismatch", "thumbs", lambda _: {"model_version": "digits-v0"}),)

FEEDBACK_SPOILS = [FeedbackSpoil("validate", *row) for row in _VALIDATE] + [FeedbackSpoil("verify", *row) for row in _VERIFY]


class WireSpoil:
    """What is done to a message so that its source cannot read it: other bytes, or an event time that cannot be."""

    def __init__(self, code, change=None, time=None):
        self.code = code
        self._change = change
        self._time = time

    def encode(self, message, encode):
        if self._time is not None:
            name = "started" if message.topic == "inference.logged" else "event_time"
            return encode({**message.record, name: self._time})
        return self._change(encode(message.record))


WIRE_SPOILS = (
    WireSpoil("bad_magic", lambda _: b'{"inference_id":"4f1a","rating":4}'),
    WireSpoil("bad_magic", lambda value: b"\1" + value[1:]),
    WireSpoil("not_decodable", lambda _: b"\0\0\0"),
    WireSpoil("not_decodable", lambda value: value[: len(value) // 2]),
    WireSpoil("not_decodable", lambda value: value + b"\0"),
    WireSpoil("unknown_schema_id", lambda value: b"\0\x7f\xff\xff\xff" + value[5:]),
    WireSpoil("bad_time", time=946_684_799_999_999),
    WireSpoil("bad_time", time=4_102_444_800_000_000),
)
