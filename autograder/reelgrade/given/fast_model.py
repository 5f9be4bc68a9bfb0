"""The same BERT classifier, many times faster when its lower layers are frozen.

Two facts make it exact. Frozen layers give the same hidden states for the same text each time, so
they run once a text (in eval mode) and are kept without padding. And the classifier reads position
0 of the last layer only, so that only [CLS] asks there, and only [CLS] goes on.
"""

import hashlib
from typing import Any, cast
from weakref import WeakValueDictionary

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import BertForSequenceClassification
from transformers.modeling_outputs import SequenceClassifierOutput
from transformers.models.bert.modeling_bert import BertLayer

ROWS_AT_ONCE = 32  # texts of similar length that go through the frozen layers together
MOST_TEXTS = 5000  # kept at a time; a loop that augments its texts would fill the memory otherwise


def fast(model: nn.Module) -> nn.Module:
    """Wrap a model so that training it above its frozen layers takes a fraction of the time.

    Call `freeze_layers` first; what is frozen is read off `requires_grad` at each call. The result
    is called as the model is: `fast_model(input_ids=..., attention_mask=..., labels=...)` gives an
    object with `.loss` and `.logits`. It shares the model's parameters and their names, so that any
    loop written for the real model runs unchanged and the model itself is trained. In eval mode
    logits and gradients equal the model's up to rounding; in train mode the frozen layers run without dropout.

    A model that is not a `BertForSequenceClassification` comes back as it is. Calls that this
    cannot speed up (trainable embeddings, left padding, extra arguments) go to the model itself.

    >>> from reelgrade.given import load_backbone
    >>> tokenizer, model = load_backbone("tiny-random")
    >>> _ = model.bert.embeddings.requires_grad_(False)
    >>> batch = tokenizer(["a good plot", "a"], padding=True, return_tensors="pt")
    >>> torch.allclose(fast(model)(**batch).logits, model(**batch).logits, atol=1e-6)
    True
    """
    if not isinstance(model, BertForSequenceClassification):
        return model
    config = model.config
    ordinary = (config.num_labels or 0) > 1 and config.problem_type in (None, "single_label_classification")
    return FastBert(model) if ordinary and not config.is_decoder else model


class HiddenStates:
    """The outputs of one frozen stack of layers, one tensor [seq_len, dim] a text, keyed by its unpadded ids."""

    def __init__(self) -> None:
        self.of_text: dict[bytes, Tensor] = {}


_SHARED: WeakValueDictionary[str, HiddenStates] = WeakValueDictionary()
"""Hidden states by content hash of the frozen weights: runs that differ in seed only share them."""


class FastBert(nn.Module):
    """`fast(model)` for a BERT classifier; see there."""

    def __init__(self, model: BertForSequenceClassification) -> None:
        super().__init__()
        self._modules.update(model._modules)  # same names, same parameters, hence the same state dict
        self.__dict__["_model"] = model  # past nn.Module: not one more child
        self._weights_seen: tuple[Any, ...] = ()
        self._states = HiddenStates()
        self.training = model.training

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            if "_model" not in self.__dict__:  # half made, or half copied
                raise
            return getattr(self.__dict__["_model"], name)  # config, device, ...

    def train(self, mode: bool = True) -> "FastBert":
        """Set the mode of the wrapped model too."""
        self.__dict__["_model"].training = mode
        super().train(mode)
        return self

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
        **extra: Any,
    ) -> SequenceClassifierOutput:
        """Compute as the model does: ids and mask int64 [batch, seq_len], labels int64 [batch]."""
        num_frozen = self._count_frozen_layers()
        lengths = _lengths(input_ids, attention_mask)
        if num_frozen is None or lengths is None or not _adds_nothing(extra):
            return cast(
                SequenceClassifierOutput,
                self.__dict__["_model"](input_ids=input_ids, attention_mask=attention_mask, labels=labels, **extra),
            )
        hidden, keep = self._frozen_states(cast(Tensor, input_ids), lengths, num_frozen)
        logits = self._logits(hidden, keep, num_frozen)
        loss = None if labels is None else F.cross_entropy(logits, labels.view(-1))
        return SequenceClassifierOutput(loss=loss, logits=logits)

    def _count_frozen_layers(self) -> int | None:
        """Count the frozen layers from the bottom; None where the embeddings under them train."""
        if _trains(self.bert.embeddings):
            return None
        layers = self.bert.encoder.layer
        return next((index for index, layer in enumerate(layers) if _trains(layer)), len(layers))

    def _frozen_states(self, input_ids: Tensor, lengths: list[int], num_frozen: int) -> tuple[Tensor, Tensor]:
        """Look up, or compute, what enters the first layer that trains: [batch, longest, dim] and its mask."""
        self._use_states_of(num_frozen)
        texts = [input_ids[row, :length] for row, length in enumerate(lengths)]
        keys = [text.cpu().numpy().tobytes() for text in texts]
        kept = self._states.of_text
        if len(kept) + len(keys) > MOST_TEXTS:
            kept.clear()
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
        by_length = sorted(missing, key=len)
        for start in range(0, len(by_length), ROWS_AT_ONCE):
            chunk = by_length[start : start + ROWS_AT_ONCE]
            kept.update(zip(chunk, self._run_frozen([missing[key] for key in chunk], num_frozen), strict=True))
        device = self.classifier.weight.device
        hidden = nn.utils.rnn.pad_sequence([kept[key].to(device) for key in keys], batch_first=True)
        return hidden, _mask(lengths, device)

    def _use_states_of(self, num_frozen: int) -> None:
        """Switch to the states that belong to the frozen weights as they are now."""
        stack = nn.ModuleList([self.bert.embeddings, *self.bert.encoder.layer[:num_frozen]])
        tensors = list(stack.state_dict(keep_vars=True).values())
        seen = (num_frozen, *((tensor.data_ptr(), tensor._version) for tensor in tensors))
        if seen != self._weights_seen:  # new, changed in place, or loaded again with equal values
            self._weights_seen = seen
            recipe = f"{num_frozen} {self.bert.config.to_json_string()}"
            self._states = _SHARED.setdefault(_content_hash(recipe, tensors), HiddenStates())

    @torch.no_grad()
    def _run_frozen(self, texts: list[Tensor], num_frozen: int) -> list[Tensor]:
        layers = self.bert.encoder.layer[:num_frozen]
        modules = [module for module in (self.bert.embeddings, *layers) if module.training]
        for module in modules:
            module.eval()
        try:
            lengths = [len(text) for text in texts]
            ids = nn.utils.rnn.pad_sequence(texts, batch_first=True)
            keep = _mask(lengths, ids.device)
            hidden = self.bert.embeddings(input_ids=ids)
            for layer in layers:
                hidden = layer(hidden, attention_mask=_additive(keep, hidden.dtype))
        finally:
            for module in modules:
                module.train()
        return [hidden[row, :length].clone() for row, length in enumerate(lengths)]

    def _logits(self, hidden: Tensor, keep: Tensor, num_frozen: int) -> Tensor:
        """Run the layers above the frozen ones, the last of them for [CLS] alone, then the head."""
        above = self.bert.encoder.layer[num_frozen:]
        for layer in above[:-1]:
            hidden = layer(hidden, attention_mask=_additive(keep, hidden.dtype))
        cls = _cls_output(above[-1], hidden, keep) if len(above) > 0 else hidden[:, 0]
        pooled = self.bert.pooler(cls.unsqueeze(1))  # the pooler reads position 0 of [batch, 1, dim]
        return cast(Tensor, self.classifier(self.dropout(pooled)))


def _cls_output(layer: BertLayer, hidden: Tensor, keep: Tensor) -> Tensor:
    """Compute position 0 of one encoder layer: [batch, seq_len, dim] -> [batch, dim].

    With one query a text, the key and value matrices need not meet every token. A score is
    q . (K x + b) = (K^T q) . x + q . b, and the values' sum is sum_t w_t (V x_t + b) = V (sum_t w_t x_t) + (sum_t w_t) b.
    """
    attention = layer.attention.self
    heads, head_dim = attention.num_attention_heads, attention.attention_head_size
    cls = hidden[:, 0]
    query = attention.query(cls).view(-1, heads, head_dim)
    key, value = (  # weight [heads, head_dim, dim] and bias [heads, head_dim]
        (linear.weight.view(heads, head_dim, -1), linear.bias.view(heads, head_dim))
        for linear in (attention.key, attention.value)
    )
    probe = torch.einsum("bhe,hed->bhd", query, key[0])
    scores = probe @ hidden.transpose(1, 2) + (query * key[1]).sum(dim=-1, keepdim=True)  # [batch, heads, seq_len]
    scores = (scores * attention.scaling).masked_fill(~keep[:, None, :], -torch.inf)
    weights = attention.dropout(scores.softmax(dim=-1))
    context = torch.einsum("bhd,hed->bhe", weights @ hidden, value[0]) + weights.sum(dim=-1, keepdim=True) * value[1]
    attended = layer.attention.output(context.flatten(1), cls)
    return cast(Tensor, layer.output(layer.intermediate(attended), attended))


def _trains(module: nn.Module) -> bool:
    return any(parameter.requires_grad for parameter in module.parameters())


def _lengths(input_ids: Tensor | None, attention_mask: Tensor | None) -> list[int] | None:
    """Give the number of real tokens of each row; None unless each row is real tokens, then padding."""
    if input_ids is None or input_ids.dim() != 2 or 0 in input_ids.shape:
        return None
    if attention_mask is None:
        return [input_ids.shape[1]] * input_ids.shape[0]
    if attention_mask.shape != input_ids.shape:
        return None
    lengths: list[int] = attention_mask.sum(dim=1).tolist()
    if min(lengths) < 1 or not torch.equal(attention_mask.bool(), _mask(lengths, input_ids.device, input_ids.shape[1])):
        return None
    return lengths


def _adds_nothing(extra: dict[str, Any]) -> bool:
    """Tell whether the other arguments leave the result as it is: token types may be all 0, the rest absent."""
    token_types = extra.get("token_type_ids")
    others = [value for name, value in extra.items() if name not in ("token_type_ids", "return_dict")]
    return (token_types is None or not token_types.any()) and not any(value is not None for value in others)


def _mask(lengths: list[int], device: torch.device, seq_len: int | None = None) -> Tensor:
    """Make a mask, True at real tokens: bool [batch, seq_len], as long as the longest row unless told."""
    positions = torch.arange(seq_len or max(lengths), device=device)
    return positions < torch.tensor(lengths, device=device).unsqueeze(1)


def _additive(keep: Tensor, dtype: torch.dtype) -> Tensor:
    """0 where attention may look and the lowest number elsewhere: [batch, 1, seq_len, seq_len]."""
    batch, seq_len = keep.shape
    bias = torch.zeros(batch, 1, 1, seq_len, dtype=dtype, device=keep.device)
    return bias.masked_fill(~keep[:, None, None, :], torch.finfo(dtype).min).expand(batch, 1, seq_len, seq_len)


def _content_hash(recipe: str, tensors: list[Tensor]) -> str:
    digest = hashlib.sha256(recipe.encode())
    for tensor in tensors:
        digest.update(f"{tensor.dtype} {tuple(tensor.shape)} {tensor.device}".encode())
        digest.update(tensor.detach().cpu().contiguous().view(torch.uint8).numpy().data)
    return digest.hexdigest()
