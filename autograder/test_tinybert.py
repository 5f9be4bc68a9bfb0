"""Checks of exercise 7, on encoders that are small and random."""

import pytest

from reelgrade.grading.expect import close, same

TEXTS = ["a good plot", "the cast"]  # tiny-random: [CLS] is 2, [SEP] is 3, a 5, the 6, good 7, cast 9, plot 10


@pytest.mark.points(1)
def test_encode_batch_pads_to_max_len(submission):
    """Each row is [CLS] text [SEP] and padding up to max_len, on the right."""
    found = submission.run("encode_texts", texts=TEXTS, max_len=7)
    assert found["input_ids"] == same(
        [[2, 5, 7, 10, 3, 0, 0], [2, 6, 9, 3, 0, 0, 0]],
        mistakes={
            "padding goes up to the longest text only": [[2, 5, 7, 10, 3], [2, 6, 9, 3, 0]],
            "padding comes on the left": [[0, 0, 2, 5, 7, 10, 3], [0, 0, 0, 2, 6, 9, 3]],
        },
    )


@pytest.mark.points(1)
def test_encode_batch_cuts_long_texts(submission):
    """A long text is cut to max_len, [SEP] included, and max_len is 128 unless told."""
    found = submission.run("encode_texts", texts=["a good plot and the cast"], max_len=5)
    assert found["input_ids"] == same([[2, 5, 7, 10, 3]])
    long = submission.run("encode_texts", texts=["a " * 300])
    assert list(long["input_ids"].shape) == same([1, 128])


@pytest.mark.points(1)
def test_encode_batch_marks_real_tokens(submission):
    """attention_mask is 1 at real tokens, [CLS] and [SEP] included, and 0 at padding; both tensors are int64."""
    found = submission.run("encode_texts", texts=TEXTS, max_len=6)
    assert found["attention_mask"] == same([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 0, 0]])
    assert [str(tensor.dtype) for tensor in found.values()] == same(["torch.int64"] * len(found))


@pytest.mark.points(0.5)
def test_encode_batch_returns_two_tensors(submission):
    """The dict has the keys input_ids and attention_mask, and no other."""
    found = submission.run("encode_texts", texts=TEXTS, max_len=6)
    assert sorted(found) == same(["attention_mask", "input_ids"])
    words = [[id_ for id_ in ids if id_ >= 5] for ids in found["input_ids"].tolist()]
    assert words == same([[5, 7, 10], [6, 9]])


PARTS = ["embeddings", *(f"layer {index}" for index in range(12)), "pooler", "classifier"]


def changed(submission, calls, **options):
    """Which parts of the model one step changed, by how much: 0 for the frozen ones."""
    found = submission.run(
        "train_after_freezing", calls=calls, **{"num_layers": 4, "gradient": 2.0, "lr": 0.5, **options}
    )
    return found, {part: found[part] for part in PARTS if part in found}


def moved(*parts, by=-1.0, num_layers=4):
    names = [part for part in PARTS if not part.startswith("layer") or int(part[6:]) < num_layers]
    return {name: [by, by] if name in parts else [0.0, 0.0] for name in names}


@pytest.mark.points(1)
def test_freeze_layers_trains_layer_and_classifier(submission):
    """A step changes all of the chosen layer and of the classifier, and no other layer: of twelve, 1 is neither 10 nor 11."""
    for num_layers, layer in ((4, 2), (12, 1)):
        _, parts = changed(submission, [[layer]], num_layers=num_layers)
        expected = moved(f"layer {layer}", "classifier", num_layers=num_layers)
        chosen = [name for name in expected if name not in ("embeddings", "pooler")]
        assert {name: parts[name] for name in chosen} == close({name: expected[name] for name in chosen})


@pytest.mark.points(1)
def test_freeze_layers_freezes_embeddings_and_pooler(submission):
    """Embeddings and pooler stay as they are, to the last bit."""
    _, parts = changed(submission, [[1, 3]], gradient=3.0, lr=0.25)
    assert {name: parts[name] for name in ("embeddings", "pooler")} == same(
        {"embeddings": [0.0, 0.0], "pooler": [0.0, 0.0]},
        mistakes={
            "the pooler trains": {"embeddings": [0.0, 0.0], "pooler": [-0.75, -0.75]},
            "the embeddings train": {"embeddings": [-0.75, -0.75], "pooler": [0.0, 0.0]},
        },
    )


@pytest.mark.points(0.5)
def test_freeze_layers_trains_the_top_layer_unless_told(submission):
    """Without a choice, layer 3 trains: the top one of four."""
    _, parts = changed(submission, [None], gradient=4.0)
    assert parts == close(moved("layer 3", "classifier", by=-2.0))


@pytest.mark.points(1)
def test_freeze_layers_starts_afresh(submission):
    """A second call forgets the first, in both directions."""
    _, parts = changed(submission, [[0, 1], [1, 2]], lr=0.25)
    assert parts == close(moved("layer 1", "layer 2", "classifier", by=-0.5))


@pytest.mark.points(0.5)
def test_freeze_layers_refuses_a_missing_layer(submission):
    """A layer that the model lacks is a ValueError, and nothing changes then."""
    found, parts = changed(submission, [[1], [0, 7]], num_layers=2)
    assert found["raised"] == same("ValueError")
    assert parts == close(moved("layer 1", "classifier", num_layers=2))


@pytest.mark.points(1)
def test_count_parameters_counts_numbers(submission):
    """Trainable first, then all; numbers are counted, not tensors."""
    assert submission.run("parameter_counts", widths=[4, 3, 2], frozen=[0]) == same(
        (8, 23),
        mistakes={
            "tensors are counted": (2, 4),
            "the total lacks what is frozen": (8, 8),
            "total comes first": (23, 8),
        },
    )
    assert submission.run("parameter_counts", widths=[3, 2], frozen=[]) == same((8, 8))


@pytest.mark.points(0.5)
def test_count_parameters_counts_shared_numbers_once(submission):
    """A layer that occurs twice in the model has its numbers once; buffers are no parameters."""
    assert submission.run("parameter_counts", widths=[3, 3], frozen=[], tied=True) == same(
        (12, 12), mistakes={"shared numbers are counted twice": (24, 24), "buffers are counted": (12, 17)}
    )


@pytest.mark.points(1)
def test_encode_batch_takes_every_kind_of_text(submission):
    """Empty texts, emoji and accents have a row too, and the texts stay in their order."""
    found = submission.run("encode_texts", texts=["", "a 😁", "Thé cast"], max_len=5)
    assert found["input_ids"] == same([[2, 3, 0, 0, 0], [2, 5, 1, 3, 0], [2, 6, 9, 3, 0]])
