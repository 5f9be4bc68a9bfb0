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
    for fraction in (draw.uniform(0.1, 2.0), draw.uniform(-0.7, -0.1), 0.0, draw.uniform(3.0, 9.0)):
        for baseline in (draw.uniform(0.2, 0.9), draw.uniform(0.001, 0.002), draw.uniform(1.1, 99.0)):
            found = submission.relative_improvement(baseline, baseline * (1 + fraction))
            assert found == close(fraction)


@pytest.mark.confirms("relative_improvement_over_nothing_is_an_error")
def test_relative_improvement_over_nothing_is_an_error_for_any_figure(submission, draw):
    """Figures have grown or fallen over any baseline but 0."""
    for baseline in (draw.uniform(0.1, 0.9), draw.uniform(0.0001, 0.0002)):
        for improved in (0.0, draw.uniform(0.1, 0.9)):
            assert submission.relative_improvement(baseline, improved) == close(improved / baseline - 1)
    for baseline in (0.0, 0):
        for improved in (draw.uniform(0.1, 1.0), -draw.uniform(0.1, 1.0), baseline * draw.random()):
            with raises(ValueError):
                submission.relative_improvement(baseline, improved)


def table(submission, truth, baseline, tinybert):
    """The table of two models, whose columns have the figures of scikit-learn."""
    found = submission.run("table_by_name", labels=truth, baseline=baseline, tinybert=tinybert)
    for name, predictions in (("Baseline", baseline), ("TinyBERT", tinybert)):
        assert {row: found[row].get(name) for row in found} == close(
            dict(zip(ROWS, figures(truth, predictions), strict=True))
        )
    return found


def improvements(submission, truth, baseline, tinybert):
    """Compare the whole table, which has no other column, with scikit-learn's figures and what they have grown by."""
    found = table(submission, truth, baseline, tinybert)
    pairs = zip(ROWS, figures(truth, baseline), figures(truth, tinybert), strict=True)
    assert found == close(
        {
            row: {"Baseline": one, "TinyBERT": other, "Improvement": other / one - 1 if one else float("nan")}
            for row, one, other in pairs
        }
    )


def pairs_of_models(draw, truth):
    """Predictions of two models: a better and a worse one in both orders, a perfect one, one that knows one class."""
    worse, better = answers(draw, truth, 0.2), answers(draw, truth, 0.8)
    guess = [draw.choice(truth)] * len(truth)
    return (worse, better), (better, worse), (guess, truth), (truth, guess), (better, better)


@pytest.mark.confirms("comparison_table_has_both_models")
def test_comparison_table_has_any_two_models(submission, draw):
    """Each column has the figures of its own model."""
    truth = labels(draw)
    for models in pairs_of_models(draw, truth):
        table(submission, truth, *models)


def mistaken(draw, truth, label, other):
    """Predictions that are right but for one to four texts of one class, which are taken for another."""
    places = [place for place, one in enumerate(truth) if one == label]
    wrong = draw.sample(places, draw.randint(1, 4))
    return [other if place in wrong else one for place, one in enumerate(truth)]


@pytest.mark.confirms("comparison_table_averages_over_the_classes_that_occur")
def test_comparison_table_averages_over_any_classes_that_occur(submission, draw):
    """Where one of the three classes occurs nowhere, or in one model's predictions alone, averages leave it out or take it in.

    The classes are of unlike sizes and each model errs in one of them: no recall is a precision, or an accuracy.
    """
    many, few, third = draw.sample(range(3), 3)
    sizes = [draw.randint(20, 30), draw.randint(8, 15)]
    truth = draw.sample([many, few], k=sum(sizes), counts=sizes)
    models = [mistaken(draw, truth, few, many), mistaken(draw, truth, many, few)]
    stray = [mistaken(draw, truth, few, third), mistaken(draw, truth, many, third)]
    for baseline, tinybert in (models, stray, (models[0], stray[1]), (stray[0], models[1])):
        table(submission, truth, baseline, tinybert)
    table(submission, [few] * sizes[0], [few] * sizes[0], [few, *[many] * (sizes[0] - 1)])


@pytest.mark.confirms("comparison_table_gives_relative_improvements")
def test_comparison_table_gives_relative_improvements_of_any_models(submission, draw):
    """Each improvement is a fraction of the baseline's figure, and there is none over a baseline of 0."""
    truth = labels(draw)
    for models in pairs_of_models(draw, truth):
        improvements(submission, truth, *models)
    wrong = [(label + draw.randint(1, 2)) % 3 for label in truth]
    for tinybert in (answers(draw, truth, 0.9), wrong):
        improvements(submission, truth, wrong, tinybert)


def classified(draw, equal=False):
    """Rows of text, label and prediction: each label with each prediction once, and some more; three texts may come twice."""
    pairs = [(label, prediction) for label in range(3) for prediction in range(3)]
    pairs += [(draw.randrange(3), draw.randrange(3)) for _ in range(draw.randint(2, 5))]
    texts = [
        "".join(draw.choices(LETTERS, k=8)) + draw.choice([", ", " 😁 ", "\n"]) + str(draw.randint(0, 99))
        for _ in pairs
    ]
    if equal:  # once right and once wrong, or wrong both times
        texts[0], texts[5], texts[2] = texts[1], texts[4], texts[3]
    return draw.sample([(text, *pair) for text, pair in zip(texts, pairs, strict=True)], len(pairs))


def errors_of(rows):
    """The columns of the frame that lists the errors among these rows."""
    errors = [row for row in rows if row[1] != row[2]]
    return {
        "review": [text for text, _, _ in errors],
        "label": [ASPECTS[label] for _, label, _ in errors],
        "prediction": [ASPECTS[prediction] for _, _, prediction in errors],
    }


@pytest.mark.confirms("misclassified_lists_the_errors")
def test_misclassified_lists_any_errors(submission, draw):
    """Each error has its text, its true aspect and the aspect it was taken for, in order, whatever the frame's index is."""
    rows = classified(draw, equal=True)
    texts, truth, predictions = map(list, zip(*rows, strict=True))
    frame = pd.DataFrame({"review": texts, "aspect": [ASPECTS[label] for label in truth]})
    shifted = pd.Index(range(7, 7 + len(rows)))
    for given in (
        frame,
        frame.set_index(shifted),
        frame.set_index(shifted[::-1]),
        frame.set_index(pd.Index([draw.randrange(3) for _ in rows])),
        frame.set_index("review", drop=False).rename_axis(None),
        frame[["review"]],
        frame.assign(aspect=draw.choice(ASPECTS), label=0, prediction=0)[["prediction", "aspect", "label", "review"]],
    ):
        assert submission.misclassified(given, truth, predictions).to_dict("list") == same(errors_of(rows))
    for row in [row for row in rows if row[1] != row[2]][:3]:
        one = pd.DataFrame({"review": [row[0]]}, index=[draw.randint(1, 99)])
        assert submission.misclassified(one, [row[1]], [row[2]]).to_dict("list") == same(errors_of([row]))


@pytest.mark.confirms("misclassified_takes_texts")
def test_misclassified_takes_any_texts(submission, draw):
    """A list of texts will do: those that were put in the wrong class come back."""
    rows = classified(draw)
    wrong = [row for row in rows if row[1] != row[2]]
    for given in (rows, rows[::-1], wrong, wrong[:1]):
        texts, truth, predictions = map(list, zip(*given, strict=True))
        found = submission.misclassified(texts, truth, predictions)
        assert sorted(found["review"]) == same(sorted(errors_of(given)["review"]))


@pytest.mark.confirms("misclassified_may_find_nothing")
def test_misclassified_may_find_nothing_in_any_texts(submission, draw):
    """Where predictions are the labels the frame is empty; where they are not, it is not."""
    rows = classified(draw)
    texts, truth, predictions = map(list, zip(*rows, strict=True))
    for given in (texts, pd.DataFrame({"review": texts})):
        found = submission.misclassified(given, truth, predictions)
        assert sorted(found["review"]) == same(sorted(errors_of(rows)["review"]))
        assert submission.misclassified(given, truth, truth).to_dict("list") == same(errors_of([]))
