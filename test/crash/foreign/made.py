"""The records that are made of one attributed feedback."""

import uuid

from judge import doubt, score_of

KINDS = {
    "EXPLICIT_CORRECTION": "training.corrections",
    "LABEL": "training.corrections",
    "PREFERENCE_PAIR": "training.preferences",
    "RATING": "training.ratings",
    "IMPLICIT_CLICK": "training.implicit",
    "IMPLICIT": "training.implicit",
}

PRIORITIES = {"COMMENT": 0.3, "TIE": 0.5, "UNSURE": 0.8}


def id_of(namespace, name):
    return str(uuid.uuid5(uuid.UUID(namespace), name))


def own_id(event, what):
    return id_of(event["feedback_id"], f"{what}/{event['tenant']}/{event['target']['id']}")


def chosen(inference):
    return inference["candidates"][inference["chosen"] or 0]


def output_of(inference):
    text = chosen(inference)["output"]
    return text if len(text) <= 1_000 else None


def told(event):
    if event["correction"] is not None:
        return event["correction"]["content"]
    return None if event["label"] is None else event["label"]["v"]


def segment_of(event, segments):
    """What the enrichment notes, with the segment itself as its value."""
    row = segments.get((event["tenant"], event["submitter"]["id_hash"]))
    if row is None:
        return {"version": "", "status": "MISSING", "value": None}
    return {"version": row["version"], "status": "FOUND", "value": (row["segments"] or [None])[0]}


def head(event, what):
    return {
        "tenant": event["tenant"],
        "event_id": own_id(event, what),
        "schema_version": 1,
        "traceparent": event["traceparent"],
    }


def attributed(ending, facts):
    event, inference = ending.event, ending.logged.record
    candidate = chosen(inference)
    segment = segment_of(event, facts.segments)
    summary = {
        name: inference[name]
        for name in (
            "inference_id", "model_name", "model_version", "variant", "deployment", "operation", "status", "latency_ms", "started",
        )
    }
    summary.update(
        output=output_of(inference),
        score=candidate["score"],
        position=candidate["position"],
        propensity=candidate["propensity"],
        candidate_count=len(inference["candidates"]),
    )
    return {
        **head(event, "feedback.attributed"),
        "feedback": event,
        "attribution": {
            "status": ending.status,
            "inference_id": inference["inference_id"],
            "model_version": inference["model_version"],
            "claimed_version_mismatch": False,
            "weight": 1.0,
            "lag_us": event["event_time"] - inference["started"],
        },
        "inference": summary,
        "logits": candidate["logits"],
        "embedding": inference["embedding"],
        "attributions": inference["attributions"],
        "validation": {"warnings": [], "spam_score": None},
        "enrichment": {"segment": segment},
        "segment": segment["value"],
        "score": score_of(event, facts.signals),
    }


def outcome(ending, facts):
    """The row of `feedback_outcomes` that is current at the end."""
    event, inference = ending.event, ending.logged.record
    in_doubt = doubt(event) is not None
    return {
        **_outcome_head(event),
        "outcome": "REVIEW" if in_doubt else "TRAINING",
        "topic": "review.tasks" if in_doubt else KINDS[event["feedback_type"]],
        "attribution_status": ending.status,
        "model_name": inference["model_name"],
        "model_version": inference["model_version"],
        "segment": segment_of(event, facts.segments)["value"],
        "lag_us": event["event_time"] - inference["started"],
    }


def orphan_outcome(event):
    nothing = {"model_name": None, "model_version": None, "segment": None, "lag_us": None}
    return {**_outcome_head(event), "outcome": "ORPHANED", "topic": "feedback.orphaned", "attribution_status": "ORPHAN", **nothing}


def _outcome_head(event):
    fields = {name: event[name] for name in ("feedback_id", "feedback_type", "key", "event_time")}
    return {**head(event, "feedback_outcomes"), **fields, "target_id": event["target"]["id"]}


def review_task(ending, facts, why):
    event, inference = ending.event, ending.logged.record
    proposals = {
        "COMMENT": lambda: event["text"]["content"],
        "TIE": lambda: event["preference"]["chosen_id"],
        "UNSURE": lambda: event["label"]["v"],
    }
    return {
        **head(event, "review.tasks"),
        "feedback_id": event["feedback_id"],
        "inference_id": inference["inference_id"],
        "model_name": inference["model_name"],
        "model_version": inference["model_version"],
        "reason": why,
        "priority": PRIORITIES[why],
        "feedback_type": event["feedback_type"],
        "key": event["key"],
        "proposed": proposals[why](),
        "output": output_of(inference),
        "submitter_id_hash": event["submitter"]["id_hash"],
        "segment": segment_of(event, facts.segments)["value"],
        "logits": chosen(inference)["logits"],
        "event_time": event["event_time"],
    }


def _common(topic, ending, facts):
    event, inference = ending.event, ending.logged.record
    return {
        **head(event, topic),
        "feedback_id": event["feedback_id"],
        "inference_id": inference["inference_id"],
        "model_name": inference["model_name"],
        "model_version": inference["model_version"],
        "operation": inference["operation"],
        "key": event["key"],
        "source": event["source"],
        "submitter_id_hash": event["submitter"]["id_hash"],
        "segment": segment_of(event, facts.segments)["value"],
        "attribution_status": ending.status,
        "weight": 1.0,
        "lag_us": event["event_time"] - inference["started"],
        "event_time": event["event_time"],
        "inference_started": inference["started"],
        "output": output_of(inference),
        "logits": chosen(inference)["logits"],
        "embedding": inference["embedding"],
        "attributions": inference["attributions"],
    }


def _correction(event, inference):
    score = None if event["label"] is None else event["label"]["score"]
    distance = None if event["correction"] is None else event["correction"]["edit_distance"]
    expected = told(event)
    agrees = output_of(inference) == expected
    return {"rationale": event["rationale"], "expected": expected, "agrees": agrees, "label_score": score, "edit_distance": distance}


def _preference(event, inference):
    if event["preference"] is not None:
        choice = {name: event["preference"][name] for name in ("chosen_id", "rejected_ids", "strength")}
    else:
        first, *rest = event["ranking"]["items"]
        choice = {"chosen_id": first, "rejected_ids": rest, "strength": None}
    return {"rationale": event["rationale"], **choice, "target_chosen": choice["chosen_id"] == inference["inference_id"]}


def _implicit(event, inference):
    value, candidate = event["implicit"], chosen(inference)
    seen = {"signal": value["signal"], "reward": value["v"], "dwell_ms": value["dwell_ms"]}
    return {**seen, "position": candidate["position"], "propensity": candidate["propensity"]}


def example(ending, facts):
    """(topic, record) of the one example or task that is made of feedback which passed every check."""
    event, inference = ending.event, ending.logged.record
    why = doubt(event)
    if why is not None:
        return "review.tasks", review_task(ending, facts, why)
    topic = KINDS[event["feedback_type"]]
    if topic == "training.ratings":
        raw = event["number"]["v"] if event["number"] is not None else float(event["bool"]["v"])
        special = {"rationale": event["rationale"], "raw": raw, "score": score_of(event, facts.signals)}
    else:
        makers = {"training.corrections": _correction, "training.preferences": _preference, "training.implicit": _implicit}
        special = makers[topic](event, inference)
    return topic, {**_common(topic, ending, facts), **special}
