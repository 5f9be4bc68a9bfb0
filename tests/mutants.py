"""The reference solutions, each with one mistake that students make.

A mutant is a piece of a file in `solutions/` and what a student would have written in its place. Every one
breaks the contract in the docstring of its hole. Mistakes that cannot be seen are left out: the same
behaviour in another style, another error message, a batch that is not moved to the device it is on already.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One named mistake: `old` occurs exactly once in the solution `file` and becomes `new`."""

    name: str
    file: str
    old: str
    new: str


def mutate(mutant: Mutant, source: str) -> str:
    """Put the mistake into the text of the solution; ValueError unless there is exactly one place for it."""
    places = source.count(mutant.old)
    if places != 1:
        raise ValueError(
            f"mutant {mutant.name!r}: old occurs {places} times in {mutant.file}, not once; "
            "update tests/mutants.py to the present solution"
        )
    return source.replace(mutant.old, mutant.new)


DATA = (
    Mutant(
        "the rows are sorted by aspect",
        "data.py",
        old="reviews = pd.DataFrame(rows, columns=columns)",
        new='reviews = pd.DataFrame(rows, columns=columns).sort_values("aspect")',
    ),
    # load_reviews
    Mutant(
        "the review NA is read as missing",
        "data.py",
        old="rows = read_rows(path)",
        new='rows = pd.read_csv(path, dtype=str).fillna("").to_dict("records")',
    ),
    Mutant(
        "bad rows are counted from 0",
        "data.py",
        old="enumerate(rows, start=1)",
        new="enumerate(rows)",
    ),
    Mutant(
        "bad rows are counted as lines of the file",
        "data.py",
        old="enumerate(rows, start=1)",
        new="enumerate(rows, start=2)",
    ),
    Mutant(
        "the code is not compared with the aspect",
        "data.py",
        old='if row["aspect_encoded"].strip() != code:',
        new='if row["aspect_encoded"].strip() not in ("0", "1", "2"):',
    ),
    Mutant(
        "an unknown aspect is accepted",
        "data.py",
        old="""raise ValueError(f"{where}: unknown aspect {row['aspect']!r}; use one of {', '.join(ASPECTS)}")""",
        new="continue",
    ),
    Mutant(
        "an empty review is accepted",
        "data.py",
        old='if not row["review"].strip():',
        new='if row["review"] is None:',
    ),
    Mutant(
        "a file without rows is accepted",
        "data.py",
        old='raise ValueError(f"{path}: no data rows; a split needs at least one review")',
        new="return pd.DataFrame(columns=columns)",
    ),
    Mutant(
        "a missing column gives a KeyError",
        "data.py",
        old="    if missing:\n",
        new="    if len(missing) == len(columns):\n",
    ),
    Mutant(
        "the codes stay text",
        "data.py",
        old='return reviews.astype({"aspect_encoded": int})',
        new="return reviews",
    ),
    # label_counts
    Mutant(
        "absent aspects are not counted as 0",
        "data.py",
        old='return {aspect: int((reviews["aspect"] == aspect).sum()) for aspect in ASPECTS}',
        new='counts = reviews["aspect"].value_counts()\n'
        "    return {aspect: int(counts[aspect]) for aspect in ASPECTS if aspect in counts}",
    ),
    Mutant(
        "aspects are listed by frequency",
        "data.py",
        old='return {aspect: int((reviews["aspect"] == aspect).sum()) for aspect in ASPECTS}',
        new='counts = {aspect: int((reviews["aspect"] == aspect).sum()) for aspect in ASPECTS}\n'
        "    return dict(sorted(counts.items(), key=lambda item: -item[1]))",
    ),
    Mutant(
        "aspects are counted under their codes",
        "data.py",
        old='return {aspect: int((reviews["aspect"] == aspect).sum()) for aspect in ASPECTS}',
        new='return {code: int((reviews["aspect"] == aspect).sum()) for code, aspect in enumerate(ASPECTS)}',
    ),
    Mutant(
        "shares are given instead of counts",
        "data.py",
        old='int((reviews["aspect"] == aspect).sum())',
        new='float((reviews["aspect"] == aspect).mean())',
    ),
    # train_val_split
    Mutant(
        "the split is not stratified",
        "data.py",
        old='    for aspect in ASPECTS:\n        rows = np.flatnonzero(reviews["aspect"] == aspect)\n',
        new="    for _ in range(1):\n        rows = np.arange(len(reviews))\n",
    ),
    Mutant(
        "validation rows stay in the training part",
        "data.py",
        old="return reviews[~chosen].reset_index(drop=True),",
        new="return reviews.reset_index(drop=True),",
    ),
    Mutant(
        "a small class has no validation row",
        "data.py",
        old="max(1, round(len(rows) * val_fraction))",
        new="int(len(rows) * val_fraction)",
    ),
    Mutant(
        "the same seed gives different splits",
        "data.py",
        old="np.random.default_rng(seed)",
        new="np.random.default_rng()",
    ),
    Mutant(
        "every seed gives the same split",
        "data.py",
        old="np.random.default_rng(seed)",
        new="np.random.default_rng(0)",
    ),
    Mutant(
        "numpy's global random numbers are seeded",
        "data.py",
        old="random = np.random.default_rng(seed)",
        new="np.random.seed(seed)\n    random = np.random",
    ),
    Mutant(
        "a val_fraction of 0 or 1 is accepted",
        "data.py",
        old="if not 0 < val_fraction < 1:",
        new="if not 0 <= val_fraction <= 1:",
    ),
    Mutant(
        "val_fraction is not checked",
        "data.py",
        old="if not 0 < val_fraction < 1:",
        new="if val_fraction is None:",
    ),
    Mutant(
        "the frame to split is sorted in place",
        "data.py",
        old="    random = np.random.default_rng(seed)\n",
        new='    reviews.sort_values("aspect", inplace=True, ignore_index=True)\n'
        "    random = np.random.default_rng(seed)\n",
    ),
    Mutant(
        "a review that comes twice is read once",
        "data.py",
        old='return reviews.astype({"aspect_encoded": int})',
        new='return reviews.drop_duplicates(ignore_index=True).astype({"aspect_encoded": int})',
    ),
    Mutant(
        "blanks around a review are cut off",
        "data.py",
        old='return reviews.astype({"aspect_encoded": int})',
        new='return reviews.assign(review=reviews["review"].str.strip()).astype({"aspect_encoded": int})',
    ),
    Mutant(
        "codes may count from the end",
        "data.py",
        old='if row["aspect_encoded"].strip() != code:',
        new='if row["aspect_encoded"].strip() not in (code, str(int(code) - 3)):',
    ),
    Mutant(
        "an aspect in lower case is accepted",
        "data.py",
        old='        if row["aspect"] not in ASPECTS:',
        new='        row["aspect"] = row["aspect"].title()\n        if row["aspect"] not in ASPECTS:',
    ),
    Mutant(
        "the last row is not looked at",
        "data.py",
        old="enumerate(rows, start=1)",
        new="enumerate(rows[:-1], start=1)",
    ),
    Mutant(
        "the message on an empty review names no row",
        "data.py",
        old='raise ValueError(f"{where}: empty review;',
        new='raise ValueError(f"{path}: empty review;',
    ),
    Mutant(
        "columns are taken by their place",
        "data.py",
        old="reviews = pd.DataFrame(rows, columns=columns)",
        new="reviews = pd.DataFrame([list(row.values()) for row in rows], columns=columns)",
    ),
    Mutant(
        "the index is kept as a column",
        "data.py",
        old='return reviews.astype({"aspect_encoded": int})',
        new='return reviews.astype({"aspect_encoded": int}).reset_index()',
    ),
    Mutant(
        "equal texts are counted once",
        "data.py",
        old='(reviews["aspect"] == aspect).sum()',
        new='(reviews.drop_duplicates()["aspect"] == aspect).sum()',
    ),
    Mutant(
        "only the codes are counted",
        "data.py",
        old='(reviews["aspect"] == aspect).sum()',
        new='(reviews["aspect_encoded"] == ASPECTS.index(aspect)).sum()',
    ),
    Mutant(
        "texts of the validation part are left out of the training part",
        "data.py",
        old="return reviews[~chosen].reset_index(drop=True), reviews[chosen].reset_index(drop=True)",
        new='val = reviews[chosen]\n    return reviews[~reviews["review"].isin(val["review"])], val',
    ),
    Mutant(
        "row numbers of the validation part are left out of the training part",
        "data.py",
        old="return reviews[~chosen].reset_index(drop=True), reviews[chosen].reset_index(drop=True)",
        new="val = reviews[chosen]\n    return reviews.drop(val.index), val",
    ),
    Mutant(
        "validation rows are looked up by their row numbers",
        "data.py",
        old="return reviews[~chosen].reset_index(drop=True), reviews[chosen].reset_index(drop=True)",
        new="val = reviews.loc[np.flatnonzero(chosen)]\n    return reviews[~chosen], val",
    ),
    Mutant(
        "columns that the split does not need are lost",
        "data.py",
        old="return reviews[~chosen].reset_index(drop=True), reviews[chosen].reset_index(drop=True)",
        new='reviews = reviews[["review", "aspect"]]\n    return reviews[~chosen], reviews[chosen]',
    ),
    Mutant(
        "equal rows are split as one",
        "data.py",
        old="    random = np.random.default_rng(seed)\n",
        new="    random = np.random.default_rng(seed)\n    reviews = reviews.drop_duplicates()\n",
    ),
    Mutant(
        "the index of the frame to split is replaced",
        "data.py",
        old="    random = np.random.default_rng(seed)\n",
        new="    random = np.random.default_rng(seed)\n    reviews.index = range(len(reviews))\n",
    ),
    Mutant(
        "a seed of 0 is no seed",
        "data.py",
        old="default_rng(seed)",
        new="default_rng(seed or None)",
    ),
)

TOKENIZATION = (
    Mutant(
        "emoji are words",
        "tokenization.py",
        old=r'return re.findall(r"\b\w+\b", text.lower())',
        new=r'return re.findall(r"\b\w+\b|[\u2600-\u27bf\U0001f300-\U0001faff]", text.lower())',
    ),
    Mutant(
        "long texts are cut",
        "tokenization.py",
        old=r'return re.findall(r"\b\w+\b", text.lower())',
        new=r'return re.findall(r"\b\w+\b", text.lower())[:512]',
    ),
    # tokenize
    Mutant(
        "words are not lower-cased",
        "tokenization.py",
        old='return re.findall(r"\\b\\w+\\b", text.lower())',
        new='return re.findall(r"\\b\\w+\\b", text)',
    ),
    Mutant(
        "texts are cut at white space only",
        "tokenization.py",
        old='return re.findall(r"\\b\\w+\\b", text.lower())',
        new="return text.lower().split()",
    ),
    Mutant(
        "words are ASCII only",
        "tokenization.py",
        old='return re.findall(r"\\b\\w+\\b", text.lower())',
        new='return re.findall(r"\\b\\w+\\b", text.lower(), re.ASCII)',
    ),
    Mutant(
        "digits are dropped",
        "tokenization.py",
        old='return re.findall(r"\\b\\w+\\b", text.lower())',
        new='return re.findall(r"[^\\W\\d]+", text.lower())',
    ),
    Mutant(
        "an apostrophe does not cut a word",
        "tokenization.py",
        old='return re.findall(r"\\b\\w+\\b", text.lower())',
        new='return re.findall(r"\\b[\\w\']+\\b", text.lower())',
    ),
    Mutant(
        "words of one letter are dropped",
        "tokenization.py",
        old='return re.findall(r"\\b\\w+\\b", text.lower())',
        new='return re.findall(r"\\b\\w\\w+\\b", text.lower())',
    ),
    # tokenize_corpus
    Mutant(
        "the words of all texts form one flat list",
        "tokenization.py",
        old="return [tokenize(text) for text in texts]",
        new="return [word for text in texts for word in tokenize(text)]",
    ),
    Mutant(
        "empty texts are left out",
        "tokenization.py",
        old="return [tokenize(text) for text in texts]",
        new="return [tokens for tokens in map(tokenize, texts) if tokens]",
    ),
    Mutant(
        "texts are tokenized in sorted order",
        "tokenization.py",
        old="return [tokenize(text) for text in texts]",
        new="return [tokenize(text) for text in sorted(texts)]",
    ),
    Mutant(
        "texts are walked twice",
        "tokenization.py",
        old="return [tokenize(text) for text in texts]",
        new="if not any(True for _ in texts):\n        return []\n    return [tokenize(text) for text in texts]",
    ),
    Mutant(
        "casefold in the place of lower",
        "tokenization.py",
        old="text.lower()",
        new="text.casefold()",
    ),
    Mutant(
        "underscores at the ends of a word are dropped",
        "tokenization.py",
        old='return re.findall(r"\\b\\w+\\b", text.lower())',
        new='return [word.strip("_") for word in re.findall(r"\\b\\w+\\b", text.lower())]',
    ),
    Mutant(
        "a curly apostrophe does not cut a word",
        "tokenization.py",
        old='r"\\b\\w+\\b"',
        new='r"\\b[\\w\\u2019]+\\b"',
    ),
    Mutant(
        "accents are taken off",
        "tokenization.py",
        old='return re.findall(r"\\b\\w+\\b", text.lower())',
        new='import unicodedata\n\n    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))\n    return re.findall(r"\\b\\w+\\b", text.lower())',
    ),
    Mutant(
        "a word that comes twice is kept once",
        "tokenization.py",
        old='return re.findall(r"\\b\\w+\\b", text.lower())',
        new='return list(dict.fromkeys(re.findall(r"\\b\\w+\\b", text.lower())))',
    ),
    Mutant(
        "a text that comes twice is kept once",
        "tokenization.py",
        old="return [tokenize(text) for text in texts]",
        new="return [tokenize(text) for text in dict.fromkeys(texts)]",
    ),
    Mutant(
        "texts are joined and cut at line breaks",
        "tokenization.py",
        old="return [tokenize(text) for text in texts]",
        new='return [tokenize(line) for line in "\\n".join(texts).split("\\n")]',
    ),
)

VOCAB = (
    Mutant(
        "no words give an empty vocabulary",
        "vocab.py",
        old="    vocab = {PAD: PAD_ID, UNK: UNK_ID}",
        new="    vocab = {PAD: PAD_ID, UNK: UNK_ID} if counts else {}",
    ),
    # build_vocab
    Mutant(
        "PAD and UNK have each other's id",
        "vocab.py",
        old="vocab = {PAD: PAD_ID, UNK: UNK_ID}",
        new="vocab = {UNK: PAD_ID, PAD: UNK_ID}",
    ),
    Mutant(
        "max_words counts PAD and UNK",
        "vocab.py",
        old="counts.most_common(max_words)",
        new="counts.most_common(max(0, max_words - 2))",
    ),
    Mutant(
        "max_words is ignored",
        "vocab.py",
        old="counts.most_common(max_words)",
        new="counts.most_common()",
    ),
    Mutant(
        "word ids start at 1",
        "vocab.py",
        old="vocab[word] = len(vocab)",
        new="vocab[word] = len(vocab) - 1",
    ),
    Mutant(
        "word ids start at 3",
        "vocab.py",
        old="vocab[word] = len(vocab)",
        new="vocab[word] = len(vocab) + 1",
    ),
    Mutant(
        "word ids have gaps",
        "vocab.py",
        old="vocab[word] = len(vocab)",
        new="vocab[word] = 2 * len(vocab) - 2",
    ),
    Mutant(
        "the rarest words come first",
        "vocab.py",
        old="counts.most_common(max_words)",
        new="sorted(counts.items(), key=lambda item: item[1])[:max_words]",
    ),
    Mutant(
        "the first words are kept instead of the most frequent",
        "vocab.py",
        old="counts.most_common(max_words)",
        new="list(counts.items())[:max_words]",
    ),
    Mutant(
        "a word spelt like PAD or UNK gets a second id",
        "vocab.py",
        old="counts.pop(special, None)",
        new="counts.get(special)",
    ),
    Mutant(
        "the tokens are walked twice",
        "vocab.py",
        old="    counts = Counter(word for tokens in tokenized for word in tokens)\n",
        new="    max_words = min(max_words, sum(len(tokens) for tokens in tokenized))\n"
        "    counts = Counter(word for tokens in tokenized for word in tokens)\n",
    ),
    # encode
    Mutant(
        "unknown words become padding",
        "vocab.py",
        old="    return [vocab.get(word, UNK_ID) for word in tokens]",
        new="    return [vocab.get(word, 0) for word in tokens]",
    ),
    Mutant(
        "unknown words are dropped",
        "vocab.py",
        old="return [vocab.get(word, UNK_ID) for word in tokens]",
        new="return [vocab[word] for word in tokens if word in vocab]",
    ),
    Mutant(
        "unknown words are added to the vocabulary",
        "vocab.py",
        old="return [vocab.get(word, UNK_ID) for word in tokens]",
        new="return [vocab.setdefault(word, len(vocab)) for word in tokens]",
    ),
    # encode_splits
    Mutant(
        "the vocabulary is built from training and test words",
        "vocab.py",
        old="vocab = build_vocab(train_tokens, max_words)",
        new="test_tokens = list(test_tokens)\n    vocab = build_vocab(train_tokens + test_tokens, max_words)",
    ),
    Mutant(
        "encode_splits ignores max_words",
        "vocab.py",
        old="vocab = build_vocab(train_tokens, max_words)",
        new="vocab = build_vocab(train_tokens)",
    ),
    Mutant(
        "the encoded splits are returned the wrong way round",
        "vocab.py",
        old="return vocab, [encode(tokens, vocab) for tokens in train_tokens],"
        " [encode(tokens, vocab) for tokens in test_tokens]",
        new="encoded_train = [encode(tokens, vocab) for tokens in train_tokens]\n"
        "    return vocab, [encode(tokens, vocab) for tokens in test_tokens], encoded_train",
    ),
    Mutant(
        "the training tokens are walked twice",
        "vocab.py",
        old="    train_tokens = list(train_tokens)  # walked twice\n",
        new="",
    ),
    # unknown_rate
    Mutant(
        "the unknown rate is a mean of the texts' rates",
        "vocab.py",
        old="    ids = [id_ for text in encoded for id_ in text]\n"
        "    return ids.count(UNK_ID) / len(ids) if ids else 0.0\n",
        new="    rates = [text.count(UNK_ID) / len(text) for text in encoded if text]\n"
        "    return sum(rates) / len(rates) if rates else 0.0\n",
    ),
    Mutant(
        "padding is counted as unknown",
        "vocab.py",
        old="ids.count(UNK_ID) / len(ids)",
        new="ids.count(PAD_ID) / len(ids)",
    ),
    Mutant(
        "the unknown rate of no ids divides by zero",
        "vocab.py",
        old="return ids.count(UNK_ID) / len(ids) if ids else 0.0",
        new="return ids.count(UNK_ID) / len(ids)",
    ),
    Mutant(
        "the encoded texts are walked twice",
        "vocab.py",
        old="    ids = [id_ for text in encoded for id_ in text]\n"
        "    return ids.count(UNK_ID) / len(ids) if ids else 0.0\n",
        new="    num_ids = sum(len(text) for text in encoded)\n"
        "    return sum(text.count(UNK_ID) for text in encoded) / num_ids if num_ids else 0.0\n",
    ),
    Mutant(
        "the unknown rate is the example's",
        "vocab.py",
        old="ids.count(UNK_ID) / len(ids)",
        new="0.5",
    ),
    Mutant(
        "texts with a word are counted, not the words",
        "vocab.py",
        old="Counter(word for tokens in tokenized for word in tokens)",
        new="Counter(word for tokens in tokenized for word in set(tokens))",
    ),
    Mutant(
        "words are lower-cased again",
        "vocab.py",
        old="Counter(word for tokens in tokenized for word in tokens)",
        new="Counter(word.lower() for tokens in tokenized for word in tokens if word not in (PAD, UNK))",
    ),
    Mutant(
        "at least one word is kept",
        "vocab.py",
        old="counts.most_common(max_words)",
        new="counts.most_common(max(1, max_words))",
    ),
    Mutant(
        "at most 1000 entries with PAD and UNK",
        "vocab.py",
        old="counts.most_common(max_words)",
        new="counts.most_common(min(max_words, 998))",
    ),
    Mutant(
        "words are lower-cased before they are looked up",
        "vocab.py",
        old="[vocab.get(word, UNK_ID) for word in tokens]",
        new="[vocab.get(word.lower(), UNK_ID) for word in tokens]",
    ),
    Mutant(
        "a word's place in the vocabulary is its id",
        "vocab.py",
        old="[vocab.get(word, UNK_ID) for word in tokens]",
        new="[list(vocab).index(word) if word in vocab else UNK_ID for word in tokens]",
    ),
    Mutant(
        "texts are cut at 128 words",
        "vocab.py",
        old="[vocab.get(word, UNK_ID) for word in tokens]",
        new="[vocab.get(word, UNK_ID) for word in tokens[:128]]",
    ),
    Mutant(
        "words of both splits are counted, those of test alone left out",
        "vocab.py",
        old="    vocab = build_vocab(train_tokens, max_words)\n",
        new="    from collections import Counter\n\n    test_tokens = list(test_tokens)\n    known = {word for tokens in train_tokens for word in tokens}\n    counts = Counter(word for tokens in [*train_tokens, *test_tokens] for word in tokens if word in known)\n    vocab = build_vocab([[word] * count for word, count in counts.items()], max_words)\n",
    ),
    Mutant(
        "words that test lacks are left out",
        "vocab.py",
        old="    vocab = build_vocab(train_tokens, max_words)\n",
        new="    test_tokens = list(test_tokens)\n    in_test = {word for tokens in test_tokens for word in tokens}\n    vocab = build_vocab([[word for word in tokens if word in in_test] for tokens in train_tokens], max_words)\n",
    ),
    Mutant(
        "words of test are added where there is room",
        "vocab.py",
        old="    vocab = build_vocab(train_tokens, max_words)\n",
        new="    test_tokens = list(test_tokens)\n    vocab = build_vocab(train_tokens, max_words)\n    for word in (word for tokens in test_tokens for word in tokens):\n        if len(vocab) < max_words + 2:\n            vocab.setdefault(word, len(vocab))\n",
    ),
)

BATCHING = (
    Mutant(
        "numpy's global random numbers are seeded by the loader",
        "batching.py",
        old="generator = torch.Generator().manual_seed(seed)",
        new="""generator = torch.Generator().manual_seed(seed)
    import numpy as np

    np.random.seed(seed)""",
    ),
    # pad
    Mutant(
        "padding comes on the left",
        "batching.py",
        old="return kept + [pad_id] * (max_len - len(kept))",
        new="return [pad_id] * (max_len - len(kept)) + kept",
    ),
    Mutant(
        "a long row loses its head",
        "batching.py",
        old="kept = ids[:max_len]",
        new="kept = ids[-max_len:]",
    ),
    Mutant(
        "a long row is not cut",
        "batching.py",
        old="kept = ids[:max_len]",
        new="kept = list(ids)",
    ),
    Mutant(
        "pad ignores pad_id",
        "batching.py",
        old="return kept + [pad_id] * (max_len - len(kept))",
        new="return kept + [PAD_ID] * (max_len - len(kept))",
    ),
    Mutant(
        "the row is padded in place",
        "batching.py",
        old="    kept = ids[:max_len]\n    return kept + [pad_id] * (max_len - len(kept))\n",
        new="    ids.extend([pad_id] * (max_len - len(ids)))\n    return ids[:max_len]\n",
    ),
    Mutant(
        "the row is cut in place",
        "batching.py",
        old="    kept = ids[:max_len]\n",
        new="    del ids[max_len:]\n    kept = list(ids)\n",
    ),
    # to_tensors
    Mutant(
        "the labels are floats",
        "batching.py",
        old="torch.tensor(labels, dtype=torch.long)",
        new="torch.tensor(labels, dtype=torch.float)",
    ),
    Mutant(
        "the ids are int32",
        "batching.py",
        old="torch.tensor(rows, dtype=torch.long)",
        new="torch.tensor(rows, dtype=torch.int32)",
    ),
    Mutant(
        "to_tensors ignores max_len",
        "batching.py",
        old="    rows = [pad(ids, max_len) for ids in encoded]\n",
        new="    max_len = 128\n    rows = [pad(ids, max_len) for ids in encoded]\n",
    ),
    Mutant(
        "rows are padded to the longest only",
        "batching.py",
        old="    rows = [pad(ids, max_len) for ids in encoded]\n",
        new="    max_len = min(max_len, max((len(ids) for ids in encoded), default=max_len))\n"
        "    rows = [pad(ids, max_len) for ids in encoded]\n",
    ),
    Mutant(
        "no rows give a tensor with one axis",
        "batching.py",
        old=".reshape(len(rows), max_len)",
        new="",
    ),
    Mutant(
        "the labels are a column",
        "batching.py",
        old="torch.tensor(labels, dtype=torch.long)",
        new="torch.tensor(labels, dtype=torch.long).unsqueeze(-1)",
    ),
    # make_loader
    Mutant(
        "the last short batch is dropped",
        "batching.py",
        old="shuffle=shuffle, generator=generator)",
        new="shuffle=shuffle, generator=generator, drop_last=True)",
    ),
    Mutant(
        "the loader never shuffles",
        "batching.py",
        old="shuffle=shuffle, generator=generator)",
        new="shuffle=False, generator=generator)",
    ),
    Mutant(
        "the loader always shuffles",
        "batching.py",
        old="shuffle=shuffle, generator=generator)",
        new="shuffle=True, generator=generator)",
    ),
    Mutant(
        "every epoch has the same order",
        "batching.py",
        old="    return DataLoader(TensorDataset(input_ids, labels), batch_size=batch_size, shuffle=shuffle,"
        " generator=generator)\n",
        new="    if shuffle:\n"
        "        order = torch.randperm(len(labels), generator=generator)\n"
        "        input_ids, labels = input_ids[order], labels[order]\n"
        "    return DataLoader(TensorDataset(input_ids, labels), batch_size=batch_size, generator=generator)\n",
    ),
    Mutant(
        "two loaders of one seed differ",
        "batching.py",
        old="    generator = torch.Generator().manual_seed(seed)\n",
        new="    generator = torch.Generator()\n    generator.seed()\n",
    ),
    Mutant(
        "every seed gives the same order",
        "batching.py",
        old="torch.Generator().manual_seed(seed)",
        new="torch.Generator().manual_seed(0)",
    ),
    Mutant(
        "torch's global random numbers are seeded",
        "batching.py",
        old="generator = torch.Generator().manual_seed(seed)",
        new="generator = torch.manual_seed(seed)",
    ),
    Mutant(
        "an unshuffled loader draws from the global random numbers",
        "batching.py",
        old="shuffle=shuffle, generator=generator)",
        new="shuffle=shuffle, generator=generator if shuffle else None)",
    ),
    Mutant(
        "the labels are not shuffled along",
        "batching.py",
        old="    generator = torch.Generator().manual_seed(seed)\n",
        new="    generator = torch.Generator().manual_seed(seed)\n"
        "    if shuffle:\n"
        "        input_ids = input_ids[torch.randperm(len(labels), generator=generator)]\n",
    ),
)

SIMPLE_NN = (
    Mutant(
        "the ReLU comes before both layers",
        "simple_nn.py",
        old="return self.output(torch.relu(self.hidden(pooled)))",
        new="return self.output(self.hidden(torch.relu(pooled)))",
    ),
    Mutant(
        "the ReLU comes after both layers",
        "simple_nn.py",
        old="return self.output(torch.relu(self.hidden(pooled)))",
        new="return torch.relu(self.output(self.hidden(pooled)))",
    ),
    Mutant(
        "a second ReLU cuts the logits",
        "simple_nn.py",
        old="return self.output(torch.relu(self.hidden(pooled)))",
        new="return torch.relu(self.output(torch.relu(self.hidden(pooled))))",
    ),
    Mutant(
        "the model ends in a sigmoid",
        "simple_nn.py",
        old="return self.output(torch.relu(self.hidden(pooled)))",
        new="return torch.sigmoid(self.output(torch.relu(self.hidden(pooled))))",
    ),
    Mutant(
        "the model ends in a log-softmax",
        "simple_nn.py",
        old="return self.output(torch.relu(self.hidden(pooled)))",
        new="return torch.log_softmax(self.output(torch.relu(self.hidden(pooled))), dim=-1)",
    ),
    Mutant(
        "all rows are divided by the number of the longest",
        "simple_nn.py",
        old="return totals / weights.sum(dim=1).clamp(min=1)",
        new="return totals / weights.sum(dim=1).max().clamp(min=1)",
    ),
    Mutant(
        "hidden_dim is ignored",
        "simple_nn.py",
        old="""self.hidden = nn.Linear(embed_dim, hidden_dim)
        self.output = nn.Linear(hidden_dim, num_classes)""",
        new="""self.hidden = nn.Linear(embed_dim, 100)
        self.output = nn.Linear(100, num_classes)""",
    ),
    Mutant(
        "the model divides by zero tokens",
        "simple_nn.py",
        old="pooled = mean_pool(self.embedding(input_ids), input_ids != self.pad_id)",
        new="""keep = (input_ids != self.pad_id).unsqueeze(-1)
        pooled = (self.embedding(input_ids) * keep).sum(dim=1) / keep.sum(dim=1)""",
    ),
    # mean_pool
    Mutant(
        "padding is averaged in",
        "simple_nn.py",
        old="return totals / weights.sum(dim=1).clamp(min=1)",
        new="return embeddings.mean(dim=1)",
    ),
    Mutant(
        "padding counts in the number that divides",
        "simple_nn.py",
        old="return totals / weights.sum(dim=1).clamp(min=1)",
        new="return totals / mask.shape[1]",
    ),
    Mutant(
        "padding counts in the sum",
        "simple_nn.py",
        old="totals = (embeddings * weights).sum(dim=1)",
        new="totals = embeddings.sum(dim=1)",
    ),
    Mutant(
        "embeddings are summed, not averaged",
        "simple_nn.py",
        old="return totals / weights.sum(dim=1).clamp(min=1)",
        new="return totals",
    ),
    Mutant(
        "the largest value is taken instead of the mean",
        "simple_nn.py",
        old="return totals / weights.sum(dim=1).clamp(min=1)",
        new='largest = embeddings.masked_fill(weights == 0, float("-inf")).amax(dim=1)\n'
        "    return torch.where(mask.any(dim=1, keepdim=True), largest, totals)",
    ),
    Mutant(
        "the last real token is taken instead of the mean",
        "simple_nn.py",
        old="return totals / weights.sum(dim=1).clamp(min=1)",
        new="last = (mask.sum(dim=1) - 1).clamp(min=0)\n"
        "    return (embeddings * weights)[torch.arange(len(mask)), last]",
    ),
    Mutant(
        "a row of padding gives NaN",
        "simple_nn.py",
        old="weights.sum(dim=1).clamp(min=1)",
        new="weights.sum(dim=1)",
    ),
    # SimpleNN
    Mutant(
        "the embedding has no padding_idx",
        "simple_nn.py",
        old="nn.Embedding(vocab_size, embed_dim, padding_idx=pad_id)",
        new="nn.Embedding(vocab_size, embed_dim)",
    ),
    Mutant(
        "the embedding ignores pad_id",
        "simple_nn.py",
        old="padding_idx=pad_id",
        new="padding_idx=PAD_ID",
    ),
    Mutant(
        "the mask ignores pad_id",
        "simple_nn.py",
        old="input_ids != self.pad_id",
        new="input_ids != PAD_ID",
    ),
    Mutant(
        "the model averages padding in",
        "simple_nn.py",
        old="pooled = mean_pool(self.embedding(input_ids), input_ids != self.pad_id)",
        new="pooled = self.embedding(input_ids).mean(dim=1)",
    ),
    Mutant(
        "the model sums the embeddings",
        "simple_nn.py",
        old="pooled = mean_pool(self.embedding(input_ids), input_ids != self.pad_id)",
        new="pooled = self.embedding(input_ids).sum(dim=1)",
    ),
    Mutant(
        "the model takes the largest values",
        "simple_nn.py",
        old="pooled = mean_pool(self.embedding(input_ids), input_ids != self.pad_id)",
        new="padding = (input_ids == self.pad_id).unsqueeze(-1)\n"
        "        pooled = self.embedding(input_ids).masked_fill(padding, -100.0).amax(dim=1)",
    ),
    Mutant(
        "the model reads the first word only",
        "simple_nn.py",
        old="pooled = mean_pool(self.embedding(input_ids), input_ids != self.pad_id)",
        new="pooled = self.embedding(input_ids)[:, 0]",
    ),
    Mutant(
        "the model reads the last position only",
        "simple_nn.py",
        old="pooled = mean_pool(self.embedding(input_ids), input_ids != self.pad_id)",
        new="pooled = self.embedding(input_ids)[:, -1]",
    ),
    Mutant(
        "there is no ReLU between the layers",
        "simple_nn.py",
        old="self.output(torch.relu(self.hidden(pooled)))",
        new="self.output(self.hidden(pooled))",
    ),
    Mutant(
        "the model ends in a softmax",
        "simple_nn.py",
        old="return self.output(torch.relu(self.hidden(pooled)))",
        new="return torch.softmax(self.output(torch.relu(self.hidden(pooled))), dim=-1)",
    ),
    Mutant(
        "dropout never switches off",
        "simple_nn.py",
        old="torch.relu(self.hidden(pooled))",
        new="nn.functional.dropout(torch.relu(self.hidden(pooled)), 0.5)",
    ),
    Mutant(
        "the embedding does not train",
        "simple_nn.py",
        old="        self.hidden = nn.Linear(embed_dim, hidden_dim)\n",
        new="        self.embedding.requires_grad_(False)\n        self.hidden = nn.Linear(embed_dim, hidden_dim)\n",
    ),
    Mutant(
        "the logits of a single text lose their batch axis",
        "simple_nn.py",
        old="return self.output(torch.relu(self.hidden(pooled)))",
        new="return self.output(torch.relu(self.hidden(pooled))).squeeze(0)",
    ),
    Mutant(
        "the model bends by a tanh",
        "simple_nn.py",
        old="torch.relu(self.hidden(pooled))",
        new="torch.tanh(self.hidden(pooled))",
    ),
    Mutant(
        "the model always has three classes",
        "simple_nn.py",
        old="nn.Linear(hidden_dim, num_classes)",
        new="nn.Linear(hidden_dim, 3)",
    ),
)

TRAINING = (
    # train_epoch
    Mutant(
        "old gradients are never cleared",
        "training.py",
        old="        optimizer.zero_grad()\n",
        new="",
    ),
    Mutant(
        "old gradients are cleared once an epoch",
        "training.py",
        old="    for input_ids, labels in loader:\n"
        "        input_ids, labels = input_ids.to(device), labels.to(device)\n"
        "        optimizer.zero_grad()\n",
        new="    optimizer.zero_grad()\n"
        "    for input_ids, labels in loader:\n"
        "        input_ids, labels = input_ids.to(device), labels.to(device)\n",
    ),
    Mutant(
        "the optimizer never steps",
        "training.py",
        old="        optimizer.step()\n",
        new="",
    ),
    Mutant(
        "the optimizer steps once an epoch",
        "training.py",
        old="        optimizer.step()\n"
        "        total_loss += loss.item() * len(labels)\n"
        "        num_right += int((logits.argmax(dim=-1) == labels).sum())\n"
        "        num_seen += len(labels)\n",
        new="        total_loss += loss.item() * len(labels)\n"
        "        num_right += int((logits.argmax(dim=-1) == labels).sum())\n"
        "        num_seen += len(labels)\n"
        "    optimizer.step()\n",
    ),
    Mutant(
        "train_epoch does not switch to train mode",
        "training.py",
        old="    model.train()\n",
        new="",
    ),
    Mutant(
        "the training loss is averaged per batch",
        "training.py",
        old="        total_loss += loss.item() * len(labels)\n"
        "        num_right += int((logits.argmax(dim=-1) == labels).sum())\n"
        "        num_seen += len(labels)\n"
        "    return total_loss / num_seen, num_right / num_seen\n",
        new="        total_loss += loss.item()\n"
        "        num_right += int((logits.argmax(dim=-1) == labels).sum())\n"
        "        num_seen += len(labels)\n"
        "    return total_loss / len(loader), num_right / num_seen\n",
    ),
    Mutant(
        "the training accuracy is averaged per batch",
        "training.py",
        old="        num_right += int((logits.argmax(dim=-1) == labels).sum())\n"
        "        num_seen += len(labels)\n"
        "    return total_loss / num_seen, num_right / num_seen\n",
        new="        num_right += (logits.argmax(dim=-1) == labels).float().mean().item()\n"
        "        num_seen += len(labels)\n"
        "    return total_loss / num_seen, num_right / len(loader)\n",
    ),
    Mutant(
        "the figures are measured after the step",
        "training.py",
        old="        optimizer.step()\n",
        new="        optimizer.step()\n        logits = model(input_ids)\n        loss = loss_fn(logits, labels)\n",
    ),
    Mutant(
        "the logits go through a softmax before the loss",
        "training.py",
        old="loss = loss_fn(logits, labels)",
        new="loss = loss_fn(torch.softmax(logits, dim=-1), labels)",
    ),
    Mutant(
        "train_epoch ignores loss_fn",
        "training.py",
        old="loss = loss_fn(logits, labels)",
        new="loss = nn.functional.cross_entropy(logits, labels)",
    ),
    # evaluate
    Mutant(
        "evaluate does not switch to eval mode",
        "training.py",
        old="    model.eval()\n",
        new="",
    ),
    Mutant(
        "evaluate leaves the model in eval mode",
        "training.py",
        old="    model.train(was_training)\n",
        new="",
    ),
    Mutant(
        "evaluate leaves the model in train mode",
        "training.py",
        old="model.train(was_training)",
        new="model.train(True)",
    ),
    Mutant(
        "evaluate builds a graph",
        "training.py",
        old="with torch.no_grad():",
        new="with torch.enable_grad():",
    ),
    Mutant(
        "the evaluation loss is averaged per batch",
        "training.py",
        old="            total_loss += loss_fn(logits, labels).item() * len(labels)\n"
        "            all_labels += labels.tolist()\n"
        "            all_predictions += logits.argmax(dim=-1).tolist()\n"
        "    model.train(was_training)\n"
        "    return Evaluation(total_loss / len(all_labels), all_labels, all_predictions)\n",
        new="            total_loss += loss_fn(logits, labels).item()\n"
        "            all_labels += labels.tolist()\n"
        "            all_predictions += logits.argmax(dim=-1).tolist()\n"
        "    model.train(was_training)\n"
        "    return Evaluation(total_loss / len(loader), all_labels, all_predictions)\n",
    ),
    Mutant(
        "labels and predictions change places",
        "training.py",
        old="Evaluation(total_loss / len(all_labels), all_labels, all_predictions)",
        new="Evaluation(total_loss / len(all_labels), all_predictions, all_labels)",
    ),
    Mutant(
        "evaluate leaves the last batch out",
        "training.py",
        old="        for input_ids, labels in loader:\n"
        "            input_ids, labels = input_ids.to(device), labels.to(device)\n"
        "            logits",
        new="        for input_ids, labels in list(loader)[: max(1, len(loader) - 1)]:\n"
        "            input_ids, labels = input_ids.to(device), labels.to(device)\n"
        "            logits",
    ),
    # fit
    Mutant(
        "fit trains one epoch too few",
        "training.py",
        old="for _ in range(num_epochs):",
        new="for _ in range(1, num_epochs):",
    ),
    Mutant(
        "fit evaluates on the training data",
        "training.py",
        old="val = evaluate(model, val_loader, loss_fn)",
        new="val = evaluate(model, train_loader, loss_fn)",
    ),
    Mutant(
        "fit evaluates before it trains",
        "training.py",
        old="        train_loss, train_accuracy = train_epoch(model, train_loader, optimizer, loss_fn)\n"
        "        val = evaluate(model, val_loader, loss_fn)\n",
        new="        val = evaluate(model, val_loader, loss_fn)\n"
        "        train_loss, train_accuracy = train_epoch(model, train_loader, optimizer, loss_fn)\n",
    ),
    Mutant(
        "fit makes an optimizer of its own",
        "training.py",
        old="    history = History()\n",
        new="    history = History()\n    optimizer = torch.optim.Adam(model.parameters())\n",
    ),
    Mutant(
        "fit keeps the last epoch only",
        "training.py",
        old="        train_loss, train_accuracy = train_epoch(",
        new="        history = History()\n        train_loss, train_accuracy = train_epoch(",
    ),
    Mutant(
        "training and validation losses change places",
        "training.py",
        old="        history.train_loss.append(train_loss)\n"
        "        history.train_accuracy.append(train_accuracy)\n"
        "        history.val_loss.append(val.loss)\n",
        new="        history.train_loss.append(val.loss)\n"
        "        history.train_accuracy.append(train_accuracy)\n"
        "        history.val_loss.append(train_loss)\n",
    ),
    Mutant(
        "fit does not return the history",
        "training.py",
        old="    return history\n",
        new="    return None\n",
    ),
)

METRICS = (
    # classification_metrics
    Mutant(
        "classification_metrics takes the predictions first",
        "metrics.py",
        old="pairs = list(zip(labels, predictions, strict=True))",
        new="pairs = list(zip(predictions, labels, strict=True))",
    ),
    Mutant(
        "macro averages run over three classes always",
        "metrics.py",
        old="sorted(set(labels) | set(predictions))",
        new="range(3)",
    ),
    Mutant(
        "macro averages run over the labels' classes only",
        "metrics.py",
        old="sorted(set(labels) | set(predictions))",
        new="sorted(set(labels))",
    ),
    Mutant(
        "averages are micro instead of macro",
        "metrics.py",
        old='"precision": precision, "recall": recall, "f1": f1}',
        new='"precision": accuracy, "recall": accuracy, "f1": accuracy}',
    ),
    Mutant(
        "averages are weighted by the size of the class",
        "metrics.py",
        old="scores.append((precision, recall, f1))",
        new="scores += [(precision, recall, f1)] * num_labelled",
    ),
    Mutant(
        "F1 is computed from the averaged precision and recall",
        "metrics.py",
        old="    accuracy = sum(label == prediction for label, prediction in pairs) / len(pairs)\n",
        new="    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0\n"
        "    accuracy = sum(label == prediction for label, prediction in pairs) / len(pairs)\n",
    ),
    Mutant(
        "a class that is never predicted divides by zero",
        "metrics.py",
        old="precision = true_positives / num_predicted if num_predicted else 0.0",
        new="precision = true_positives / num_predicted",
    ),
    # confusion_matrix
    Mutant(
        "rows and columns of the confusion matrix change places",
        "metrics.py",
        old="matrix[label][prediction] += 1",
        new="matrix[prediction][label] += 1",
    ),
    Mutant(
        "all rows of the confusion matrix are one list",
        "metrics.py",
        old="[[0] * num_classes for _ in range(num_classes)]",
        new="[[0] * num_classes] * num_classes",
    ),
    Mutant(
        "the confusion matrix is always 3 x 3",
        "metrics.py",
        old="    matrix = [[0] * num_classes for _ in range(num_classes)]\n",
        new="    num_classes = 3\n    matrix = [[0] * num_classes for _ in range(num_classes)]\n",
    ),
    Mutant(
        "the confusion matrix leaves absent classes out",
        "metrics.py",
        old="    matrix = [[0] * num_classes for _ in range(num_classes)]\n",
        new="    num_classes = max([*labels, *predictions], default=-1) + 1\n"
        "    matrix = [[0] * num_classes for _ in range(num_classes)]\n",
    ),
    # per_class_recall
    Mutant(
        "per_class_recall gives precision",
        "metrics.py",
        old="enumerate(matrix)]",
        new="enumerate(zip(*matrix, strict=True))]",
    ),
    Mutant(
        "the recall of an absent class divides by zero",
        "metrics.py",
        old="row[class_id] / sum(row) if sum(row) else 0.0",
        new="row[class_id] / sum(row)",
    ),
    Mutant(
        "absent classes have no recall at all",
        "metrics.py",
        old="row[class_id] / sum(row) if sum(row) else 0.0 for class_id, row in enumerate(matrix)",
        new="row[class_id] / sum(row) for class_id, row in enumerate(matrix) if sum(row)",
    ),
    Mutant(
        "per_class_recall ignores num_classes",
        "metrics.py",
        old="matrix = confusion_matrix(labels, predictions, num_classes)",
        new="matrix = confusion_matrix(labels, predictions)",
    ),
    Mutant(
        "nothing right divides by zero",
        "metrics.py",
        old="if true_positives else 0.0\n        scores",
        new="if num_predicted or num_labelled else 0.0\n        scores",
    ),
    Mutant(
        "a class that was predicted and never true is not predicted",
        "metrics.py",
        old="    pairs = list(zip(labels, predictions, strict=True))\n",
        new="    pairs = [(one, other) for one, other in zip(labels, predictions, strict=True) if other in set(labels)]\n",
    ),
    Mutant(
        "classes without a label have no columns",
        "metrics.py",
        old="        matrix[label][prediction] += 1",
        new="        matrix[label][prediction] += prediction in labels",
    ),
)

TINYBERT = (
    Mutant(
        "layer 2 trains unless told",
        "tinybert.py",
        old="trainable_layers: Collection[int] = (3,)",
        new="trainable_layers: Collection[int] = (2,)",
    ),
    Mutant(
        "empty texts have no row",
        "tinybert.py",
        old="encoded = tokenizer(list(texts),",
        new="encoded = tokenizer([text for text in texts if text],",
    ),
    # encode_batch
    Mutant(
        "rows are as long as the longest text",
        "tinybert.py",
        old='padding="max_length"',
        new='padding="longest"',
    ),
    Mutant(
        "long texts are not cut",
        "tinybert.py",
        old="truncation=True",
        new="truncation=False",
    ),
    Mutant(
        "encode_batch ignores max_len",
        "tinybert.py",
        old="max_length=max_len",
        new="max_length=128",
    ),
    Mutant(
        "the attention mask is all ones",
        "tinybert.py",
        old='"attention_mask": encoded["attention_mask"]}',
        new='"attention_mask": encoded["attention_mask"].clamp(min=1)}',
    ),
    Mutant(
        "the attention mask is missing",
        "tinybert.py",
        old='return {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]}',
        new='return {"input_ids": encoded["input_ids"]}',
    ),
    Mutant(
        "token_type_ids are left in",
        "tinybert.py",
        old='return {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]}',
        new="return dict(encoded)",
    ),
    Mutant(
        "texts have no [CLS] and [SEP]",
        "tinybert.py",
        old='return_tensors="pt")',
        new='return_tensors="pt", add_special_tokens=False)',
    ),
    Mutant(
        "the tokenizer pads on the left",
        "tinybert.py",
        old='return_tensors="pt")',
        new='return_tensors="pt", padding_side="left")',
    ),
    # freeze_layers
    Mutant(
        "layers 10 and 11 count as layer 1",
        "tinybert.py",
        old="""    for index in trainable_layers:
        layers[index].requires_grad_(True)
""",
        new="""    for name, parameter in model.named_parameters():
        parameter.requires_grad_(any(f"layer.{index}" in name for index in trainable_layers))
""",
    ),
    Mutant(
        "nothing is frozen",
        "tinybert.py",
        old="    model.requires_grad_(False)\n",
        new="",
    ),
    Mutant(
        "the embeddings train",
        "tinybert.py",
        old="    model.classifier.requires_grad_(True)\n",
        new="    model.classifier.requires_grad_(True)\n    model.bert.embeddings.requires_grad_(True)\n",
    ),
    Mutant(
        "the pooler trains",
        "tinybert.py",
        old="    model.classifier.requires_grad_(True)\n",
        new="    model.classifier.requires_grad_(True)\n    model.bert.pooler.requires_grad_(True)\n",
    ),
    Mutant(
        "the classifier is frozen",
        "tinybert.py",
        old="    model.classifier.requires_grad_(True)\n",
        new="",
    ),
    Mutant(
        "a second call does not start afresh",
        "tinybert.py",
        old="    model.requires_grad_(False)\n",
        new="    if all(parameter.requires_grad for parameter in model.parameters()):\n"
        "        model.requires_grad_(False)\n",
    ),
    Mutant(
        "a layer frozen by one call stays frozen in the next",
        "tinybert.py",
        old="    model.requires_grad_(False)\n"
        "    for index in trainable_layers:\n"
        "        layers[index].requires_grad_(True)\n",
        new="    model.bert.embeddings.requires_grad_(False)\n"
        "    model.bert.pooler.requires_grad_(False)\n"
        "    for index in set(range(len(layers))) - set(trainable_layers):\n"
        "        layers[index].requires_grad_(False)\n",
    ),
    Mutant(
        "a layer that is not there gives an IndexError",
        "tinybert.py",
        old="    if missing:\n        raise ValueError(",
        new="    if missing:\n        raise IndexError(",
    ),
    Mutant(
        "a layer that is not there is passed over",
        "tinybert.py",
        old="    if missing:\n"
        '        raise ValueError(f"the model has no encoder layer {missing};'
        ' its layers are 0 to {len(layers) - 1}")\n',
        new="    trainable_layers = [index for index in trainable_layers if index not in missing]\n",
    ),
    Mutant(
        "the model is frozen before the layers are checked",
        "tinybert.py",
        old="    layers = model.bert.encoder.layer\n",
        new="    model.requires_grad_(False)\n    layers = model.bert.encoder.layer\n",
    ),
    Mutant(
        "layers are counted from the top",
        "tinybert.py",
        old="layers[index].requires_grad_(True)",
        new="layers[len(layers) - 1 - index].requires_grad_(True)",
    ),
    # count_parameters
    Mutant(
        "only trainable parameters are counted as total",
        "tinybert.py",
        old="return trainable, sum(parameter.numel() for parameter in model.parameters())",
        new="return trainable, trainable",
    ),
    Mutant(
        "tensors are counted instead of numbers",
        "tinybert.py",
        old="    trainable = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)\n"
        "    return trainable, sum(parameter.numel() for parameter in model.parameters())\n",
        new="    trainable = sum(parameter.requires_grad for parameter in model.parameters())\n"
        "    return trainable, len(list(model.parameters()))\n",
    ),
    Mutant(
        "total comes before trainable",
        "tinybert.py",
        old="return trainable, sum(parameter.numel() for parameter in model.parameters())",
        new="return sum(parameter.numel() for parameter in model.parameters()), trainable",
    ),
    Mutant(
        "a shared parameter counts twice",
        "tinybert.py",
        old="return trainable, sum(parameter.numel() for parameter in model.parameters())",
        new="return trainable, sum(\n"
        "        parameter.numel() for _, parameter in model.named_parameters(remove_duplicate=False)\n"
        "    )",
    ),
    Mutant(
        "buffers are counted as parameters",
        "tinybert.py",
        old="return trainable, sum(parameter.numel() for parameter in model.parameters())",
        new="return trainable, sum(tensor.numel() for tensor in [*model.parameters(), *model.buffers()])",
    ),
)

FINETUNING = (
    # make_optimizer
    Mutant(
        "the optimizer holds frozen parameters too",
        "finetuning.py",
        old="[parameter for parameter in model.parameters() if parameter.requires_grad]",
        new="list(model.parameters())",
    ),
    Mutant(
        "the optimizer lacks the biases",
        "finetuning.py",
        old="for parameter in model.parameters() if parameter.requires_grad]",
        new="for parameter in model.parameters() if parameter.requires_grad and parameter.dim() > 1]",
    ),
    Mutant(
        "Adam stands where AdamW should",
        "finetuning.py",
        old="return torch.optim.AdamW(",
        new="return torch.optim.Adam(",
    ),
    Mutant(
        "the learning rate is ignored",
        "finetuning.py",
        old="lr=lr, weight_decay=weight_decay)",
        new="lr=5e-4, weight_decay=weight_decay)",
    ),
    Mutant(
        "the weight decay is ignored",
        "finetuning.py",
        old="lr=lr, weight_decay=weight_decay)",
        new="lr=lr)",
    ),
    # EarlyStopping
    Mutant(
        "best weights are kept by reference",
        "finetuning.py",
        old="copy.deepcopy(model.state_dict())",
        new="model.state_dict()",
    ),
    Mutant(
        "best weights are kept as a shallow copy",
        "finetuning.py",
        old="copy.deepcopy(model.state_dict())",
        new="model.state_dict().copy()",
    ),
    Mutant(
        "the weights of every epoch are kept",
        "finetuning.py",
        old="            self.best_weights = copy.deepcopy(model.state_dict())\n",
        new="        self.best_weights = copy.deepcopy(model.state_dict())\n",
    ),
    Mutant(
        "early stopping stops one call too early",
        "finetuning.py",
        old="return self.num_steps - self.best_epoch >= self.patience",
        new="return self.num_steps - self.best_epoch >= self.patience - 1",
    ),
    Mutant(
        "early stopping stops one call too late",
        "finetuning.py",
        old="return self.num_steps - self.best_epoch >= self.patience",
        new="return self.num_steps - self.best_epoch > self.patience",
    ),
    Mutant(
        "an improvement does not reset the counter",
        "finetuning.py",
        old="        return self.num_steps - self.best_epoch >= self.patience\n",
        new="        else:\n"
        '            self.num_bad = getattr(self, "num_bad", 0) + 1\n'
        '        return getattr(self, "num_bad", 0) >= self.patience\n',
    ),
    Mutant(
        "an equal loss counts as an improvement",
        "finetuning.py",
        old="if val_loss < self.best_loss - self.min_delta:",
        new="if val_loss <= self.best_loss - self.min_delta:",
    ),
    Mutant(
        "min_delta is ignored",
        "finetuning.py",
        old="if val_loss < self.best_loss - self.min_delta:",
        new="if val_loss < self.best_loss:",
    ),
    Mutant(
        "min_delta has the wrong sign",
        "finetuning.py",
        old="if val_loss < self.best_loss - self.min_delta:",
        new="if val_loss < self.best_loss + self.min_delta:",
    ),
    Mutant(
        "losses are compared with the last, not with the best",
        "finetuning.py",
        old="        return self.num_steps - self.best_epoch >= self.patience\n",
        new="        self.best_loss = float(val_loss)\n"
        "        return self.num_steps - self.best_epoch >= self.patience\n",
    ),
    Mutant(
        "NaN counts as an improvement",
        "finetuning.py",
        old="if val_loss < self.best_loss - self.min_delta:",
        new="if not val_loss >= self.best_loss - self.min_delta:",
    ),
    Mutant(
        "the best epoch is counted from 0",
        "finetuning.py",
        old="            self.best_epoch = self.num_steps\n"
        "            self.best_weights = copy.deepcopy(model.state_dict())\n"
        "        return self.num_steps - self.best_epoch >= self.patience\n",
        new="            self.best_epoch = self.num_steps - 1\n"
        "            self.best_weights = copy.deepcopy(model.state_dict())\n"
        "        since_best = self.num_steps - self.best_epoch - (self.best_weights is not None)\n"
        "        return since_best >= self.patience\n",
    ),
    Mutant(
        "restore does nothing before an improvement",
        "finetuning.py",
        old='raise RuntimeError("no best weights yet: call step() with a loss that improves first")',
        new="return",
    ),
    Mutant(
        "restore never does anything",
        "finetuning.py",
        old="        model.load_state_dict(self.best_weights)\n",
        new="",
    ),
    # finetune
    Mutant(
        "finetune ends with the last weights",
        "finetuning.py",
        old="        stopper.restore(model)\n",
        new="        pass\n",
    ),
    Mutant(
        "best weights come back only after an early stop",
        "finetuning.py",
        old="if stopper.best_epoch > 0:",
        new="if stopper.best_epoch > 0 and len(history.val_loss) < max_epochs:",
    ),
    Mutant(
        "the last epoch is not logged",
        "finetuning.py",
        old="        history.train_loss.append(train_loss)\n"
        "        history.train_accuracy.append(train_accuracy)\n"
        "        history.val_loss.append(val_loss)\n"
        "        history.val_accuracy.append(val_accuracy)\n"
        "        if stopper.step(val_loss, model):\n"
        "            break\n",
        new="        if stopper.step(val_loss, model):\n"
        "            break\n"
        "        history.train_loss.append(train_loss)\n"
        "        history.train_accuracy.append(train_accuracy)\n"
        "        history.val_loss.append(val_loss)\n"
        "        history.val_accuracy.append(val_accuracy)\n",
    ),
    Mutant(
        "the loss of fine-tuning is averaged per batch",
        "finetuning.py",
        old="            total_loss += output.loss.item() * batch_size\n"
        '            num_right += int((output.logits.argmax(dim=-1) == batch["labels"]).sum())\n'
        "            num_seen += batch_size\n"
        "        return total_loss / num_seen, num_right / num_seen\n",
        new="            total_loss += output.loss.item()\n"
        '            num_right += int((output.logits.argmax(dim=-1) == batch["labels"]).sum())\n'
        "            num_seen += batch_size\n"
        "        return total_loss / len(loader), num_right / num_seen\n",
    ),
    Mutant(
        "early stopping watches the training loss",
        "finetuning.py",
        old="if stopper.step(val_loss, model):",
        new="if stopper.step(train_loss, model):",
    ),
    Mutant(
        "finetune never stops early",
        "finetuning.py",
        old="            break\n",
        new="            continue\n",
    ),
    Mutant(
        "finetune ignores patience",
        "finetuning.py",
        old="stopper, history = EarlyStopping(patience), History()",
        new="stopper, history = EarlyStopping(), History()",
    ),
    Mutant(
        "finetune ignores max_epochs",
        "finetuning.py",
        old="for _ in range(max_epochs):",
        new="for _ in range(50):",
    ),
    Mutant(
        "old gradients pile up in fine-tuning",
        "finetuning.py",
        old="                optimizer.zero_grad()\n",
        new="",
    ),
    Mutant(
        "fine-tuning runs in eval mode",
        "finetuning.py",
        old="model.train(training)",
        new="model.eval()",
    ),
    Mutant(
        "validation runs in train mode",
        "finetuning.py",
        old="model.train(training)",
        new="model.train()",
    ),
    Mutant(
        "train mode is not switched on again after validation",
        "finetuning.py",
        old="        model.train(training)\n",
        new="        if not training:\n            model.eval()\n        elif not history.val_loss:\n"
        "            model.train()\n",
    ),
    Mutant(
        "validation builds a graph",
        "finetuning.py",
        old="with torch.set_grad_enabled(training):",
        new="with torch.enable_grad():",
    ),
    Mutant(
        "finetune validates on the training data",
        "finetuning.py",
        old="run_epoch(val_loader, training=False)",
        new="run_epoch(train_loader, training=False)",
    ),
    Mutant(
        "the attention mask is not passed on",
        "finetuning.py",
        old="output = model(**batch)",
        new='output = model(input_ids=batch["input_ids"], labels=batch["labels"])',
    ),
    Mutant(
        "finetune makes an optimizer of its own",
        "finetuning.py",
        old="    stopper, history = EarlyStopping(patience), History()\n",
        new="    stopper, history = EarlyStopping(patience), History()\n    optimizer = make_optimizer(model)\n",
    ),
)

COMPARISON = (
    # relative_improvement
    Mutant(
        "the improvement is absolute",
        "comparison.py",
        old="return (improved - baseline) / baseline",
        new="return improved - baseline",
    ),
    Mutant(
        "the improvement is in percent",
        "comparison.py",
        old="return (improved - baseline) / baseline",
        new="return 100 * (improved - baseline) / baseline",
    ),
    Mutant(
        "the improvement is a fraction of the improved figure",
        "comparison.py",
        old="return (improved - baseline) / baseline",
        new="return (improved - baseline) / improved",
    ),
    Mutant(
        "getting worse counts as an improvement",
        "comparison.py",
        old="return (improved - baseline) / baseline",
        new="return abs(improved - baseline) / baseline",
    ),
    Mutant(
        "a baseline of 0 divides by zero",
        "comparison.py",
        old="if baseline == 0:",
        new="if baseline is None:",
    ),
    Mutant(
        "a baseline of 0 gives no improvement",
        "comparison.py",
        old='raise ValueError("baseline is 0: there is no relative improvement over nothing; report the difference")',
        new="return 0.0",
    ),
    # comparison_table
    Mutant(
        "the two models change columns",
        "comparison.py",
        old='{"Baseline": figures(baseline_predictions), "TinyBERT": figures(tinybert_predictions)}',
        new='{"Baseline": figures(tinybert_predictions), "TinyBERT": figures(baseline_predictions)}',
    ),
    Mutant(
        "the column Improvement is absolute",
        "comparison.py",
        old="relative_improvement(baseline, improved) if baseline",
        new="improved - baseline if baseline",
    ),
    Mutant(
        "a baseline of 0 breaks the table",
        "comparison.py",
        old='relative_improvement(baseline, improved) if baseline else float("nan")',
        new="relative_improvement(baseline, improved)",
    ),
    Mutant(
        "a baseline of 0 gives an improvement of 0 in the table",
        "comparison.py",
        old='float("nan")',
        new="0.0",
    ),
    Mutant(
        "the table takes the predictions for the truth",
        "comparison.py",
        old="precision_recall_fscore_support(labels, predictions,",
        new="precision_recall_fscore_support(predictions, labels,",
    ),
    Mutant(
        "the table has micro averages",
        "comparison.py",
        old='average="macro"',
        new='average="micro"',
    ),
    Mutant(
        "the table averages over three classes always",
        "comparison.py",
        old='average="macro"',
        new='average="macro", labels=[0, 1, 2]',
    ),
    # misclassified
    Mutant(
        "the rightly classified reviews are listed",
        "comparison.py",
        old="if label != prediction",
        new="if label == prediction",
    ),
    Mutant(
        "misclassified gives ids instead of names",
        "comparison.py",
        old="(text, ASPECTS[label], ASPECTS[prediction])",
        new="(text, label, prediction)",
    ),
    Mutant(
        "label and prediction change columns",
        "comparison.py",
        old="(text, ASPECTS[label], ASPECTS[prediction])",
        new="(text, ASPECTS[prediction], ASPECTS[label])",
    ),
    Mutant(
        "the errors are grouped by label",
        "comparison.py",
        old='return pd.DataFrame(rows, columns=["review", "label", "prediction"])',
        new='return pd.DataFrame(sorted(rows, key=lambda row: row[1]), columns=["review", "label", "prediction"])',
    ),
    Mutant(
        "misclassified takes frames only",
        "comparison.py",
        old='texts = reviews["review"] if isinstance(reviews, pd.DataFrame) else reviews',
        new='texts = reviews["review"]',
    ),
    Mutant(
        "no errors give a frame without columns",
        "comparison.py",
        old='return pd.DataFrame(rows, columns=["review", "label", "prediction"])',
        new='return pd.DataFrame([{"review": row[0], "label": row[1], "prediction": row[2]} for row in rows])',
    ),
    Mutant(
        "a small baseline counts as 0",
        "comparison.py",
        old="if baseline == 0:",
        new="if round(baseline, 2) == 0:",
    ),
    Mutant(
        "nothing improved is an error too",
        "comparison.py",
        old="if baseline == 0:",
        new="if baseline * improved == 0:",
    ),
    Mutant(
        "every row has the improvement of accuracy",
        "comparison.py",
        old='in zip(table["Baseline"], table["TinyBERT"], strict=True)',
        new='in [table.loc["accuracy", ["Baseline", "TinyBERT"]]] * 4',
    ),
    Mutant(
        "the table averages over the classes that either model predicts",
        "comparison.py",
        old='average="macro", zero_division=0)',
        new='average="macro", labels=sorted({*labels, *baseline_predictions, *tinybert_predictions}), zero_division=0)',
    ),
    Mutant(
        "the table averages over the labels' classes only",
        "comparison.py",
        old='average="macro", zero_division=0)',
        new='average="macro", labels=sorted(set(labels)), zero_division=0)',
    ),
    Mutant(
        "getting worse is no improvement in the table",
        "comparison.py",
        old="relative_improvement(baseline, improved) if baseline else",
        new="max(0.0, relative_improvement(baseline, improved)) if baseline else",
    ),
    Mutant(
        "reviews are looked up by their row numbers",
        "comparison.py",
        old='    texts = reviews["review"] if isinstance(reviews, pd.DataFrame) else reviews\n',
        new='    texts = [reviews["review"][row] for row in range(len(labels))] if isinstance(reviews, pd.DataFrame) else reviews\n',
    ),
    Mutant(
        "a wrong text that comes twice is listed once",
        "comparison.py",
        old='return pd.DataFrame(rows, columns=["review", "label", "prediction"])',
        new='return pd.DataFrame(rows, columns=["review", "label", "prediction"]).drop_duplicates("review")',
    ),
    Mutant(
        "the errors are looked up by their texts",
        "comparison.py",
        old="        for text, label, prediction in zip(texts, labels, predictions, strict=True)\n        if label != prediction",
        new="        for text, (label, prediction) in dict(zip(texts, zip(labels, predictions, strict=True), strict=True)).items()\n        if label != prediction",
    ),
)

EXTENSIONS = (
    Mutant(
        "numpy's global random numbers are seeded for word dropout",
        "extensions.py",
        old="dice = random.Random(seed)",
        new="""dice = random.Random(seed)
    import numpy as np

    np.random.seed(seed)""",
    ),
    Mutant(
        "the interval at 0 and 100 % has no width",
        "extensions.py",
        old="    share = correct / total\n",
        new="""    share = correct / total
    if correct in (0, total):
        return share, share
""",
    ),
    Mutant(
        "each layer is halved instead of normalised",
        "extensions.py",
        old="rollout = mixed / mixed.sum(dim=-1, keepdim=True) @ rollout",
        new="rollout = mixed / 2 @ rollout",
    ),
    # warmup_decay
    Mutant(
        "the warm-up is one step ahead",
        "extensions.py",
        old="return step / warmup_steps",
        new="return (step + 1) / warmup_steps",
    ),
    Mutant(
        "no warm-up divides by zero",
        "extensions.py",
        old="if step < warmup_steps:",
        new="if step <= warmup_steps:",
    ),
    Mutant(
        "there is no decay",
        "extensions.py",
        old="return max(0.0, (total_steps - step) / max(1, total_steps - warmup_steps))",
        new="return 1.0",
    ),
    Mutant(
        "the decay ends the warm-up's length too early",
        "extensions.py",
        old="(total_steps - step) / max(1, total_steps - warmup_steps)",
        new="1 - step / max(1, total_steps - warmup_steps)",
    ),
    Mutant(
        "the factor is negative after the last step",
        "extensions.py",
        old="return max(0.0, (total_steps - step) / max(1, total_steps - warmup_steps))",
        new="return (total_steps - step) / max(1, total_steps - warmup_steps)",
    ),
    # ensemble_predict
    Mutant(
        "the logits are averaged",
        "extensions.py",
        old="torch.stack([torch.softmax(one, dim=-1) for one in logits])",
        new="torch.stack(logits)",
    ),
    Mutant(
        "each model has one vote",
        "extensions.py",
        old="return probabilities.mean(dim=0).argmax(dim=-1)",
        new="return probabilities.argmax(dim=-1).mode(dim=0).values",
    ),
    Mutant(
        "the first model decides",
        "extensions.py",
        old="probabilities.mean(dim=0)",
        new="probabilities[0]",
    ),
    Mutant(
        "the softmax runs over the batch",
        "extensions.py",
        old="torch.softmax(one, dim=-1)",
        new="torch.softmax(one, dim=0)",
    ),
    Mutant(
        "the ensemble always says class 0",
        "extensions.py",
        old="return probabilities.mean(dim=0).argmax(dim=-1)",
        new="return 0 * probabilities.mean(dim=0).argmax(dim=-1)",
    ),
    # wilson_interval
    Mutant(
        "the interval is the normal approximation",
        "extensions.py",
        old="    scale = 1 + z**2 / total\n"
        "    centre = (share + z**2 / (2 * total)) / scale\n"
        "    half_width = z * (share * (1 - share) / total + z**2 / (4 * total**2)) ** 0.5 / scale\n",
        new="    centre, half_width = share, z * (share * (1 - share) / total) ** 0.5\n",
    ),
    Mutant(
        "the centre of the interval lacks its z^2 term",
        "extensions.py",
        old="centre = (share + z**2 / (2 * total)) / scale",
        new="centre = share / scale",
    ),
    Mutant(
        "the width of the interval lacks its z^2 term",
        "extensions.py",
        old="(share * (1 - share) / total + z**2 / (4 * total**2))",
        new="(share * (1 - share) / total)",
    ),
    Mutant(
        "the interval ignores z",
        "extensions.py",
        old="    share = correct / total\n",
        new="    z = 1.96\n    share = correct / total\n",
    ),
    Mutant(
        "a total of 0 divides by zero",
        "extensions.py",
        old="if total <= 0 or not 0 <= correct <= total:",
        new="if not 0 <= correct <= total:",
    ),
    # word_dropout
    Mutant(
        "word dropout can leave nothing",
        "extensions.py",
        old="return (kept or [dice.choice(tokens)]) if tokens else []",
        new="return kept",
    ),
    Mutant(
        "word dropout shuffles the words",
        "extensions.py",
        old="    return (kept or [dice.choice(tokens)]) if tokens else []\n",
        new="    dice.shuffle(kept)\n    return (kept or [dice.choice(tokens)]) if tokens else []\n",
    ),
    Mutant(
        "word dropout changes the list it is given",
        "extensions.py",
        old="    return (kept or [dice.choice(tokens)]) if tokens else []\n",
        new="    tokens[:] = (kept or [dice.choice(tokens)]) if tokens else []\n    return list(tokens)\n",
    ),
    Mutant(
        "word dropout differs with the same seed",
        "extensions.py",
        old="random.Random(seed)",
        new="random.Random()",
    ),
    Mutant(
        "word dropout is the same with every seed",
        "extensions.py",
        old="random.Random(seed)",
        new="random.Random(0)",
    ),
    Mutant(
        "Python's global random numbers are seeded",
        "extensions.py",
        old="dice = random.Random(seed)",
        new="random.seed(seed)\n    dice = random",
    ),
    Mutant(
        "words are kept with the rate of dropping",
        "extensions.py",
        old="if dice.random() >= rate",
        new="if dice.random() < rate",
    ),
    Mutant(
        "the same number of words is dropped each time",
        "extensions.py",
        old="kept = [word for word in tokens if dice.random() >= rate]",
        new="num_kept = len(tokens) - round(rate * len(tokens))\n"
        "    kept = [tokens[index] for index in sorted(dice.sample(range(len(tokens)), num_kept))]",
    ),
    # attention_rollout
    Mutant(
        "the rollout adds no identity",
        "extensions.py",
        old="attention.mean(dim=1) + identity",
        new="attention.mean(dim=1)",
    ),
    Mutant(
        "the rollout's rows are not normalised",
        "extensions.py",
        old="rollout = mixed / mixed.sum(dim=-1, keepdim=True) @ rollout",
        new="rollout = mixed @ rollout",
    ),
    Mutant(
        "the rollout takes the strongest head",
        "extensions.py",
        old="attention.mean(dim=1)",
        new="attention.amax(dim=1)",
    ),
    Mutant(
        "the rollout multiplies in the wrong order",
        "extensions.py",
        old="rollout = mixed / mixed.sum(dim=-1, keepdim=True) @ rollout",
        new="rollout = rollout @ (mixed / mixed.sum(dim=-1, keepdim=True))",
    ),
    Mutant(
        "the rollout shows the last layer only",
        "extensions.py",
        old="rollout = mixed / mixed.sum(dim=-1, keepdim=True) @ rollout",
        new="rollout = mixed / mixed.sum(dim=-1, keepdim=True)",
    ),
    Mutant(
        "the most certain model decides",
        "extensions.py",
        old="probabilities.mean(dim=0).argmax(dim=-1)",
        new="probabilities.max(dim=0).values.argmax(dim=-1)",
    ),
    Mutant(
        "a negative number of right answers is accepted",
        "extensions.py",
        old="if total <= 0 or not 0 <= correct <= total:",
        new="if total <= 0 or correct > total:",
    ),
    Mutant(
        "equal words are dropped together",
        "extensions.py",
        old="kept = [word for word in tokens if dice.random() >= rate]",
        new="gone = {word for word in dict.fromkeys(tokens) if dice.random() < rate}\n    kept = [word for word in tokens if word not in gone]",
    ),
    Mutant(
        "dropout with the seed 0 differs each time",
        "extensions.py",
        old="random.Random(seed)",
        new="random.Random(seed or None)",
    ),
    Mutant(
        "the rollout takes the first head",
        "extensions.py",
        old="attention.mean(dim=1)",
        new="attention[:, 0]",
    ),
)

MUTANTS: tuple[Mutant, ...] = (
    *DATA,
    *TOKENIZATION,
    *VOCAB,
    *BATCHING,
    *SIMPLE_NN,
    *TRAINING,
    *METRICS,
    *TINYBERT,
    *FINETUNING,
    *COMPARISON,
    *EXTENSIONS,
)
