"""The rungs: each trains one classifier with one seed on a submission's own functions and measures it on test."""

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch

from reelgrade.course.folders import Splits
from reelgrade.course.reproduction.keywords import keyword_prediction
from reelgrade.course.submission import Submission
from reelgrade.errors import UserError
from reelgrade.given import ASPECTS, Evaluation, History, fast, load_backbone, text_loader

BATCH_SIZE = 16
MAX_LEN = 128
MAX_WORDS = 1000
NUM_CLASSES = len(ASPECTS)
FINETUNE_LR = 5e-4


@dataclass(frozen=True)
class Split:
    """One split as plain lists."""

    texts: list[str]
    labels: list[int]


@dataclass(frozen=True)
class Run:
    """One rung with one seed, measured on test; the loss is NaN where a rung has no probabilities."""

    evaluation: Evaluation
    history: History | None = None
    seconds: float = 0.0


class Pipeline:
    """A submission's functions on one data set; what does not depend on the seed is computed once."""

    def __init__(self, submission: Submission, splits: Splits, backbone: str) -> None:
        self.submission = submission
        self.backbone = backbone
        self.train_frame = self._load(splits.train)
        self.test_frame = self._load(splits.test)
        self.train, self.test = _as_split(self.train_frame), _as_split(self.test_frame)
        self._first_fast_model: Any = None

    def _load(self, path: Path) -> Any:
        try:
            return self.submission.data.load_reviews(path)
        except ValueError as error:
            raise UserError(str(error)) from error
        except NotImplementedError as error:
            raise UserError(
                f"load_reviews is not started yet ({self.submission.folder / 'data.py'}); the ladder needs it"
            ) from error
        except Exception as error:
            raise self.submission.explain(error) from error

    @cached_property
    def train_tokens(self) -> list[list[str]]:
        """Words of the training split."""
        return list(self.submission.tokenization.tokenize_corpus(self.train.texts))

    @cached_property
    def test_tokens(self) -> list[list[str]]:
        """Words of the test split."""
        return list(self.submission.tokenization.tokenize_corpus(self.test.texts))

    @cached_property
    def tokenizer(self) -> Any:
        """The tokenizer of the backbone."""
        return load_backbone(self.backbone)[0]

    @cached_property
    def num_layers(self) -> int:
        """How many encoder layers the backbone has."""
        return int(load_backbone(self.backbone)[1].config.num_hidden_layers)

    @cached_property
    def test_encodings(self) -> dict[str, torch.Tensor]:
        """Test split as the backbone reads it."""
        return self.encode(self.test.texts)

    def encode(self, texts: list[str]) -> dict[str, torch.Tensor]:
        """Tokenize texts for the backbone."""
        encodings: dict[str, torch.Tensor] = self.submission.tinybert.encode_batch(self.tokenizer, texts, MAX_LEN)
        return encodings

    def simple_nn(self, seed: int, lr: float, num_epochs: int, leak: bool, max_words: int = MAX_WORDS) -> Run:
        """Train the baseline with Adam; `leak` builds the vocabulary from train and test, as published."""
        vocab_module, batching = self.submission.vocab, self.submission.batching
        if leak:
            vocab = vocab_module.build_vocab(self.train_tokens + self.test_tokens, max_words)
            encoded = [[vocab_module.encode(t, vocab) for t in part] for part in (self.train_tokens, self.test_tokens)]
        else:
            vocab, *encoded = vocab_module.encode_splits(self.train_tokens, self.test_tokens, max_words)
        train = batching.to_tensors(encoded[0], self.train.labels, MAX_LEN)
        test = batching.to_tensors(encoded[1], self.test.labels, MAX_LEN)
        train_loader = batching.make_loader(*train, batch_size=BATCH_SIZE, shuffle=True, seed=seed)
        test_loader = batching.make_loader(*test, batch_size=BATCH_SIZE)
        torch.manual_seed(seed)
        model = self.submission.simple_nn.SimpleNN(len(vocab))
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        history = self.submission.training.fit(model, train_loader, test_loader, optimizer, num_epochs)
        evaluation = self.submission.training.evaluate(model, test_loader, torch.nn.CrossEntropyLoss())
        return Run(evaluation, history)

    def finetune(
        self,
        seed: int,
        select_on_test: bool,
        lr: float = FINETUNE_LR,
        trainable_layers: tuple[int, ...] | None = None,
        limits: Mapping[str, int] = MappingProxyType({}),
    ) -> Run:
        """Fine-tune the backbone's top layer; the stopping epoch is chosen on test, as published, or on validation."""
        if select_on_test:
            train, val = self.train, self.test
        else:
            train, val = (_as_split(part) for part in self.submission.data.train_val_split(self.train_frame, 0.2, seed))
        train_loader = text_loader(self.encode(train.texts), train.labels, BATCH_SIZE, shuffle=True, seed=seed)
        val_loader = text_loader(self.encode(val.texts), val.labels, BATCH_SIZE)
        test_loader = text_loader(self.test_encodings, self.test.labels, BATCH_SIZE)
        model = self.fast_model(seed, trainable_layers)
        optimizer = self.submission.finetuning.make_optimizer(model, lr=lr)
        history = self.submission.finetuning.finetune(model, train_loader, val_loader, optimizer, **limits)
        return Run(evaluate_texts(model, test_loader), history)

    def fast_model(self, seed: int, trainable_layers: tuple[int, ...] | None = None) -> torch.nn.Module:
        """Load the backbone with a classifier of this seed, freeze it and wrap it."""
        torch.manual_seed(seed)
        model = load_backbone(self.backbone, NUM_CLASSES)[1]
        top_layer = (model.config.num_hidden_layers - 1,)
        self.submission.tinybert.freeze_layers(model, top_layer if trainable_layers is None else trainable_layers)
        fast_model = fast(model)
        self._first_fast_model = self._first_fast_model or fast_model  # keeps the shared frozen states alive
        return fast_model


def _as_split(frame: Any) -> Split:
    return Split([str(text) for text in frame["review"]], [int(code) for code in frame["aspect_encoded"]])


@torch.no_grad()
def evaluate_texts(model: torch.nn.Module, loader: Any) -> Evaluation:
    """Measure a fine-tuned model: mean loss per example, labels and predictions."""
    model.eval()
    loss, labels, predictions = 0.0, [], []
    for batch in loader:
        output = model(**batch)
        loss += output.loss.item() * len(batch["labels"])
        labels += batch["labels"].tolist()
        predictions += output.logits.argmax(dim=-1).tolist()
    return Evaluation(loss / len(labels), labels, predictions)


def majority(pipeline: Pipeline, seed: int) -> Run:
    """Predict the most frequent class of the training split for everything."""
    from sklearn.dummy import DummyClassifier

    classifier = DummyClassifier(strategy="most_frequent").fit(pipeline.train.texts, pipeline.train.labels)
    return _unscored(pipeline, classifier.predict(pipeline.test.texts))


def keywords(pipeline: Pipeline, seed: int) -> Run:
    """Count hand-written keywords."""
    return _unscored(pipeline, [keyword_prediction(tokens) for tokens in pipeline.test_tokens])


def simple_nn_published(pipeline: Pipeline, seed: int) -> Run:
    """Train the baseline as published: Adam 1e-4, 30 epochs, vocabulary from train and test."""
    return pipeline.simple_nn(seed, lr=1e-4, num_epochs=30, leak=True)


def simple_nn_tuned(pipeline: Pipeline, seed: int) -> Run:
    """Train the baseline well: Adam 5e-3, 20 epochs, vocabulary from train only."""
    return pipeline.simple_nn(seed, lr=5e-3, num_epochs=20, leak=False)


def tfidf_logreg(pipeline: Pipeline, seed: int) -> Run:
    """Fit TF-IDF over words and word pairs with logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss
    from sklearn.pipeline import make_pipeline

    classifier = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=1000))
    classifier.fit(pipeline.train.texts, pipeline.train.labels)
    probabilities = classifier.predict_proba(pipeline.test.texts)  # [n, num_classes]
    loss = float(log_loss(pipeline.test.labels, probabilities, labels=classifier.classes_))
    predictions = classifier.predict(pipeline.test.texts).tolist()
    return Run(Evaluation(loss, pipeline.test.labels, predictions))


def finetuned_published(pipeline: Pipeline, seed: int) -> Run:
    """Fine-tune with the best epoch chosen on the test split, as published."""
    return pipeline.finetune(seed, select_on_test=True)


def finetuned_sound(pipeline: Pipeline, seed: int) -> Run:
    """Fine-tune with the best epoch chosen on a fifth of the training split."""
    return pipeline.finetune(seed, select_on_test=False)


def _unscored(pipeline: Pipeline, predictions: Iterable[int]) -> Run:
    return Run(Evaluation(math.nan, pipeline.test.labels, [int(class_id) for class_id in predictions]))


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: `name` as in metrics.json, `title` as people read it."""

    name: str
    title: str
    run: Callable[[Pipeline, int], Run]
    varies: bool  # with the seed


RUNGS = (
    Rung("majority", "majority class", majority, varies=False),
    Rung("keywords", "keyword rule", keywords, varies=False),
    Rung("simple_nn_published", "SimpleNN (published)", simple_nn_published, varies=True),
    Rung("simple_nn_tuned", "SimpleNN (well trained)", simple_nn_tuned, varies=True),
    Rung("tfidf_logreg", "TF-IDF + logistic", tfidf_logreg, varies=False),
    Rung("finetuned_published", "fine-tuned (published)", finetuned_published, varies=True),
    Rung("finetuned_sound", "fine-tuned (sound)", finetuned_sound, varies=True),
)


def timed(pipeline: Pipeline, run: Callable[[], Run]) -> Run:
    """Take the time of a run; what student code raises becomes one line, NotImplementedError passes through."""
    started = time.perf_counter()
    try:
        found = run()
    except (NotImplementedError, UserError):
        raise
    except Exception as error:
        raise pipeline.submission.explain(error) from error
    return replace(found, seconds=time.perf_counter() - started)
