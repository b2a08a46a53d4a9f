"""Where what was found differs from what was expected."""

import json

MOST_SHOWN = 20


class Check:
    """One comparison: how much was compared, and the first places where it differs."""

    def __init__(self, name):
        self.name = name
        self.compared = 0
        self.differing = 0
        self.differences = []

    def differ(self, text):
        self.differing += 1
        if len(self.differences) < MOST_SHOWN:
            self.differences.append(text)

    def same(self, what, expected, found):
        """Compares two values in every field, to the last bit."""
        self.compared += 1
        for path, wanted, given in differences("", expected, found):
            self.differ(f"{what}{path}: expected {shown(wanted)}, found {shown(given)}")

    def all_there(self, what, left):
        for name in left:
            self.compared += 1
            self.differ(f"{what} {name}: missing")

    def report(self):
        return {"name": self.name, "compared": self.compared, "differing": self.differing, "differences": self.differences}


def shown(value):
    return json.dumps(value, default=str)[:300]


def differences(path, expected, found):
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in sorted(expected.keys() | found.keys(), key=str):
            yield from differences(f"{path}.{name}", expected.get(name, "nothing there"), found.get(name, "nothing there"))
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (wanted, given) in enumerate(zip(expected, found)):
            yield from differences(f"{path}[{number}]", wanted, given)
    elif expected != found or isinstance(expected, bool) != isinstance(found, bool):
        yield path, expected, found
