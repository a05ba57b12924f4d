"""A process that fits on demand: `python -m zoo.worker MODULE`.

It prints one JSON line naming its sides and settings, then answers each line `{folder, side, setting}`
with one line: seconds of packing and fitting, processor seconds, peak memory, coefficients, status.
"""

import gc
import importlib
import json
import os
import resource
import sys
import time

from .evaluator import Case

MOST_BYTES = 16 << 30


def main(module):
    adapter = importlib.import_module(f"zoo.adapters.{module}")
    # What a library prints must not stand among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps({"settings": adapter.SETTINGS}), file=answers, flush=True)
    folder, case = None, None
    for line in sys.stdin:
        request = json.loads(line)
        if request["folder"] is None:
            folder, case = None, None
            gc.collect()
            answer = {}
        else:
            if request["folder"] != folder:
                folder, case = request["folder"], Case(request["folder"])
            answer = run(adapter, case, request["side"], request["setting"])
        print(json.dumps(answer), file=answers, flush=True)


def run(adapter, case, side, setting):
    need = adapter.bytes_needed(case, side)
    if need > MOST_BYTES:
        return {"skipped": f"needs {need / 2**30:.0f} GiB"}
    try:
        pack, fit = adapter.SIDES[side](case)
        cpu, started = time.process_time(), time.perf_counter()
        data = pack()
        packed = time.perf_counter()
        found = fit(data, adapter.SETTINGS[side][setting])
        ended = time.perf_counter()
    except (Exception, MemoryError) as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}
    return {
        "pack": packed - started, "fit": ended - packed, "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "theta": [float(v) for v in found.w] + [float(found.b)],
        "status": found.status, "iterations": int(found.iterations),
    }


if __name__ == "__main__":
    main(sys.argv[1])
