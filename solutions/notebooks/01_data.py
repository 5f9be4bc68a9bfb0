# %% [markdown]
# # 1 · Read and split the reviews
#
# **What.** A table of review snippets, each with a label: which aspect of a film does it talk about?
#
# **Why.** Everything later learns from this table. A network does not complain about a wrong label, a lost row or an
# empty text. It learns them. So the first stage of a pipeline is not reading, it is *distrust*.
#
# **Where it stands.** CSV file → **rows of text and label** → words → ids → tensors → network.
#
# **When you are done you can**
#
# - [ ] read the file and refuse a bad row with a message that helps
# - [ ] state how many reviews each aspect has, in every split
# - [ ] say what an aspect's code means and what it does not mean
# - [ ] set validation reviews aside with the same class balance, repeatably
# - [ ] explain which decisions may look at which split

# %% [markdown]
# ## Concepts
#
# **Three columns.** `review` is the text. `aspect` is a name. `aspect_encoded` is the code of that name: its index in
# `ASPECTS`.
#
# | aspect | code |
# | --- | --- |
# | Cinematography | 0 |
# | Characters | 1 |
# | Story | 2 |
#
# A code is a *name written as a number*. Story is not "two times Characters", and there is no aspect between 0 and 1.
# Codes run from 0 without a gap, because later they are positions: a network gives `num_classes` numbers, and code 2
# points at the third of them.
#
# **Three splits, three jobs.**
#
# | split | job | may be looked at |
# | --- | --- | --- |
# | `train` | the weights learn from it | as often as you like |
# | `val` | you choose with it: learning rate, epoch, size of the vocabulary | as often as you like, but it wears out |
# | `test` | it measures, at the very end | once |
#
# The files give you `train` and `test`. There is no `val`. The published project did without: it picked its best epoch
# on the test split. Then the reported number is the luckiest of thirty, not an estimate. You take `val` out of `train`.
#
# **Stratified.** A random fifth of the reviews may by chance hold few of one class. A *stratified* split draws from
# each class separately, so that all parts have the same balance.
#
# **Common mistakes**
#
# - The text "NA" becomes "missing", since pandas reads it so. A reader who writes "NA" wrote a review.
# - A bad row is skipped in silence. You then train on less than you think, and never learn why.
# - Row numbers that count lines of the file: a quoted text may contain line breaks.
# - A split that seeds the *global* random numbers. Another part of the program then quietly repeats itself.
# - Sorting or extending the caller's table in place.

# %% [markdown]
# ## Imports

# %% imports="data"

# %% [markdown]
# ## First look
#
# `read_rows` is given. It handles encoding and quotes, and it converts nothing: every value is text. `reviews_file`
# gives the path of a split.

# %%
from reelgrade.given import reviews_file

train_rows = read_rows(reviews_file("train"))
print(f"{len(train_rows)} rows; the first one:")
print(train_rows[0])

# %% [markdown]
# **Read before you count.** Here are six reviews without their labels. Label them by hand in the cell below: 0
# Cinematography, 1 Characters, 2 Story. Then run the cell after it. If you are unsure, a network will be too.

# %%
BY_HAND = [7, 21, 60, 103, 200, 301]
for position in BY_HAND:
    print(f"[{position}] {train_rows[position]['review']}\n")

# %% scratch="true"
my_labels = []  # six codes, for example [0, 2, 1, 1, 0, 2]

# %%
if len(my_labels) != len(BY_HAND):
    print("write six codes into the cell above and run it, then run this cell again")
for position, mine in zip(BY_HAND, my_labels, strict=False):
    truth = train_rows[position]["aspect"]
    print(f"[{position}] {truth}: {'you agree' if ASPECTS[mine] == truth else f'you said {ASPECTS[mine]}'}")

# %% [markdown]
# ## 1. `load_reviews`
#
# ```python
# def load_reviews(path: str | Path) -> pd.DataFrame
# ```
#
# Read one split into a frame with the columns `review` (text), `aspect` (text) and `aspect_encoded` (whole numbers),
# one row per review, in the order of the file.
#
# Raise a `ValueError` that names the **file**, the **data row** (counted from 1, the header does not count) and the
# **cause** when
#
# - a column is missing, or there are no rows
# - a review is empty or blank
# - an aspect is none of the three
# - a code is not the code of its aspect
#
# *Hint.* First settle what concerns the whole file. Then walk over the rows with a counter. A row arrives as a
# dictionary of texts, so the code of Story is `"2"`, and the finished column has to hold `2`.
#
# *Expected.* The training split gives a frame of shape `(369, 3)`, the test split `(132, 3)`. A file whose third data
# row has the aspect "Music" gives something like `…/few.csv, data row 3: unknown aspect 'Music'; use one of …`.

# %% hole="load_reviews"

# %% check="data" holes="load_reviews"

# %% [markdown]
# Now be the reader of your own messages. The next cell writes small broken files and shows what your function says.
# Would you know at once where to look? A `KeyError` or an "accepted" means that a cause slipped through.

# %%
import tempfile

HEADER = "review,aspect,aspect_encoded\n"
BROKEN = {
    "unknown aspect": HEADER + "Fine frames,Cinematography,0\nLoud drums,Music,0\n",
    "wrong code": HEADER + "It ends too soon,Story,1\n",
    "blank review": HEADER + '"  ",Story,2\n',
    "missing column": "review,aspect\nIt ends too soon,Story\n",
    "no rows": HEADER,
    "the review NA (this one is right)": HEADER + "NA,Story,2\n",
}
with tempfile.TemporaryDirectory() as folder:
    for cause, content in BROKEN.items():
        small_file = Path(folder) / "few_train.csv"
        small_file.write_text(content, encoding="utf-8")
        try:
            print(f"{cause}:\n    accepted, {len(load_reviews(small_file))} row(s)")
        except Exception as error:  # whatever it is, show it
            print(f"{cause}:\n    {type(error).__name__}: {str(error).replace(folder, '...')}")

# %% [markdown]
# ## 2. `label_counts`
#
# ```python
# def label_counts(reviews: pd.DataFrame) -> dict[str, int]
# ```
#
# Count the reviews of each aspect. **Every** aspect is a key, in the order of `ASPECTS`, with 0 where no review has it.
#
# *Hint.* If you count only what you meet, an absent class is invisible. Yet it is the one you have to notice. Let
# `ASPECTS` decide which keys there are.
#
# *Expected.* For the training split `{'Cinematography': 125, 'Characters': 123, 'Story': 121}`.

# %% hole="label_counts"

# %% check="data" holes="label_counts"

# %% [markdown]
# ### Look at the balance and at the lengths
#
# Two plots that you should draw for any text data set, before anything else. Predict first: is the test split as
# balanced as the training split? How long is a typical review, and how long is the longest?

# %%
import matplotlib.pyplot as plt

splits = {"train": load_reviews(reviews_file("train")), "test": load_reviews(reviews_file("test"))}
colours = {"train": "#2b6cb0", "val": "#2f855a", "test": "#dd6b20"}
figure, (bar_axes, length_axes) = plt.subplots(1, 2, figsize=(12, 3.8), layout="constrained")
for offset, (name, frame) in zip((-0.2, 0.2), splits.items(), strict=True):
    counts = label_counts(frame)
    places = [index + offset for index in range(len(counts))]
    bars = bar_axes.bar(
        places, [100 * count / len(frame) for count in counts.values()], 0.4, color=colours[name], label=name
    )
    bar_axes.bar_label(bars, list(counts.values()))
    lengths = frame["review"].str.count(r"\b\w+\b")  # words, as notebook 02 will cut them
    length_axes.hist(
        lengths,
        bins=range(0, 176, 8),
        weights=[100 / len(frame)] * len(frame),
        alpha=0.55,
        color=colours[name],
        label=f"{name}: median {lengths.median():g}, longest {lengths.max()}",
    )
bar_axes.set_xticks(range(len(ASPECTS)), ASPECTS)
bar_axes.set(ylabel="% of the split", title="How often each aspect occurs (numbers: reviews)", ylim=(0, 46))
bar_axes.legend(ncols=2)
length_axes.axvline(128, color="#718096", linestyle="--", label="128, our row length later")
length_axes.set(xlabel="words in a review", ylabel="% of the split", title="How long the reviews are")
length_axes.legend()
plt.show()

# %% [markdown]
# **Read the left plot.** The training classes are nearly equal. The test classes are not: Cinematography has 49 of 132.
# Who always answers Cinematography is right in 37.1 % of the test reviews, not in 33.3 %. That is the floor every
# accuracy in this course has to be compared with.
#
# **Read the right plot.** Most reviews are short, and a few are very long; there is a second, smaller hump near 75. A
# long tail to the right is typical of text. A mean hides it, a histogram does not. Notebook 04 decides how long a row
# may be; this plot is where that decision comes from.

# %% [markdown]
# ## 3. `train_val_split`
#
# ```python
# def train_val_split(
#     reviews: pd.DataFrame, val_fraction: float = 0.2, seed: int = 0
# ) -> tuple[pd.DataFrame, pd.DataFrame]
# ```
#
# Split the reviews into a training and a validation part, in this order.
#
# - Each review lands in exactly one part, with its own label.
# - Of a class with n reviews, about n × `val_fraction` go to validation: give or take one, and at least one.
# - The same seed gives the same split; other seeds give others.
# - The frame you were given stays as it is, and so do everybody else's random numbers.
# - `ValueError` unless 0 < `val_fraction` < 1.
#
# *Hint.* Think in row *positions*. For each aspect find its positions, shuffle them with a generator of your own
# (`np.random.default_rng(seed)`, not `np.random.seed`), and mark the first few. Unmarked rows train, marked rows
# validate.
#
# *Expected.* The 369 training reviews with the default fraction: about 295 and 74 rows, 24 or 25 of each aspect in the
# second part.

# %% hole="train_val_split"

# %% check="data" holes="train_val_split"

# %% [markdown]
# ### Why stratified?
#
# Imagine 97 reviews of one aspect and 3 of another. We set a fifth aside 300 times, once without looking at the class
# and once with your function. How many of the 3 rare reviews reach the validation part?

# %%
rare = pd.DataFrame(
    {
        "review": [f"text {number}" for number in range(100)],
        "aspect": ["Story"] * 97 + ["Characters"] * 3,
        "aspect_encoded": [2] * 97 + [1] * 3,
    }
)
plain = [(rare.sample(frac=0.2, random_state=seed)["aspect"] == "Characters").sum() for seed in range(300)]
stratified = [label_counts(train_val_split(rare, 0.2, seed)[1])["Characters"] for seed in range(300)]
figure, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
for offset, draws, name, colour in ((-0.2, plain, "plain", "#718096"), (0.2, stratified, "stratified", "#2f855a")):
    axes.bar([k + offset for k in range(4)], [draws.count(k) for k in range(4)], 0.4, color=colour, label=name)
axes.set_xticks(range(4))
axes.set(xlabel="rare reviews in the validation part", ylabel="of 300 splits", title="What chance does to a rare class")
axes.legend()
plt.show()

train, val = train_val_split(splits["train"])
print("train", len(train), label_counts(train))
print("val  ", len(val), label_counts(val))

# %% [markdown]
# In about half of the plain splits the rare class is absent from validation. You could then report an accuracy and say
# nothing at all about that class, without noticing. Our classes are nearly equal, so here it matters less. The habit
# costs nothing.

# %% scratch="true"
# Try it: another seed, another fraction. How far does the share of Story in `val` move?
for seed in range(3):
    print(seed, label_counts(train_val_split(splits["train"], val_fraction=0.2, seed=seed)[1]))

# %% [markdown] written="codes_and_drift" points="2"
# ### In your own words: codes and drift
#
# (a) Somebody changes the codes to 0, 1 and 5 and leaves the rest of the program alone. What breaks, and where? (b)
# Compare the class shares of train and test above. Name one measure that this shift can mislead, and how.
#
# **Rubric.** 1 point: codes are positions among `num_classes` outputs, so code 5 points outside (or forces six outputs,
# three of them never used). 1 point: names a concrete effect, for instance the floor of 37 % instead of 33 %, or
# accuracy that depends on the mix of classes; gives a number.

# %% [markdown] written="ninety_percent" points="2"
# ### In your own words: a class with 90 %
#
# Suppose that 90 % of the reviews were about Story, and your model had 90 % accuracy. What do you know about your
# model? What would you look at next, and what would you do about the split?
#
# **Rubric.** 1 point: sees that always answering Story earns the same 90 %, so nothing is shown yet. 1 point: proposes
# a measure or a picture per class (recall, confusion matrix), and a stratified split or more data for rare classes.

# %% [markdown]
# ## Summary
#
# - You read a file and refuse what is wrong, with file, row and cause. A silent repair is a bug with a delay.
# - 369 training reviews, nearly balanced; 132 test reviews, not balanced; the floor is 37.1 %.
# - Half of the reviews have 25 words or fewer, a few exceed 128.
# - `val` comes out of `train`, class by class, from a seed. From now on `test` stays closed until you measure.
#
# **Next:** `02_tokenization`. What is a word? It is less clear than you think. Before that, write your entry in
# `99_lab_notes`.
