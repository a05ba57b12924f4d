"""Rows by a condition, in every container and job."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import equipoise


def table(rows: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({
        "age": rng.integers(18, 80, rows).astype(float),
        "income": rng.normal(size=rows),
        "region": rng.choice(["north", "south", "New York"], rows),
        "member": rng.random(rows) < 0.5,
        "sex": rng.choice(["f", "m"], rows),
    })
    frame["repaid"] = (frame.income + 0.02 * frame.age + rng.normal(size=rows) > 1).astype(int)
    frame.loc[::17, "age"] = np.nan
    return frame


CONDITIONS = {
    "region = north": lambda f: f.region == "north",
    "region != north": lambda f: f.region != "north",
    "region in {south, 'New York'} & age < 50": lambda f: (f.region != "north") & (f.age < 50),
    "age is missing | age between 30 and 40": lambda f: f.age.isna() | f.age.between(30, 40),
    "25 <= age < 60 and not region = south": lambda f: (f.age >= 25) & (f.age < 60)
    & (f.region != "south"),
    "member = true": lambda f: f.member,
}
ROLES = {"label": "repaid", "sensitive": ["sex"], "drop": ["age", "region", "member"]}


def containers(frame: pd.DataFrame, folder) -> dict[str, object]:
    file = folder / "t.csv"
    frame.to_csv(file, index=False)
    pyarrow = pytest.importorskip("pyarrow")
    return {
        "frame": frame, "file": str(file), "arrow": pyarrow.Table.from_pandas(frame),
        "categories": frame.astype({"region": "category"}),
        "columns": {name: frame[name].to_numpy() for name in frame},
    }


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_is_the_same_as_a_filtered_table(condition, tmp_path):
    frame = table()
    kept = frame[CONDITIONS[condition](frame)]
    with_all = equipoise.train("logistic", kept, **ROLES, precision="double", tolerance=1e-12)
    wanted = with_all.predict(frame, precision="double").probability
    for name, container in containers(frame, tmp_path).items():
        with pytest.warns(UserWarning, match=f"{len(kept)} of {len(frame)} rows"):
            model = equipoise.train(
                "logistic", container, **ROLES, where=condition, precision="double",
                tolerance=1e-12)
        found = model.predict(frame, precision="double").probability
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_an_audit_counts_the_rows_that_fulfil_it(condition):
    frame = table()
    frame["decided"] = (frame.income > 0).astype(int)
    kept = frame[CONDITIONS[condition](frame)]
    options = {"label": "repaid", "sensitive": ["sex"], "prediction": "decided"}
    part = equipoise.audit(frame, **options, where=condition)
    whole = equipoise.audit(kept, **options)
    pd.testing.assert_frame_equal(part.groups, whole.groups)


def test_rows_of_frames_are_counted_from_zero():
    frame = table(40)
    with pytest.warns(UserWarning, match="33 of 40"):
        model = equipoise.train("logistic", frame, **ROLES, where="row in {0, 2..33}")
    assert "33 rows" in repr(model)


@pytest.mark.parametrize(("condition", "message"), [
    ("regon = north", "did you mean 'region'"),
    ("region = nort", "character 10.*did you mean 'north'"),
    ("age <", "character 6"),
    ("region < 5", "holds texts"),
    ("age > 1000", "no row of the table"),
])
def test_what_is_wrong_is_said_with_its_place(condition, message):
    with pytest.raises(ValueError, match=message):
        equipoise.train("logistic", table(), **ROLES, where=condition)


def test_a_folder_of_arrays_has_conditions_on_numbers(tmp_path):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(300, 2))
    labels = (features[:, 0] + rng.normal(size=300) > 0).astype(np.float64)
    groups = rng.integers(0, 3, 300)
    for name, values in {"X": features, "label": labels, "group": groups}.items():
        np.save(tmp_path / f"{name}.npy", values)
    with pytest.warns(UserWarning, match=f"{(groups != 1).sum()} of 300"):
        equipoise.train(
            "logistic", str(tmp_path), label="label", sensitive=["group"], where="group in {0, 2}")
    with pytest.warns(UserWarning, match=f"{(features[:, 1] > 0.5).sum()} of 300"):
        equipoise.train(
            "logistic", str(tmp_path), label="label", sensitive=["group"], where="x1 > 0.5")
