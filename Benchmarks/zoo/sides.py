"""Sides as the driver sees them: a process a library, and fits that may take too long."""

import json
import os
import select
import signal
import subprocess
import sys

from .adapters import MODULES

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class TooLong(Exception):
    """A fit did not end within its limit."""


class Library:
    """The process of one adapter; it is started again where a fit was stopped."""

    def __init__(self, name, threads, only=None, patience=60):
        self.module, self.threads, self.only = MODULES[name], threads, only
        self.start(patience)

    def start(self, patience=60):
        environment = dict(os.environ)
        # These slow the peers' own BLAS down where a machine sets them.
        for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
            environment.pop(variable, None)
        threads = str(self.threads)
        environment |= {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        environment |= {"MKL_NUM_THREADS": threads, "PYTHONWARNINGS": "ignore"}
        before = [p for p in [PACKAGE, environment.get("PYTHONPATH")] if p]
        environment["PYTHONPATH"] = os.pathsep.join(before)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "zoo.worker", self.module], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        settings = json.loads(self._line(patience))["settings"]
        self.settings = {s: v for s, v in settings.items() if self.only is None or s in self.only}

    def _line(self, seconds):
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            self.stop()
            raise TooLong
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.module} ended early")
        return line

    def ask(self, folder, side=None, setting=0, seconds=60):
        """One fit; raises `TooLong`, and `RuntimeError` where the process died."""
        if self.process.poll() is not None:
            self.start()
        request = json.dumps({"folder": folder, "side": side, "setting": setting})
        self.process.stdin.write(request.encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self._line(seconds))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def available(names, threads):
    """The libraries of these names, of libraries or of single sides, that can be imported; and those
    that cannot."""
    found, missing = {}, []
    for name, module in MODULES.items():
        prefix = "sklearn" if module.startswith("sklearn") else name
        wanted = {n for n in names if n == name or n.startswith(prefix)}
        if not wanted:
            continue
        try:
            found[name] = Library(name, threads, None if name in wanted else wanted)
        except (RuntimeError, TooLong):
            missing.append(name)
    return found, missing
