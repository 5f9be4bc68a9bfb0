"""Hidden checks of exercise 10, the bonus: formulas and laws on drawn numbers."""

import numpy as np
import pytest
import torch

from reelgrade.grading.expect import close, raises, same
from reelgrade.grading.randomness import undisturbed


@pytest.mark.confirms("warmup_decay_rises_to_one")
def test_warmup_decay_rises_over_any_warmup(submission, draw):
    """The factor is the share of the warm-up that is done."""
    warmup = draw.randint(20, 2000)
    settings = {"warmup_steps": warmup, "total_steps": warmup + draw.randint(20, 2000)}
    steps = [0, *draw.sample(range(1, warmup), 12), warmup]
    assert [submission.warmup_decay(step, **settings) for step in steps] == close([step / warmup for step in steps])


@pytest.mark.confirms("warmup_decay_falls_to_zero")
def test_warmup_decay_falls_after_any_warmup(submission, draw):
    """The factor is the share of the decay that is left."""
    warmup, decay = draw.randint(3, 200), draw.randint(20, 2000)
    settings = {"warmup_steps": warmup, "total_steps": warmup + decay}
    steps = [0, *draw.sample(range(1, decay), 12), decay]
    found = [submission.warmup_decay(warmup + done, **settings) for done in steps]
    assert found == close([1 - done / decay for done in steps])


@pytest.mark.confirms("warmup_decay_stays_at_zero")
def test_warmup_decay_stays_at_zero_after_any_last_step(submission, draw):
    """The factor is 0 at the last step and after it, and was not in the warm-up."""
    warmup, total = draw.randint(20, 200), draw.randint(500, 2000)
    after = [draw.random() < 0.5 for _ in range(16)]
    steps = [total + draw.randint(0, 999) if late else draw.randint(2, warmup) for late in after]
    found = [submission.warmup_decay(step, warmup_steps=warmup, total_steps=total) for step in steps]
    assert [factor == close(0.0) for factor in found] == same(after)


@pytest.mark.confirms("warmup_decay_works_without_warmup")
def test_warmup_decay_works_without_warmup_for_any_length(submission, draw):
    """The factor is the share of all steps that is left."""
    total = draw.randint(20, 2000)
    steps = [0, *draw.sample(range(1, total), 12)]
    found = [submission.warmup_decay(step, warmup_steps=0, total_steps=total) for step in steps]
    assert found == close([1 - step / total for step in steps])


@pytest.mark.confirms("ensemble_predict_follows_the_models")
def test_ensemble_predict_follows_any_models(submission, draw):
    """Where all models prefer a class, it is the result, as int64 [batch]."""
    num_classes, batch = draw.randint(3, 6), draw.randint(9, 16)
    classes = draw.sample(range(num_classes), num_classes - 1)  # one class never wins
    winners = [draw.choice(classes) for _ in range(batch)]
    weak, strong = draw.sample(range(batch), 2)
    winners[weak] = winners[strong]  # a text must not be weighed against another
    models = [torch.zeros(batch, num_classes) for _ in range(draw.randint(2, 4))]
    for model in models:
        for row, winner in enumerate(winners):
            model[row, winner] = draw.uniform(0.5, 1.0) if row == weak else draw.uniform(4.0, 6.0)
    found = submission.ensemble_predict(models)
    assert found == same(winners)
    assert str(found.dtype) == same("torch.int64")


@pytest.mark.confirms("ensemble_predict_averages_probabilities")
def test_ensemble_predict_averages_any_probabilities(submission, draw):
    """Two or three models that are sure win against one with logits larger than theirs together."""
    num_classes, batch = draw.randint(3, 6), draw.randint(3, 7)
    pairs = [draw.sample(range(num_classes), 2) for _ in range(batch)]
    models = [torch.zeros(batch, num_classes) for _ in range(draw.randint(3, 4))]
    for row, (winner, loser) in enumerate(pairs):
        models[0][row, loser] = draw.uniform(20.0, 40.0)
        for quiet in models[1:]:
            quiet[row, winner] = draw.uniform(4.0, 6.0)
    draw.shuffle(models)
    assert submission.ensemble_predict(models) == same([winner for winner, _ in pairs])


@pytest.mark.confirms("ensemble_predict_weighs_certainty")
def test_ensemble_predict_weighs_any_certainty(submission, draw):
    """One model that is sure wins against two or more that hardly lean to another class."""
    num_classes, batch = draw.randint(3, 5), draw.randint(9, 16)
    pairs = [draw.sample(range(num_classes), 2) for _ in range(batch)]
    models = [torch.zeros(batch, num_classes) for _ in range(draw.randint(3, 5))]
    for row, (winner, loser) in enumerate(pairs):
        models[0][row, winner] = draw.uniform(8.0, 12.0)
        for leaning in models[1:]:
            leaning[row, loser] = draw.uniform(0.2, 0.5)
    models.insert(draw.randrange(1, len(models)), models.pop(0))  # the first model must not decide
    assert submission.ensemble_predict(models) == same([winner for winner, _ in pairs])


def wilson(correct, total, z=1.96):
    """The two shares p with (p - correct / total)^2 = z^2 p (1 - p) / total."""
    share, z2 = correct / total, z**2
    return sorted(np.roots([1 + z2 / total, -2 * share - z2 / total, share**2]))


@pytest.mark.confirms("wilson_interval_follows_the_formula")
def test_wilson_interval_follows_the_formula_for_any_share(submission, draw):
    """The bounds solve the equation of the interval."""
    total = draw.randint(20, 400)
    correct = draw.randint(1, total - 1)
    assert submission.wilson_interval(correct, total) == close(wilson(correct, total))


@pytest.mark.confirms("wilson_interval_uses_z")
def test_wilson_interval_uses_any_z(submission, draw):
    """The bounds solve the equation of the interval with this z."""
    for z in (draw.uniform(0.3, 1.5), draw.uniform(2.2, 4.0)):
        total = draw.randint(20, 400)
        correct = draw.randint(1, total - 1)
        assert submission.wilson_interval(correct, total, z=z) == close(wilson(correct, total, z))


@pytest.mark.confirms("wilson_interval_stays_within_0_and_1")
def test_wilson_interval_stays_within_0_and_1_for_any_number(submission, draw):
    """Nothing right is 0 to z^2 / (total + z^2), everything right mirrors that."""
    for total in draw.sample(range(11, 5000), 2):
        width = 1.96**2 / (total + 1.96**2)
        for correct, expected in ((0, [0.0, width]), (total, [1 - width, 1.0])):
            low, high = submission.wilson_interval(correct, total)
            assert [low, high] == close(expected)
            assert 0 <= low < high <= 1


@pytest.mark.confirms("wilson_interval_needs_examples")
def test_wilson_interval_needs_any_examples(submission, draw):
    """A share of many examples lies in its interval, and none does where more are right than there are."""
    z = draw.uniform(1.0, 3.0)
    for correct, total in ((draw.randint(1, 99), 0), (0, 0), (draw.randint(5001, 9999), 5000)):
        share = draw.uniform(0.1, 0.9)
        low, high = submission.wilson_interval(round(share * 5000), 5000, z=z)
        assert low < share < high < low + 0.1
        with raises(ValueError):
            submission.wilson_interval(correct, total, z=z)


def some_words(draw, count):
    """So many different words."""
    return [f"{draw.randint(0, 9999)} {index}" for index in range(count)]


@pytest.mark.confirms("word_dropout_drops_with_its_rate")
def test_word_dropout_drops_with_any_rate(submission, draw):
    """About rate of the words go, not the same number each time, and the others keep their order."""
    count, rate = draw.randint(300, 500), draw.uniform(0.2, 0.6)
    words = some_words(draw, count)
    results = [list(submission.word_dropout(words, rate, seed)) for seed in draw.sample(range(10_000), 8)]
    margin = 8 * (count * rate * (1 - rate)) ** 0.5
    for kept in results:
        left = set(kept)
        assert kept == same([word for word in words if word in left])
        assert abs(len(kept) - count * (1 - rate)) < margin
    assert len({len(kept) for kept in results}) > 1


@pytest.mark.confirms("word_dropout_never_empties_a_text")
def test_word_dropout_never_empties_any_text(submission, draw):
    """Of the words of a text one stays at rate 1 and all stay at rate 0; none stay where there are none."""
    for _ in range(3):
        words, seed = some_words(draw, draw.randint(3, 9)), draw.randrange(10_000)
        (word,) = submission.word_dropout(words, 1.0, seed)
        assert word in words
        assert sorted(submission.word_dropout(words, 0.0, seed)) == same(sorted(words))
    assert submission.word_dropout([], draw.uniform(0.1, 0.9), draw.randrange(10_000)) == same([])


@pytest.mark.confirms("word_dropout_follows_its_seed")
def test_word_dropout_follows_any_seed(submission, draw):
    """One seed leaves the same words of a text each time, others leave others."""
    words, rate = some_words(draw, draw.randint(100, 200)), draw.uniform(0.3, 0.7)
    seed, other = draw.sample(range(10_000), 2)
    first, again, different = [list(submission.word_dropout(words, rate, one)) for one in (seed, seed, other)]
    assert again == same(first)
    assert different != first
    for kept in (first, different):
        assert kept
        assert set(kept) <= set(words)


@pytest.mark.confirms("word_dropout_disturbs_nobody")
def test_word_dropout_disturbs_nobody_whatever_it_drops(submission, draw):
    """Words are left, the list that came is as it was, and the global numbers go on as if nothing had been drawn."""
    words, number = some_words(draw, draw.randint(20, 40)), draw.randrange(10_000)
    kept = submission.word_dropout(words, draw.uniform(0.2, 0.5), draw.randrange(10_000))  # never all of them by chance
    assert submission.changed == []
    assert kept
    assert set(kept) <= set(words)
    found = submission.run("random_after_dropout", tokens=words, seed=number)
    assert found == close(undisturbed(number, with_torch=True))


def attention(draw, batch, seq_len, heads=1):
    """Attention [batch, heads, seq_len, seq_len] whose rows sum to 1."""
    generator = torch.Generator().manual_seed(draw.getrandbits(32))
    return torch.softmax(3 * torch.randn(batch, heads, seq_len, seq_len, generator=generator), dim=-1)


@pytest.mark.confirms("attention_rollout_mixes_in_the_identity")
def test_attention_rollout_mixes_the_identity_into_any_heads(submission, draw):
    """One layer passes on half of its input and half of what its heads attend to on average."""
    seq_len = draw.randint(3, 6)
    layer = attention(draw, draw.randint(2, 4), seq_len, heads=draw.randint(2, 4))
    assert submission.attention_rollout([layer]) == close((layer.mean(dim=1) + torch.eye(seq_len)) / 2)


@pytest.mark.confirms("attention_rollout_normalises_its_rows")
def test_attention_rollout_normalises_any_rows(submission, draw):
    """Each row of a layer, whatever its sum is, has the sum 1 once the identity is in."""
    batch, seq_len = draw.randint(2, 4), draw.randint(3, 6)
    weights = torch.tensor([draw.choice([0.25, 0.5, 2.0, 3.0]) for _ in range(seq_len)])
    layer = attention(draw, batch, seq_len) * weights[:, None]
    mixed = layer[:, 0] + torch.eye(seq_len)
    assert submission.attention_rollout([layer]) == close(mixed / (1 + weights[:, None]))


@pytest.mark.confirms("attention_rollout_multiplies_from_below")
def test_attention_rollout_multiplies_any_layers_from_below(submission, draw):
    """Each layer passes on half of its input and half of what it attends to, the top one last."""
    batch, seq_len = draw.randint(2, 4), draw.randint(3, 6)
    layers = [attention(draw, batch, seq_len) for _ in range(draw.randint(3, 5))]
    product = torch.eye(seq_len)
    for layer in layers:
        product = (layer[:, 0] @ product + product) / 2
    assert submission.attention_rollout(layers) == close(product)
