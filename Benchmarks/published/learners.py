"""Learners that the tables share."""

import time


def trees():
    """XGBoost's default classifier where it is installed, else scikit-learn's histogram boosting;
    and its name."""
    try:
        from xgboost import XGBClassifier

        return XGBClassifier(n_jobs=1), "XGBoost"
    except ImportError:
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(random_state=0), "HistGradientBoosting"


def timed(fit):
    """What a function gives, and its seconds."""
    began = time.perf_counter()
    found = fit()
    return found, time.perf_counter() - began
