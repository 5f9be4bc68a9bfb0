"""Exercise 5: the baseline, a bag of embeddings with one hidden layer."""

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor, nn

from reelgrade.given import PAD_ID


def mean_pool(
    embeddings: Float[Tensor, "batch seq_len embed_dim"], mask: Bool[Tensor, "batch seq_len"]
) -> Float[Tensor, "batch embed_dim"]:
    """Average the embeddings of the real tokens of each row.

    `mask` is True at real tokens and False at padding; padding counts neither in the sum nor in the
    number that divides it. A row that is all padding gives zeros, not NaN.

    >>> embeddings = torch.tensor([[[2.0], [4.0], [9.0]]])
    >>> mean_pool(embeddings, torch.tensor([[True, True, False]]))
    tensor([[3.]])
    """
    # YOUR CODE HERE
    raise NotImplementedError("mean_pool")


class SimpleNN(nn.Module):
    """Classify a text by the average of its word embeddings.

    Embedding (with `padding_idx`) -> mean over the real tokens -> Linear -> ReLU -> Linear. Dimensions:
    vocab_size x embed_dim, embed_dim x hidden_dim, hidden_dim x num_classes. The three layers, the
    linear ones with a bias, hold all parameters. A token is real where its id is not `pad_id`, so that more
    padding never changes the logits. Names of attributes are yours.

    >>> model = SimpleNN(vocab_size=1002)
    >>> sum(parameter.numel() for parameter in model.parameters())
    55503
    """

    def __init__(
        self,
        vocab_size: int,
        num_classes: int = 3,
        embed_dim: int = 50,
        hidden_dim: int = 100,
        pad_id: int = PAD_ID,
    ) -> None:
        """Make the three layers; `pad_id` is the id whose embedding stays zero."""
        super().__init__()
        # YOUR CODE HERE
        raise NotImplementedError("SimpleNN")

    def forward(self, input_ids: Int64[Tensor, "batch seq_len"]) -> Float[Tensor, "batch num_classes"]:
        """Return one logit a class; no softmax, cross-entropy does that itself.

        >>> SimpleNN(vocab_size=10)(torch.tensor([[4, 5, 0], [6, 0, 0]])).shape
        torch.Size([2, 3])
        """
        # YOUR CODE HERE
        raise NotImplementedError("SimpleNN")
