"""The half of the crash suite that shares no code with what is tested: it sends the load, waits, and recomputes every result.

    crash.py load|settle|check|dump|declare|check-ingest OPTIONS

OPTIONS is one JSON object. Prints one JSON object a line; ends with 3 where results differ.
"""

import ctypes
import json
import signal
import sys

from check import check
from dump import dump
from ingest import check_ingest, declare
from load import load
from settle import settle
from wire import Registry


def end_with_parent():
    """Has the kernel end this process when the one that started it is gone, in whatever way."""
    set_parent_death_signal = 1
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def main(what, given):
    end_with_parent()
    options = json.loads(given)
    if what == "load":
        load(options["bootstrap"], options["registry"], options)
    elif what == "settle":
        settle(options["bootstrap"], options["seconds"])
    elif what == "dump":
        dump(options["bootstrap"], Registry(options["registry"]), options["folder"])
    elif what == "declare":
        declare(options["bootstrap"], Registry(options["registry"]))
    elif what == "check-ingest":
        return 0 if check_ingest(options) else 3
    else:
        return 0 if check(options) else 3
    return 0


sys.exit(main(*sys.argv[1:]))
