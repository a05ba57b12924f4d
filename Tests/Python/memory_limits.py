"""Programs under a limit of memory that the system keeps: a memory cgroup where one can be made, else
limits of the process."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
#: Stacks and heaps of threads that are there and hold nothing count as data.
IDLE_DATA = 384 << 20


@dataclass
class Ended:
    """A program that ended."""

    code: int
    output: str
    errors: str
    seconds: float
    #: The most bytes that the limit counts, and those of them that are no page of a file.
    peak: int
    anonymous: int
    #: What kept the limit.
    keeper: str


def run(command: list[str], limit: int) -> Ended:
    """Runs a program that may have so many bytes of memory, of pages of files too where there is a cgroup:
    it is killed where it cannot do with fewer."""
    group = _made_group(limit)
    started, anonymous, peak = time.perf_counter(), 0, 0
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, stdout=output, stderr=errors,
            preexec_fn=lambda: _enter(group, limit))
        while process.poll() is None:
            anonymous = max(anonymous, _anonymous(process.pid))
            peak = max(peak, group.now() if group else anonymous)
            time.sleep(0.002)
        seconds = time.perf_counter() - started
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read())
    if group:
        peak = max(peak, group.peak() or 0)
        group.remove()
    return Ended(
        process.returncode, *texts, seconds, peak, anonymous, group.name if group else "RLIMIT_DATA")


class _Group:
    """A memory cgroup of one program; of version 2, or of version 1 where the system has that."""

    def __init__(self, path: Path, limit: int, second: bool):
        self._path, self._second = path, second
        self.name = f"cgroup v{2 if second else 1}"
        path.mkdir()
        try:
            if second:
                self._write("memory.max", limit)
                if (path / "memory.swap.max").exists():
                    self._write("memory.swap.max", 0)
            else:
                self._write("memory.limit_in_bytes", limit)
        except OSError:
            path.rmdir()
            raise

    def _write(self, name: str, value: object) -> None:
        (self._path / name).write_text(str(value))

    def enter(self) -> None:
        self._write("cgroup.procs", os.getpid())

    def now(self) -> int:
        name = "memory.current" if self._second else "memory.usage_in_bytes"
        return int((self._path / name).read_text())

    def peak(self) -> int | None:
        name = "memory.peak" if self._second else "memory.max_usage_in_bytes"
        file = self._path / name
        return int(file.read_text()) if file.exists() else None

    def remove(self) -> None:
        for _ in range(100):
            try:
                return self._path.rmdir()
            except OSError:
                time.sleep(0.02)


def _own(controller: str) -> str:
    """The cgroup that this process is in, of version 2 without a controller."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        if names == controller or controller in names.split(","):
            return path.lstrip("/")
    return ""


def _made_group(limit: int) -> _Group | None:
    """A new cgroup, or None where none can be made."""
    name = f"equipoise-{os.getpid()}-{time.monotonic_ns()}"
    for parent in (CGROUPS / _own(""), CGROUPS):
        try:
            if "memory" in (parent / "cgroup.controllers").read_text().split():
                if "memory" not in (parent / "cgroup.subtree_control").read_text().split():
                    (parent / "cgroup.subtree_control").write_text("+memory")
                return _Group(parent / name, limit, second=True)
        except OSError:
            continue
    for parent in (CGROUPS / "memory" / _own("memory"), CGROUPS / "memory"):
        try:
            return _Group(parent / name, limit, second=False)
        except OSError:
            continue
    return None


def _enter(group: _Group | None, limit: int) -> None:
    if group is not None:
        return group.enter()
    resource.setrlimit(resource.RLIMIT_DATA, (limit + IDLE_DATA, limit + IDLE_DATA))


def _anonymous(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    found = [line for line in status.splitlines() if line.startswith("RssAnon")]
    return int(found[0].split()[1]) * 1024 if found else 0
