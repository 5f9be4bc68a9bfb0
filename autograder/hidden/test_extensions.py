"""Hidden checks of exercise 10, the bonus: formulas and laws on drawn numbers."""

import numpy as np
import pytest
import torch

from reelgrade.grading.expect import close, same


@pytest.mark.confirms("warmup_decay_falls_to_zero")
def test_warmup_decay_falls_after_any_warmup(submission, draw):
    """The factor is the share of the decay that is left."""
    warmup, decay = draw.randint(3, 20), draw.randint(7, 40)
    settings = {"warmup_steps": warmup, "total_steps": warmup + decay}
    found = [submission.warmup_decay(warmup + done, **settings) for done in range(decay + 1)]
    assert found == close([1 - done / decay for done in range(decay + 1)])


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


@pytest.mark.confirms("wilson_interval_follows_the_formula")
def test_wilson_interval_follows_the_formula_for_any_share(submission, draw):
    """The bounds are the two shares p with (p - correct / total)^2 = z^2 p (1 - p) / total."""
    total, z2 = draw.randint(20, 400), 1.96**2
    correct = draw.randint(1, total - 1)
    share = correct / total
    roots = np.roots([1 + z2 / total, -2 * share - z2 / total, share**2])
    assert submission.wilson_interval(correct, total) == close(sorted(roots))


@pytest.mark.confirms("word_dropout_drops_with_its_rate")
def test_word_dropout_drops_with_any_rate(submission, draw):
    """About rate of the words go, not the same number each time, and the others keep their order."""
    count, rate = draw.randint(300, 500), draw.uniform(0.2, 0.6)
    words = [f"{draw.randint(0, 9999)} {index}" for index in range(count)]
    results = [list(submission.word_dropout(words, rate, seed)) for seed in draw.sample(range(10_000), 8)]
    margin = 8 * (count * rate * (1 - rate)) ** 0.5
    for kept in results:
        left = set(kept)
        assert kept == same([word for word in words if word in left])
        assert abs(len(kept) - count * (1 - rate)) < margin
    assert len({len(kept) for kept in results}) > 1


def attention(draw, batch, seq_len):
    """Attention of one head [batch, 1, seq_len, seq_len] whose rows sum to 1."""
    generator = torch.Generator().manual_seed(draw.getrandbits(32))
    return torch.softmax(3 * torch.randn(batch, 1, seq_len, seq_len, generator=generator), dim=-1)


@pytest.mark.confirms("attention_rollout_multiplies_from_below")
def test_attention_rollout_multiplies_any_layers_from_below(submission, draw):
    """Each layer passes on half of its input and half of what it attends to, the top one last."""
    batch, seq_len = draw.randint(2, 4), draw.randint(3, 6)
    layers = [attention(draw, batch, seq_len) for _ in range(draw.randint(3, 5))]
    product = torch.eye(seq_len)
    for layer in layers:
        product = (layer[:, 0] @ product + product) / 2
    assert submission.attention_rollout(layers) == close(product)
