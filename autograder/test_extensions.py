"""Checks of exercise 10, the bonus."""

import pytest
import torch

from reelgrade.grading.expect import close, raises, same
from reelgrade.grading.randomness import undisturbed


@pytest.mark.points(1)
def test_warmup_decay_rises_to_one(submission):
    """The factor is 0 at step 0, 1 at warmup_steps, and linear between."""
    assert [submission.warmup_decay(step, warmup_steps=4, total_steps=10) for step in range(5)] == close(
        [0.0, 0.25, 0.5, 0.75, 1.0], mistakes={"the warm-up is one step ahead": [0.25, 0.5, 0.75, 1.0, 1.0]}
    )


@pytest.mark.points(2)
def test_warmup_decay_falls_to_zero(submission):
    """After the warm-up it falls in a straight line to 0 at total_steps."""
    assert [submission.warmup_decay(step, warmup_steps=2, total_steps=6) for step in range(2, 7)] == close(
        [1.0, 0.75, 0.5, 0.25, 0.0], mistakes={"there is no decay": [1.0, 1.0, 1.0, 1.0, 1.0]}
    )


@pytest.mark.points(0.5)
def test_warmup_decay_stays_at_zero(submission):
    """After the last step the factor stays 0."""
    assert [submission.warmup_decay(step, warmup_steps=1, total_steps=3) for step in (1, 2, 3, 4, 9)] == close(
        [1.0, 0.5, 0.0, 0.0, 0.0]
    )


@pytest.mark.points(0.5)
def test_warmup_decay_works_without_warmup(submission):
    """Without a warm-up the factor starts at 1."""
    assert [submission.warmup_decay(step, warmup_steps=0, total_steps=4) for step in range(3)] == close(
        [1.0, 0.75, 0.5]
    )


@pytest.mark.points(1)
def test_ensemble_predict_follows_the_models(submission):
    """The result is one class for each text, int64 [batch], from all models together."""
    one, other = torch.tensor([[0.0, 1.0, 0.0], [2.0, 0.0, 0.0]]), torch.tensor([[0.0, 2.0, 0.5], [1.0, 0.0, 0.0]])
    found = submission.ensemble_predict([one, other])
    assert found == same([1, 0])
    assert str(found.dtype) == same("torch.int64")
    assert submission.ensemble_predict([torch.tensor([[1.0, 0.0, 4.0]])]) == same([2])


@pytest.mark.points(2)
def test_ensemble_predict_averages_probabilities(submission):
    """Probabilities are averaged, not logits: one model with large numbers must not outvote the rest."""
    loud, quiet = torch.tensor([[20.0, 0.0, 0.0]]), torch.tensor([[0.0, 3.0, 0.0]])
    assert submission.ensemble_predict([loud, quiet, quiet]) == same([1], mistakes={"the logits were averaged": [0]})


@pytest.mark.points(1)
def test_ensemble_predict_weighs_certainty(submission):
    """A model that is sure counts more than two that hardly lean: there are no simple votes."""
    sure, leaning = torch.tensor([[9.0, 0.0]]), torch.tensor([[0.0, 0.2]])
    assert submission.ensemble_predict([sure, leaning, leaning]) == same([0], mistakes={"each model has one vote": [1]})
    swapped = [one.flip(-1) for one in (sure, leaning, leaning)]
    assert submission.ensemble_predict(swapped) == same([1], mistakes={"each model has one vote": [0]})


@pytest.mark.points(2)
def test_wilson_interval_follows_the_formula(submission):
    """124 of 132 is 88.5 to 96.9 %, and 65 of 132 is 40.9 to 57.7 %."""
    assert submission.wilson_interval(124, 132) == close((0.8849623, 0.9689735))
    assert submission.wilson_interval(65, 132) == close((0.4085646, 0.5767124))


@pytest.mark.points(1)
def test_wilson_interval_uses_z(submission):
    """A larger z, a wider interval: z = 1 for 5 of 10."""
    assert submission.wilson_interval(5, 10, z=1.0) == close((0.349244, 0.650756))
    assert submission.wilson_interval(1, 4, z=2.0) == close((0.0442811, 0.7057189))


@pytest.mark.points(0.5)
def test_wilson_interval_stays_within_0_and_1(submission):
    """At 0 % and 100 % the interval has a width and stays within 0 and 1."""
    assert submission.wilson_interval(10, 10) == close((0.722460, 1.0))
    assert submission.wilson_interval(0, 10) == close((0.0, 0.277540))


@pytest.mark.points(0.5)
def test_wilson_interval_needs_examples(submission):
    """No examples, or more right ones than there are: ValueError."""
    assert submission.wilson_interval(3, 5) == close((0.2307247, 0.8823795))
    for correct, total in ((0, 0), (5, 3), (-1, 3)):
        with raises(ValueError):
            submission.wilson_interval(correct, total)


WORDS = [f"w{i}" for i in range(400)]


@pytest.mark.points(1)
def test_word_dropout_drops_with_its_rate(submission):
    """About rate of the words go, independently, so that the number varies; the others keep their order."""
    results = [list(submission.word_dropout(WORDS, 0.25, seed)) for seed in range(4)]
    for kept in results:
        assert kept == [word for word in WORDS if word in set(kept)], "the order of the words has changed"
        assert 240 <= len(kept) <= 360, f"{len(kept)} of 400 words are left at a rate of 0.25"
    assert len({len(kept) for kept in results}) > 1, "the same number of words goes every time"
    equal = list(submission.word_dropout(["a", "b"] * 200, 0.25, 1))
    for word in ("a", "b"):
        assert 100 <= equal.count(word) < 200, f"{equal.count(word)} of 200 equal words are left at a rate of 0.25"


@pytest.mark.points(1)
def test_word_dropout_never_empties_a_text(submission):
    """At a rate of 1 one word stays; at 0 all stay; an empty text stays empty."""
    for seed in range(5):
        (word,) = submission.word_dropout(["a", "good", "plot"], 1.0, seed)
        assert word in ("a", "good", "plot")
    assert submission.word_dropout(["a", "good", "plot"], 0.0, 3) == same(["a", "good", "plot"])
    assert submission.word_dropout([], 0.5, 1) == same([])


@pytest.mark.points(1)
def test_word_dropout_follows_its_seed(submission):
    """The same seed gives the same result, others give other ones."""
    results = [list(submission.word_dropout(WORDS, 0.5, seed)) for seed in (0, 0, 1, 1)]
    for kept in results:
        assert kept == [word for word in WORDS if word in set(kept)], "what is left is not a part of the words in order"
        assert 100 <= len(kept) <= 300, f"{len(kept)} of 400 words are left at a rate of 0.5"
    assert results[0] == results[1], "two calls with the same seed gave different results"
    assert results[2] == results[3], "two calls with the same seed gave different results"
    assert results[0] != results[2], "two seeds gave the same result"


@pytest.mark.points(1)
def test_word_dropout_disturbs_nobody(submission):
    """Neither the list you are given nor anyone else's random numbers change."""
    submission.word_dropout(["a", "good", "plot", "twist"], 0.9, 1)
    assert submission.changed == [], "word_dropout changed the list that it was given"
    found = submission.run("random_after_dropout", tokens=WORDS, seed=6)
    assert list(found["kept"]) == [word for word in WORDS if word in set(found["kept"])]
    assert 100 <= len(found["kept"]) <= 300, f"{len(found['kept'])} of 400 words are left at a rate of 0.5"
    assert found["numbers"] == close(undisturbed(6, with_torch=True))


@pytest.mark.points(1)
def test_attention_rollout_mixes_in_the_identity(submission):
    """Each layer's mean attention plus the identity, with rows that sum to 1."""
    attention = torch.tensor([[[[0.8, 0.2], [0.4, 0.6]], [[0.6, 0.4], [0.0, 1.0]]]])
    assert submission.attention_rollout([attention]) == close(
        [[[0.85, 0.15], [0.1, 0.9]]], mistakes={"the identity is missing": [[[0.7, 0.3], [0.2, 0.8]]]}
    )


@pytest.mark.points(1)
def test_attention_rollout_normalises_its_rows(submission):
    """Rows sum to 1 also where the attention's own rows do not."""
    assert submission.attention_rollout([torch.tensor([[[[0.5, 0.1], [0.0, 3.0]]]])]) == close(
        [[[1.5 / 1.6, 0.1 / 1.6], [0.0, 1.0]]]
    )


@pytest.mark.points(2)
def test_attention_rollout_multiplies_from_below(submission):
    """The upper layer is multiplied onto what the lower ones gave."""
    lower = torch.tensor([[[[1.0, 0.0], [1.0, 0.0]]]])
    upper = torch.tensor([[[[0.0, 1.0], [0.0, 1.0]]]])
    assert submission.attention_rollout([lower, upper]) == close(
        [[[0.75, 0.25], [0.5, 0.5]]],
        mistakes={"the layers are multiplied in the wrong order": [[[0.5, 0.5], [0.25, 0.75]]]},
    )
    two_heads = torch.stack([upper[0, 0], torch.eye(2)])[None]
    assert submission.attention_rollout([torch.cat([lower, lower], dim=1), two_heads]) == close(
        [[[0.875, 0.125], [0.5, 0.5]]], mistakes={"only the first head counts": [[[0.75, 0.25], [0.5, 0.5]]]}
    )
