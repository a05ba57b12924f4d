"""A table that grows by a day: each day is packed once; training and audit parse no text.

    python Examples/Python/packed_days.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import equipoise


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder) / "loans.eqp"
        for day in range(3):
            loans = equipoise.generate(2000, features=4, seed=day)
            print(equipoise.pack(loans, packed, append=day > 0))
        model = equipoise.train("logistic", packed, label="label", sensitive="group")
        print(equipoise.audit(packed, label="label", sensitive="group", model=model))


if __name__ == "__main__":
    main()
