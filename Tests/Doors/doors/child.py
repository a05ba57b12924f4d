"""A door in a process of its own, which is asked a line at a time: should the engine end the process,
the suite learns of it and goes on."""

from __future__ import annotations

import dataclasses
import json
import os
import select
import signal
import subprocess
import sys

import places

from .exchange import Answer, Request


class Child:
    """A process that answers a line of JSON with a line of JSON."""

    def __init__(self, words: list[str], environment: dict | None = None, timeout=300.0):
        self.words, self.environment, self.timeout = words, environment, timeout
        self.process: subprocess.Popen | None = None

    def _started(self) -> subprocess.Popen:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=self.environment)
            self._rest = b""
        return self.process

    def ask(self, content: dict) -> dict:
        """The answer, or an outcome `died` with the signal, or `slow`."""
        process = self._started()
        process.stdin.write(json.dumps(content).encode() + b"\n")
        process.stdin.flush()
        while b"\n" not in self._rest:
            ready, _, _ = select.select([process.stdout], [], [], self.timeout)
            if not ready:
                self.close()
                return {"outcome": "slow", "message": f"no answer in {self.timeout} s"}
            piece = os.read(process.stdout.fileno(), 1 << 20)
            if not piece:
                code = process.wait()
                self.close()
                name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
                return {"outcome": "died", "message": name, "code": code}
            self._rest += piece
        line, self._rest = self._rest.split(b"\n", 1)
        return json.loads(line)

    def close(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            try:
                stream.close()
            except BrokenPipeError:
                pass


class ChildDoor:
    """A door whose module is loaded by a Python process of its own."""

    def __init__(self, name: str, folder, timeout=300.0):
        self.name = name
        environment = dict(os.environ, **places.QUIET, EQUIPOISE_LIBRARY=str(places.LIBRARY))
        paths = [str(places.ROOT / "Tests" / "Doors"), places.PACKAGE]
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        self.child = Child(
            [sys.executable, "-m", "doors.child", name, str(folder)], environment, timeout)

    def answer(self, request: Request) -> Answer:
        content = dataclasses.asdict(request)
        table = request.table
        content["table"] = table and {
            "bundled": table.bundled, "path": str(table.path), "columns": table.columns,
            "roles": table.roles,
        }
        return Answer(**self.child.ask(content))

    def close(self) -> None:
        self.child.close()


class ToldTable:
    """A table as a child is told of it."""

    def __init__(self, bundled, path, columns, roles):
        self.bundled, self.path, self.columns, self.roles = bundled, path, columns, roles


def serve() -> None:
    """Answers standard input by the door that the arguments name."""
    name, folder = sys.argv[1:]
    output = sys.stdout.buffer
    if name == "c":
        from .c_interface import CInterface as Door
    elif name == "generic":
        from .generic import GenericEntry as Door
    else:
        from .python_package import PythonPackage as Door
    door = Door(folder)
    for line in sys.stdin:
        content = json.loads(line)
        if content["table"]:
            content["table"] = ToldTable(**content["table"])
        answer = door.answer(Request(**content))
        output.write(json.dumps(dataclasses.asdict(answer)).encode() + b"\n")
        output.flush()


if __name__ == "__main__":
    serve()
