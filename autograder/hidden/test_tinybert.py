"""Hidden checks of exercise 7, on the tiny vocabulary and on encoders of other depths than the visible ones."""

from itertools import pairwise

import pytest

from reelgrade.given.backbones import TINY_WORDS
from reelgrade.grading.expect import close, same

IDS = {word: id_ for id_, word in enumerate(TINY_WORDS.split())}


WORDS = [word for word in IDS if word.isalpha()]


def texts(draw, shortest, longest):
    """A few texts of words of the vocabulary, each a list."""
    return [draw.choices(WORDS, k=draw.randint(shortest, longest)) for _ in range(draw.randint(3, 6))]


def encode(submission, texts, **options):
    return submission.run("encode_texts", texts=[" ".join(text) for text in texts], **options)


def row(text, max_len):
    """The ids of a text with [CLS] and [SEP], and padding up to max_len."""
    ids = [IDS[word] for word in ["[CLS]", *text, "[SEP]"]]
    return ids + [IDS["[PAD]"]] * (max_len - len(ids))


@pytest.mark.confirms("encode_batch_pads_to_max_len")
def test_encode_batch_pads_to_any_max_len(submission, draw):
    """All rows have max_len ids though all texts are shorter."""
    some, max_len = texts(draw, 1, 5), draw.randint(8, 20)
    assert encode(submission, some, max_len=max_len)["input_ids"] == same([row(text, max_len) for text in some])


@pytest.mark.confirms("encode_batch_cuts_long_texts")
def test_encode_batch_cuts_any_long_texts(submission, draw):
    """[CLS] and [SEP] stand around as many words as have room in max_len, which is 128 unless told."""
    for options, max_len in (({"max_len": draw.randint(5, 9)}, None), ({}, 128)):
        room = options.get("max_len", max_len) - 2
        some = texts(draw, room + 1, 2 * room)
        assert encode(submission, some, **options)["input_ids"] == same([row(text[:room], room + 2) for text in some])


@pytest.mark.confirms("encode_batch_marks_real_tokens")
def test_encode_batch_marks_any_real_tokens(submission, draw):
    """The mask has a 1 for each word, [CLS] and [SEP], and 0 up to max_len; both tensors are int64."""
    some, max_len = texts(draw, 1, 8), draw.randint(10, 20)
    found = encode(submission, some, max_len=max_len)
    numbers = [len(text) + 2 for text in some]
    assert found["attention_mask"] == same([[1] * number + [0] * (max_len - number) for number in numbers])
    assert [str(tensor.dtype) for tensor in found.values()] == same(["torch.int64"] * len(found))


@pytest.mark.confirms("encode_batch_returns_two_tensors")
def test_encode_batch_returns_two_tensors_of_any_texts(submission, draw):
    """There are the ids of the words and a mask of the same shape, under their two names, and nothing else."""
    some, max_len = texts(draw, 3, 8), draw.randint(10, 20)
    found = encode(submission, some, max_len=max_len)
    assert sorted(found) == same(["attention_mask", "input_ids"])
    assert found["attention_mask"].shape == found["input_ids"].shape
    words = [[id_ for id_ in ids if id_ >= IDS["a"]] for ids in found["input_ids"].tolist()]
    assert words == same([[IDS[word] for word in text] for text in some])


PARTS = ("embeddings", "pooler", "classifier")


def freeze(submission, draw, calls, num_layers):
    """Where the numbers of each part end that begin at a drawn one, and where they do if they train or do not."""
    start, gradient, lr = draw.randint(1, 8000) / 8, draw.randint(1, 40) / 8, draw.choice([0.125, 0.375, 0.625])
    settings = {"num_layers": num_layers, "gradient": gradient, "lr": lr, "start": start}
    found = submission.run("train_after_freezing", calls=calls, **settings)
    layers = [f"layer {index}" for index in range(num_layers)]
    assert sorted(found) == same(sorted([*layers, *PARTS, "raised"]))
    return found, [start - lr * gradient] * 2, [start] * 2


def ends(chosen, num_layers, trained, frozen):
    """Where all parts end if these layers and the classifier train."""
    layers = {f"layer {index}": trained if index in chosen else frozen for index in range(num_layers)}
    return {**layers, "classifier": trained, "pooler": frozen, "embeddings": frozen}


@pytest.mark.confirms("freeze_layers_trains_layer_and_classifier")
def test_freeze_layers_trains_any_layers_and_classifier(submission, draw):
    """The chosen layers and the classifier change by the step, the other layers not at all."""
    few = draw.choice([3, 5, 6])
    some = draw.sample(range(few), draw.randint(1, few - 1))
    for num_layers, chosen in ((few, some), (12, [1]), (draw.randint(13, 15), [1, draw.randint(2, 9)])):
        found, trained, frozen = freeze(submission, draw, [chosen], num_layers)
        every = ends(chosen, num_layers, trained, frozen)
        expected = {name: end for name, end in every.items() if name not in PARTS[:2]}
        assert {name: found[name] for name in expected} == close(expected)


@pytest.mark.confirms("freeze_layers_freezes_embeddings_and_pooler")
def test_freeze_layers_freezes_embeddings_and_pooler_of_any_model(submission, draw):
    """Whichever layers train, embeddings and pooler do not."""
    num_layers = draw.choice([3, 5, 6])
    chosen = draw.sample(range(num_layers), draw.randint(1, num_layers))
    found, _, frozen = freeze(submission, draw, [chosen], num_layers)
    assert [found["embeddings"], found["pooler"]] == same([frozen, frozen])


@pytest.mark.confirms("freeze_layers_trains_the_top_layer_unless_told")
def test_freeze_layers_trains_the_top_layer_of_four_unless_told(submission, draw):
    """Without a choice layer 3 and the classifier end where the step leads, and everything else where it began."""
    found, trained, frozen = freeze(submission, draw, [None], 4)
    assert found == close({"raised": "", **ends([3], 4, trained, frozen)})


@pytest.mark.confirms("freeze_layers_starts_afresh")
def test_freeze_layers_starts_afresh_after_any_calls(submission, draw):
    """The last of several calls decides what trains."""
    num_layers = draw.choice([3, 5, 6])
    calls = [draw.sample(range(num_layers), draw.randint(1, num_layers - 1)) for _ in range(draw.randint(1, 3))]
    calls.append(list(range(draw.randint(1, num_layers - 1))))  # other layers if counted from the top
    found, trained, frozen = freeze(submission, draw, calls, num_layers)
    assert found == close({"raised": "", **ends(calls[-1], num_layers, trained, frozen)})


@pytest.mark.confirms("freeze_layers_refuses_a_missing_layer")
def test_freeze_layers_refuses_any_missing_layer(submission, draw):
    """A layer that the model lacks is a ValueError, and what trained before still does."""
    num_layers = draw.choice([3, 5, 6])
    chosen, missing = draw.sample(range(num_layers), draw.randint(1, num_layers - 1)), num_layers + draw.randint(0, 9)
    asked = draw.sample([*range(num_layers), missing], num_layers)
    calls = [chosen, [*asked, missing] if missing not in asked else asked]
    found, trained, frozen = freeze(submission, draw, calls, num_layers)
    assert found == close({"raised": "ValueError", **ends(chosen, num_layers, trained, frozen)})


@pytest.mark.confirms("count_parameters_counts_numbers")
def test_count_parameters_counts_the_numbers_of_any_model(submission, draw):
    """Each layer has width * next width numbers and next width more; the frozen ones count in the total only."""
    widths = draw.sample(range(5, 20), draw.randint(4, 6))
    sizes = [(a + 1) * b for a, b in pairwise(widths)]
    frozen = draw.sample(range(len(sizes)), draw.randint(1, len(sizes) - 1))
    trainable = sum(sizes) - sum(sizes[index] for index in frozen)
    assert submission.run("parameter_counts", widths=widths, frozen=frozen) == same([trainable, sum(sizes)])


@pytest.mark.confirms("count_parameters_counts_shared_numbers_once")
def test_count_parameters_counts_any_shared_numbers_once(submission, draw):
    """The numbers of a layer that is in the model twice count once, and those of a buffer not at all."""
    widths = draw.sample(range(5, 60), draw.randint(4, 6))
    total = sum((a + 1) * b for a, b in pairwise(widths))
    assert submission.run("parameter_counts", widths=widths, frozen=[], tied=True) == same([total, total])


ACCENTS = str.maketrans("aeiou", "àéîöü")


@pytest.mark.confirms("encode_batch_takes_every_kind_of_text")
def test_encode_batch_takes_any_kind_of_text(submission, draw):
    """Empty texts, emoji, accents and capitals have their row, in the order of the texts."""
    some = [[], [], *texts(draw, 1, 6)]
    some = [[*text, "[UNK]"] if text and draw.random() < 0.5 else text for text in draw.sample(some, len(some))]
    written = [
        [
            draw.choice("😁🎬👏") if word == "[UNK]" else draw.choice([str, str.title])(word).translate(ACCENTS)
            for word in text
        ]
        for text in some
    ]
    assert encode(submission, written, max_len=10)["input_ids"] == same([row(text, 10) for text in some])
