"""Monitors decisions by the day: a gap begins, is found, is fixed, and a bound is shown to hold.
Then a new version is held against the old one in every group, and late labels are judged at an age.

Every day is a batch. The detector keeps its state in a file, so that each day could be a process of
its own:

    python Examples/Python/monitored_decisions.py
"""

import pathlib
import tempfile

import numpy as np

import equipoise


def decisions(day: int, gap: float) -> dict[str, np.ndarray]:
    """Eight hundred decisions; the approval rate of women is lower by `gap`."""
    draw = np.random.default_rng(day)
    sex = draw.choice(["female", "male"], 800)
    region = draw.choice(["north", "south"], 800)
    # The common rate moves from day to day, for both sexes alike: that is no gap.
    chance = 0.5 + 0.1 * np.sin(day / 9) - gap * (sex == "female")
    return {"sex": sex, "region": region, "approved": (draw.uniform(size=800) < chance).astype(int)}


def main(state: pathlib.Path) -> None:
    told = {}
    step = None
    for day in range(1, 121):
        # A release on day 60 treats women worse; it is withdrawn two days after the alarm.
        is_fixed = "raised" in told and day >= told["raised"] + 2
        gap = 0.15 if day >= 60 and not is_fixed else 0.0
        if is_fixed and "clearing" not in told:
            step = "fix"
        result = equipoise.watch(
            decisions(day, gap), prediction="approved", sensitive=["sex", "region"], state=state,
            detector=True, tolerance=0.05, false_alarms=0.05, batches_a_year=365, intersections=2,
            **({"step": step} if step else {}))
        step = None
        now = result.states["sex"]
        if now not in told:
            told[now] = day
            print(f"day {day}: {now}")
            print("  " + "\n  ".join(
                text for text in result.words if text.startswith("sex:")))
    assert 60 <= told["raised"] <= 75 and told["cleared"] > told["clearing"]


def versions(state: pathlib.Path) -> None:
    """A new version that is as good for men and worse for women."""
    for day in range(1, 61):
        draw = np.random.default_rng(day)
        sex, version = draw.choice(["female", "male"], 800), draw.choice(["v1", "v2"], 800)
        chance = 0.5 - 0.2 * ((sex == "female") & (version == "v2"))
        approved = (draw.uniform(size=800) < chance).astype(int)
        result = equipoise.watch(
            {"sex": sex, "version": version, "approved": approved}, prediction="approved",
            sensitive="sex", state=state, detector=True, arm="version", control="v1",
            not_below=0.05)
        if result.alarm:
            print(f"a new version, day {day}: {result.states}")
            break
    assert result.states == {"sex: female": "raised", "sex: male": result.states["sex: male"]}


def late_labels(state: pathlib.Path) -> None:
    """Loans are judged three days after they were granted; some labels never come."""
    granted: list[dict[str, np.ndarray]] = []
    for day in range(1, 31):
        draw = np.random.default_rng(100 + day)
        sex = draw.choice(["female", "male"], 400)
        granted.append({"sex": sex, "paid": (draw.uniform(size=400) < 0.9).astype(float)})
        rows = [(group, np.nan, day) for group in sex]
        if day > 2:
            # Labels of the day before yesterday's loans; one in twenty is never known.
            past = granted[day - 3]
            known = draw.uniform(size=400) < 0.95
            rows += [(group, paid, day - 2) for group, paid, is_known in zip(
                past["sex"], past["paid"], known) if is_known]
        columns = list(zip(*rows))
        result = equipoise.watch(
            {"sex": np.array(columns[0]), "granted": np.ones(len(rows), dtype=int),
             "paid": np.array(columns[1]), "day": np.array(columns[2])},
            prediction="granted", label="paid", sensitive="sex", state=state, detector=True,
            metric="precision_score", floor=0.8, horizon=3, decided="day")
    late = result.document["late"]
    print(f"waiting: {late['waiting']}; judged: {late['groups']}")
    assert result.states == {"sex": "shown-within"} and late["late_labels"] == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(pathlib.Path(folder) / "days.watch")
        versions(pathlib.Path(folder) / "versions.watch")
        late_labels(pathlib.Path(folder) / "loans.watch")
