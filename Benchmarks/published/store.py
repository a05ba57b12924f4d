"""Results as files: written by a run, never by hand, which a digest shows."""

import hashlib
import json
import os
from dataclasses import asdict

from . import TABLES
from .lines import Figure, Line

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results")


def digest(lines):
    """SHA-256 of the lines of a result."""
    text = json.dumps(lines, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def result(lines, **facts):
    """Lines, what they are of, and their digest."""
    found = [
        asdict(line) | {"values": {k: [v.value, v.deviation] for k, v in line.values.items()}}
        for line in lines
    ]
    return {"lines": found, **facts, "digest": digest(found)}


def lines_of(stored):
    """The lines of a stored result."""
    return [
        Line(**line | {"values": {k: Figure(*v) for k, v in line["values"].items()}})
        for line in stored["lines"]
    ]


def write(name, found, folder=FOLDER):
    """Writes a result whole or not at all."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{name}.json")
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1, ensure_ascii=False)
        file.write("\n")
    os.replace(path + ".part", path)


def read(folder=FOLDER):
    """The results that there are, by table."""
    found = {}
    for name in TABLES:
        path = os.path.join(folder, f"{name}.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                found[name] = json.load(file)
    return found
