"""The fast model gives the same numbers as the model it wraps, and notices when it may not be used."""

import copy
import gc

import pytest
import torch

from reelgrade.given import fast, load_backbone, text_loader
from reelgrade.given import fast_model as module

TEXTS = ["a good plot", "the bad cast and the bad shot", "ending", "a very good actor and a very bad light"]
LABELS = [2, 1, 2, 0]


def build(solutions, trainable, backbone="tiny-random", dtype=torch.float64):
    """A frozen model in eval mode and its batch, padded further than needed."""
    torch.manual_seed(3)
    tokenizer, model = load_backbone(backbone)
    model.to(dtype)
    solutions.tinybert.freeze_layers(model, trainable)
    batch = solutions.tinybert.encode_batch(tokenizer, TEXTS, max_len=24)
    return model, {**batch, "labels": torch.tensor(LABELS)}


def gradients(model, batch):
    model.zero_grad()
    model(**batch).loss.backward()
    return {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}


@pytest.mark.parametrize(
    ("backbone", "trainable"),
    [
        ("tiny-random", [1]),
        ("tiny-random", [0, 1]),
        ("tiny-random", [0]),
        ("tiny-random", []),
        ("minilm-4l", [3]),
        ("minilm-4l", [2, 3]),
        ("minilm-4l", [1, 3]),
    ],
)
def test_logits_loss_and_gradients_equal_the_models(solutions, backbone, trainable):
    model, batch = build(solutions, trainable, backbone)
    fast_model = fast(model)
    for _ in range(2):  # the second time from the kept states
        with torch.no_grad():
            plain, quick = model(**batch), fast_model(**batch)
        torch.testing.assert_close(quick.logits, plain.logits, rtol=0, atol=1e-9)
        torch.testing.assert_close(quick.loss, plain.loss, rtol=0, atol=1e-9)
    expected, found = gradients(model, batch), gradients(fast_model, batch)
    assert found.keys() == expected.keys()
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, rtol=0, atol=1e-8)


def test_eager_attention_gives_the_same(solutions):
    model, batch = build(solutions, [0, 1])
    model.set_attn_implementation("eager")
    torch.testing.assert_close(fast(model)(**batch).logits, model(**batch).logits, rtol=0, atol=1e-9)


def test_names_and_parameters_are_the_models_own(solutions):
    model, _ = build(solutions, [1])
    fast_model = fast(model)
    assert list(fast_model.state_dict()) == list(model.state_dict())
    assert all(a is b for a, b in zip(fast_model.parameters(), model.parameters(), strict=True))
    assert fast_model.config is model.config


def test_training_the_fast_model_trains_the_model(solutions):
    model, batch = build(solutions, [1])
    fast_model = fast(model)
    optimizer = solutions.finetuning.make_optimizer(fast_model, lr=1e-2)
    fast_model.train()
    for _ in range(3):
        optimizer.zero_grad()
        fast_model(**batch).loss.backward()
        optimizer.step()
    fast_model.eval()
    with torch.no_grad():
        torch.testing.assert_close(fast_model(**batch).logits, model(**batch).logits, rtol=0, atol=1e-9)


def test_mode_reaches_the_model_and_dropout_works_above_the_frozen_layers(solutions):
    model, batch = build(solutions, [1])
    fast_model = fast(model)
    fast_model.train()
    assert model.training
    assert model.bert.encoder.layer[0].training  # put back after the frozen pass in eval mode
    first, second = fast_model(**batch).logits, fast_model(**batch).logits
    assert not torch.equal(first, second)
    assert model.bert.encoder.layer[0].training
    fast_model.eval()
    assert not model.training
    assert torch.equal(fast_model(**batch).logits, fast_model(**batch).logits)


def test_frozen_layers_run_once_a_text(solutions, monkeypatch):
    model, batch = build(solutions, [1])
    fast_model = fast(model)
    calls = []
    run = model.bert.encoder.layer[0].forward
    monkeypatch.setattr(model.bert.encoder.layer[0], "forward", lambda *a, **k: calls.append(len(a[0])) or run(*a, **k))
    for _ in range(3):
        fast_model(**batch)
    shorter = {name: tensor[:2, :12] for name, tensor in batch.items() if name != "labels"}
    fast_model(**shorter)  # other padding, same texts
    assert sum(calls) == len(TEXTS)


def test_changed_frozen_weights_are_noticed(solutions):
    model, batch = build(solutions, [1])
    fast_model = fast(model)
    fast_model(**batch)
    with torch.no_grad():
        model.bert.encoder.layer[0].output.dense.weight.add_(0.1)
    torch.testing.assert_close(fast_model(**batch).logits, model(**batch).logits, rtol=0, atol=1e-9)


def test_thawing_after_wrapping_is_noticed(solutions):
    model, batch = build(solutions, [1])
    fast_model = fast(model)
    fast_model(**batch)
    solutions.tinybert.freeze_layers(fast_model, [0])
    fast_model(**batch).loss.backward()
    assert model.bert.encoder.layer[0].output.dense.weight.grad is not None


def test_equal_frozen_weights_share_their_states_and_let_go_of_them(solutions):
    first, batch = build(solutions, [1])
    second, _ = build(solutions, [1])
    fast_first, fast_second = fast(first), fast(second)
    fast_first(**batch)
    fast_second(**batch)
    assert fast_first._states is fast_second._states
    before = len(module._SHARED)
    del fast_first, fast_second
    gc.collect()
    assert len(module._SHARED) == before - 1


def test_a_loop_with_ever_new_texts_does_not_fill_the_memory(solutions, monkeypatch):
    monkeypatch.setattr(module, "MOST_TEXTS", 5)
    model, batch = build(solutions, [1])
    fast_model = fast(model)
    for shift in range(4):
        ids = batch["input_ids"].clone()
        ids[:, 1] = 5 + shift
        inputs = {"input_ids": ids, "attention_mask": batch["attention_mask"]}
        torch.testing.assert_close(fast_model(**inputs).logits, model(**inputs).logits, rtol=0, atol=1e-9)
        assert len(fast_model._states.of_text) <= 5


def test_calls_it_cannot_speed_up_go_to_the_model(solutions):
    model, batch = build(solutions, [1])
    fast_model = fast(model)
    left = {"input_ids": batch["input_ids"].flip(1), "attention_mask": batch["attention_mask"].flip(1)}
    types = {**batch, "token_type_ids": torch.ones_like(batch["input_ids"])}
    no_mask = {"input_ids": batch["input_ids"]}
    for inputs in (left, types, no_mask):
        torch.testing.assert_close(fast_model(**inputs).logits, model(**inputs).logits, rtol=0, atol=1e-9)
    assert len(fast_model(**batch, output_hidden_states=True).hidden_states) == 3
    model.requires_grad_(True)  # trainable embeddings
    assert gradients(fast_model, batch).keys() == gradients(model, batch).keys()


def test_other_models_come_back_as_they_are():
    linear = torch.nn.Linear(2, 2)
    assert fast(linear) is linear


def test_a_copy_is_independent(solutions):
    model, batch = build(solutions, [1])
    fast_model = fast(model)
    twin = copy.deepcopy(fast_model)
    with torch.no_grad():
        twin.classifier.bias.add_(1.0)
    assert not torch.equal(twin(**batch).logits, fast_model(**batch).logits)
    torch.testing.assert_close(fast_model(**batch).logits, model(**batch).logits, rtol=0, atol=1e-9)


def test_a_training_loop_written_for_the_model_runs_unchanged(solutions):
    model, batch = build(solutions, [1], dtype=torch.float32)
    loader = text_loader(batch, LABELS, batch_size=3, shuffle=True, seed=1)
    fast_model = fast(model)
    history = solutions.finetuning.finetune(
        fast_model, loader, loader, solutions.finetuning.make_optimizer(fast_model, lr=1e-2), max_epochs=8
    )
    assert min(history.val_loss) < history.val_loss[0]
