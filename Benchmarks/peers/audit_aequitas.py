"""Aequitas's audit of one attribute."""

import pandas
from aequitas import Audit
from auditing import arrays, measure

DATA = arrays()
FRAME = pandas.DataFrame(
    dict(
        score=DATA["prediction"].astype(int),
        label_value=DATA["label"].astype(int),
        group=DATA["group"].astype(str),
    )
)


def run():
    audit = Audit(
        FRAME,
        sensitive_attribute_column=["group"],
        label_column="label_value",
        score_column="score",
        reference_groups={"group": "0"},
    )
    audit.audit()
    return audit.metrics


measure("Aequitas Audit", run)
