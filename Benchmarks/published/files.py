"""Files that do not come with the package."""

import hashlib
import os


def missing(needs, folder):
    """Why a table cannot run, in words; None where all its files are there."""
    names = [n for n in needs if folder is None or not os.path.isfile(os.path.join(folder, n))]
    if not names:
        return None
    where = "; ".join(dict.fromkeys(needs[name] for name in names))
    lacks = "it" if len(names) == 1 else "them"
    lacking = "no --data given" if folder is None else f"the folder of --data lacks {lacks}"
    return f"needs {', '.join(names)} ({where}); {lacking}"


def digests(needs, folder):
    """SHA-256 of each file."""
    found = {}
    for name in needs:
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
