"""Learners that the tables share."""

import os
import platform


def trees(**options):
    """XGBoost's default classifier where it is installed, else scikit-learn's histogram boosting; and
    its name."""
    try:
        from xgboost import XGBClassifier

        return XGBClassifier(n_jobs=1, **options), "XGBoost"
    except ImportError:
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(), "HistGradientBoosting"


def machine():
    """The processor, cores and memory that seconds are of."""
    name = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        name = names[0] if names else name
    return f"{name}, {os.cpu_count()} cores"
