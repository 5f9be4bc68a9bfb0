"""Hidden checks of exercise 10, the bonus: formulas and laws on drawn numbers."""

import numpy as np
import pytest
import torch

from reelgrade.grading.expect import close, raises, same
from reelgrade.grading.randomness import undisturbed


@pytest.mark.confirms("warmup_decay_rises_to_one")
def test_warmup_decay_rises_over_any_warmup(submission, draw):
    """The factor is the share of the warm-up that is done."""
    for warmup, decay in (
        (draw.randint(20, 2000), draw.randint(20, 2000)),
        (1, draw.randint(2, 99)),
        (3, 1),
        (2000, 7),
    ):
        settings = {"warmup_steps": warmup, "total_steps": warmup + decay}
        steps = sorted({0, 1, warmup - 1, warmup, *draw.choices(range(warmup + 1), k=9)})
        assert [submission.warmup_decay(step, **settings) for step in steps] == close([step / warmup for step in steps])


@pytest.mark.confirms("warmup_decay_falls_to_zero")
def test_warmup_decay_falls_after_any_warmup(submission, draw):
    """The factor is the share of the decay that is left."""
    for warmup, decay in (
        (draw.randint(3, 200), draw.randint(20, 2000)),
        (draw.randint(99, 999), 2),
        (1, 997),
        (2000, 1),
    ):
        settings = {"warmup_steps": warmup, "total_steps": warmup + decay}
        steps = sorted({0, 1, decay - 1, decay, *draw.choices(range(decay + 1), k=9)})
        found = [submission.warmup_decay(warmup + done, **settings) for done in steps]
        assert found == close([1 - done / decay for done in steps])


@pytest.mark.confirms("warmup_decay_stays_at_zero")
def test_warmup_decay_stays_at_zero_after_any_last_step(submission, draw):
    """The factor is 0 at the last step and after it, and was not in the warm-up or in the decay."""
    for warmup, total in ((draw.randint(20, 200), draw.randint(500, 2000)), (0, draw.randint(9, 99)), (5, 6)):
        settings = {"warmup_steps": warmup, "total_steps": total}
        after = [total, total + 1, *(total + draw.randint(2, 999) for _ in range(4)), 10 * total, 100 * total]
        assert [submission.warmup_decay(step, **settings) for step in after] == close([0.0] * len(after))
        found = [submission.warmup_decay(step, **settings) for step in (warmup, total - 1)]
        assert found == close([1.0, 1 / (total - warmup)])


@pytest.mark.confirms("warmup_decay_works_without_warmup")
def test_warmup_decay_works_without_warmup_for_any_length(submission, draw):
    """The factor is the share of all steps that is left."""
    for total in (draw.randint(20, 2000), draw.randint(5000, 9999), 1, 2):
        steps = sorted({0, 1, total - 1, total, *draw.choices(range(total), k=9)})
        found = [submission.warmup_decay(step, warmup_steps=0, total_steps=total) for step in steps]
        assert found == close([1 - step / total for step in steps])


def each_row_too(submission, models, expected):
    """The ensemble's classes for a batch, for each text of it alone, for float64, and with the models in another order."""
    batch = models[0].shape[0]
    for given in (models, models[::-1], [one.double() for one in models]):
        assert submission.ensemble_predict(given) == same(expected)
    for row in range(batch):
        assert submission.ensemble_predict([one[row : row + 1] for one in models]) == same(expected[row : row + 1])


@pytest.mark.confirms("ensemble_predict_follows_the_models")
def test_ensemble_predict_follows_any_models(submission, draw):
    """Where all models prefer a class, it is the result, as int64 [batch]; one model alone decides by itself."""
    num_classes, batch = draw.randint(3, 6), draw.randint(9, 12)
    classes = draw.sample(range(num_classes), num_classes - 1)  # one class never wins
    winners = [*classes, *draw.choices(classes, k=batch - len(classes))]
    weak, strong = draw.sample(range(batch), 2)
    winners[weak] = winners[strong]  # a text must not be weighed against another
    models = [torch.zeros(batch, num_classes) for _ in range(draw.randint(2, 4))]
    for model in models:
        for row, winner in enumerate(winners):
            model[row, winner] = draw.uniform(0.5, 1.0) if row == weak else draw.uniform(4.0, 6.0)
    each_row_too(submission, models, winners)
    for given in (models, models[:1], [-one for one in models[:1]]):
        found = submission.ensemble_predict(given)
        assert found == same(given[0].argmax(dim=1))
        assert str(found.dtype) == same("torch.int64")


@pytest.mark.confirms("ensemble_predict_averages_probabilities")
def test_ensemble_predict_averages_any_probabilities(submission, draw):
    """Two or three models that are sure win against one with logits larger than theirs together."""
    num_classes = draw.randint(3, 6)
    pairs = [(winner, (winner + draw.randrange(1, num_classes)) % num_classes) for winner in range(num_classes)]
    models = [torch.zeros(num_classes, num_classes) for _ in range(draw.randint(3, 4))]
    for row, (winner, loser) in enumerate(pairs):
        models[0][row, loser] = draw.uniform(20.0, 40.0)
        for quiet in models[1:]:
            quiet[row, winner] = draw.uniform(4.0, 6.0)
    draw.shuffle(models)
    each_row_too(submission, models, [winner for winner, _ in pairs])


@pytest.mark.confirms("ensemble_predict_weighs_certainty")
def test_ensemble_predict_weighs_any_certainty(submission, draw):
    """One model that is sure wins against two or more that hardly lean to another class, whichever place it has."""
    num_classes = draw.randint(3, 5)
    pairs = [(winner, (winner + draw.randrange(1, num_classes)) % num_classes) for winner in range(num_classes)]
    models = [torch.zeros(num_classes, num_classes) for _ in range(draw.randint(3, 5))]
    for row, (winner, loser) in enumerate(pairs):
        models[0][row, winner] = draw.uniform(8.0, 12.0)
        for leaning in models[1:]:
            leaning[row, loser] = draw.uniform(0.2, 0.5)
    for place in range(len(models)):
        each_row_too(submission, [*models[1 : place + 1], models[0], *models[place + 1 :]], [one for one, _ in pairs])


def wilson(correct, total, z=1.96):
    """The two shares p with (p - correct / total)^2 = z^2 p (1 - p) / total."""
    share, z2 = correct / total, z**2
    return sorted(np.roots([1 + z2 / total, -2 * share - z2 / total, share**2]).real)


@pytest.mark.confirms("wilson_interval_follows_the_formula")
def test_wilson_interval_follows_the_formula_for_any_share(submission, draw):
    """The bounds solve the equation of the interval, for few examples and for many."""
    for total in (draw.randint(20, 400), draw.randint(5000, 9999), 2, 3, 7):
        for correct in {1, draw.randint(1, total - 1), total - 1}:
            assert submission.wilson_interval(correct, total) == close(wilson(correct, total))


@pytest.mark.confirms("wilson_interval_uses_z")
def test_wilson_interval_uses_any_z(submission, draw):
    """The bounds solve the equation of the interval with this z."""
    for z in (
        draw.uniform(0.01, 0.3),
        1,
        draw.uniform(1.1, 1.9),
        2.576,
        draw.uniform(2.6, 4.0),
        draw.uniform(8.0, 9.0),
    ):
        for total in (draw.randint(20, 400), 5):
            correct = draw.randint(1, total - 1)
            assert submission.wilson_interval(correct, total, z=z) == close(wilson(correct, total, z))


@pytest.mark.confirms("wilson_interval_stays_within_0_and_1")
def test_wilson_interval_stays_within_0_and_1_for_any_number(submission, draw):
    """Nothing right is 0 to z^2 / (total + z^2), everything right mirrors that."""
    for total in (1, 2, *draw.sample(range(11, 5000), 2)):
        width = 1.96**2 / (total + 1.96**2)
        for correct, expected in ((0, [0.0, width]), (total, [1 - width, 1.0])):
            assert submission.wilson_interval(correct, total) == close(expected)


@pytest.mark.confirms("wilson_interval_needs_examples")
def test_wilson_interval_needs_any_examples(submission, draw):
    """A share of many examples has its interval, and none has one where more are right than there are, or fewer than none."""
    for total in (draw.randint(500, 5000), draw.randint(2, 9)):
        correct = draw.randint(1, total - 1)
        assert submission.wilson_interval(correct, total) == close(wilson(correct, total))
        for right, of in (
            (correct, 0),
            (0, 0),
            (total + 1, total),
            (total + draw.randint(2, 99), total),
            (-1, total),
            (0, -total),
        ):
            with raises(ValueError):
                submission.wilson_interval(right, of)


def some_words(draw, count):
    """So many different words."""
    return [f"{draw.randint(0, 9999)} {index}" for index in range(count)]


def part_in_order(words, kept, rate):
    """Assert that what is left are some of these different words, in their order, about so many."""
    left = set(kept)
    assert kept == same([word for word in words if word in left])
    assert abs(len(kept) - len(words) * (1 - rate)) < 8 * (len(words) * rate * (1 - rate)) ** 0.5


@pytest.mark.confirms("word_dropout_drops_with_its_rate")
def test_word_dropout_drops_with_any_rate(submission, draw):
    """About rate of the words go, equal or not, not the same number each time, and the others keep their order."""
    words = some_words(draw, draw.randint(300, 500))
    for rate in (draw.uniform(0.05, 0.15), draw.uniform(0.4, 0.6), draw.uniform(0.8, 0.9)):
        results = [list(submission.word_dropout(words, rate, seed)) for seed in draw.sample(range(10_000), 6)]
        for kept in results:
            part_in_order(words, kept, rate)
            for half in (words[: len(words) // 2], words[len(words) // 2 :]):
                part_in_order(half, [word for word in kept if word in set(half)], rate)
        assert len({len(kept) for kept in results}) > 1
        number, seed = draw.randint(300, 400), draw.randrange(10_000)
        equal = list(submission.word_dropout(words[:2] * number, rate, seed))
        assert set(equal) == set(words[:2])
        for word in words[:2]:
            assert abs(equal.count(word) - number * (1 - rate)) < 8 * (number * rate * (1 - rate)) ** 0.5


@pytest.mark.confirms("word_dropout_never_empties_a_text")
def test_word_dropout_never_empties_any_text(submission, draw):
    """Of the words of a text one stays at rate 1 and all stay at rate 0; none stay where there are none."""
    for count in (1, 2, draw.randint(3, 9), draw.randint(100, 200)):
        words = some_words(draw, count)
        for seed in (0, draw.randrange(1, 10_000), draw.randrange(1, 10_000)):
            (word,) = submission.word_dropout(words, 1.0, seed)
            assert word in words
            assert sorted(submission.word_dropout(words, 0.0, seed)) == same(sorted(words))
    text = some_words(draw, 2)
    for seed in draw.sample(range(10_000), 30):
        kept = list(submission.word_dropout(text, 0.9, seed))
        assert kept
        assert set(kept) <= set(text)
    for rate in (0.0, 1.0, draw.uniform(0.1, 0.9)):
        assert submission.word_dropout([], rate, draw.randrange(10_000)) == same([])


@pytest.mark.confirms("word_dropout_follows_its_seed")
def test_word_dropout_follows_any_seed(submission, draw):
    """One seed leaves the same words of a text each time, others leave others."""
    words, rate = some_words(draw, draw.randint(200, 300)), 0.5
    results = []
    for seed in (0, *draw.sample(range(1, 10_000), 3)):
        first, again = (list(submission.word_dropout(words, rate, seed)) for _ in range(2))
        part_in_order(words, first, rate)
        assert again == same(first)
        results.append(tuple(first))
    assert len(set(results)) == same(4)


@pytest.mark.confirms("word_dropout_disturbs_nobody")
def test_word_dropout_disturbs_nobody_whatever_it_drops(submission, draw):
    """Words are left, the list that came is as it was, and the global numbers go on as if nothing had been drawn."""
    words, number = some_words(draw, draw.randint(200, 300)), draw.randrange(10_000)
    for rate in (0.0, draw.uniform(0.4, 0.6), 1.0):
        submission.word_dropout(words, rate, draw.randrange(10_000))
        assert submission.changed == []
    found = submission.run("random_after_dropout", tokens=words, seed=number)
    part_in_order(words, list(found["kept"]), 0.5)
    assert found["numbers"] == close(undisturbed(number, with_torch=True))


def attention(draw, batch, seq_len, heads=1):
    """Attention [batch, heads, seq_len, seq_len] whose rows sum to 1."""
    generator = torch.Generator().manual_seed(draw.getrandbits(32))
    return torch.softmax(3 * torch.randn(batch, heads, seq_len, seq_len, generator=generator), dim=-1)


@pytest.mark.confirms("attention_rollout_mixes_in_the_identity")
def test_attention_rollout_mixes_the_identity_into_any_heads(submission, draw):
    """One layer passes on half of its input and half of what its heads attend to on average."""
    for batch, heads, seq_len in (
        (draw.randint(2, 4), draw.randint(2, 4), draw.randint(3, 6)),
        (1, 1, 3),
        (3, 12, 2),
        (1, 3, 1),
    ):
        layer = attention(draw, batch, seq_len, heads)
        for given in (layer, layer.double()):
            assert submission.attention_rollout([given]) == close((layer.mean(dim=1) + torch.eye(seq_len)) / 2)


@pytest.mark.confirms("attention_rollout_normalises_its_rows")
def test_attention_rollout_normalises_any_rows(submission, draw):
    """Each row of a layer, whatever its sum is, has the sum 1 once the identity is in."""
    for batch, heads, seq_len in ((draw.randint(2, 4), 1, draw.randint(3, 6)), (1, 1, 4), (2, 3, 3)):
        weights = torch.tensor([0.25, *(draw.choice([0.25, 0.5, 2.0, 3.0]) for _ in range(seq_len - 2)), 3.0])
        layer = attention(draw, batch, seq_len, heads) * weights[:, None]
        mixed = layer.mean(dim=1) + torch.eye(seq_len)
        assert submission.attention_rollout([layer]) == close(mixed / (1 + weights[:, None]))


@pytest.mark.confirms("attention_rollout_multiplies_from_below")
def test_attention_rollout_multiplies_any_layers_from_below(submission, draw):
    """Each layer passes on half of its input and half of what its heads attend to, the top one last."""
    for number, batch, heads in (
        (2, 1, 1),
        (draw.randint(3, 5), draw.randint(2, 4), 1),
        (4, 2, draw.randint(2, 4)),
        (12, 1, 2),
    ):
        seq_len = draw.randint(3, 6)
        layers = [attention(draw, batch, seq_len, heads) for _ in range(number)]
        product = torch.eye(seq_len)
        for layer in layers:
            product = (layer.mean(dim=1) @ product + product) / 2
        assert submission.attention_rollout(layers) == close(product)
