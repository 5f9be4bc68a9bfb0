"""Hidden checks of exercise 7, on the tiny vocabulary and on encoders of other depths than the visible ones."""

from itertools import pairwise

import pytest

from reelgrade.given.backbones import TINY_WORDS
from reelgrade.grading.expect import close, same

IDS = {word: id_ for id_, word in enumerate(TINY_WORDS.split())}


@pytest.mark.confirms("encode_batch_pads_to_max_len")
def test_encode_batch_pads_to_any_max_len(submission, draw):
    """All rows have max_len ids though all texts are shorter."""
    words, max_len = [word for word in IDS if word.isalpha()], draw.randint(8, 20)
    texts = [draw.choices(words, k=draw.randint(1, 5)) for _ in range(draw.randint(3, 6))]
    found = submission.run("encode_texts", texts=[" ".join(text) for text in texts], max_len=max_len)
    rows = [[IDS[word] for word in ["[CLS]", *text, "[SEP]"]] for text in texts]
    assert found["input_ids"] == same([row + [IDS["[PAD]"]] * (max_len - len(row)) for row in rows])


def changes(submission, draw, chosen, num_layers):
    """What one step changes in each part of the model, and by how much where something trains."""
    gradient, lr = draw.choice([1.5, 2.5, 3.5, 5.0]), draw.choice([0.125, 0.375, 0.625])
    settings = {"num_layers": num_layers, "gradient": gradient, "lr": lr}
    found = submission.run("train_after_freezing", calls=[chosen], **settings)
    parts = {f"layer {index}" for index in range(num_layers)} | {"embeddings", "pooler", "classifier"}
    assert sorted(found) == same(sorted(parts | {"raised"}))
    return found, [-lr * gradient] * 2


@pytest.mark.confirms("freeze_layers_trains_layer_and_classifier")
def test_freeze_layers_trains_any_layers_and_classifier(submission, draw):
    """The chosen layers and the classifier change by the step, the other layers not at all."""
    num_layers = draw.choice([3, 5, 6])
    chosen = draw.sample(range(num_layers), draw.randint(1, num_layers - 1))
    found, step = changes(submission, draw, chosen, num_layers)
    expected = {f"layer {index}": step if index in chosen else [0.0, 0.0] for index in range(num_layers)}
    assert {name: found[name] for name in [*expected, "classifier"]} == close({**expected, "classifier": step})


@pytest.mark.confirms("freeze_layers_freezes_embeddings_and_pooler")
def test_freeze_layers_freezes_embeddings_and_pooler_of_any_model(submission, draw):
    """Whichever layers train, embeddings and pooler do not."""
    num_layers = draw.choice([3, 5, 6])
    chosen = draw.sample(range(num_layers), draw.randint(1, num_layers))
    found, _ = changes(submission, draw, chosen, num_layers)
    assert [found["embeddings"], found["pooler"]] == same([[0.0, 0.0], [0.0, 0.0]])


@pytest.mark.confirms("count_parameters_counts_numbers")
def test_count_parameters_counts_the_numbers_of_any_model(submission, draw):
    """Each layer has width * next width numbers and next width more; the frozen ones count in the total only."""
    widths = draw.sample(range(5, 20), draw.randint(4, 6))
    sizes = [(a + 1) * b for a, b in pairwise(widths)]
    frozen = draw.sample(range(len(sizes)), draw.randint(1, len(sizes) - 1))
    trainable = sum(sizes) - sum(sizes[index] for index in frozen)
    assert submission.run("parameter_counts", widths=widths, frozen=frozen) == same([trainable, sum(sizes)])
