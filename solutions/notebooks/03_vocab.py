# %% [markdown]
# # 3 · Turn words into ids
#
# **What.** A vocabulary: a dictionary that gives each frequent word a number, its *id*.
#
# **Why.** A network computes with numbers. An id is the number of a row in a table of word vectors, nothing more: id 7
# is not "more" than id 3. The vocabulary decides which words the network can tell apart at all. What is not in it looks
# the same: unknown.
#
# **Where it stands.** Text → words → **ids** → rows of equal length → tensors → network.
#
# **When you are done you can**
#
# - [ ] build a vocabulary of the most frequent words, with two reserved ids
# - [ ] encode a text, unknown words included, without losing a position
# - [ ] measure the share of unknown words and say what it depends on
# - [ ] find a leak: a vocabulary that has seen the test split
# - [ ] choose a size of vocabulary and defend it

# %% [markdown]
# ## Concepts
#
# **Two reserved ids.** Words start at id 2, since two ids have a job of their own:
#
# | name | id | stands for | who produces it |
# | --- | --- | --- | --- |
# | `<PAD>` | 0 | nothing: it fills up short rows | padding only (notebook 04) |
# | `<UNK>` | 1 | a word that the vocabulary lacks | `encode` only |
#
# Keep them apart. Padding is masked out later, as if it were not there. An unknown word *is* there: somebody wrote it,
# we just do not know it. If `encode` turned unknown words into 0, the network would delete them in silence. The
# published notebooks mix the two up in places; that is how easily it happens.
#
# **Why not every word?** Most words are rare. In our training reviews, 1,552 of the 2,551 different words occur once. A
# network cannot learn much from one occurrence, and each word costs a row of 50 weights. So we keep the `max_words`
# most frequent ones. A rare word becomes `<UNK>`, and that has a good side: the network meets `<UNK>` in training and
# can learn what to make of it. With a vocabulary of *all* training words it would meet `<UNK>` for the first time in
# the test.
#
# **Only the training split.** The vocabulary is learnt from data, so it belongs to the model. Everything that is
# learnt, is learnt from `train`. Counting test words as well is **leakage**: knowledge about the test reaches the model
# before the test.
#
# **Shapes.**
#
# | object | type | size |
# | --- | --- | --- |
# | tokenized texts | list of lists of words | one inner list a text |
# | vocabulary | dictionary word → id | `max_words + 2` entries at most |
# | encoded texts | list of lists of ids | same lengths as the words |
#
# The ids run from 0 to `len(vocab) - 1` without a gap. Each is a row number of the embedding table later. A gap wastes
# a row; an id beyond the table stops the program.
#
# **Common mistakes**
#
# - Counting texts instead of occurrences: a word that stands three times in a text counts three times.
# - Cutting the list *before* `<PAD>` and `<UNK>` are set aside, so that `max_words=1000` gives 998 words.
# - Dropping unknown words. Then the number of ids is not the number of words.
# - A second vocabulary for the test split. The same id would then mean two different words.

# %% [markdown]
# ## Imports

# %% imports="vocab"

# %% [markdown]
# ## The words
#
# Notebook 02 built a tokenizer. So that this notebook stands alone, the next cell lets scikit-learn cut the texts by
# the same rule. You may use your own `tokenize_corpus` instead (how: `00_overview`, "How to work").

# %%
from sklearn.feature_extraction.text import CountVectorizer

from reelgrade.given import read_rows, reviews_file

words_of = CountVectorizer(token_pattern=r"\b\w+\b").build_analyzer()
train_tokens = [words_of(row["review"]) for row in read_rows(reviews_file("train"))]
test_tokens = [words_of(row["review"]) for row in read_rows(reviews_file("test"))]
print(f"train: {len(train_tokens)} texts, {sum(map(len, train_tokens))} words")
print(f"test:  {len(test_tokens)} texts, {sum(map(len, test_tokens))} words")
print(train_tokens[0])

# %% [markdown]
# ### Look at the frequencies
#
# Before you decide how many words to keep, look at what there is. The curve sorts all training words by frequency, the
# most frequent first. Both axes are logarithmic, so each step is a factor of ten.

# %%
import itertools
from collections import Counter

import matplotlib.pyplot as plt

frequencies = Counter(itertools.chain.from_iterable(train_tokens))
ranked = [frequency for _, frequency in frequencies.most_common()]
covered = [total / sum(ranked) for total in itertools.accumulate(ranked)]
figure, (rank_axes, cover_axes) = plt.subplots(1, 2, figsize=(12, 3.8), layout="constrained")
rank_axes.loglog(range(1, len(ranked) + 1), ranked, color="#2b6cb0")
for place in (1, 10, 100):
    word, frequency = frequencies.most_common(place)[-1]
    rank_axes.annotate(f"{word} ({frequency})", (place, frequency), xytext=(6, 4), textcoords="offset points")
    rank_axes.plot(place, frequency, "o", color="#2b6cb0")
rank_axes.axvline(1000, color="#c53030", linestyle="--", label="max_words = 1000")
rank_axes.set(
    xlabel="rank of the word",
    ylabel="occurrences in train",
    title="A few words are everywhere, most are rare",
    ylim=(0.7, 3000),
)
rank_axes.legend()
cover_axes.plot(range(1, len(covered) + 1), covered, color="#2b6cb0")
cover_axes.axvline(
    1000, color="#c53030", linestyle="--", label=f"1000 words cover {covered[999]:.0%} of the training text"
)
cover_axes.set(
    xlabel="words kept, most frequent first",
    ylabel="share of all occurrences",
    ylim=(0, 1.02),
    title="What the kept words cover",
)
cover_axes.legend(loc="lower right")
plt.show()
print(f"{len(ranked)} different words, {ranked.count(1)} of them occur once")

# %% [markdown]
# The straight fall on the left is **Zipf's law**: the hundredth word is roughly a hundred times rarer than the first.
# You find it in nearly every text. It is why a small vocabulary covers much, and why no vocabulary covers all.
#
# ## 1. `build_vocab`
#
# ```python
# def build_vocab(tokenized: Iterable[list[str]], max_words: int = 1000) -> dict[str, int]
# ```
#
# `<PAD>` is 0 and `<UNK>` is 1; neither counts towards `max_words`. The most frequent words follow from id 2 on, most
# frequent first, without a gap. Equally frequent words may come in any order. A word of a text that happens to be spelt
# `<PAD>` or `<UNK>` gets no second id. `tokenized` may be a generator, which can be walked only once.
#
# *Hint.* Count everything in one walk. Take the reserved names out of the counts, then cut. The next free id is always
# the present length of the dictionary.
#
# *Expected.* `build_vocab(train_tokens)` has 1,002 entries; `the` has the id 2 and `a` the id 3.

# %% hole="build_vocab"

# %% check="vocab" holes="build_vocab"

# %% [markdown]
# ## 2. `encode`
#
# ```python
# def encode(tokens: list[str], vocab: dict[str, int]) -> list[int]
# ```
#
# One id per word, in the order of the words. A word that the vocabulary lacks becomes `UNK_ID`, never `PAD_ID`.
#
# *Hint.* Looking up a missing key with square brackets raises a `KeyError`. Dictionaries have another way to ask, with
# an answer for that case. Which id must that answer be, and why not 0?
#
# *Expected.* With the vocabulary `{"<PAD>": 0, "<UNK>": 1, "a": 2, "plot": 3}` the words `["a", "bold", "plot"]` become
# `[2, 1, 3]`: three words, three ids.

# %% hole="encode"

# %% check="vocab" holes="encode"

# %% [markdown]
# Read a few of your rows back. The words in angle brackets are what the network cannot see. Could *you* still tell the
# aspect? One of these reviews has no known word at all.

# %%
vocab = build_vocab(train_tokens)
names = {number: word for word, number in vocab.items()}
for tokens in test_tokens[:4]:
    ids = encode(tokens, vocab)
    print(ids)
    print(" ".join(names[number] for number in ids), end="\n\n")

# %% [markdown]
# ## 3. `encode_splits`
#
# ```python
# def encode_splits(
#     train_tokens: Iterable[list[str]], test_tokens: Iterable[list[str]], max_words: int = 1000
# ) -> tuple[dict[str, int], list[list[int]], list[list[int]]]
# ```
#
# Build **one** vocabulary, from the training texts only, and encode both splits with it. Return the vocabulary, the
# encoded training texts and the encoded test texts, in this order.
#
# *Hint.* You need the training texts twice, once to count and once to encode. What happens if they come from a
# generator? And do not forget to pass `max_words` on.
#
# *Expected.* For our reviews: 1,002 entries, 369 rows and 132 rows. A word that only the test split has comes out as 1.

# %% hole="encode_splits"

# %% check="vocab" holes="encode_splits"

# %% [markdown]
# ## 4. `unknown_rate`
#
# ```python
# def unknown_rate(encoded: Iterable[list[int]]) -> float
# ```
#
# The share of all ids, of all texts together, that are `UNK_ID`; 0.0 where there are no ids.
#
# *Hint.* A text with one word and a text with a hundred words must not weigh the same. So add up first, divide once.
#
# *Expected.* `unknown_rate([[2, 1, 5], [1]])` is 0.5. With 1,000 words our reviews have about 14.9 % unknown words in
# train and 24.6 % in test.

# %% hole="unknown_rate"

# %% check="vocab" holes="unknown_rate"

# %% [markdown]
# ## How large should the vocabulary be?
#
# Predict before you run: how does the unknown rate change from 1,000 to 2,000 words, in train and in test? Does it ever
# reach zero in test?

# %% scratch="true"
my_prediction = "..."  # in words, or as two numbers

# %%
sizes = [50, 100, 200, 350, 500, 750, 1000, 1500, 2000, 2551]
rates = {"train": [], "test": []}
for size in sizes:
    _, encoded_train, encoded_test = encode_splits(train_tokens, test_tokens, max_words=size)
    rates["train"].append(100 * unknown_rate(encoded_train))
    rates["test"].append(100 * unknown_rate(encoded_test))

figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
for name, colour in (("train", "#2b6cb0"), ("test", "#dd6b20")):
    axes.plot(sizes, rates[name], marker="o", color=colour, label=name)
    axes.annotate(
        f"{rates[name][sizes.index(1000)]:.1f} %",
        (1000, rates[name][sizes.index(1000)]),
        xytext=(8, 6),
        textcoords="offset points",
        color=colour,
    )
axes.axvline(1000, color="#718096", linestyle="--", linewidth=0.8)
axes.set(xlabel="max_words", ylabel="unknown words, %", title="More words help train more than test", ylim=(0, None))
axes.legend()
plt.show()

# %% [markdown]
# (At 1,000 the last place goes to one of 1,552 words that occur once. Which one depends on your order, so second
# decimals may differ from your neighbour's.)
#
# With all 2,551 training words the training texts have no unknown word left, and the test texts still have about one in
# six. That is no fault of the code. New texts bring new words; it is a property of language. The published write-up
# speaks of "50 %" unknown words in places. You just measured it. Measure before you claim.
#
# There is a price at both ends. Few words: much is invisible. Many words: a table full of rows that were trained on one
# occurrence, and no `<UNK>` to practise on.

# %% [markdown]
# ## Find the mistake: the leak
#
# This is how the published notebooks 04 to 06 build their vocabulary. It runs, it raises nothing, and it makes the
# numbers look better. Find the mistake before you read on.
#
# ```python
# all_tokens = train_tokens + test_tokens
# vocab = build_vocab(all_tokens)
# ```
#
# Now see what it does:

# %%
honest_vocab, _, honest_test = encode_splits(train_tokens, test_tokens)
leaky_vocab = build_vocab(train_tokens + test_tokens)
leaky_test = [encode(tokens, leaky_vocab) for tokens in test_tokens]
never_trained = sorted(word for word in leaky_vocab if word not in frequencies and not word.startswith("<"))

print(f"unknown in test, vocabulary from train only:     {unknown_rate(honest_test):.1%}")
print(f"unknown in test, vocabulary from train and test: {unknown_rate(leaky_test):.1%}")
print(f"words in the leaky vocabulary that train never has: {len(never_trained)}: {', '.join(never_trained)}")
print(f"words in both vocabularies: {len(honest_vocab.keys() & leaky_vocab.keys()) - 2} of 1000")

# %% [markdown]
# The leak hides about five points of unknown words. Look closely at *how*. Only a handful of the words are new to the
# training split. Their vectors never get a gradient: they stay random. Most of the effect comes from rare training
# words which the test split pushed over the cut-off, because it uses them. In other words, the test split chose its own
# vocabulary.
#
# Does that change the accuracy? We trained the network of notebook 05 with each vocabulary, 40 seeds each, and measured
# it on the test split and on 150 further reviews that neither vocabulary has seen:
#
# | mean accuracy | test split | further reviews |
# | --- | --- | --- |
# | vocabulary from train only | 77.6 % | 75.8 % |
# | vocabulary from train and test | **80.1 %** | 75.9 % |
#
# There it is. The leak makes the test score rise by more than two points, and the network is not one bit better: on reviews
# that could not vote for their own words, nothing is gained. You would not notice in a single run either, since the same
# network varies by three points from seed to seed (one standard deviation). **No number on your screen gives a leak
# away.** The question that finds it is: *could I have computed this on the day before the test reviews were written?*
#
# How would you catch it by machine? Put a made-up word into the test split, as often as you like, and look for it in
# the vocabulary:

# %%
poisoned = [["zzsentinel"] * 50, *test_tokens]
vocab_after, _, encoded_after = encode_splits(train_tokens, poisoned)
print("sentinel in the vocabulary:", "zzsentinel" in vocab_after)
print("ids of the poisoned text:", sorted(set(encoded_after[0])), "(1 is UNK_ID)")

# %% scratch="true"
# Try it: which words of the honest vocabulary does the leaky one lack? Why these?
print(sorted(honest_vocab.keys() - leaky_vocab.keys())[:20])

# %% [markdown] written="vocabulary_size" points="2"
# ### In your own words: a thousand words
#
# You may choose `max_words` again: 500, 1,000 or 2,000. Which one do you take, and on which split would you test the
# choice? Say what `<UNK>` has to do with doing well on new texts.
#
# **Rubric.** 1 point: weighs coverage against rare words and the size of the table, with a number from the plots, and
# decides on validation data rather than on test. 1 point: explains that a network which meets `<UNK>` in training can
# cope with unknown words later, and one that never met it cannot.

# %% [markdown] written="leak_by_hand" points="2"
# ### In your own words: the leak
#
# Explain to a fellow student why a vocabulary from train and test is a mistake even when the accuracy stays the same or
# rises. Then name one other step of a pipeline where the same mistake could hide.
#
# **Rubric.** 1 point: the test split stands for texts nobody has seen; with the leak its unknown rate and its accuracy
# no longer estimate those. 1 point: names another step that learns from data (for instance scaling, TF-IDF weights,
# choosing a threshold, an epoch or a learning rate, removing duplicates across splits) and says what leaks.

# %% [markdown]
# ## Summary
#
# - Ids are row numbers of a table. 0 is padding, 1 is unknown, words start at 2, and there are no gaps.
# - `encode` keeps every position. Unknown is not nothing.
# - 1,000 words cover 85 % of the training text, but only 75 % of the test text. New texts always bring new words.
# - The vocabulary is learnt, so it is learnt from train. A leak shows in no error, and it looks like success.
#
# **Next:** `04_batching`. Your rows of ids have different lengths; a tensor needs one length. Before that, write your
# entry in `99_lab_notes`.
