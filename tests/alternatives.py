"""Right answers in other styles: each replaces one hole of a solution, and every check must accept it.

A source keeps the signature of its hole without the annotations, and takes on purpose what the contract leaves open:
tuples for lists, numpy numbers or 0-d tensors for numbers, other orders, other messages. A name says such a freedom
after its semicolon. What the contract forbids is left out: an approach that breaks for one class with a single row, for
a one-shot iterable or for a row of padding is a mistake, and belongs among the mutants.
"""

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Alternative:
    """A correct definition of one hole, to stand where the solution's own definition stands."""

    name: str
    file: str
    hole: str
    source: str


def replace_hole(alternative: Alternative, module_source: str) -> str:
    """Put the alternative in the place of the top-level definition of the same name, and leave the rest."""
    lines = module_source.split("\n")
    found = [
        node
        for node in ast.parse(module_source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == alternative.hole
    ]
    if len(found) != 1:
        raise ValueError(f"{alternative.file} defines {alternative.hole} {len(found)} times; it must do so once")
    first = min(node.lineno for node in (found[0], *found[0].decorator_list)) - 1
    end = found[0].end_lineno or 0
    while end < len(lines) and lines[end].startswith((" ", "\t")):  # the closing marker is a comment, unknown to ast
        end += 1
    return "\n".join([*lines[:first], alternative.source.rstrip("\n"), *lines[end:]])


ALTERNATIVES: tuple[Alternative, ...] = (
    # data.py
    Alternative(
        "pandas reads the file itself and finds the bad rows in columns",
        "data.py",
        "load_reviews",
        source="""def load_reviews(path):
    try:
        table = pd.read_csv(path, header=None, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except ValueError as error:  # parser errors and bad UTF-8 are ValueErrors too
        raise ValueError(f"{path}: {error}") from error
    header = table.iloc[0].tolist()
    columns = ["review", "aspect", "aspect_encoded"]
    for column in columns:
        if header.count(column) != 1:
            raise ValueError(f"{path}: column {column} must be there once, the header is {header}")
    reviews = table.iloc[1:].set_axis(header, axis=1)[columns].reset_index(drop=True)
    if reviews.empty:
        raise ValueError(f"{path}: no rows")
    right_codes = reviews["aspect"].map({aspect: str(code) for code, aspect in enumerate(ASPECTS)})
    causes = {
        "the review is empty": reviews["review"].str.strip() == "",
        "unknown aspect": ~reviews["aspect"].isin(ASPECTS),
        "aspect_encoded is not the code of the aspect": reviews["aspect_encoded"].str.strip() != right_codes,
    }
    for cause, is_bad in causes.items():
        if is_bad.any():
            row = int(is_bad.argmax())
            raise ValueError(f"{path}: row {row + 1}: {cause}: {reviews.loc[row].to_dict()}")
    return reviews.assign(aspect_encoded=pd.to_numeric(reviews["aspect_encoded"]))
""",
    ),
    Alternative(
        "three lists filled row by row; int32 codes, messages with the bare file name",
        "data.py",
        "load_reviews",
        source="""def load_reviews(path):
    import numpy as np

    name = Path(path).name
    rows = read_rows(path)
    if len(rows) == 0:
        raise ValueError(f"there are no rows in {name}")
    for column in ("review", "aspect", "aspect_encoded"):
        if column not in rows[0]:
            raise ValueError(f"the column {column} is missing in {name}")
    texts, aspects, codes = [], [], []
    for number, row in enumerate(rows, 1):
        if row["review"].strip() == "":
            raise ValueError(f"row {number} of {name} has an empty review")
        if row["aspect"] not in ASPECTS:
            raise ValueError(f"row {number} of {name} has the unknown aspect {row['aspect']}")
        try:
            code = int(row["aspect_encoded"])
        except ValueError:
            code = -1
        if code != ASPECTS.index(row["aspect"]):
            raise ValueError(
                f"row {number} of {name}: {row['aspect_encoded']} in aspect_encoded does not fit {row['aspect']}"
            )
        texts.append(row["review"])
        aspects.append(row["aspect"])
        codes.append(code)
    return pd.DataFrame({"review": texts, "aspect": aspects, "aspect_encoded": np.array(codes, dtype=np.int32)})
""",
    ),
    Alternative(
        "a checking generator feeds the frame",
        "data.py",
        "load_reviews",
        source="""def load_reviews(path):
    codes = {aspect: code for code, aspect in enumerate(ASPECTS)}

    def checked_rows():
        for number, row in enumerate(read_rows(path), start=1):
            try:
                text, aspect, written = row["review"], row["aspect"], row["aspect_encoded"].strip()
            except KeyError as error:
                raise ValueError(f"{path}: column {error} is missing") from None
            if not text or text.isspace():
                cause = "empty review"
            elif aspect not in codes:
                cause = f"unknown aspect {aspect!r}"
            elif written != str(codes[aspect]):
                cause = f"aspect_encoded {written!r} is wrong for {aspect}"
            else:
                yield text, aspect, codes[aspect]
                continue
            raise ValueError(f"{path}: data row {number}: {cause}")

    reviews = pd.DataFrame(list(checked_rows()), columns=["review", "aspect", "aspect_encoded"])
    if len(reviews) == 0:
        raise ValueError(f"{path} has no data rows")
    return reviews
""",
    ),
    Alternative(
        "Counter",
        "data.py",
        "label_counts",
        source="""def label_counts(reviews):
    from collections import Counter

    counts = Counter(reviews["aspect"])
    return {aspect: counts[aspect] for aspect in ASPECTS}
""",
    ),
    Alternative(
        "value_counts, then reindex; an OrderedDict of numpy integers",
        "data.py",
        "label_counts",
        source="""def label_counts(reviews):
    from collections import OrderedDict

    counts = reviews["aspect"].value_counts().reindex(list(ASPECTS), fill_value=0)
    return OrderedDict(zip(ASPECTS, counts.to_numpy(), strict=True))
""",
    ),
    Alternative(
        "one loop over the rows",
        "data.py",
        "label_counts",
        source="""def label_counts(reviews):
    counts = dict.fromkeys(ASPECTS, 0)
    for aspect in reviews["aspect"]:
        if aspect in counts:
            counts[aspect] += 1
    return counts
""",
    ),
    Alternative(
        "places of each class shuffled by numpy; both parts by iloc, with the index they had",
        "data.py",
        "train_val_split",
        source="""def train_val_split(reviews, val_fraction=0.2, seed=0):
    import numpy as np

    if val_fraction <= 0 or val_fraction >= 1:
        raise ValueError("val_fraction must lie between 0 and 1")
    generator = np.random.RandomState(seed)
    train, val = [], []
    for aspect in reviews["aspect"].unique():
        places = np.flatnonzero(reviews["aspect"].to_numpy() == aspect)
        generator.shuffle(places)
        count = max(1, int(len(places) * val_fraction))
        val.extend(places[:count])
        train.extend(places[count:])
    return reviews.iloc[train], reviews.iloc[val]
""",
    ),
    Alternative(
        "places in a shuffled copy; rows in shuffled order",
        "data.py",
        "train_val_split",
        source="""def train_val_split(reviews, val_fraction=0.2, seed=0):
    if not 0 < val_fraction < 1:
        raise ValueError("val_fraction must lie between 0 and 1")
    shuffled = reviews.sample(frac=1, random_state=seed).reset_index(drop=True)
    of_aspect = shuffled.groupby("aspect")["aspect"]
    num_val = (of_aspect.transform("size") * val_fraction).round().clip(lower=1)
    in_val = of_aspect.cumcount() < num_val
    return shuffled[~in_val], shuffled[in_val]
""",
    ),
    Alternative(
        "each group of a groupby sampled; sizes rounded down, one class after the other",
        "data.py",
        "train_val_split",
        source="""def train_val_split(reviews, val_fraction=0.2, seed=0):
    if val_fraction <= 0 or val_fraction >= 1:
        raise ValueError(f"{val_fraction} is no share between 0 and 1")
    numbered = reviews.reset_index(drop=True)
    chosen = []
    for _, group in numbered.groupby("aspect"):
        num_val = max(1, int(len(group) * val_fraction))
        chosen += group.sample(n=num_val, random_state=seed).index.tolist()
    return numbered.drop(index=chosen), numbered.loc[chosen]
""",
    ),
    Alternative(
        "train_test_split of scikit-learn for each class",
        "data.py",
        "train_val_split",
        source="""def train_val_split(reviews, val_fraction=0.2, seed=0):
    from sklearn.model_selection import train_test_split

    if not 0 < val_fraction < 1:
        raise ValueError("choose a val_fraction above 0 and below 1")
    train_rows, val_rows = [], []
    for aspect in reviews["aspect"].unique():
        rows = [row for row, other in enumerate(reviews["aspect"]) if other == aspect]
        if len(rows) == 1:  # train_test_split leaves no part empty
            val_rows += rows
            continue
        num_val = min(len(rows) - 1, max(1, round(len(rows) * val_fraction)))
        kept, taken = train_test_split(rows, test_size=num_val, random_state=seed)
        train_rows += kept
        val_rows += taken
    return reviews.iloc[train_rows], reviews.iloc[val_rows]
""",
    ),
    Alternative(
        "a random.Random of its own; sizes rounded up, a list of the two parts",
        "data.py",
        "train_val_split",
        source="""def train_val_split(reviews, val_fraction=0.2, seed=0):
    import math
    import random

    if not 0.0 < val_fraction < 1.0:
        raise ValueError("val_fraction: 0 and 1 themselves are excluded")
    dice = random.Random(seed)
    rows_of = {}
    for row, aspect in enumerate(reviews["aspect"]):
        rows_of.setdefault(aspect, []).append(row)
    chosen = set()
    for rows in rows_of.values():
        chosen.update(dice.sample(rows, math.ceil(len(rows) * val_fraction)))
    return [
        reviews.iloc[[row for row in range(len(reviews)) if row not in chosen]],
        reviews.iloc[sorted(chosen)],
    ]
""",
    ),
    # tokenization.py
    Alternative(
        "finditer on the text as it is; each word lowered afterwards",
        "tokenization.py",
        "tokenize",
        source=r"""def tokenize(text):
    import re

    word_pattern = re.compile(r"\b\w+\b")
    return [match.group().lower() for match in word_pattern.finditer(text)]
""",
    ),
    Alternative(
        "one pass over the characters",
        "tokenization.py",
        "tokenize",
        source="""def tokenize(text):
    words, word = [], ""
    for char in text.lower():
        if char.isalnum() or char == "_":
            word += char
        elif word:
            words.append(word)
            word = ""
    if word:
        words.append(word)
    return words
""",
    ),
    Alternative(
        "split at everything else; a tuple",
        "tokenization.py",
        "tokenize",
        source=r"""def tokenize(text):
    import re

    return tuple(word for word in re.split(r"\W+", text.lower()) if word)
""",
    ),
    Alternative(
        "analyzer of scikit-learn's CountVectorizer",
        "tokenization.py",
        "tokenize",
        source=r"""def tokenize(text):
    from sklearn.feature_extraction.text import CountVectorizer

    analyze = CountVectorizer(lowercase=True, token_pattern=r"\b\w+\b").build_analyzer()
    return analyze(text)
""",
    ),
    Alternative(
        "map; a tuple of lists",
        "tokenization.py",
        "tokenize_corpus",
        source="""def tokenize_corpus(texts):
    return tuple(map(tokenize, texts))
""",
    ),
    Alternative(
        "own loop with a compiled pattern; a list of tuples",
        "tokenization.py",
        "tokenize_corpus",
        source=r"""def tokenize_corpus(texts):
    import re

    find_words = re.compile(r"\w+").findall
    corpus = []
    for text in texts:
        corpus.append(tuple(find_words(text.lower())))
    return corpus
""",
    ),
    Alternative(
        "string methods of pandas",
        "tokenization.py",
        "tokenize_corpus",
        source=r"""def tokenize_corpus(texts):
    import pandas as pd

    return pd.Series(list(texts), dtype=object).str.lower().str.findall(r"\b\w+\b").tolist()
""",
    ),
    # vocab.py
    Alternative(
        "plain counts, sorted",
        "vocab.py",
        "build_vocab",
        source="""def build_vocab(tokenized, max_words=1000):
    counts = {}
    for tokens in tokenized:
        for word in tokens:
            if word not in (PAD, UNK):
                counts[word] = counts.get(word, 0) + 1
    ranked = sorted(counts, key=counts.get, reverse=True)
    return {word: id_ for id_, word in enumerate([PAD, UNK, *ranked[:max_words]])}
""",
    ),
    Alternative(
        "defaultdict and heapq; ties from the end of the alphabet, an OrderedDict",
        "vocab.py",
        "build_vocab",
        source="""def build_vocab(tokenized, max_words=1000):
    import heapq
    from collections import OrderedDict, defaultdict

    counts = defaultdict(int)
    for tokens in tokenized:
        for word in tokens:
            counts[word] += 1
    ranked = heapq.nlargest(max_words, ((count, word) for word, count in counts.items() if word not in {PAD, UNK}))
    vocab = OrderedDict([(PAD, PAD_ID), (UNK, UNK_ID)])
    vocab.update((word, id_) for id_, (_, word) in enumerate(ranked, start=2))
    return vocab
""",
    ),
    Alternative(
        "value_counts of pandas; numpy integers as ids",
        "vocab.py",
        "build_vocab",
        source="""def build_vocab(tokenized, max_words=1000):
    import numpy as np
    import pandas as pd

    words = pd.Series([word for tokens in tokenized for word in tokens], dtype=object)
    counts = words[~words.isin([PAD, UNK])].value_counts()
    known = [PAD, UNK, *counts.index[:max_words]]
    return dict(zip(known, np.arange(len(known)), strict=True))
""",
    ),
    Alternative(
        "counts of scikit-learn's CountVectorizer",
        "vocab.py",
        "build_vocab",
        source="""def build_vocab(tokenized, max_words=1000):
    from itertools import chain

    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(analyzer=lambda tokens: tokens)
    matrix = counter.fit_transform(chain([[PAD, UNK]], tokenized))  # a first text, so that there is always a word
    totals = matrix.toarray().sum(axis=0)
    counts = dict(zip(counter.get_feature_names_out().tolist(), totals.tolist(), strict=True))
    del counts[PAD], counts[UNK]
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return {PAD: PAD_ID, UNK: UNK_ID} | {word: id_ for id_, word in enumerate(ranked[:max_words], start=2)}
""",
    ),
    Alternative(
        "a loop with a condition",
        "vocab.py",
        "encode",
        source="""def encode(tokens, vocab):
    ids = []
    for word in tokens:
        if word in vocab and vocab[word] != PAD_ID:
            ids.append(vocab[word])
        else:
            ids.append(UNK_ID)
    return ids
""",
    ),
    Alternative(
        "0 is falsy; a tuple",
        "vocab.py",
        "encode",
        source="""def encode(tokens, vocab):
    return tuple(vocab.get(word) or UNK_ID for word in tokens)  # PAD_ID is 0, so that "or" replaces it too
""",
    ),
    Alternative(
        "a dictionary with __missing__",
        "vocab.py",
        "encode",
        source="""def encode(tokens, vocab):
    class Known(dict):
        def __missing__(self, word):
            return UNK_ID

    known = Known((word, id_) for word, id_ in vocab.items() if id_ != PAD_ID)
    return [known[word] for word in tokens]
""",
    ),
    Alternative(
        "numpy replaces the ids; a list of numpy integers",
        "vocab.py",
        "encode",
        source="""def encode(tokens, vocab):
    import numpy as np

    ids = np.array([vocab.get(word, UNK_ID) for word in tokens], dtype=np.int64)
    return list(np.where(ids == PAD_ID, UNK_ID, ids))
""",
    ),
    Alternative(
        "tee; a list of the three",
        "vocab.py",
        "encode_splits",
        source="""def encode_splits(train_tokens, test_tokens, max_words=1000):
    from itertools import tee

    counted, encoded = tee(train_tokens)
    vocab = build_vocab(counted, max_words=max_words)
    return [vocab, *([encode(tokens, vocab) for tokens in split] for split in (encoded, test_tokens))]
""",
    ),
    Alternative(
        "everything by itself; tuples all the way down",
        "vocab.py",
        "encode_splits",
        source="""def encode_splits(train_tokens, test_tokens, max_words=1000):
    from collections import Counter

    train_tokens = tuple(train_tokens)
    counts = Counter()
    for tokens in train_tokens:
        counts.update(word for word in tokens if word not in (PAD, UNK))
    ids = {word: id_ for id_, (word, _) in enumerate(counts.most_common(max_words), start=2)}

    def encoded(split):
        return tuple(tuple(ids.get(word, UNK_ID) for word in tokens) for tokens in split)

    return {PAD: PAD_ID, UNK: UNK_ID, **ids}, encoded(train_tokens), encoded(test_tokens)
""",
    ),
    Alternative(
        "two running counts",
        "vocab.py",
        "unknown_rate",
        source="""def unknown_rate(encoded):
    num_unknown = num_ids = 0
    for text in encoded:
        for id_ in text:
            num_ids += 1
            if id_ == UNK_ID:
                num_unknown += 1
    if num_ids == 0:
        return 0.0
    return num_unknown / num_ids
""",
    ),
    Alternative(
        "mean of a numpy comparison; a numpy float",
        "vocab.py",
        "unknown_rate",
        source="""def unknown_rate(encoded):
    import numpy as np

    ids = np.array([id_ for text in encoded for id_ in text], dtype=np.int64)
    return np.mean(ids == UNK_ID) if ids.size else np.float64(0.0)
""",
    ),
    Alternative(
        "Counter over a chain",
        "vocab.py",
        "unknown_rate",
        source="""def unknown_rate(encoded):
    from collections import Counter
    from itertools import chain

    counts = Counter(chain.from_iterable(encoded))
    return counts[UNK_ID] / max(1, counts.total())
""",
    ),
    # batching.py
    Alternative(
        "islice of an endless row",
        "batching.py",
        "pad",
        source="""def pad(ids, max_len=128, pad_id=PAD_ID):
    from itertools import chain, islice, repeat

    return list(islice(chain(ids, repeat(pad_id)), max_len))
""",
    ),
    Alternative(
        "position by position; a tuple",
        "batching.py",
        "pad",
        source="""def pad(ids, max_len=128, pad_id=PAD_ID):
    return tuple(ids[position] if position < len(ids) else pad_id for position in range(max_len))
""",
    ),
    Alternative(
        "a copy, grown or cut",
        "batching.py",
        "pad",
        source="""def pad(ids, max_len=128, pad_id=PAD_ID):
    row = list(ids)
    while len(row) < max_len:
        row.append(pad_id)
    del row[max_len:]
    return row
""",
    ),
    Alternative(
        "numpy row filled from the left; a list of numpy integers",
        "batching.py",
        "pad",
        source="""def pad(ids, max_len=128, pad_id=PAD_ID):
    import numpy as np

    row = np.full(max_len, pad_id, dtype=np.int64)
    num_kept = min(len(ids), max_len)
    row[:num_kept] = ids[:num_kept]
    return list(row)
""",
    ),
    Alternative(
        "torch.full, filled row by row",
        "batching.py",
        "to_tensors",
        source="""def to_tensors(encoded, labels, max_len=128):
    input_ids = torch.full((len(encoded), max_len), PAD_ID, dtype=torch.long)
    for row, ids in enumerate(encoded):
        kept = torch.tensor(ids[:max_len], dtype=torch.long)
        input_ids[row, : len(kept)] = kept
    return input_ids, torch.as_tensor(labels, dtype=torch.int64)
""",
    ),
    Alternative(
        "pad_sequence behind a row of full length",
        "batching.py",
        "to_tensors",
        source="""def to_tensors(encoded, labels, max_len=128):
    from torch.nn.utils.rnn import pad_sequence

    full_row = torch.full((max_len,), PAD_ID)  # sets the width, also where there is no other row
    rows = [torch.tensor(ids[:max_len], dtype=torch.long) for ids in encoded]
    input_ids = pad_sequence([full_row, *rows], batch_first=True, padding_value=PAD_ID)[1:]
    return input_ids, torch.tensor(labels, dtype=torch.long)
""",
    ),
    Alternative(
        "numpy arrays handed to torch",
        "batching.py",
        "to_tensors",
        source="""def to_tensors(encoded, labels, max_len=128):
    import numpy as np

    table = np.full((len(encoded), max_len), PAD_ID, dtype=np.int64)
    for row, ids in zip(table, encoded, strict=True):
        row[: len(ids)] = ids[:max_len]
    return torch.from_numpy(table), torch.from_numpy(np.array(labels, dtype=np.int64))
""",
    ),
    Alternative(
        "F.pad, which also cuts; a list of the two",
        "batching.py",
        "to_tensors",
        source="""def to_tensors(encoded, labels, max_len=128):
    from torch.nn import functional as F

    rows = [
        F.pad(torch.tensor(ids, dtype=torch.long), (0, max_len - len(ids)), value=PAD_ID)  # below 0 it cuts
        for ids in encoded
    ]
    input_ids = torch.stack(rows) if rows else torch.empty(0, max_len, dtype=torch.long)
    return [input_ids, torch.tensor([int(label) for label in labels], dtype=torch.long)]
""",
    ),
    Alternative(
        "a Dataset and torch's own samplers",
        "batching.py",
        "make_loader",
        source="""def make_loader(input_ids, labels, batch_size=16, shuffle=False, seed=0):
    from torch.utils.data import Dataset, RandomSampler, SequentialSampler

    class Rows(Dataset):
        def __len__(self):
            return len(labels)

        def __getitem__(self, index):
            return input_ids[index], labels[index]

    generator = torch.Generator()
    generator.manual_seed(seed)
    rows = Rows()
    sampler = RandomSampler(rows, generator=generator) if shuffle else SequentialSampler(rows)
    return DataLoader(rows, batch_size, sampler=sampler, generator=generator)
""",
    ),
    Alternative(
        "a Sampler with numpy's random numbers",
        "batching.py",
        "make_loader",
        source="""def make_loader(input_ids, labels, batch_size=16, shuffle=False, seed=0):
    import numpy as np
    from torch.utils.data import Sampler, TensorDataset

    class Order(Sampler):
        def __init__(self):
            self.epoch = 0

        def __len__(self):
            return len(labels)

        def __iter__(self):
            self.epoch += 1
            if shuffle:
                return iter(np.random.default_rng([seed, self.epoch]).permutation(len(labels)).tolist())
            return iter(range(len(labels)))

    own_numbers = torch.Generator()  # the loader draws a number for its workers from it
    return DataLoader(TensorDataset(input_ids, labels), batch_size=batch_size, sampler=Order(), generator=own_numbers)
""",
    ),
    Alternative(
        "whole batches indexed at once",
        "batching.py",
        "make_loader",
        source="""def make_loader(input_ids, labels, batch_size=16, shuffle=False, seed=0):
    from torch.utils.data import BatchSampler, RandomSampler, SequentialSampler, TensorDataset

    generator = torch.Generator().manual_seed(seed)
    rows = TensorDataset(input_ids, labels)
    order = RandomSampler(rows, generator=generator) if shuffle else SequentialSampler(rows)
    batches = BatchSampler(order, batch_size=batch_size, drop_last=False)
    return DataLoader(rows, sampler=batches, batch_size=None, generator=generator)
""",
    ),
    Alternative(
        "a list of pairs and a collate function; batches are tuples",
        "batching.py",
        "make_loader",
        source="""def make_loader(input_ids, labels, batch_size=16, shuffle=False, seed=0):
    def collate(pairs):
        rows, row_labels = zip(*pairs, strict=True)
        return torch.stack(rows), torch.tensor(row_labels, dtype=torch.long)

    pairs = list(zip(input_ids, labels.tolist(), strict=True))
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(pairs, batch_size, shuffle, collate_fn=collate, drop_last=False, generator=generator)
""",
    ),
    Alternative(
        "an IterableDataset that shuffles itself",
        "batching.py",
        "make_loader",
        source="""def make_loader(input_ids, labels, batch_size=16, shuffle=False, seed=0):
    from torch.utils.data import IterableDataset

    generator = torch.Generator().manual_seed(seed)

    class Stream(IterableDataset):
        def __len__(self):
            return len(labels)

        def __iter__(self):
            order = torch.randperm(len(labels), generator=generator) if shuffle else torch.arange(len(labels))
            for index in order:
                yield input_ids[index], labels[index]

    return DataLoader(Stream(), batch_size=batch_size, generator=torch.Generator())
""",
    ),
    # simple_nn.py
    Alternative(
        "einsum",
        "simple_nn.py",
        "mean_pool",
        source="""def mean_pool(embeddings, mask):
    weights = mask.to(embeddings.dtype)
    totals = torch.einsum("bse,bs->be", embeddings, weights)
    return totals / weights.sum(dim=1, keepdim=True).clamp_min(1.0)
""",
    ),
    Alternative(
        "weights that sum to 1, and bmm",
        "simple_nn.py",
        "mean_pool",
        source="""def mean_pool(embeddings, mask):
    weights = mask.type_as(embeddings)  # [batch, seq_len]
    weights = weights / torch.maximum(weights.sum(dim=1, keepdim=True), torch.ones_like(weights[:, :1]))
    return torch.bmm(weights[:, None, :], embeddings)[:, 0, :]
""",
    ),
    Alternative(
        "masked_fill, sum and torch.where",
        "simple_nn.py",
        "mean_pool",
        source="""def mean_pool(embeddings, mask):
    totals = embeddings.masked_fill(~mask.unsqueeze(2), 0.0).sum(1)
    counts = mask.sum(1, keepdim=True)  # int64 [batch, 1]
    return totals / torch.where(counts == 0, 1, counts)
""",
    ),
    Alternative(
        "one row after the other",
        "simple_nn.py",
        "mean_pool",
        source="""def mean_pool(embeddings, mask):
    pooled = embeddings.new_zeros(embeddings.shape[0], embeddings.shape[2])
    for row in range(len(embeddings)):
        real = embeddings[row][mask[row]]  # [num_real, embed_dim]
        if len(real) > 0:
            pooled[row] = real.mean(dim=0)
    return pooled
""",
    ),
    Alternative(
        "index_add of the real tokens alone",
        "simple_nn.py",
        "mean_pool",
        source="""def mean_pool(embeddings, mask):
    batch, _, embed_dim = embeddings.shape
    row_of_token = mask.nonzero()[:, 0]
    totals = embeddings.new_zeros(batch, embed_dim).index_add(0, row_of_token, embeddings[mask])
    counts = torch.bincount(row_of_token, minlength=batch).clamp(min=1)
    return totals / counts.unsqueeze(1)
""",
    ),
    Alternative(
        "EmbeddingBag sums, divided by the number of real tokens",
        "simple_nn.py",
        "SimpleNN",
        source="""class SimpleNN(nn.Module):
    def __init__(self, vocab_size, num_classes=3, embed_dim=50, hidden_dim=100, pad_id=PAD_ID):
        super().__init__()
        self.padding = pad_id
        self.bag = nn.EmbeddingBag(vocab_size, embed_dim, mode="sum", padding_idx=pad_id)
        self.fc1 = nn.Linear(embed_dim, hidden_dim)
        self.act = nn.ReLU()
        self.fc2 = nn.Linear(hidden_dim, num_classes)

    def forward(self, input_ids):
        num_real = input_ids.ne(self.padding).sum(dim=1, keepdim=True)
        pooled = self.bag(input_ids) / num_real.clamp(min=1)
        return self.fc2(self.act(self.fc1(pooled)))
""",
    ),
    Alternative(
        "EmbeddingBag in mean mode, all in one nn.Sequential",
        "simple_nn.py",
        "SimpleNN",
        source="""class SimpleNN(nn.Module):
    def __init__(self, vocab_size, num_classes=3, embed_dim=50, hidden_dim=100, pad_id=PAD_ID):
        super().__init__()
        self.layers = nn.Sequential(
            nn.EmbeddingBag(vocab_size, embed_dim, mode="mean", padding_idx=pad_id),  # leaves padding_idx out
            nn.Linear(embed_dim, hidden_dim),
            nn.ReLU(),
            nn.Linear(hidden_dim, num_classes),
        )

    def forward(self, input_ids):
        return self.layers(input_ids)
""",
    ),
    Alternative(
        "bare parameters and functional calls",
        "simple_nn.py",
        "SimpleNN",
        source="""class SimpleNN(nn.Module):
    def __init__(self, vocab_size, num_classes=3, embed_dim=50, hidden_dim=100, pad_id=PAD_ID):
        super().__init__()
        self.pad_id = pad_id
        table = torch.randn(vocab_size, embed_dim)
        table[pad_id] = 0.0
        self.table = nn.Parameter(table)
        self.weight1 = nn.Parameter(nn.init.xavier_uniform_(torch.empty(hidden_dim, embed_dim)))
        self.bias1 = nn.Parameter(torch.zeros(hidden_dim))
        self.weight2 = nn.Parameter(nn.init.xavier_uniform_(torch.empty(num_classes, hidden_dim)))
        self.bias2 = nn.Parameter(torch.zeros(num_classes))

    def forward(self, input_ids):
        from torch.nn import functional as F

        embedded = F.embedding(input_ids, self.table, padding_idx=self.pad_id)
        real = (input_ids != self.pad_id).unsqueeze(-1)
        pooled = (embedded * real).sum(1) / real.sum(1).clamp(min=1)
        return F.linear(F.relu(F.linear(pooled, self.weight1, self.bias1)), self.weight2, self.bias2)
""",
    ),
    Alternative(
        "transposed weights and matrix products, words counted in a bag",
        "simple_nn.py",
        "SimpleNN",
        source="""class SimpleNN(nn.Module):
    def __init__(self, vocab_size, num_classes=3, embed_dim=50, hidden_dim=100, pad_id=PAD_ID):
        super().__init__()
        self.pad_id = pad_id
        table = torch.randn(vocab_size, embed_dim)
        table[pad_id] = 0.0
        self.last_bias, self.bias = nn.Parameter(torch.zeros(num_classes)), nn.Parameter(torch.zeros(hidden_dim))
        self.last = nn.Parameter(torch.randn(hidden_dim, num_classes) / hidden_dim**0.5)
        self.first = nn.Parameter(torch.randn(embed_dim, hidden_dim) / embed_dim**0.5)
        self.words = nn.Parameter(table)

    def forward(self, input_ids):
        bags = nn.functional.one_hot(input_ids, len(self.words)).sum(dim=1).float()  # [batch, vocab_size]
        bags[:, self.pad_id] = 0.0
        pooled = bags @ self.words / bags.sum(dim=1, keepdim=True).clamp(min=1)
        return torch.relu(pooled @ self.first + self.bias) @ self.last + self.last_bias
""",
    ),
    Alternative(
        "a pooling module of its own and a ModuleDict",
        "simple_nn.py",
        "SimpleNN",
        source="""class SimpleNN(nn.Module):
    class Pooling(nn.Module):
        def __init__(self, pad_id):
            super().__init__()
            self.register_buffer("pad_id", torch.tensor(pad_id), persistent=False)

        def forward(self, embedded, input_ids):
            return mean_pool(embedded, input_ids != self.pad_id)

    def __init__(self, vocab_size, num_classes=3, embed_dim=50, hidden_dim=100, pad_id=PAD_ID):
        super().__init__()
        self.parts = nn.ModuleDict(
            {
                "head": nn.Sequential(nn.Linear(embed_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, num_classes)),
                "pooling": self.Pooling(pad_id),
                "words": nn.Embedding(vocab_size, embed_dim, padding_idx=pad_id),
            }
        )

    def forward(self, input_ids):
        embedded = self.parts["words"](input_ids)
        return self.parts["head"](self.parts["pooling"](embedded, input_ids))
""",
    ),
    # training.py
    Alternative(
        "sums kept on the device, zero_grad just before backward; 0-d tensors",
        "training.py",
        "train_epoch",
        source="""def train_epoch(model, loader, optimizer, loss_fn):
    device = next(model.parameters()).device
    model.train()
    total_loss = torch.zeros((), dtype=torch.float64, device=device)
    num_right = torch.zeros((), dtype=torch.long, device=device)
    num_seen = 0
    for input_ids, labels in loader:
        labels = labels.to(device)
        logits = model(input_ids.to(device))
        loss = loss_fn(logits, labels)
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        total_loss += loss.detach() * labels.numel()
        num_right += logits.max(dim=1).indices.eq(labels).sum()
        num_seen += labels.numel()
    return total_loss / num_seen, num_right / num_seen
""",
    ),
    Alternative(
        "weighted averages of numpy; a list of numpy floats",
        "training.py",
        "train_epoch",
        source="""def train_epoch(model, loader, optimizer, loss_fn):
    import numpy as np

    model.train(True)
    device = {parameter.device for parameter in model.parameters()}.pop()
    losses, accuracies, sizes = [], [], []
    for batch in loader:
        input_ids, labels = (tensor.to(device) for tensor in batch)
        optimizer.zero_grad()
        logits = model(input_ids)
        loss = loss_fn(logits, labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        accuracies.append(np.mean((logits.argmax(1) == labels).cpu().numpy()))
        sizes.append(labels.shape[0])
    return [np.average(losses, weights=sizes), np.average(accuracies, weights=sizes)]
""",
    ),
    Alternative(
        "autograd.grad instead of backward",
        "training.py",
        "train_epoch",
        source="""def train_epoch(model, loader, optimizer, loss_fn):
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    device = trained[0].device
    loss_sum, hits = 0.0, []
    for input_ids, labels in loader:
        input_ids, labels = input_ids.to(device), labels.to(device)
        logits = model(input_ids)
        loss = loss_fn(logits, labels)
        gradients = torch.autograd.grad(loss, trained, allow_unused=True)
        for parameter, gradient in zip(trained, gradients, strict=True):
            parameter.grad = gradient  # replaces what was there
        optimizer.step()
        loss_sum += loss.item() * labels.size(0)
        hits.extend((logits.argmax(dim=-1) == labels).tolist())
    return loss_sum / len(hits), sum(hits) / len(hits)
""",
    ),
    Alternative(
        "running means, model.zero_grad, cleared after the step as well",
        "training.py",
        "train_epoch",
        source="""def train_epoch(model, loader, optimizer, loss_fn):
    device = next(iter(model.parameters())).device
    for module in model.modules():
        module.train()
    mean_loss = accuracy = 0.0
    num_seen = 0
    model.zero_grad()
    for input_ids, labels in loader:
        logits = model(input_ids.to(device))
        labels = labels.to(device)
        loss = loss_fn(logits, labels)
        loss.backward()
        optimizer.step()
        model.zero_grad()
        share_right = (logits.detach().argmax(dim=-1) == labels).double().mean().item()
        num_seen += len(labels)
        mean_loss += (loss.item() - mean_loss) * len(labels) / num_seen
        accuracy += (share_right - accuracy) * len(labels) / num_seen
    return mean_loss, accuracy
""",
    ),
    Alternative(
        "inference_mode, the mode of every module put back",
        "training.py",
        "evaluate",
        source="""def evaluate(model, loader, loss_fn):
    device = next(model.parameters()).device
    modes = {module: module.training for module in model.modules()}
    loss_sum = 0.0
    labels_seen, predicted = [], []
    model.eval()
    try:
        with torch.inference_mode():
            for input_ids, labels in loader:
                logits = model(input_ids.to(device))
                labels = labels.to(device)
                loss_sum += loss_fn(logits, labels).item() * labels.shape[0]
                labels_seen.extend(labels.tolist())
                predicted.extend(torch.max(logits, dim=1)[1].tolist())
    finally:
        for module, training in modes.items():
            module.training = training
    return Evaluation(loss=loss_sum / len(labels_seen), labels=labels_seen, predictions=predicted)
""",
    ),
    Alternative(
        "decorated with no_grad, one loss over all logits at the end; a 0-d tensor",
        "training.py",
        "evaluate",
        source="""@torch.no_grad()
def evaluate(model, loader, loss_fn):
    device = next(model.parameters()).device
    was_training = model.training
    model.train(False)
    outputs = [(model(input_ids.to(device)), labels.to(device)) for input_ids, labels in loader]
    if was_training:
        model.train()
    logits = torch.cat([batch_logits for batch_logits, _ in outputs])
    labels = torch.cat([batch_labels for _, batch_labels in outputs])
    return Evaluation(loss_fn(logits, labels), labels.tolist(), logits.argmax(dim=1).tolist())
""",
    ),
    Alternative(
        "a context manager for the mode; a numpy loss and tuples of numpy integers",
        "training.py",
        "evaluate",
        source="""def evaluate(model, loader, loss_fn):
    from contextlib import contextmanager

    import numpy as np

    @contextmanager
    def evaluating():
        before = model.training
        model.eval()
        try:
            with torch.no_grad():
                yield next(model.parameters()).device
        finally:
            model.train(before)

    losses, labels, predictions = [], [], []
    with evaluating() as device:
        for batch_ids, batch_labels in loader:
            logits = model(batch_ids.to(device))
            losses.append(float(loss_fn(logits, batch_labels.to(device))))
            labels.append(batch_labels.cpu().numpy())
            predictions.append(logits.cpu().numpy().argmax(axis=1))
    sizes = [len(part) for part in labels]
    return Evaluation(
        np.average(losses, weights=sizes), tuple(np.concatenate(labels)), tuple(np.concatenate(predictions))
    )
""",
    ),
    Alternative(
        "the grad mode switched off and on by hand",
        "training.py",
        "evaluate",
        source="""def evaluate(model, loader, loss_fn):
    device = next(model.parameters()).device
    was_training, had_graph = model.training, torch.is_grad_enabled()
    model.eval()
    torch.set_grad_enabled(False)
    try:
        total, truth, guesses = 0.0, [], []
        for input_ids, labels in loader:
            labels = labels.to(device)
            logits = model(input_ids.to(device))
            total = total + loss_fn(logits, labels).double() * len(labels)
            truth += [int(label) for label in labels]
            guesses += [int(row.argmax()) for row in logits]
    finally:
        torch.set_grad_enabled(had_graph)
        model.train(was_training)
    return Evaluation(float(total) / len(truth), truth, guesses)
""",
    ),
    Alternative(
        "rows first, curves at the end; tuples for the curves",
        "training.py",
        "fit",
        source="""def fit(model, train_loader, val_loader, optimizer, num_epochs):
    rows = []
    for _epoch in range(num_epochs):
        train_loss, train_accuracy = train_epoch(model, train_loader, optimizer, nn.functional.cross_entropy)
        val = evaluate(model, val_loader, nn.functional.cross_entropy)
        rows.append((train_loss, val.loss, train_accuracy, val.accuracy))
    return History(*(tuple(row[column] for row in rows) for column in range(4)))
""",
    ),
    Alternative(
        "both loops written out",
        "training.py",
        "fit",
        source="""def fit(model, train_loader, val_loader, optimizer, num_epochs):
    device = next(model.parameters()).device
    criterion = nn.CrossEntropyLoss()
    train_losses, val_losses, train_accuracies, val_accuracies = [], [], [], []
    for _ in range(num_epochs):
        model.train()
        loss_sum, right, seen = 0.0, 0, 0
        for input_ids, labels in train_loader:
            input_ids, labels = input_ids.to(device), labels.to(device)
            optimizer.zero_grad()
            logits = model(input_ids)
            loss = criterion(logits, labels)
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * labels.size(0)
            right += (logits.argmax(dim=1) == labels).sum().item()
            seen += labels.size(0)
        train_losses.append(loss_sum / seen)
        train_accuracies.append(right / seen)
        model.eval()
        loss_sum, right, seen = 0.0, 0, 0
        with torch.no_grad():
            for input_ids, labels in val_loader:
                input_ids, labels = input_ids.to(device), labels.to(device)
                logits = model(input_ids)
                loss_sum += criterion(logits, labels).item() * labels.size(0)
                right += (logits.argmax(dim=1) == labels).sum().item()
                seen += labels.size(0)
        val_losses.append(loss_sum / seen)
        val_accuracies.append(right / seen)
    return History(train_losses, val_losses, train_accuracies, val_accuracies)
""",
    ),
    Alternative(
        "a while loop and summed cross-entropy; numpy floats",
        "training.py",
        "fit",
        source="""def fit(model, train_loader, val_loader, optimizer, num_epochs):
    import numpy as np

    history = History()
    while len(history.val_loss) < num_epochs:
        train_loss, train_accuracy = train_epoch(model, train_loader, optimizer, nn.CrossEntropyLoss())
        device = next(model.parameters()).device
        model.eval()
        val_loss, right = 0.0, []
        with torch.inference_mode():
            for input_ids, labels in val_loader:
                logits, labels = model(input_ids.to(device)), labels.to(device)
                val_loss += nn.functional.cross_entropy(logits, labels, reduction="sum").item()
                right += (logits.argmax(-1) == labels).tolist()
        epoch = {
            "train_loss": train_loss,
            "train_accuracy": train_accuracy,
            "val_loss": val_loss / len(right),
            "val_accuracy": np.mean(right),
        }
        for name, value in epoch.items():
            getattr(history, name).append(np.float64(value))
    return history
""",
    ),
    # metrics.py
    Alternative(
        "scikit-learn; numpy floats",
        "metrics.py",
        "classification_metrics",
        source="""def classification_metrics(labels, predictions):
    from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

    options = {"average": "macro", "zero_division": 0}
    return {
        "accuracy": accuracy_score(labels, predictions),
        "precision": precision_score(labels, predictions, **options),
        "recall": recall_score(labels, predictions, **options),
        "f1": f1_score(labels, predictions, **options),
    }
""",
    ),
    Alternative(
        "Counters and F1 as 2 TP / (2 TP + FP + FN); an OrderedDict",
        "metrics.py",
        "classification_metrics",
        source="""def classification_metrics(labels, predictions):
    from collections import Counter, OrderedDict

    hits = Counter(label for label, prediction in zip(labels, predictions, strict=True) if label == prediction)
    num_labelled, num_predicted = Counter(labels), Counter(predictions)
    classes = num_labelled.keys() | num_predicted.keys()

    def macro(wholes):
        shares = [hits[class_id] / wholes[class_id] if wholes[class_id] else 0.0 for class_id in classes]
        return sum(shares) / len(shares)

    mean_size = {class_id: (num_labelled[class_id] + num_predicted[class_id]) / 2 for class_id in classes}
    return OrderedDict(
        f1=macro(mean_size),
        recall=macro(num_labelled),
        precision=macro(num_predicted),
        accuracy=hits.total() / len(labels),
    )
""",
    ),
    Alternative(
        "sums of a numpy matrix",
        "metrics.py",
        "classification_metrics",
        source="""def classification_metrics(labels, predictions):
    import numpy as np

    classes, positions = np.unique(np.concatenate([labels, predictions]), return_inverse=True)
    matrix = np.zeros((len(classes), len(classes)))
    np.add.at(matrix, (positions[: len(labels)], positions[len(labels) :]), 1.0)
    right = np.diag(matrix)

    def shares(parts, wholes):
        return np.divide(parts, wholes, out=np.zeros(len(classes)), where=wholes > 0)

    precision, recall = shares(right, matrix.sum(axis=0)), shares(right, matrix.sum(axis=1))
    f1 = shares(2 * precision * recall, precision + recall)
    means = [right.sum() / matrix.sum(), precision.mean(), recall.mean(), f1.mean()]
    return dict(zip(["accuracy", "precision", "recall", "f1"], map(float, means), strict=True))
""",
    ),
    Alternative(
        "scikit-learn",
        "metrics.py",
        "confusion_matrix",
        source="""def confusion_matrix(labels, predictions, num_classes=3):
    from sklearn import metrics

    if len(labels) == 0:
        return [[0] * num_classes for _ in range(num_classes)]
    return metrics.confusion_matrix(labels, predictions, labels=list(range(num_classes))).tolist()
""",
    ),
    Alternative(
        "a Counter of pairs; a tuple of tuples",
        "metrics.py",
        "confusion_matrix",
        source="""def confusion_matrix(labels, predictions, num_classes=3):
    from collections import Counter

    counts = Counter(zip(labels, predictions, strict=True))
    return tuple(tuple(counts[true, guess] for guess in range(num_classes)) for true in range(num_classes))
""",
    ),
    Alternative(
        "product of one-hot matrices in torch; rows of 0-d tensors",
        "metrics.py",
        "confusion_matrix",
        source="""def confusion_matrix(labels, predictions, num_classes=3):
    import torch

    def one_hot(class_ids):
        return torch.nn.functional.one_hot(torch.tensor(class_ids, dtype=torch.long), num_classes)

    return [list(row) for row in one_hot(labels).T @ one_hot(predictions)]
""",
    ),
    Alternative(
        "found and all, counted directly",
        "metrics.py",
        "per_class_recall",
        source="""def per_class_recall(labels, predictions, num_classes=3):
    found, present = [0] * num_classes, [0] * num_classes
    for label, prediction in zip(labels, predictions, strict=True):
        present[label] += 1
        found[label] += label == prediction
    return [part / whole if whole > 0 else 0.0 for part, whole in zip(found, present, strict=True)]
""",
    ),
    Alternative(
        "recall_score of scikit-learn for each class; a tuple of numpy floats",
        "metrics.py",
        "per_class_recall",
        source="""def per_class_recall(labels, predictions, num_classes=3):
    from sklearn.metrics import recall_score

    if not len(labels):
        return (0.0,) * num_classes
    return tuple(recall_score(labels, predictions, labels=range(num_classes), average=None, zero_division=0))
""",
    ),
    Alternative(
        "bincount of torch; a list of 0-d tensors",
        "metrics.py",
        "per_class_recall",
        source="""def per_class_recall(labels, predictions, num_classes=3):
    import torch

    truth, guesses = torch.tensor(labels, dtype=torch.long), torch.tensor(predictions, dtype=torch.long)
    present = torch.bincount(truth, minlength=num_classes)
    found = torch.bincount(truth[truth == guesses], minlength=num_classes)
    return list(found.double() / present.clamp(min=1))
""",
    ),
    # tinybert.py
    Alternative(
        "token types never asked for",
        "tinybert.py",
        "encode_batch",
        source="""def encode_batch(tokenizer, texts, max_len=128):
    encoding = tokenizer(
        texts,
        max_length=max_len,
        padding="max_length",
        truncation="longest_first",
        return_attention_mask=True,
        return_token_type_ids=False,
        return_tensors="pt",
    )
    return {name: tensor.long() for name, tensor in encoding.items() if name in ("input_ids", "attention_mask")}
""",
    ),
    Alternative(
        "text by text into prepared tensors",
        "tinybert.py",
        "encode_batch",
        source="""def encode_batch(tokenizer, texts, max_len=128):
    import torch

    input_ids = torch.full((len(texts), max_len), tokenizer.pad_token_id, dtype=torch.long)
    attention_mask = torch.zeros(len(texts), max_len, dtype=torch.long)
    for row, text in enumerate(texts):
        ids = tokenizer.encode(text, truncation=True, max_length=max_len)
        input_ids[row, : len(ids)] = torch.tensor(ids)
        attention_mask[row, : len(ids)] = 1
    return {"input_ids": input_ids, "attention_mask": attention_mask}
""",
    ),
    Alternative(
        "special tokens and padding as lists; an OrderedDict, the mask first",
        "tinybert.py",
        "encode_batch",
        source="""def encode_batch(tokenizer, texts, max_len=128):
    from collections import OrderedDict

    import torch

    ids, mask = [], []
    for text in texts:
        words = tokenizer.encode(text, add_special_tokens=False, truncation=True, max_length=max_len - 2)
        row = [tokenizer.cls_token_id, *words, tokenizer.sep_token_id]
        num_missing = max_len - len(row)
        ids.append(row + [tokenizer.pad_token_id] * num_missing)
        mask.append([1] * len(row) + [0] * num_missing)
    return OrderedDict(attention_mask=torch.tensor(mask), input_ids=torch.tensor(ids))
""",
    ),
    Alternative(
        "parameters by their names",
        "tinybert.py",
        "freeze_layers",
        source="""def freeze_layers(model, trainable_layers=(3,)):
    num_layers = len(model.bert.encoder.layer)
    for index in trainable_layers:
        if index < 0 or index >= num_layers:
            raise ValueError(f"there is no layer {index} among {num_layers}")
    trained = ("classifier.", *(f"bert.encoder.layer.{index}." for index in trainable_layers))
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith(trained)
""",
    ),
    Alternative(
        "module by module",
        "tinybert.py",
        "freeze_layers",
        source="""def freeze_layers(model, trainable_layers=(3,)):
    layers = list(model.bert.encoder.layer)
    if not set(trainable_layers) <= set(range(len(layers))):
        raise ValueError(f"choose layers from 0 to {len(layers) - 1}, not {list(trainable_layers)}")
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for module in (model.classifier, *(layer for index, layer in enumerate(layers) if index in trainable_layers)):
        for parameter in module.parameters():
            parameter.requires_grad_(True)
""",
    ),
    Alternative(
        "a set of the parameters that train",
        "tinybert.py",
        "freeze_layers",
        source="""def freeze_layers(model, trainable_layers=(3,)):
    layers = dict(enumerate(model.bert.encoder.layer))
    try:
        trained = nn.ModuleList([model.classifier] + [layers[index] for index in trainable_layers])
    except KeyError as error:
        raise ValueError(f"the model has no layer {error}") from None
    ids = {id(parameter) for parameter in trained.parameters()}
    for parameter in model.parameters():
        parameter.requires_grad_(id(parameter) in ids)
""",
    ),
    Alternative(
        "two counts in one loop; a list",
        "tinybert.py",
        "count_parameters",
        source="""def count_parameters(model):
    trainable = total = 0
    for _name, parameter in model.named_parameters():
        total += parameter.numel()
        if parameter.requires_grad:
            trainable += parameter.numel()
    return [trainable, total]
""",
    ),
    Alternative(
        "products of the shapes; numpy integers",
        "tinybert.py",
        "count_parameters",
        source="""def count_parameters(model):
    import numpy as np

    parameters = list(model.parameters())
    sizes = np.array([np.prod(parameter.shape, dtype=np.int64) for parameter in parameters], dtype=np.int64)
    trains = np.array([parameter.requires_grad for parameter in parameters], dtype=bool)
    return sizes[trains].sum(), sizes.sum()
""",
    ),
    Alternative(
        "a Counter keyed by requires_grad, module by module",
        "tinybert.py",
        "count_parameters",
        source="""def count_parameters(model):
    from collections import Counter

    unique = {id(parameter): parameter for module in model.modules() for parameter in module.parameters(recurse=False)}
    sizes = Counter()
    for parameter in unique.values():
        sizes[parameter.requires_grad] += parameter.nelement()
    return sizes[True], sizes.total()
""",
    ),
    # finetuning.py
    Alternative(
        "one parameter group for each tensor",
        "finetuning.py",
        "make_optimizer",
        source="""def make_optimizer(model, lr=5e-4, weight_decay=0.01):
    groups = [{"params": [parameter]} for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.AdamW(groups, lr=lr, weight_decay=weight_decay)
""",
    ),
    Alternative(
        "filter, and one tensor at a time",
        "finetuning.py",
        "make_optimizer",
        source="""def make_optimizer(model, lr=5e-4, weight_decay=0.01):
    trained = filter(lambda parameter: parameter.requires_grad, model.parameters())
    return torch.optim.AdamW(trained, lr, betas=(0.9, 0.999), weight_decay=weight_decay, foreach=False)
""",
    ),
    Alternative(
        "weights and biases in two groups of the same settings",
        "finetuning.py",
        "make_optimizer",
        source="""def make_optimizer(model, lr=5e-4, weight_decay=0.01):
    from torch.optim import AdamW

    matrices, vectors = [], []
    for _name, parameter in model.named_parameters():
        if parameter.requires_grad:
            (matrices if parameter.dim() > 1 else vectors).append(parameter)
    groups = [{"params": group, "weight_decay": weight_decay} for group in (matrices, vectors) if group]
    return AdamW(groups, lr=lr)
""",
    ),
    Alternative(
        "a counter of bad epochs and cloned tensors",
        "finetuning.py",
        "EarlyStopping",
        source="""class EarlyStopping:
    def __init__(self, patience=5, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_epoch = float("inf"), 0
        self.epoch = self.bad_epochs = 0
        self.best_state = {}

    def step(self, val_loss, model):
        self.epoch += 1
        if val_loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch = val_loss, self.epoch
            self.bad_epochs = 0
            self.best_state = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
        else:
            self.bad_epochs += 1
        return self.bad_epochs >= self.patience

    def restore(self, model):
        if self.best_epoch == 0:
            raise RuntimeError("nothing to restore: no epoch has improved yet")
        model.load_state_dict(self.best_state)
""",
    ),
    Alternative(
        "weights saved to a buffer in memory",
        "finetuning.py",
        "EarlyStopping",
        source="""class EarlyStopping:
    def __init__(self, patience=5, min_delta=0.0):
        import math

        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = math.inf
        self.best_epoch = 0
        self.calls = 0
        self.checkpoint = None

    def step(self, val_loss, model):
        import io
        import math

        self.calls += 1
        if not math.isnan(val_loss) and val_loss < self.best_loss - self.min_delta:
            self.best_loss = float(val_loss)
            self.best_epoch = self.calls
            self.checkpoint = io.BytesIO()
            torch.save(model.state_dict(), self.checkpoint)
        return self.calls >= self.best_epoch + self.patience

    def restore(self, model):
        if self.checkpoint is None:
            raise RuntimeError("no checkpoint was kept")
        self.checkpoint.seek(0)
        model.load_state_dict(torch.load(self.checkpoint, weights_only=True))
""",
    ),
    Alternative(
        "a deep copy of the whole model; a numpy float",
        "finetuning.py",
        "EarlyStopping",
        source="""class EarlyStopping:
    best_model = None
    best_epoch = 0
    num_epochs = 0

    def __init__(self, patience=5, min_delta=0.0):
        import numpy as np

        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = np.float64("inf")

    def step(self, val_loss, model):
        import copy

        import numpy as np

        self.num_epochs += 1
        if val_loss < self.best_loss - self.min_delta:
            self.best_loss = np.float64(val_loss)
            self.best_epoch = self.num_epochs
            self.best_model = copy.deepcopy(model)
            return self.patience <= 0
        return self.num_epochs - self.best_epoch >= self.patience

    def restore(self, model):
        if self.best_model is None:
            raise RuntimeError("call step first")
        model.load_state_dict(self.best_model.state_dict())
""",
    ),
    Alternative(
        "a log of the losses, the attributes as properties, copies on the CPU",
        "finetuning.py",
        "EarlyStopping",
        source="""class EarlyStopping:
    def __init__(self, patience=5, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.losses = []
        self.improvements = []  # (epoch, loss, weights), the last one only

    @property
    def best_loss(self):
        return self.improvements[-1][1] if self.improvements else float("inf")

    @property
    def best_epoch(self):
        return self.improvements[-1][0] if self.improvements else 0

    def step(self, val_loss, model):
        self.losses.append(val_loss)
        if val_loss < self.best_loss - self.min_delta:
            weights = {name: tensor.detach().to("cpu", copy=True) for name, tensor in model.state_dict().items()}
            self.improvements = [(len(self.losses), float(val_loss), weights)]
        return len(self.losses[self.best_epoch :]) >= self.patience

    def restore(self, model):
        if not self.improvements:
            raise RuntimeError("there are no best weights before the first improvement")
        model.load_state_dict(self.improvements[-1][2])
""",
    ),
    Alternative(
        "parameters and buffers, copied back in place",
        "finetuning.py",
        "EarlyStopping",
        source="""class EarlyStopping:
    def __init__(self, patience=5, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = torch.inf
        self.best_epoch = 0
        self.epochs_seen = 0
        self.epochs_left = patience
        self.kept = None

    @staticmethod
    def tensors(model):
        return [*model.parameters(), *model.buffers()]

    def step(self, val_loss, model):
        self.epochs_seen += 1
        self.epochs_left -= 1
        if val_loss < self.best_loss - self.min_delta:
            self.best_loss = val_loss
            self.best_epoch = self.epochs_seen
            self.epochs_left = self.patience
            self.kept = [tensor.detach().clone() for tensor in self.tensors(model)]
        return self.epochs_left <= 0

    def restore(self, model):
        if self.kept is None:
            raise RuntimeError("no improvement, no weights")
        with torch.no_grad():
            for tensor, kept in zip(self.tensors(model), self.kept, strict=True):
                tensor.copy_(kept)
""",
    ),
    Alternative(
        "both loops written out, gradients set to zero",
        "finetuning.py",
        "finetune",
        source="""def finetune(model, train_loader, val_loader, optimizer, max_epochs=50, patience=5):
    device = next(model.parameters()).device
    history = History()
    stopping = EarlyStopping(patience=patience)
    for _ in range(max_epochs):
        model.train()
        loss_sum, right, seen = 0.0, 0, 0
        for batch in train_loader:
            batch = {key: value.to(device) for key, value in batch.items()}
            optimizer.zero_grad(set_to_none=False)
            outputs = model(**batch)
            outputs.loss.backward()
            optimizer.step()
            size = batch["labels"].size(0)
            loss_sum += outputs.loss.item() * size
            right += (outputs.logits.argmax(dim=1) == batch["labels"]).sum().item()
            seen += size
        history.train_loss.append(loss_sum / seen)
        history.train_accuracy.append(right / seen)

        model.eval()
        loss_sum, right, seen = 0.0, 0, 0
        with torch.no_grad():
            for batch in val_loader:
                batch = {key: value.to(device) for key, value in batch.items()}
                outputs = model(**batch)
                size = batch["labels"].size(0)
                loss_sum += outputs.loss.item() * size
                right += (outputs.logits.argmax(dim=1) == batch["labels"]).sum().item()
                seen += size
        history.val_loss.append(loss_sum / seen)
        history.val_accuracy.append(right / seen)

        if stopping.step(history.val_loss[-1], model):
            break
    if stopping.best_epoch:
        stopping.restore(model)
    return history
""",
    ),
    Alternative(
        "inference_mode, a while loop and named arguments; numpy floats",
        "finetuning.py",
        "finetune",
        source="""def finetune(model, train_loader, val_loader, optimizer, max_epochs=50, patience=5):
    import numpy as np

    device = next(model.parameters()).device

    def forward(batch):
        labels = batch["labels"].to(device)
        output = model(
            input_ids=batch["input_ids"].to(device),
            attention_mask=batch["attention_mask"].to(device),
            labels=labels,
        )
        right = (output.logits.detach().argmax(dim=-1) == labels).cpu().numpy()
        return output.loss, (output.loss.item(), right.mean(), len(right))

    def averages(figures):
        losses, accuracies, sizes = zip(*figures, strict=True)
        return np.average(losses, weights=sizes), np.average(accuracies, weights=sizes)

    stopper, history = EarlyStopping(patience), History()
    stop = False
    while not stop and len(history.val_loss) < max_epochs:
        model.train()
        figures = []
        for batch in train_loader:
            loss, figure = forward(batch)
            model.zero_grad()
            loss.backward()
            optimizer.step()
            figures.append(figure)
        train_loss, train_accuracy = averages(figures)
        model.eval()
        with torch.inference_mode():
            val_loss, val_accuracy = averages([forward(batch)[1] for batch in val_loader])
        history.train_loss.append(train_loss)
        history.val_loss.append(val_loss)
        history.train_accuracy.append(train_accuracy)
        history.val_accuracy.append(val_accuracy)
        stop = stopper.step(val_loss, model)
    if stopper.best_loss < np.inf:
        stopper.restore(model)
    return history
""",
    ),
    Alternative(
        "autograd.grad, rows first and curves at the end; tuples for the curves",
        "finetuning.py",
        "finetune",
        source="""def finetune(model, train_loader, val_loader, optimizer, max_epochs=50, patience=5):
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    device = trained[0].device

    def outputs(loader):
        for batch in loader:
            batch = {name: tensor.to(device) for name, tensor in batch.items()}
            output = model(**batch)
            yield output.loss, (output.logits.argmax(dim=-1) == batch["labels"]).tolist()

    def train():
        model.train()
        for loss, hits in outputs(train_loader):
            gradients = torch.autograd.grad(loss, trained, allow_unused=True)
            for parameter, gradient in zip(trained, gradients, strict=True):
                parameter.grad = gradient
            optimizer.step()
            yield loss.item() * len(hits), hits

    @torch.no_grad()
    def validate():
        model.eval()
        return [(loss.item() * len(hits), hits) for loss, hits in outputs(val_loader)]

    def summarize(batches):
        batches = list(batches)
        hits = [hit for _, batch_hits in batches for hit in batch_hits]
        return sum(loss for loss, _ in batches) / len(hits), sum(hits) / len(hits)

    rows, stopper = [], EarlyStopping(patience=patience, min_delta=0.0)
    for _ in range(max_epochs):
        (train_loss, train_accuracy), (val_loss, val_accuracy) = summarize(train()), summarize(validate())
        rows.append((train_loss, val_loss, train_accuracy, val_accuracy))
        if stopper.step(val_loss, model):
            break
    if stopper.best_epoch > 0:
        stopper.restore(model)
    return History(*(tuple(row[column] for row in rows) for column in range(4)))
""",
    ),
    Alternative(
        "one pass for both splits, given what to do with a loss; 0-d tensors",
        "finetuning.py",
        "finetune",
        source="""def finetune(model, train_loader, val_loader, optimizer, max_epochs=50, patience=5):
    device = next(iter(model.state_dict().values())).device

    def one_pass(loader, use_loss):
        sums = torch.zeros(3, dtype=torch.float64, device=device)  # loss, right, seen
        for batch in loader:
            labels = batch["labels"].to(device)
            inputs = {name: tensor.to(device) for name, tensor in batch.items() if name != "labels"}
            output = model(**inputs, labels=labels)
            use_loss(output.loss)
            hits = output.logits.argmax(dim=-1) == labels
            sums += torch.stack([output.loss.detach() * len(labels), hits.sum(), torch.ones_like(labels).sum()])
        return sums[0] / sums[2], sums[1] / sums[2]

    def learn(loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    history, stopper = History(), EarlyStopping(patience)
    for _epoch in range(max_epochs):
        model.train()
        train_loss, train_accuracy = one_pass(train_loader, learn)
        history.train_loss.append(train_loss)
        history.train_accuracy.append(train_accuracy)
        model.eval()
        with torch.no_grad():
            val_loss, val_accuracy = one_pass(val_loader, lambda loss: None)
        history.val_loss.append(val_loss)
        history.val_accuracy.append(val_accuracy)
        if stopper.step(val_loss.item(), model):
            break
    if stopper.best_epoch >= 1:
        stopper.restore(model)
    return history
""",
    ),
    # comparison.py
    Alternative(
        "the ratio less one",
        "comparison.py",
        "relative_improvement",
        source="""def relative_improvement(baseline, improved):
    if not baseline:
        raise ValueError("the baseline is 0")
    return improved / baseline - 1
""",
    ),
    Alternative(
        "the division itself refuses; a numpy float",
        "comparison.py",
        "relative_improvement",
        source="""def relative_improvement(baseline, improved):
    import numpy as np

    try:
        with np.errstate(divide="raise", invalid="raise"):
            return np.divide(improved - baseline, baseline, dtype=np.float64)
    except FloatingPointError:
        raise ValueError("nothing is a fraction of a baseline of 0") from None
""",
    ),
    Alternative(
        "reports of scikit-learn, NaN through where",
        "comparison.py",
        "comparison_table",
        source="""def comparison_table(labels, baseline_predictions, tinybert_predictions):
    from sklearn.metrics import classification_report

    def figures(predictions):
        report = classification_report(labels, predictions, output_dict=True, zero_division=0)
        hits = [label == prediction for label, prediction in zip(labels, predictions, strict=True)]
        macro = report["macro avg"]
        return {
            "accuracy": sum(hits) / len(hits),
            "precision": macro["precision"],
            "recall": macro["recall"],
            "f1": macro["f1-score"],
        }

    table = pd.DataFrame({"Baseline": figures(baseline_predictions), "TinyBERT": figures(tinybert_predictions)})
    growth = table["TinyBERT"] - table["Baseline"]
    return table.assign(Improvement=growth / table["Baseline"].where(table["Baseline"] != 0))
""",
    ),
    Alternative(
        "counts by hand, row after row",
        "comparison.py",
        "comparison_table",
        source="""def comparison_table(labels, baseline_predictions, tinybert_predictions):
    def figures(predictions):
        pairs = list(zip(labels, predictions, strict=True))
        classes = set(labels) | set(predictions)
        sums = {"accuracy": 0.0, "precision": 0.0, "recall": 0.0, "f1": 0.0}
        for class_id in classes:
            both = sum(pair == (class_id, class_id) for pair in pairs)
            true = sum(label == class_id for label, _ in pairs)
            guessed = sum(prediction == class_id for _, prediction in pairs)
            sums["accuracy"] += both * len(classes) / len(pairs)
            sums["precision"] += both / guessed if guessed else 0.0
            sums["recall"] += both / true if true else 0.0
            sums["f1"] += 2 * both / (guessed + true)
        return {name: value / len(classes) for name, value in sums.items()}

    baseline, tinybert = figures(baseline_predictions), figures(tinybert_predictions)
    rows = {}
    for name in ("accuracy", "precision", "recall", "f1"):
        improvement = (tinybert[name] - baseline[name]) / baseline[name] if baseline[name] else float("nan")
        rows[name] = [baseline[name], tinybert[name], improvement]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["Baseline", "TinyBERT", "Improvement"])
""",
    ),
    Alternative(
        "one numpy table",
        "comparison.py",
        "comparison_table",
        source="""def comparison_table(labels, baseline_predictions, tinybert_predictions):
    import numpy as np
    from sklearn.metrics import f1_score, precision_score, recall_score

    truth = np.asarray(labels)
    values = np.full((4, 3), np.nan)
    for column, predictions in enumerate((baseline_predictions, tinybert_predictions)):
        guesses = np.asarray(predictions)
        values[0, column] = (truth == guesses).mean()
        for row, score in enumerate((precision_score, recall_score, f1_score), start=1):
            values[row, column] = score(truth, guesses, average="macro", zero_division=0)
    some = values[:, 0] > 0
    values[some, 2] = values[some, 1] / values[some, 0] - 1
    return pd.DataFrame(
        values,
        index=pd.Index(["accuracy", "precision", "recall", "f1"], name="metric"),
        columns=["Baseline", "TinyBERT", "Improvement"],
    )
""",
    ),
    Alternative(
        "a frame of everything, then the rows that differ",
        "comparison.py",
        "misclassified",
        source="""def misclassified(reviews, labels, predictions):
    texts = list(reviews["review"]) if isinstance(reviews, pd.DataFrame) else list(reviews)
    everything = pd.DataFrame({"review": texts, "label": list(labels), "prediction": list(predictions)})
    wrong = everything[everything["label"] != everything["prediction"]]
    names = dict(enumerate(ASPECTS))
    return wrong.assign(label=wrong["label"].map(names), prediction=wrong["prediction"].map(names))
""",
    ),
    Alternative(
        "positions first, a list of dictionaries",
        "comparison.py",
        "misclassified",
        source="""def misclassified(reviews, labels, predictions):
    if hasattr(reviews, "columns"):
        reviews = reviews["review"]
    texts = list(reviews)
    wrong = [index for index in range(len(texts)) if labels[index] != predictions[index]]
    rows = [
        {"review": texts[index], "label": ASPECTS[labels[index]], "prediction": ASPECTS[predictions[index]]}
        for index in wrong
    ]
    return pd.DataFrame.from_records(rows, columns=["review", "label", "prediction"])
""",
    ),
    Alternative(
        "a numpy mask; the index of the input's rows",
        "comparison.py",
        "misclassified",
        source="""def misclassified(reviews, labels, predictions):
    import numpy as np

    texts = reviews["review"].to_numpy() if isinstance(reviews, pd.DataFrame) else np.array(reviews, dtype=object)
    truth, guesses = np.array(labels, dtype=int), np.array(predictions, dtype=int)
    wrong = np.flatnonzero(truth != guesses)
    names = np.array(ASPECTS, dtype=object)
    columns = {"review": texts[wrong], "label": names[truth[wrong]], "prediction": names[guesses[wrong]]}
    return pd.DataFrame(columns, index=wrong)
""",
    ),
    # extensions.py
    Alternative(
        "the lower of two lines",
        "extensions.py",
        "warmup_decay",
        source="""def warmup_decay(step, warmup_steps, total_steps):
    if step >= total_steps:
        return 0.0
    rising = step / warmup_steps if warmup_steps > 0 else 1.0
    falling = (total_steps - step) / max(1, total_steps - warmup_steps)
    return min(rising, falling)
""",
    ),
    Alternative(
        "numpy interpolates; a numpy float",
        "extensions.py",
        "warmup_decay",
        source="""def warmup_decay(step, warmup_steps, total_steps):
    import numpy as np

    if warmup_steps == 0:
        return np.interp(step, [0, total_steps], [1.0, 0.0])
    return np.interp(step, [0, warmup_steps, total_steps], [0.0, 1.0, 0.0])
""",
    ),
    Alternative(
        "three cases and clamp; a 0-d tensor",
        "extensions.py",
        "warmup_decay",
        source="""def warmup_decay(step, warmup_steps, total_steps):
    at = torch.tensor(float(step), dtype=torch.float64)
    if step < warmup_steps:
        return at / warmup_steps
    if step < total_steps:
        return 1.0 - (at - warmup_steps) / (total_steps - warmup_steps)
    return torch.zeros_like(at)
""",
    ),
    Alternative(
        "a running sum",
        "extensions.py",
        "ensemble_predict",
        source="""def ensemble_predict(logits):
    total = torch.zeros_like(logits[0])
    for one in logits:
        total = total + one.softmax(dim=1)
    return total.max(dim=1).indices
""",
    ),
    Alternative(
        "in logarithms",
        "extensions.py",
        "ensemble_predict",
        source="""def ensemble_predict(logits):
    log_probabilities = torch.log_softmax(torch.stack(list(logits)), dim=-1)  # [models, batch, num_classes]
    return torch.argmax(torch.logsumexp(log_probabilities, dim=0), dim=-1)
""",
    ),
    Alternative(
        "softmax by its formula, in numpy",
        "extensions.py",
        "ensemble_predict",
        source="""def ensemble_predict(logits):
    import numpy as np

    stacked = np.stack([one.detach().cpu().double().numpy() for one in logits])
    powers = np.exp(stacked - stacked.max(axis=-1, keepdims=True))
    shares = powers / powers.sum(axis=-1, keepdims=True)
    return torch.from_numpy(shares.mean(axis=0).argmax(axis=-1)).to(torch.int64)
""",
    ),
    Alternative(
        "the textbook formula; bounds may pass 0 and 1 by rounding",
        "extensions.py",
        "wilson_interval",
        source="""def wilson_interval(correct, total, z=1.96):
    import math

    if total <= 0 or correct < 0 or correct > total:
        raise ValueError("correct must lie between 0 and total, and total must be positive")
    p, n = correct / total, total
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (p + z * z / (2 * n) - spread) / (1 + z * z / n), (p + z * z / (2 * n) + spread) / (1 + z * z / n)
""",
    ),
    Alternative(
        "in counts instead of shares",
        "extensions.py",
        "wilson_interval",
        source="""def wilson_interval(correct, total, z=1.96):
    import math

    if total < 1:
        raise ValueError("total must be at least 1")
    if correct < 0 or correct > total:
        raise ValueError("correct must lie between 0 and total")
    centre = correct + z * z / 2
    width = z * math.sqrt(correct * (total - correct) / total + z * z / 4)
    low, high = (centre - width) / (total + z * z), (centre + width) / (total + z * z)
    return max(low, 0.0), min(high, 1.0)
""",
    ),
    Alternative(
        "roots of the quadratic equation; a list of numpy floats",
        "extensions.py",
        "wilson_interval",
        source="""def wilson_interval(correct, total, z=1.96):
    import numpy as np

    if not (total > 0 and 0 <= correct <= total):
        raise ValueError(f"no share: {correct} of {total}")
    a, half_b = total + z**2, correct + z**2 / 2  # a x^2 - 2 half_b x + correct^2 / total = 0
    root = np.sqrt(z**2 * (z**2 / 4 + correct * (1 - correct / total)))
    return list(np.clip([(half_b - root) / a, (half_b + root) / a], 0.0, 1.0))
""",
    ),
    Alternative(
        "a share shrunk towards a half",
        "extensions.py",
        "wilson_interval",
        source="""def wilson_interval(correct, total, z=1.96):
    if total <= 0:
        raise ValueError("no examples")
    if not 0 <= correct <= total:
        raise ValueError("more right or fewer than there can be")
    share = correct / total
    weight = total / (total + z**2)
    centre = weight * share + (1 - weight) * 0.5
    variance = weight * share * (1 - share) + (1 - weight) * 0.25
    half_width = z * (variance / (total + z**2)) ** 0.5
    return max(0.0, centre - half_width), min(1.0, centre + half_width)
""",
    ),
    Alternative(
        "a numpy mask; if none stays, the largest draw does",
        "extensions.py",
        "word_dropout",
        source="""def word_dropout(tokens, rate, seed):
    import numpy as np

    if len(tokens) == 0:
        return []
    draws = np.random.default_rng(seed).random(len(tokens))
    kept = draws >= rate
    kept[draws.argmax()] |= not kept.any()
    return [word for word, stays in zip(tokens, kept, strict=True) if stays]
""",
    ),
    Alternative(
        "torch.bernoulli and compress; a tuple",
        "extensions.py",
        "word_dropout",
        source="""def word_dropout(tokens, rate, seed):
    from itertools import compress

    generator = torch.Generator().manual_seed(seed)
    stays = torch.bernoulli(torch.full((len(tokens),), 1.0 - rate, dtype=torch.float64), generator=generator)
    return tuple(compress(tokens, stays.tolist())) or tuple(tokens[:1])
""",
    ),
    Alternative(
        "words taken out of a copy, from the end",
        "extensions.py",
        "word_dropout",
        source="""def word_dropout(tokens, rate, seed):
    from random import Random

    dice = Random(f"dropout {seed}")
    left = list(tokens)
    for index in reversed(range(len(tokens))):
        if dice.random() < rate:
            del left[index]
    if tokens and not left:
        left.append(tokens[dice.randrange(len(tokens))])
    return left
""",
    ),
    Alternative(
        "bmm and the diagonal in place",
        "extensions.py",
        "attention_rollout",
        source="""def attention_rollout(attentions):
    rollout = None
    for attention in attentions:
        mixed = attention.mean(dim=1)  # a new tensor
        mixed.diagonal(dim1=-2, dim2=-1).add_(1.0)
        mixed = mixed / mixed.sum(dim=-1, keepdim=True)
        rollout = mixed if rollout is None else torch.bmm(mixed, rollout)
    return rollout
""",
    ),
    Alternative(
        "reduce and einsum over normalized layers",
        "extensions.py",
        "attention_rollout",
        source="""def attention_rollout(attentions):
    from functools import reduce

    heads = torch.stack(tuple(attentions)).mean(dim=2)  # [layers, batch, seq_len, seq_len]
    layers = torch.nn.functional.normalize(heads + torch.eye(heads.shape[-1]).to(heads), p=1, dim=-1)
    return reduce(lambda below, layer: torch.einsum("bij,bjk->bik", layer, below), layers)
""",
    ),
    Alternative(
        "numpy, one text at a time",
        "extensions.py",
        "attention_rollout",
        source="""def attention_rollout(attentions):
    import numpy as np

    layers = [attention.detach().cpu().numpy() for attention in attentions]
    rollouts = []
    for text in range(layers[0].shape[0]):
        rollout = np.eye(layers[0].shape[-1], dtype=layers[0].dtype)
        for layer in layers:
            mixed = layer[text].mean(axis=0) + np.eye(len(rollout), dtype=layer.dtype)
            rollout = (mixed / mixed.sum(axis=1, keepdims=True)) @ rollout
        rollouts.append(rollout)
    return torch.from_numpy(np.stack(rollouts)).to(attentions[0].device)
""",
    ),
)
