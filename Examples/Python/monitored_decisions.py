"""Monitors decisions by the day: a gap begins, is found, is fixed, and a bound is shown to hold.

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


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(pathlib.Path(folder) / "days.watch")
