"""Which difference a failing test of Fairlearn's falls under.

A row has a piece of the sentence in InPython.md that states the difference, the file of tests
(`folder/file`), which of its tests (`Class::test[arguments]`), and what the line of the exception
begins with, all but the first as regular expressions. A row excuses no whole file: where it takes
any test, it knows the exception. The first row that fits counts.
"""

import re
from typing import NamedTuple


# Warnings of ours that are a difference of InPython.md, too: Fairlearn's tests take any for an error,
# and would look at nothing else.
WARNINGS = {
    "warn of groups of few rows": "few rows, which decide the rates of all",
    "A fit to rows that are all of one group warns": "there is nothing to mitigate",
    'with a note that `algorithm="fast"` needs fewer fits': "is fitted by the published steps",
}


class Difference(NamedTuple):
    """A row of the table."""

    sentence: str
    file: str
    tests: str
    failure: str


def _private(file: str, names: str) -> Difference:
    return Difference(
        "ask for names that begin with an underscore", file, ".*",
        rf"AttributeError: .* has no attribute '({names})'")


# What scikit-learn's checks of an estimator say of one that does not fit without groups.
_WITHOUT_GROUPS = "|".join((
    r".*needs the argument 'sensitive_features'",
    r"AssertionError: Estimator '\w+' raised MissingArgument",
    r"AssertionError: Estimator \w+ doesn't seem to fail gracefully on sparse data",
    r"AssertionError: Estimator \w+ doesn't check for NaN and inf in fit",
    r"AssertionError: Estimator \w+ raised an exception\. The estimator failed when fitted",
    r"ValueError: Estimator \w+ raises error if 'sample_weight'",
    r"ValueError: Your estimator raised a ValueError, but with the incorrect",
    r"AssertionError: Classifier can't train when only one class",
    r"AssertionError: \w+ failed when fitted on one label",
    r"AssertionError: When a classifier is passed a continuous target",
    r"AssertionError: The estimator tag `tags\.classifier_tags\.multi_class`",
))
_WORDS = "compare the words of a logged warning, or of an error or its cause"

TABLE = [
    _private("metrics/test_generated_metrics", "_generated_metric_dict"),
    _private("metrics/test_group_feature", "_group_feature"),
    _private("metrics/test_metricframe_(by_group|overall)", "_user_supplied_callable"),
    _private("metrics/test_metricframe_nonscalar", "_none_to_nan"),
    _private("metrics/test_metricframe_process_features", "_process_features"),
    _private(
        "preprocessing/linear_dep_remover/test_sklearn_compat", "_check_sensitive_features_in_X"),
    _private(
        "preprocessing/prototype_representer/test_prototyped_representation_learner",
        "_get_latent_mapping|_validate_X_y"),
    Difference(
        "ask for names that begin with an underscore", "adversarial/test_adversarial_mitigation",
        "", r"ModuleNotFoundError: No module named 'fairlearn\.utils\._fixes'"),
    Difference(
        "groups must be given", "adversarial/test_adversarial_mitigation",
        r"test_estimators\[AdversarialFairness.*", _WITHOUT_GROUPS),
    Difference(
        "fail with Fairlearn 0.15 as well", r"reductions/moments/test_moments_\w+",
        "test_project_lambda_smoke_(nega|posi)tives",
        r"AttributeError: '\w+' object has no attribute 'prob_group_event'"),
    Difference(
        "call what pandas 3 deprecates", "reductions/moments/test_moments_bounded_group_loss",
        "TestBoundedGroupLoss::test_bgl_gpa_data", r"pandas\.errors\.Pandas4Warning: The inplace"),
    Difference(
        "download a data set where no network is", "test_random_state", "test_random_state_.*",
        r"RuntimeWarning: Invalid cache, redownloading|urllib\.error\.URLError"),
    Difference(
        "nothing: they read a file", "datasets/test_datasets", "TestFairlearnDataset::.*",
        "FileNotFoundError: nothing is downloaded"),
    Difference(
        "`frame` calls the target `income`", "preprocessing/test_preprocessing_fairness",
        r"test_preprocessing_mitigates_bias\[adult.*", "KeyError: 'class'"),
    Difference(
        "want 0 for a rate without a denominator", "metrics/test_base_metrics",
        "TestSingleValueArrays::.*",
        r"sklearn\.exceptions\.UndefinedMetricWarning: \w+: no (positive|negative) labels"),
    Difference(
        "or a difference of 0 in one group", "metrics/test_metricframe_missing",
        r"test_missing_conditional_feature_combinations\[.*",
        r"sklearn\.exceptions\.UndefinedMetricWarning: .*; a comparison takes two"),
    Difference(
        "want an `IndexError` from a plot", "metrics/test_plot_model_comparison",
        "test_wrong_shape", "ValueError: y_pred has the value 2"),
    Difference(
        "expect an error where a group has one label only",
        "postprocessing/test_threshold_optimization",
        "test_threshold_optimization_degenerate_labels.*", "Failed: DID NOT RAISE .*ValueError"),
    Difference(
        "compare columns of prototypes",
        "preprocessing/prototype_representer/test_prototyped_representation_learner",
        "test_transform_without_target", r"AssertionError: \s*Not equal to tolerance"),
    Difference(
        _WORDS, "metrics/test_metricframe_bootstrap", "TestErrors::.*",
        "AttributeError: 'NoneType' object has no attribute 'args'"),
    Difference(
        _WORDS, "metrics/test_metricframe_(aggregates|bootstrap)", r"\w+::test_\w*bad_\w*method",
        "AssertionError: assert 'Unrecogni[sz]ed"),
    Difference(
        _WORDS, "reductions/grid_search/test_grid_search_arguments",
        r"\w+::test_(many_sensitive_feature_groups|grid_size)_warning.*",
        "(AssertionError: )?assert '(The grid has|Generating a grid with) %d"),
    Difference(
        "compare fits of `GridSearch`",
        "reductions/grid_search/test_grid_search_demographicparity",
        "(test_demographicparity_fair_uneven_populations_with_grid_offset"
        "|test_lambda_vec_zero_unchanged_model).*",
        "(AssertionError: )?assert False"),
    Difference(
        _WORDS, "metrics/test_plot_metricframe", "test_(flipped_bounds|single_bound)",
        "AssertionError: assert '.*' == 'Calculated c"),
    Difference(
        _WORDS, "postprocessing/test_threshold_optimization", "test_none_input_data.*",
        r"AssertionError: Regex pattern did not match"),
    Difference(
        _WORDS, "preprocessing/prototype_representer/test_prototyped_representation_learner",
        "test_predict_without_target_raises", r"AssertionError: Regex pattern did not match"),
]


def difference(file: str, test: str, failure: str) -> Difference | None:
    """The row of a failing test; None where none fits."""
    for row in TABLE:
        if (
            re.fullmatch(row.file, file)
            and re.fullmatch(row.tests, test)
            and re.match(row.failure, failure, re.DOTALL)
        ):
            return row
    return None
