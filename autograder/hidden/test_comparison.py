"""Hidden checks of exercise 9, against scikit-learn and by laws of the table."""

import pandas as pd
import pytest
from sklearn import metrics

from reelgrade.grading.expect import close, raises, same

ASPECTS = ("Cinematography", "Characters", "Story")
ROWS = ("accuracy", "precision", "recall", "f1")
LETTERS = "abcdefghijklmnopqrstuvwxyzéñøжщ映画"


def answers(draw, labels, share):
    """Predictions of which about this share is right, one at least; every class is predicted."""
    guesses = [label if draw.random() < share else draw.randrange(3) for label in labels[3:]]
    return [*draw.choice([[0, 2, 1], [1, 0, 2], [2, 1, 0]]), *guesses]


def labels(draw):
    """Labels of all three classes; their number is prime, so that no share of them is one of the visible shares."""
    return [0, 1, 2, *(draw.randrange(3) for _ in range(draw.choice([53, 59, 61, 67, 71]) - 3))]


def figures(truth, predictions):
    """The four figures by scikit-learn."""
    macro = metrics.precision_recall_fscore_support(truth, predictions, average="macro", zero_division=0)[:3]
    return [float(value) for value in (metrics.accuracy_score(truth, predictions), *macro)]


@pytest.mark.confirms("relative_improvement_is_a_fraction_of_the_baseline")
def test_relative_improvement_is_a_fraction_of_any_baseline(submission, draw):
    """The baseline times one and the fraction is the improved figure."""
    for _ in range(5):
        baseline, fraction = draw.uniform(0.2, 0.9), draw.uniform(-0.7, 2.0)
        found = submission.relative_improvement(baseline, baseline * (1 + fraction))
        assert found == close(fraction)


@pytest.mark.confirms("relative_improvement_over_nothing_is_an_error")
def test_relative_improvement_over_nothing_is_an_error_for_any_figure(submission, draw):
    """Figures have grown or fallen over any baseline but 0."""
    grown = [draw.random() < 0.5 for _ in range(16)]
    pairs = [sorted([draw.uniform(0.1, 0.5), draw.uniform(0.6, 0.9)], reverse=not one) for one in grown]
    assert [submission.relative_improvement(*pair) > 0 for pair in pairs] == same(grown)
    for _ in range(3):
        with raises(ValueError):
            submission.relative_improvement(0.0, draw.uniform(0.1, 1.0))


@pytest.mark.confirms("comparison_table_has_both_models")
def test_comparison_table_has_any_two_models(submission, draw):
    """Each column has the figures of its own model."""
    truth = labels(draw)
    models = {"Baseline": answers(draw, truth, 0.2), "TinyBERT": answers(draw, truth, 0.8)}
    found = submission.run("table_by_name", labels=truth, baseline=models["Baseline"], tinybert=models["TinyBERT"])
    for name, predictions in models.items():
        assert [found[row][name] for row in ROWS] == close(figures(truth, predictions))


def mistaken(draw, truth, label, other):
    """Predictions that are right but for one to four texts of one class, which are taken for another."""
    places = [place for place, one in enumerate(truth) if one == label]
    wrong = draw.sample(places, draw.randint(1, 4))
    return [other if place in wrong else one for place, one in enumerate(truth)]


@pytest.mark.confirms("comparison_table_averages_over_the_classes_that_occur")
def test_comparison_table_averages_over_any_classes_that_occur(submission, draw):
    """Where one of the three classes occurs nowhere, the recalls are the means of two.

    The classes are of unlike sizes and each model errs in one of them: no recall is a precision, or an accuracy.
    """
    many, few = draw.sample(range(3), 2)
    sizes = [draw.randint(20, 30), draw.randint(8, 15)]
    truth = draw.sample([many, few], k=sum(sizes), counts=sizes)
    models = [mistaken(draw, truth, few, many), mistaken(draw, truth, many, few)]
    found = submission.run("table_by_name", labels=truth, baseline=models[0], tinybert=models[1])
    expected = [figures(truth, predictions)[2] for predictions in models]
    assert [found["recall"][name] for name in ("Baseline", "TinyBERT")] == close(expected)


@pytest.mark.confirms("comparison_table_gives_relative_improvements")
def test_comparison_table_gives_relative_improvements_of_any_models(submission, draw):
    """The improvement of accuracy is a fraction of the baseline's, and there is none over a baseline of 0."""
    truth = labels(draw)
    baseline, tinybert = answers(draw, truth, 0.5), answers(draw, truth, 0.9)
    shares = [metrics.accuracy_score(truth, one) for one in (baseline, tinybert)]
    found = submission.run("table_by_name", labels=truth, baseline=baseline, tinybert=tinybert)
    expected = {"Baseline": shares[0], "TinyBERT": shares[1], "Improvement": shares[1] / shares[0] - 1}
    assert found["accuracy"] == close(expected)
    wrong = [(label + draw.randint(1, 2)) % 3 for label in truth]
    none = submission.run("table_by_name", labels=truth, baseline=wrong, tinybert=tinybert)
    assert [none[row]["Improvement"] for row in ROWS] == close([float("nan")] * 4)


def classified(draw):
    """Rows of text, label and prediction; some predictions are right and some wrong."""
    rows = []
    for wrong in [True] * draw.randint(4, 7) + [False] * draw.randint(3, 6):
        label = draw.randrange(3)
        text = "".join(draw.choices(LETTERS, k=8)) + draw.choice([", ", " 😁 ", "\n"]) + str(draw.randint(0, 99))
        rows.append((text, label, (label + wrong * draw.randint(1, 2)) % 3))
    return draw.sample(rows, len(rows))


@pytest.mark.confirms("misclassified_lists_the_errors")
def test_misclassified_lists_any_errors(submission, draw):
    """Each error has its text, its true aspect and the aspect it was taken for, in order."""
    rows = classified(draw)
    texts, truth, predictions = map(list, zip(*rows, strict=True))
    frame = pd.DataFrame({"review": texts, "aspect": [ASPECTS[label] for label in truth]})
    errors = [row for row in rows if row[1] != row[2]]
    assert submission.misclassified(frame, truth, predictions).to_dict("list") == same(
        {
            "review": [text for text, _, _ in errors],
            "label": [ASPECTS[label] for _, label, _ in errors],
            "prediction": [ASPECTS[prediction] for _, _, prediction in errors],
        }
    )


@pytest.mark.confirms("misclassified_takes_texts")
def test_misclassified_takes_any_texts(submission, draw):
    """A list of texts will do: those that were put in the wrong class come back."""
    rows = classified(draw)
    texts, truth, predictions = map(list, zip(*rows, strict=True))
    found = submission.misclassified(texts, truth, predictions)
    assert sorted(found["review"]) == same(sorted(text for text, label, prediction in rows if label != prediction))


@pytest.mark.confirms("misclassified_may_find_nothing")
def test_misclassified_may_find_nothing_in_any_texts(submission, draw):
    """Where predictions are the labels the frame is empty; where they are not, it is not."""
    rows = classified(draw)
    texts, truth, predictions = map(list, zip(*rows, strict=True))
    found = [submission.misclassified(texts, labels, predictions).to_dict("list") for labels in (truth, predictions)]
    assert sorted(found[0]["review"]) == same(sorted(text for text, label, other in rows if label != other))
    assert found[1] == same({"review": [], "label": [], "prediction": []})
