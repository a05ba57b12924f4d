"""A page from its parts, by the recipe in Sources/CPages: what the program does, for tests without it."""

import base64
import hashlib
import html
import json
import pathlib
import re

PARTS = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CPages" / "ui"


def recipe(name: str = "explorer") -> list[tuple[str, str]]:
    """The kind and the name of each part, in order."""
    lines = (PARTS / name / "recipe.txt").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(" ")) for line in lines if line and not line.startswith("#")]


def joined(kind: str, name: str = "explorer") -> str:
    return "".join(
        (PARTS / part).read_text(encoding="utf-8") for each, part in recipe(name) if each == kind)


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def page(document: dict, title: str = "Explorer", name: str = "explorer") -> str:
    """The page of a document."""
    style = joined("style", name)
    script = '(() => {"use strict";\n' + joined("script", name) + "})();\n"
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest(script)}'; "
        f"style-src 'sha256-{digest(style)}'; img-src data: blob:; base-uri 'none'; form-action 'none'")
    parts = {
        "policy": policy, "title": html.escape(title), "style": style, "script": script,
        "document": json.dumps(document, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c"),
    }
    shell = (PARTS / name / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], shell)
