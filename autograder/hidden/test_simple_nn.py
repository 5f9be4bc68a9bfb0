"""Hidden checks of exercise 5: weights, texts and sizes are drawn, and the logits computed.

Each check forgives the known mistakes that the visible one forgives.
"""

from pathlib import Path

import pytest
import torch

from reelgrade.course.submission import run_file
from reelgrade.grading.expect import close, same

known = run_file(Path(__file__).parents[1] / "test_simple_nn.py")


def numbers(draw, *shape):
    """A tensor of eighths from -4 to 4."""
    generator = torch.Generator().manual_seed(draw.getrandbits(32))
    return torch.randint(-32, 33, shape, generator=generator) / 8


@pytest.mark.confirms("mean_pool_ignores_padding")
def test_mean_pool_ignores_any_padding(submission, draw):
    """However much padding follows and whatever its values are, the mean is that of the tokens before it."""
    batch, length, padding = draw.randint(2, 5), draw.randint(1, 6), draw.randint(1, 6)
    embeddings = numbers(draw, batch, length + padding, draw.randint(3, 6))
    mask = torch.arange(length + padding).expand(batch, -1) < length
    assert submission.mean_pool(embeddings, mask) == close(embeddings[:, :length].mean(dim=1))


def pooled(embeddings, mask):
    """The mean of the real tokens of each row."""
    return [row[real].mean(dim=0).tolist() for row, real in zip(embeddings, mask, strict=True)]


@pytest.mark.confirms("mean_pool_treats_each_row_alone")
def test_mean_pool_treats_any_row_alone(submission, draw):
    """Each row is the mean of its own tokens, wherever they stand, and the arguments stay as they are."""
    batch, seq_len = draw.randint(4, 7), draw.randint(4, 8)
    embeddings = numbers(draw, batch, seq_len, draw.randint(3, 6))
    mask = torch.zeros(batch, seq_len, dtype=torch.bool)
    for row in mask:
        row[draw.sample(range(seq_len), draw.randint(1, seq_len))] = True
    found = submission.mean_pool(embeddings, mask)
    assert submission.changed == []
    expected = pooled(embeddings, mask)
    assert found == close(expected)
    other = mask.flip(1)
    found = submission.run("pool_in_turn", embeddings=embeddings, masks=[mask, other, mask])
    assert found == close([expected, pooled(embeddings, other), expected])


@pytest.mark.confirms("mean_pool_of_padding_is_zero")
def test_mean_pool_of_any_padding_is_zero(submission, draw):
    """Rows without a token are zeros, rows of nothing but tokens their mean."""
    batch, embed_dim = draw.randint(5, 8), draw.randint(3, 6)
    embeddings = numbers(draw, batch, draw.randint(3, 6), embed_dim)
    real = torch.zeros(batch, dtype=torch.bool)
    real[draw.sample(range(batch), draw.randint(2, batch - 2))] = True
    found = submission.mean_pool(embeddings, real[:, None].expand(embeddings.shape[:2]).clone())
    assert found == close(embeddings.mean(dim=1).where(real[:, None], torch.zeros(embed_dim)))


def texts(draw, count, shortest, longest):
    """So many texts of so many ids from 5 to 59."""
    return [draw.choices(range(5, 60), k=draw.randint(shortest, longest)) for _ in range(count)]


class Network:
    """A network with drawn sizes and weights, and what it must answer.

    So many hidden units and classes that some are positive and some negative, whatever is drawn.
    """

    def __init__(self, draw, **options):
        self.options = options
        self.sizes = {
            "vocab_size": 60,
            "num_classes": draw.randint(20, 30),
            "embed_dim": draw.randint(5, 9),
            "hidden_dim": draw.randint(31, 45),
        }
        self.weights = known.draw_weights(draw, **self.sizes, **options)

    def answer(self, submission, batches):
        """The logits of the submission's network for batches of rows, a tensor each."""
        settings = {"weights": self.weights, **self.sizes, **self.options}
        return submission.run("logits_of", batches=[torch.tensor(batch) for batch in batches], **settings)

    def check(self, submission, rows, **forgiven):
        """Compare the logits of rows, each in a batch of its own, with the right ones."""
        found = [one.flatten().tolist() for one in self.answer(submission, [[row] for row in rows])]
        assert found == self.expected(rows, **forgiven)

    def expected(self, rows, **forgiven):
        return known.of_known_form(
            lambda form: known.logits_of_form(self.weights, rows, **self.options, form=form), **forgiven
        )


@pytest.mark.confirms("simple_nn_has_the_layers_asked_for")
def test_simple_nn_has_any_layers_asked_for(submission, draw):
    """The parameters have the shapes of an embedding and two linear layers of these sizes, and the logits come from them."""
    network = Network(draw)
    vocab_size, num_classes, embed_dim, hidden_dim = network.sizes.values()
    shapes = submission.run("parameter_shapes", **network.sizes)
    expected = [
        [embed_dim, vocab_size],
        [embed_dim, hidden_dim],
        [hidden_dim],
        [num_classes, hidden_dim],
        [num_classes],
    ]
    assert sorted(sorted(shape) for shape in shapes) == same(sorted(expected))
    network.check(submission, texts(draw, 3, 2, 6))


@pytest.mark.confirms("simple_nn_says_the_same_twice")
def test_simple_nn_says_the_same_whenever_a_text_comes(submission, draw):
    """A text has the same logits whenever it comes."""
    some = texts(draw, 4, 2, 6)
    Network(draw).check(submission, draw.sample(some * 3, 12))


@pytest.mark.confirms("simple_nn_gives_one_logit_a_class")
def test_simple_nn_gives_one_logit_for_any_class(submission, draw):
    """Batches of n texts, one text too, give logits [n, num_classes]."""
    network = Network(draw)
    batches = [draw_rows(draw, size) for size in (1, *draw.sample(range(2, 10), 2))]
    found = network.answer(submission, batches)
    num_classes = network.sizes["num_classes"]
    assert [list(one.shape) for one in found] == same([[len(batch), num_classes] for batch in batches])
    assert torch.cat(found) == network.expected([row for batch in batches for row in batch])


def draw_rows(draw, size):
    """So many rows of one length."""
    length = draw.randint(2, 6)
    return texts(draw, size, length, length)


@pytest.mark.confirms("simple_nn_ignores_the_order_of_words")
def test_simple_nn_ignores_any_order_of_words(submission, draw):
    """A text has the same logits in every order of its words."""
    words = draw.sample(range(5, 60), draw.randint(4, 8))
    rows = [draw.sample(words, len(words)) for _ in range(6)]
    Network(draw).check(submission, rows, pools=("", known.SUM, known.PADDED, known.LARGEST))


IGNORES_PADDING = ("", known.SUM, known.LARGEST, known.FIRST, known.LAST)


def padded(draw, rows, pad_id):
    """The rows as they are, and each with some padding behind it."""
    return rows + [row + [pad_id] * draw.choice([1, draw.randint(2, 30)]) for row in rows]


@pytest.mark.confirms("simple_nn_ignores_appended_padding")
def test_simple_nn_ignores_any_amount_of_padding(submission, draw):
    """A text has the same logits with any number of zeros behind it."""
    Network(draw).check(submission, padded(draw, texts(draw, 4, 1, 9), 0), pools=IGNORES_PADDING)


@pytest.mark.confirms("simple_nn_takes_another_pad_id")
def test_simple_nn_takes_any_pad_id(submission, draw):
    """A text has the same logits with any number of pad_ids behind it; a zero behind it makes another text."""
    some, pad_id = texts(draw, 3, 2, 4), draw.randint(1, 4)
    some.append([*some[0], 0])
    Network(draw, pad_id=pad_id).check(submission, padded(draw, some, pad_id), pools=IGNORES_PADDING)


@pytest.mark.confirms("simple_nn_is_an_average_of_words")
def test_simple_nn_is_an_average_of_any_words(submission, draw):
    """A text has the same logits once and said over several times."""
    rows = [text * times for text in texts(draw, 3, 2, 6) for times in (1, draw.randint(2, 5))]
    pools = ("", known.PADDED, known.LARGEST, known.FIRST, known.LAST, known.LAST_PLACE)
    Network(draw).check(submission, rows, pools=pools)


@pytest.mark.confirms("simple_nn_weighs_words_by_their_number")
def test_simple_nn_weighs_any_words_by_their_number(submission, draw):
    """Texts of the same two words are different where one word has another share."""
    one, other = draw.sample(range(5, 60), 2)
    rows = [[one] * draw.randint(2, 5) + [other], [one, other], [one] + [other] * draw.randint(2, 5)]
    Network(draw).check(submission, rows, pools=("", known.SUM, known.PADDED))


@pytest.mark.confirms("simple_nn_survives_a_row_of_padding")
def test_simple_nn_survives_any_row_of_padding(submission, draw):
    """Rows of nothing but padding, among others, have the logits of a mean that is zero."""
    rows = [[0] * draw.randint(1, 20), *draw_rows(draw, 2)]
    Network(draw).check(submission, draw.sample(rows, 3))


@pytest.mark.confirms("simple_nn_bends")
def test_simple_nn_bends_for_any_words(submission, draw):
    """The logits are those of a ReLU between the layers."""
    Network(draw).check(submission, texts(draw, 6, 1, 3), bends=("",))


@pytest.mark.confirms("simple_nn_gives_logits_not_probabilities")
def test_simple_nn_gives_logits_not_probabilities_for_any_words(submission, draw):
    """The logits come as the last layer gives them."""
    Network(draw).check(submission, texts(draw, 6, 1, 3), ends=("",))


@pytest.mark.confirms("simple_nn_trains_words_and_not_padding")
def test_simple_nn_trains_any_words_and_not_padding(submission, draw):
    """After three steps the table is where their gradients lead; padding stays zero."""
    pad_id, *ids = draw.sample(range(1, 60), draw.randint(5, 8))
    network, length, lr = Network(draw, pad_id=pad_id), draw.randint(4, 7), draw.uniform(0.1, 0.3)
    weights = [weight / 3 for weight in network.weights]  # small: a softmax, too, has gradients
    rows = [[id_] * draw.randint(1, length) + [pad_id] for id_ in ids]
    rows = [row + [pad_id] * (length + 1 - len(row)) for row in rows]
    labels = [draw.randrange(network.sizes["num_classes"]) for _ in ids]
    table = submission.run(
        "embedding_after_training",
        input_ids=torch.tensor(rows),
        labels=torch.tensor(labels),
        weights=weights,
        lr=lr,
        pad_id=pad_id,
        **network.sizes,
    )
    assert table[pad_id] == close([0.0] * network.sizes["embed_dim"])
    assert table == known.of_known_form(lambda form: known.trained_table(weights, rows, labels, lr, pad_id, form))
