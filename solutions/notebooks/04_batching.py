# %% [markdown]
# # 4 · Make batches of equal length
#
# **What.** Rows of ids become tensors, and tensors become batches.
#
# **Why.** A network does not take one text at a time; it takes a *batch* as one block of numbers. A block is a
# rectangle: all rows need the same length. Texts do not have the same length. So short ones are filled up, and long
# ones are cut.
#
# **Where it stands.** Words → ids → **rows of equal length → tensors → batches** → network.
#
# **When you are done you can**
#
# - [ ] bring any row of ids to exactly `max_len`
# - [ ] make tensors with the number types that PyTorch expects
# - [ ] serve shuffled batches that you can repeat, without disturbing anybody else's random numbers
# - [ ] say what a given `max_len` costs: padding on one side, lost words on the other
# - [ ] explain why the last batch is short and what that does to an average

# %% [markdown]
# ## Concepts
#
# **Padding and truncation.** With `max_len=5`:
#
# | ids | becomes | what happened |
# | --- | --- | --- |
# | `[7, 8, 9]` | `[7, 8, 9, 0, 0]` | padded at its end |
# | `[7, 8, 9, 4, 6, 2]` | `[7, 8, 9, 4, 6]` | lost its tail |
# | `[]` | `[0, 0, 0, 0, 0]` | all padding |
#
# Padding is an artefact of the rectangle. Nobody wrote it, so it must not count. This stage only *marks* it, by giving
# it an id that no word has. The next stage has to look at the mark. (You may read that "the model learns to ignore
# padding". It might, a little. Ours does not have to: notebook 05 masks it out, exactly.)
#
# **Number types.** Ids are row numbers and labels are class numbers, so both are whole numbers. PyTorch's default for
# them has 64 bits: `torch.long`, also called `torch.int64`. `nn.Embedding` refuses floats. `nn.CrossEntropyLoss` takes
# labels of shape `[n]`; a column `[n, 1]` or 32-bit labels are errors, and float labels mean something else.
#
# **Batches.** With 16 rows each, 369 training rows make 24 batches: 23 full ones and a last one with a single row. The
# 132 test rows make 9, the last with 4. Short batches are kept. Dropping them means not training on, or worse not
# *testing* on, some reviews.
#
# **Shuffling.** Without it every epoch shows the rows in the order of the file. If that order means something, the
# network sees one class for a while, then another, and swings after each. Shuffle `train`. For `val` and `test` the
# order does not change the result, and a fixed order keeps predictions beside their texts.
#
# **Repeatable randomness.** Two runs with one seed should agree. Two *epochs* of one run should not. And walking
# through a loader should not change the random numbers of the rest of the program. One tool does all three: a generator
# that belongs to the loader.
#
# **Shapes.**
#
# | object | shape | type |
# | --- | --- | --- |
# | encoded texts | 369 lists of any length | `int` |
# | `input_ids` | `[369, 128]` | `torch.int64` |
# | `labels` | `[369]` | `torch.int64` |
# | one batch | `[16, 128]` and `[16]` | the same |
#
# **Common mistakes**
#
# - Padding to the longest row *of this call*. Train and test then have different widths.
# - Appending to the list you were given. The caller's data changes behind the caller's back.
# - `torch.manual_seed` inside the loader. It resets everybody's numbers.
# - A new seed at the start of each epoch. All epochs then have the same order.
# - A mean over batches. See the end of this notebook.

# %% [markdown]
# ## Imports

# %% imports="batching"

# %% [markdown]
# ## 1. `pad`
#
# ```python
# def pad(ids: list[int], max_len: int = 128, pad_id: int = PAD_ID) -> list[int]
# ```
#
# Return a row of exactly `max_len` ids: a longer row loses its tail, a shorter one gets `pad_id` appended. The row you
# were given stays as it is.
#
# *Hint.* Cut first. What is left to add is then `max_len` minus the length of what you kept, and that is never
# negative. Slices do not mind that a row is short.
#
# *Expected.* `pad([7, 8, 9], max_len=5)` is `[7, 8, 9, 0, 0]`, and `pad([7, 8, 9], max_len=2)` is `[7, 8]`.

# %% hole="pad"

# %% check="batching" holes="pad"

# %% [markdown]
# ### How long should a row be?
#
# The next cell takes the lengths of our reviews from scikit-learn's tokenizer, which cuts as notebook 02 does, and asks
# your `pad` what each `max_len` would cost. Predict first: at 128, which share of all cells of the rectangle is
# padding?

# %% scratch="true"
my_padding_share = None  # a share from 0 to 1

# %%
import matplotlib.pyplot as plt
from sklearn.feature_extraction.text import CountVectorizer

from reelgrade.given import read_rows, reviews_file

words_of = CountVectorizer(token_pattern=r"\b\w+\b").build_analyzer()
train_rows = read_rows(reviews_file("train"))
lengths = [len(words_of(row["review"])) for row in train_rows]


def cost(max_len):
    """Share of padding in the rectangle, share of reviews that lose words, share of words that are lost."""
    rectangle = [pad([1] * length, max_len) for length in lengths]  # 1 for a word, 0 for padding
    kept = sum(map(sum, rectangle))
    padding_share = 1 - kept / (max_len * len(lengths))
    return padding_share, sum(length > max_len for length in lengths) / len(lengths), 1 - kept / sum(lengths)


widths = [8, 16, 24, 32, 48, 64, 96, 128, 160, 192, 256]
costs = [cost(width) for width in widths]
figure, (curve_axes, image_axes) = plt.subplots(1, 2, figsize=(12, 4), layout="constrained")
for column, (label, colour) in enumerate(
    (("padding, of all cells", "#718096"), ("reviews that are cut", "#dd6b20"), ("words that are lost", "#c53030"))
):
    curve_axes.plot(widths, [100 * each[column] for each in costs], marker="o", color=colour, label=label)
curve_axes.axvline(128, color="#2b6cb0", linestyle="--", linewidth=0.9, label="max_len = 128")
curve_axes.set(xlabel="max_len", ylabel="%", title="What a row length costs", ylim=(0, 100))
curve_axes.legend(loc="center right")
by_length = [pad([1] * length) for length in sorted(lengths)]
image_axes.imshow(by_length, aspect="auto", cmap="Blues", interpolation="nearest")
image_axes.set(
    xlabel="position in the row", ylabel="review, shortest first", title="The rectangle at 128: dark is text"
)
plt.show()
print(f"at 128: {costs[widths.index(128)][0]:.0%} padding, you said {my_padding_share}")

# %% [markdown]
# At 128 nearly four of five cells are padding, and fewer than one review in a hundred loses words. At 32 it is the
# other way round: little padding, but one review in four is cut. The right picture shows where the padding sits.
#
# Padding costs time and memory. Lost words cost knowledge. For our small network the time hardly matters, so 128 is a
# generous choice. For an encoder it matters a lot: attention compares every position with every other, so twice the
# length means about four times that work.

# %% [markdown]
# ## 2. `to_tensors`
#
# ```python
# def to_tensors(
#     encoded: list[list[int]], labels: list[int], max_len: int = 128
# ) -> tuple[Int64[Tensor, "n max_len"], Int64[Tensor, " n"]]
# ```
#
# Pad all rows and make one tensor of them, `[n, max_len]`, and one of the labels, `[n]`. Both are int64. It also works
# for n = 0.
#
# *Hint.* Your `pad` does the hard part. State the type, do not let PyTorch guess: from an empty list it would guess
# float, and no second axis at all.
#
# *Expected.* `to_tensors([[5, 6], [7]], [2, 0], max_len=3)` gives `tensor([[5, 6, 0], [7, 0, 0]])` and `tensor([2,
# 0])`.

# %% hole="to_tensors"

# %% check="batching" holes="to_tensors"

# %% [markdown]
# Types matter. Here is what PyTorch says to the usual slips, so that you recognise the messages when you meet them.

# %%
table = torch.nn.Embedding(10, 4)
input_ids, labels = to_tensors([[5, 6], [7]], [2, 0], max_len=3)
logits = torch.zeros(2, 3)
TRIALS = {
    "ids as int64": lambda: table(input_ids),
    "ids as float": lambda: table(input_ids.float()),
    "labels as int64, shape [2]": lambda: torch.nn.functional.cross_entropy(logits, labels),
    "labels as int32": lambda: torch.nn.functional.cross_entropy(logits, labels.int()),
    "labels as a column [2, 1]": lambda: torch.nn.functional.cross_entropy(logits, labels.unsqueeze(1)),
    "an id beyond the table": lambda: table(input_ids + 9),
}
for name, trial in TRIALS.items():
    try:
        print(f"{name}: fine, {list(trial().shape)}")
    except (RuntimeError, ValueError, IndexError) as error:
        print(f"{name}: {type(error).__name__}: {str(error).splitlines()[0][:110]}")

# %% [markdown]
# ## 3. `make_loader`
#
# ```python
# def make_loader(
#     input_ids: Int64[Tensor, "n max_len"], labels: Int64[Tensor, " n"],
#     batch_size: int = 16, shuffle: bool = False, seed: int = 0,
# ) -> DataLoader
# ```
#
# Serve `(input_ids, labels)` batches, in order or shuffled. The last batch is kept when it is short. Two loaders of one
# seed give the same epochs; consecutive epochs of a shuffled loader differ; nobody else's random numbers change,
# shuffled or not.
#
# *Hint.* Look at three things in PyTorch's documentation: a dataset made of tensors, the class `torch.Generator`, and
# the argument of `DataLoader` that takes one. Where must the generator be seeded so that epochs differ but runs agree?
#
# *Expected.* Three rows with `batch_size=2` give batches of 2 and 1. Our 369 rows give 24 batches, the last with 1 row.

# %% hole="make_loader"

# %% check="batching" holes="make_loader"

# %% [markdown]
# ### Look at the shuffle
#
# Suppose that the file were sorted by label, as many files are. Each bar is one batch of 16, coloured by the labels in
# it. What would a network learn in the first minute of the left picture?

# %%
from reelgrade.given import ASPECTS

sorted_labels = torch.tensor(sorted(int(row["aspect_encoded"]) for row in train_rows))
no_ids = torch.zeros(len(sorted_labels), 1, dtype=torch.long)  # only the labels matter here
figure, all_axes = plt.subplots(1, 3, figsize=(13, 3.4), layout="constrained", sharey=True)
shuffled_loader = make_loader(no_ids, sorted_labels, shuffle=True, seed=1)
views = {
    "in order": make_loader(no_ids, sorted_labels),
    "shuffled, first epoch": shuffled_loader,
    "the same loader, second epoch": shuffled_loader,
}
for axes, (title, loader) in zip(all_axes, views.items(), strict=True):
    counts = torch.stack([batch_labels.bincount(minlength=3) for _, batch_labels in loader])
    bottom = torch.zeros(len(counts))
    for code, colour in enumerate(("#2b6cb0", "#dd6b20", "#2f855a")):
        axes.bar(range(1, len(counts) + 1), counts[:, code], bottom=bottom, color=colour, label=ASPECTS[code])
        bottom = bottom + counts[:, code]
    axes.set(title=title, xlabel="batch")
all_axes[0].set_ylabel("rows in the batch")
figure.legend(*all_axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
plt.show()

# %% [markdown]
# Do you see the last bar? It is one row high.
#
# ### Find the mistake: the average of averages
#
# Suppose that every review has a loss of 0.5, except the one in the last batch: its loss is 4.5. Somebody averages
# within each batch and then over the batches. Predict both results before you run.

# %%
losses = torch.full((369,), 0.5)
losses[-1] = 4.5
batches = losses.split(16)
print(f"{len(batches)} batches, the last has {len(batches[-1])} row")
print(f"mean over all 369 reviews:     {losses.mean():.4f}")
print(f"mean of the 24 batches' means: {torch.stack([batch.mean() for batch in batches]).mean():.4f}")

# %% [markdown]
# In the second line the lone review weighs as much as sixteen others. The published training loop computes its losses
# like that. Nothing crashes; the numbers are just a little off, and they change when the batch size does. In notebook
# 06 you weigh by examples.

# %% scratch="true"
# Try it: another batch size. For which sizes do the two means agree?
for size in (1, 9, 16, 41, 64):
    batch_means = torch.stack([batch.mean() for batch in losses.split(size)])
    print(size, f"{batch_means.mean():.4f}", "rows in the last batch:", len(losses.split(size)[-1]))

# %% [markdown] written="row_length" points="2"
# ### In your own words: 128 or 256?
#
# A reviewer suggests `max_len=256`, "so that nothing is lost". Answer with numbers from this notebook: what would be
# gained, what would it cost for our network, and what for an encoder with attention? Does the network *see* the added
# padding?
#
# **Rubric.** 1 point: compares the gain (under 1 % of reviews are cut at 128) with the cost (padding near 90 % instead
# of 78 %, attention grows with the square of the length). 1 point: padding is in the tensor in any case; whether it
# affects the result depends on the mask, not on learning.

# %% [markdown] written="order_and_seed" points="1"
# ### In your own words: order and seed
#
# Which of the loaders for train, val and test do you shuffle, and why? What goes wrong if you call
# `torch.manual_seed(0)` at the start of every epoch?
#
# **Rubric.** 0.5 points: train yes, since the order could carry information; val and test need no shuffling, and a
# fixed order keeps rows and predictions together. 0.5 points: every epoch gets the same order, and other parts of the
# program get repeated random numbers.

# %% [markdown]
# ## Summary
#
# - A tensor is a rectangle: short rows are padded at the end, long rows lose their tail, at 128 ids in this course.
# - Ids and labels are int64; labels have the shape `[n]`.
# - A loader with a generator of its own is repeatable and leaves others alone. The last batch is short, and it stays.
# - Averages go over examples, not over batches.
#
# **Next:** `05_simple_nn`. The padding is marked; now the network has to honour the mark. Before that, write your entry
# in `99_lab_notes`.
