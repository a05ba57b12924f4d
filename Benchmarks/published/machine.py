"""What seconds are of: the machine, and how much of it other work took."""

import importlib.metadata
import os
import platform
import time

PACKAGES = ("numpy", "pandas", "scikit-learn", "xgboost", "lightgbm")


def machine():
    """The processor, its cores and memory."""
    name = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as file:
            lines = [line for line in file if line.startswith("model name")]
        name = lines[0].split(":", 1)[1].strip() if lines else name
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"


def packages():
    """Versions of what the tables use beside the engine."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


class Clock:
    """Seconds, and how many cores other processes kept busy meanwhile: None where the system does
    not tell."""

    def __init__(self):
        self._began = time.perf_counter()
        self._busy, self._own = _busy(), _own()

    def seconds(self):
        return time.perf_counter() - self._began

    def others(self):
        if self._busy is None:
            return None
        return max(0.0, (_busy() - self._busy - _own() + self._own) / self.seconds())


def _own():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _busy():
    if not os.path.exists("/proc/stat"):
        return None
    with open("/proc/stat") as file:
        user, nice, system, _, _, interrupts, soft, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + interrupts + soft + steal) / os.sysconf("SC_CLK_TCK")
