# %% [markdown]
# # 2 · Cut texts into words
#
# A network multiplies numbers; a review is a string of characters. The first step between the two is the **token**:
# a piece of text that gets a number of its own. In this course a token is a word.
#
# **What.** `tokenize` takes one review and gives the list of its words. `tokenize_corpus` does it for a whole split.
#
# **Why.** Every later stage counts, numbers and averages tokens. What you drop here (case, punctuation, emoji) no model
# of stage 6 will ever see, and what you keep apart here (`Plot` and `plot`) it has to learn twice.
#
# **Where it stands.** text → **tokens** → ids → tensors → model → metrics.
#
# | step | value | form |
# | --- | --- | --- |
# | a review | `"Let's go: 10/10"` | one `str` |
# | its tokens | `["let", "s", "go", "10", "10"]` | a `list` of `str`, one entry a word |
# | a corpus | `[["let", ...], [...], ...]` | a `list` of such lists, one entry a review |

# %% [markdown]
# ## When you are done you can
#
# - [ ] say what a word is to a regular expression, and what `\w`, `+` and `\b` each add to it;
# - [ ] tell from looking at a text which tokens it gives, apostrophes and emoji included;
# - [ ] tokenize any iterable of texts, also one that can be walked only once;
# - [ ] name three decisions of a tokenizer, and who has to live with them.

# %% [markdown]
# ## Look before you cut
#
# A few reviews as they are in the file. Mind what stands between the words.

# %%
from reelgrade.given import read_rows, reviews_file

reviews = [row["review"] for row in read_rows(reviews_file("train"))]
for review in reviews[:4]:
    print("-", review)

# %% [markdown]
# ### Predict, then run
#
# How many tokens will these have? Write your guesses into the list, run the cell, and compare again when your
# `tokenize` works.

# %% scratch="true"
samples = ["It's over-long.", "10/10!!", "Amélie 😁 ❤", ""]
guesses = [0, 0, 0, 0]  # your guesses

for text, guess in zip(samples, guesses, strict=True):
    print(f"{text!r}: {guess} tokens")

# %% [markdown]
# ## Your turn: one text
#
# `tokenize(text: str) -> list[str]`
#
# - **Hint.** Do not list what to throw away. Describe what a word looks like, and collect every match. The docstring
#   names the pattern.
# - **Expected.** `tokenize("The PLOT, again!")` is `['the', 'plot', 'again']`: a plain list, in the order of the text,
#   repeated words included.
# - **Common mistakes.** `text.split()` leaves the comma on its word. `[a-z]+` loses digits and breaks `été` apart. A
#   pattern in an ordinary string reads `\b` as a backspace: put an `r` in front of the quotes.

# %% imports="tokenization"

# %% hole="tokenize"

# %% check="tokenization" holes="tokenize"

# %% [markdown]
# ## Your turn: many texts
#
# `tokenize_corpus(texts: Iterable[str]) -> list[list[str]]`
#
# - **Hint.** You have the tool for one text. What remains is to use it once for each, and to keep the order.
# - **Expected.** `tokenize_corpus(["A fine cast.", ""])` is `[['a', 'fine', 'cast'], []]`. An empty review stays, as an
#   empty list: leaving it out would shift every label behind it by one.
# - **Common mistake.** `len(texts)` or `texts[0]`: an iterable may be a generator, which has neither.

# %% hole="tokenize_corpus"

# %% check="tokenization" holes="tokenize_corpus"

# %% [markdown]
# ## Look at what came out
#
# Most reviews are short and a few are long. In stage 4 every review is cut or filled to 128 tokens: the dashed line.

# %%
import matplotlib.pyplot as plt

corpus = tokenize_corpus(reviews)
lengths = [len(tokens) for tokens in corpus]

figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
axes.hist(lengths, bins=40)
axes.axvline(128, linestyle="--", color="tab:red")
axes.set(xlabel="tokens in a review", ylabel="reviews", title=f"{len(corpus)} reviews, {sum(lengths)} tokens")
plt.show()

# %% [markdown]
# The words at the top say little about what a review is *about*. Keep them in mind for stage 3, where the vocabulary
# has room for a thousand words, and for stage 5, where a review becomes the average of its words.

# %%
from collections import Counter

for word, count in Counter(word for tokens in corpus for word in tokens).most_common(10):
    print(f"{word:<8} {count}")

# %% scratch="true"
# Room for experiments: other texts, other languages, your guesses from above.
print(tokenize("Well... isn't that it?"))

# %% [markdown] written="decisions" points="2"
# ## In your own words
#
# Your tokenizer lower-cases, drops punctuation, and cuts `isn't` into `isn` and `t`. Choose **two** of these decisions.
# For each, name one review, real or invented, in which it loses something that matters for telling story,
# characters and cinematography apart, and say what you would have to pay for keeping it.
#
# *Rubric:* half a point for each example that really loses something; half a point for each price (a larger
# vocabulary, rarer words, more data needed, the same rule in training and in use).

# %% [markdown]
# ## What you have now
#
# - A token is a decision, not a fact. `\b\w+\b` on the lower-cased text is this course's.
# - The same function has to run on the training texts, on the test texts, and on whatever a user types later.
# - Order and number of the reviews are untouched, so that each still stands beside its label.
#
# **Next:** in stage 3 each word gets a number, and you find out what becomes of words that have none.
