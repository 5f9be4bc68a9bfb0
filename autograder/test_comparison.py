"""Checks of exercise 9."""

import pandas as pd
import pytest

from reelgrade.grading.expect import close, raises, same

NAN = float("nan")
ROWS = ("accuracy", "precision", "recall", "f1")
LABELS, BASELINE, TINYBERT = [0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2], [0, 0, 0, 1, 1, 0]


@pytest.mark.points(0.5)
def test_relative_improvement_is_a_fraction_of_the_baseline(submission):
    """From .5 to .75 is +.5, half of the baseline more; getting worse is negative."""
    assert submission.relative_improvement(0.5, 0.75) == close(
        0.5,
        mistakes={
            "the difference, not a fraction of the baseline": 0.25,
            "percent, not a fraction": 50.0,
            "a fraction of the improved figure": 1 / 3,
        },
    )
    assert submission.relative_improvement(0.8, 0.6) == close(-0.25)


@pytest.mark.points(0.5)
def test_relative_improvement_over_nothing_is_an_error(submission):
    """At a baseline of 0 there is no fraction of it: ValueError."""
    assert submission.relative_improvement(0.5, 0.0) == close(-1.0)
    assert submission.relative_improvement(0.001, 0.002) == close(1.0)
    for improved in (0.5, 0.0):
        with raises(ValueError):
            submission.relative_improvement(0.0, improved)


@pytest.mark.points(0.5)
def test_comparison_table_has_both_models(submission):
    """Rows accuracy, precision, recall, f1; the columns Baseline and TinyBERT hold macro averages."""
    table = submission.run("table_by_name", labels=LABELS, baseline=BASELINE, tinybert=TINYBERT)
    assert [table[row]["Baseline"] for row in ("accuracy", "precision", "recall", "f1")] == close(
        [2 / 3, 2 / 3, 13 / 18, 59 / 90],
        mistakes={"the predictions were taken for the truth": [2 / 3, 13 / 18, 2 / 3, 59 / 90]},
    )
    assert [table[row]["TinyBERT"] for row in ("accuracy", "precision", "recall", "f1")] == close(
        [5 / 6, 7 / 12, 2 / 3, 13 / 21]
    )


@pytest.mark.points(0.5)
def test_comparison_table_averages_over_the_classes_that_occur(submission):
    """A class that occurs neither in labels nor in predictions does not count."""
    table = submission.run("table_by_name", labels=[0, 1, 1], baseline=[0, 0, 1], tinybert=[0, 1, 1])
    assert [table["recall"]["Baseline"], table["recall"]["TinyBERT"]] == close([0.75, 1.0])
    table = submission.run("table_by_name", labels=[0, 1, 1], baseline=[0, 2, 1], tinybert=[0, 0, 1])
    assert [table["recall"]["Baseline"], table["recall"]["TinyBERT"]] == close(
        [0.5, 0.75],
        mistakes={
            "a class that is predicted and never true does not count": [0.75, 0.75],
            "a class that the other model predicts counts too": [0.5, 0.5],
        },
    )


@pytest.mark.points(0.5)
def test_comparison_table_gives_relative_improvements(submission):
    """Improvement is the growth as a fraction of the baseline, and NaN where the baseline is 0."""
    table = submission.run("table_by_name", labels=[0, 1, 1, 2], baseline=[0, 0, 0, 0], tinybert=[0, 1, 1, 2])
    assert table["accuracy"] == close({"Baseline": 0.25, "TinyBERT": 1.0, "Improvement": 3.0})
    improvements = {row: table[row]["Improvement"] for row in table}
    assert improvements == close(
        {"accuracy": 3.0, "precision": 11.0, "recall": 2.0, "f1": 6.5},
        mistakes={"every row has the improvement of accuracy": dict.fromkeys(ROWS, 3.0)},
    )
    worse = submission.run("table_by_name", labels=[0, 1], baseline=[0, 1], tinybert=[0, 0])
    assert worse["accuracy"] == close({"Baseline": 1.0, "TinyBERT": 0.5, "Improvement": -0.5})
    none = submission.run("table_by_name", labels=[0, 1], baseline=[1, 0], tinybert=[0, 1])
    assert none == close({row: {"Baseline": 0.0, "TinyBERT": 1.0, "Improvement": NAN} for row in ROWS})


REVIEWS = ["dull plot", "fine cast", "odd light", "flat hero"]


@pytest.mark.points(0.5)
def test_misclassified_lists_the_errors(submission):
    """The wrongly classified reviews, with names of aspects, in the input's order."""
    frame = pd.DataFrame({"review": REVIEWS, "aspect": ["Story", "Characters", "Cinematography", "Characters"]})
    found = submission.misclassified(frame, [2, 1, 0, 1], [1, 1, 2, 0])
    assert found.to_dict("list") == same(
        {
            "review": ["dull plot", "odd light", "flat hero"],
            "label": ["Story", "Cinematography", "Characters"],
            "prediction": ["Characters", "Story", "Cinematography"],
        }
    )
    filtered = pd.DataFrame({"review": ["dull plot", "fine cast", "dull plot", "dull plot"]}, index=[9, 7, 9, 3])
    assert submission.misclassified(filtered, [2, 1, 2, 2], [1, 0, 0, 2]).to_dict("list") == same(
        {
            "review": ["dull plot", "fine cast", "dull plot"],
            "label": ["Story", "Characters", "Story"],
            "prediction": ["Characters", "Cinematography", "Cinematography"],
        }
    )


@pytest.mark.points(0.5)
def test_misclassified_takes_texts(submission):
    """A list of texts will do, and the reviews may have any order of labels."""
    found = submission.misclassified(REVIEWS, [1, 1, 0, 1], [2, 1, 0, 0])
    assert found["review"].tolist() == same(["dull plot", "flat hero"])


@pytest.mark.points(0.5)
def test_misclassified_may_find_nothing(submission):
    """Without an error the frame is empty and has its three columns."""
    found = submission.misclassified(REVIEWS, [2, 1, 0, 1], [2, 1, 0, 1])
    assert found.to_dict("list") == same({"review": [], "label": [], "prediction": []})
    found = submission.misclassified(REVIEWS[:1], [2], [0])
    assert found["review"].tolist() == same(["dull plot"])
