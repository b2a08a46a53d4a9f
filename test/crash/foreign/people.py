"""What the reference topics hold: signals, segments and blocked submitters of two tenants."""

import uuid

NAMESPACE = uuid.UUID("3c5f7a0e-6c0f-5d55-9b43-6a1d54f2a7c1")
TENANTS = ("acme", "globex")
LABELS = [str(digit) for digit in range(10)]

SIGNALS = (
    ("correction", "CORRECTION", None, LABELS),
    ("label", "LABEL", None, LABELS),
    ("preference", "PREFERENCE", None, []),
    ("ranking", "RANKING", None, []),
    ("stars", "NUMBER", (1.0, 5.0), []),
    ("thumbs", "BOOL", None, []),
    ("comment", "TEXT", None, []),
    ("click", "IMPLICIT", (0.0, 1.0), []),
)

ANNOTATORS = [uuid.uuid5(NAMESPACE, f"annotator/{number}").hex for number in range(48)]
ABUSERS = [uuid.uuid5(NAMESPACE, f"abuser/{number}").hex for number in range(3)]
UNLISTED = 4


def named(name):
    return str(uuid.uuid5(NAMESPACE, name))


def _head(tenant, name, at):
    head = {"tenant": tenant, "event_id": named(f"{tenant}/{name}"), "schema_version": 1, "traceparent": None}
    return {**head, "version": "1", "updated_at": at}


def reference_records(at):
    """Topic, key and record of everything that has to be there before the first feedback."""
    for tenant in TENANTS:
        for key, kind, span, labels in SIGNALS:
            low, high = span or (None, None)
            row = {"key": key, "value_kind": kind, "min": low, "max": high, "labels": labels, "description": None}
            yield "reference.signals", f"{tenant}|{key}", {**_head(tenant, f"signal/{key}", at), **row}
        for number, who in enumerate(ANNOTATORS[UNLISTED:]):
            row = {"submitter_id_hash": who, "segments": ["staff" if number < 12 else "crowd", "annotators"]}
            yield "reference.segments", f"{tenant}|{who}", {**_head(tenant, f"segment/{who}", at), **row}
        for who in ABUSERS:
            row = {"submitter_id_hash": who, "reason": "floods the shop with made-up clicks"}
            yield "reference.blocklist", f"{tenant}|{who}", {**_head(tenant, f"block/{who}", at), **row}


def deployments(start, hour):
    """The versions of the classifier, of which the second is worse, and the two arms of the shop, which replace nothing."""
    for tenant in TENANTS:
        for model, version, before, at in (
            ("digits", "digits-v1", None, start),
            ("digits", "digits-v2", "digits-v1", start + SWITCH_HOUR * hour),
            ("shop", "arm-a", None, start),
            ("shop", "arm-b", None, start),
        ):
            yield at, f"{tenant}|{model}", {
                "tenant": tenant,
                "event_id": named(f"deployment/{tenant}/{model}/{version}"),
                "schema_version": 1,
                "traceparent": None,
                "model_name": model,
                "model_version": version,
                "status": "DEPLOYED",
                "predecessor": before,
                "deployment": None,
                "deployed_at": at,
            }


SWITCH_HOUR = 24
