# %% [markdown]
# # 10: Five tools for experiments of your own (bonus)
#
# The pipeline is complete. What comes next is up to you, and this notebook gives you five tools for it: a schedule for
# the learning rate, a vote of several models, an interval that says how sure an accuracy is, more training texts out of
# few, and a look into attention. Each stands alone. Choose the ones that you need; all of them are bonus points. "Run
# all" stops at the first tool that you have left out: run the cells of the next one by themselves.
#
# **Where this stands in the pipeline**
#
# reviews → words → ids → ... → fine-tuning → comparison → **your own questions**
#
# This notebook holds the exercise *extensions* (20 bonus points). It needs nothing from the other notebooks, and each
# of its parts needs none of the other parts.

# %% [markdown]
# ## Objectives
#
# When you are done, you can
#
# - [ ] warm a learning rate up and let it decay, and say why one does both
# - [ ] let models vote with probabilities, and explain why not with logits
# - [ ] put an interval around an accuracy, and read from it what two figures can tell apart
# - [ ] make variants of a text that keep its label
# - [ ] follow attention through all layers back to the input
# - [ ] plan an experiment that could prove you wrong
#
# Accepted when the checks of the tools that you chose pass, and your two answers in words are written.

# %%
import matplotlib.pyplot as plt
import pandas as pd
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline

from reelgrade.given import load_backbone, reviews_file

plt.ion()  # show every figure that a cell returns
torch.set_num_threads(1)

reviews = pd.read_csv(reviews_file("train"), keep_default_na=False)
train, val = train_test_split(reviews, test_size=0.2, stratify=reviews["aspect_encoded"], random_state=0)
print(len(train), "reviews to train on,", len(val), "to decide with; the test split is not needed here")

# %% [markdown]
# ## Tool 1: a schedule for the learning rate
#
# **What.** A factor between 0 and 1 for each step, by which the learning rate is multiplied. It rises in a straight
# line during the *warm-up*, and then falls in a straight line to 0.
#
# **Why.** At the beginning the classifier is random and its gradients are wild: small steps prevent damage. At the end
# the model is close to a good place: small steps let it settle there instead of jumping around it, as the largest rate
# of notebook 08 does.
#
# **Common mistakes.** The decay is measured against all steps, not against those after the warm-up: then the factor
# does not start at 1. A step after the end gives a negative factor, and the model walks uphill. Without a warm-up,
# something is divided by 0.
#
# ```python
# warmup_decay(step, warmup_steps, total_steps) -> float
# ```
#
# - **Expected:** with `warmup_steps=2, total_steps=6`, the steps 0 to 6 give 0, 0.5, 1, 0.75, 0.5, 0.25, 0; later steps
#   give 0.
# - **Hint:** two straight lines. On the way down: which share of the remaining steps is left?
# - **Stuck?** `reelgrade hint warmup_decay`

# %% imports="extensions"

# %% hole="warmup_decay"

# %% check="extensions" holes="warmup_decay"

# %% [markdown]
# **Look.** Ten epochs of 24 steps, with three lengths of the warm-up. In PyTorch such a function goes into
# `torch.optim.lr_scheduler.LambdaLR`, and `scheduler.step()` follows each `optimizer.step()`.

# %%
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
for warmup in (0, 24, 96):
    rates = [5e-4 * warmup_decay(step, warmup, 240) for step in range(260)]
    axes.plot(rates, label=f"{warmup} steps of warm-up")
axes.axvline(240, color="#718096", linestyle="--", linewidth=1)
axes.set(xlabel="step", ylabel="learning rate", title="Linear warm-up and decay, 5e-4 at the top")
axes.grid(alpha=0.3)
axes.legend()
plt.show()

# %% [markdown]
# ## Tool 2: a vote of several models
#
# **What.** Train several models, for example one with several seeds, and take for each review the class with the
# largest *mean probability*.
#
# **Why.** Models that were trained differently make different mistakes. Where most of them are right, the mean is
# right.
#
# **A mistake to see.** Three models look at one review. What is the answer of the group, if you average the logits?
# Which one decides alone?

# %%
one_loud = torch.tensor([[[12.0, 0.0, 0.0]], [[0.0, 4.0, 0.0]], [[0.0, 4.0, 0.0]]])  # [models, batch, num_classes]
for number, logits in enumerate(one_loud):
    print(f"model {number}: logits {logits[0].tolist()}, favourite class {logits[0].argmax().item()}")
print("mean of the logits:", [round(value, 2) for value in one_loud.mean(dim=0)[0].tolist()])

# %% [markdown]
# A logit has no upper end. Whoever shouts loudest wins, though two of three say something else. Probabilities of one
# model sum to 1, so that nobody has more than one vote. And yet, a model that is sure counts more than one that hardly
# leans to a side.
#
# **Common mistakes.** The softmax runs along the batch instead of the classes. Each model has one bare vote, and its
# certainty is lost. Log probabilities are averaged, which lets a single model veto a class.
#
# ```python
# ensemble_predict(logits) -> Tensor
# ```
#
# - **In:** a list with one tensor `[batch, num_classes]` for each model.
# - **Out:** int64 `[batch]`.
# - **Expected:** `ensemble_predict(list(one_loud))` is `tensor([1])`.
# - **Hint:** three operations, in which order? What is the shape after each?

# %% hole="ensemble_predict"

# %% check="extensions" holes="ensemble_predict"

# %% [markdown]
# **Look.** Two groups of five small networks on word counts. In the first group the members differ in their seed only.
# In the second, each has also seen its own random half of the training reviews, so every single one of them is worse.
# Which group gains more from voting? Guess first. (The logs of their probabilities serve as logits: the softmax makes
# the probabilities out of them again.)

# %%
val_labels = torch.tensor(val["aspect_encoded"].to_numpy())


def member(seed, seen):
    """Logits [74, 3] on the validation reviews, of a small network that has seen some of the training reviews."""
    features = TfidfVectorizer(min_df=2).fit(seen["review"])
    network = MLPClassifier([16], learning_rate_init=0.01, random_state=seed)
    for _ in range(20):  # epochs
        network.partial_fit(features.transform(seen["review"]), seen["aspect_encoded"], classes=[0, 1, 2])
    return torch.tensor(network.predict_log_proba(features.transform(val["review"])))


groups = {
    "all reviews, five seeds": [member(seed, train) for seed in range(5)],
    "five seeds, five random halves": [member(seed, train.sample(frac=0.5, random_state=seed)) for seed in range(5)],
}
figure, both = plt.subplots(1, 2, figsize=(12, 2.8), layout="constrained", sharey=True)
for axes, (title, members) in zip(both, groups.items()):
    alone = [(val_labels == logits.argmax(1)).float().mean().item() for logits in members]
    together = (ensemble_predict(members) == val_labels).float().mean().item()
    bars = axes.bar([*"12345", "together"], [*alone, together], color=["#a0aec0"] * 5 + ["#2b6cb0"])
    axes.bar_label(bars, fmt="%.2f", label_type="center")
    axes.axhline(sum(alone) / 5, color="black", linestyle="--", linewidth=1)
    axes.set(title=title, ylim=(0, 1), xlabel="member")
both[0].set_ylabel("validation accuracy")
plt.show()

# %% [markdown]
# The dashed line is the mean of the members: what you may expect from one of them. A group gains from members that make
# *different* mistakes. Networks that differ in their seed only agree nearly everywhere, also where they are wrong, and
# voting changes a review or two in either direction.

# %% [markdown]
# ## Tool 3: how sure is an accuracy?
#
# **What.** From k right answers out of n, the Wilson interval gives a range of true accuracies that fit with what you
# measured. With z = 1.96, such ranges contain the true value in 95 % of all cases.
#
# **Why.** The published 94 % were measured on 132 reviews. A single review is worth 0.76 points. What would another 132
# reviews have given?
#
# With p = k / n:
#
# (p + z² / 2n ∓ z · √(p (1 − p) / n + z² / 4n²)) / (1 + z² / n)
#
# **A mistake to see.** The well-known formula p ± z · √(p (1 − p) / n) is simpler. Look what it says near the ends.

# %%
for k, n in ((65, 132), (124, 132), (131, 132), (10, 10)):
    p = k / n
    margin = 1.96 * (p * (1 - p) / n) ** 0.5
    print(f"{k:>3} of {n}: {p:.3f}, simple interval {p - margin:.3f} to {p + margin:.3f}")

# %% [markdown]
# More than 100 %, and absolute certainty after ten reviews. Neither can be.
#
# **Common mistakes.** The divisor is applied to the centre and not to the width. A term with z² is missing. Impossible
# counts give a number instead of an error.
#
# ```python
# wilson_interval(correct, total, z=1.96) -> tuple[float, float]
# ```
#
# - **Expected:** `wilson_interval(124, 132)` is about `(0.885, 0.969)`.
# - **Errors:** `ValueError` unless 0 ≤ correct ≤ total and total > 0.
# - **Hint:** name the parts (share, divisor, centre, half width) before you put them together.

# %% hole="wilson_interval"

# %% check="extensions" holes="wilson_interval"

# %% [markdown]
# **Look.** Left: the published figures, and others like them, on 132 reviews. Right: how the interval shrinks if the
# accuracy stays at 94 % and the test split grows.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 3.4), layout="constrained", width_ratios=[3, 2])
measured = {
    "majority class": 49,
    "baseline (published)": 65,
    "baseline (well trained)": 101,
    "TF-IDF + logistic": 107,
    "fine-tuned, another seed": 123,
    "fine-tuned (published)": 124,
}
for row, num_right in enumerate(measured.values()):
    low, high = wilson_interval(num_right, 132)
    left.plot([low, high], [row, row], color="#2b6cb0", linewidth=5, alpha=0.5, solid_capstyle="butt")
    left.plot(num_right / 132, row, "o", color="#1a365d")
left.set_yticks(range(len(measured)), measured)
left.invert_yaxis()
left.grid(axis="x", alpha=0.3)
left.set(xlim=(0.2, 1), xlabel="accuracy, with its 95 % interval")

sizes = [50, 132, 300, 1000, 3000, 10000]
ends = [wilson_interval(round(0.94 * size), size) for size in sizes]
right.fill_between(sizes, [low for low, _ in ends], [high for _, high in ends], color="#2b6cb0", alpha=0.3)
right.axhline(0.94, color="#1a365d")
right.axvline(132, color="#c53030", linestyle="--", linewidth=1)
right.set(xscale="log", xlabel="reviews in the test split (red: ours)", ylabel="accuracy", ylim=(0.8, 1))
plt.show()

# %% [markdown]
# To halve the width, you need about four times as many reviews.

# %% [markdown] written="what_can_be_told_apart" points="2"
# ### In your own words: what can be told apart?
#
# Two runs reach 93.9 % and 93.2 % on the same 132 reviews. Which difference is that in reviews? What do the intervals
# say about it, and what about the difference between the published baseline and the well-trained one? The interval
# speaks of the luck with the test reviews. Name a second kind of luck in our results that it does not contain, and how
# you would show that one.
#
# **Rubric (2 points).** 1 point: one review; the intervals overlap nearly completely, while those of the two baselines
# do not overlap at all (or hardly). 1 point: the luck of training (seed, order of the batches, split), shown by several
# seeds with their spread.

# %% [markdown]
# ## Tool 4: more texts out of few
#
# **What.** Word dropout leaves words out at random. A review with some words missing is still about the same aspect, so
# it keeps its label, and counts as a new training text.
#
# **Why.** 295 reviews are few. A model that sees each review in several mutilated forms cannot lean on a single word.
#
# **Common mistakes.** Exactly a share of the words goes, instead of each word by itself with that probability. The text
# may become empty. The global random numbers are seeded, and everybody else's results change. The validation reviews
# are multiplied as well, or variants of one review land in both splits: a leak.
#
# ```python
# word_dropout(tokens, rate, seed) -> list[str]
# ```
#
# - **Out:** the words that stay, in their order; never empty, unless there were no words. The same seed gives the same
#   result. The list that you got stays as it is.
# - **Expected:** at rate 0.0 all words stay, at rate 1.0 one is left.
# - **Hint:** a generator of your own, and one decision for each word.

# %% hole="word_dropout"

# %% check="extensions" holes="word_dropout"

# %% [markdown]
# **Look.** One review, several rates. From which rate on would you no longer know the aspect?

# %%
sentence = "the light in every shot is unforgettable but the plot is as thin as the paper it was written on"
for rate in (0.0, 0.1, 0.3, 0.5, 0.8):
    print(f"rate {rate}: {' '.join(word_dropout(sentence.split(), rate, seed=1))}")

# %% [markdown]
# Does it help? TF-IDF and logistic regression, trained on the reviews plus some variants of each. Only the training
# reviews are multiplied; validation decides.


# %%
def accuracy_with(rate, num_variants):
    """Validation accuracy, with some variants of each training review besides the review itself."""
    texts, classes = train["review"].tolist(), train["aspect_encoded"].tolist()
    variants = [
        " ".join(word_dropout(text.split(), rate, seed=1000 * variant + row))
        for variant in range(num_variants)
        for row, text in enumerate(texts)
    ]
    classifier = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
    return classifier.fit(texts + variants, classes + classes * num_variants).score(
        val["review"], val["aspect_encoded"]
    )


print(f"no variants:               {accuracy_with(0.0, 0):.3f}")
for rate in (0.1, 0.3, 0.5):
    print(f"4 variants, rate {rate}:      {accuracy_with(rate, 4):.3f}")
print(f"4 plain copies, rate 0.0:  {accuracy_with(0.0, 4):.3f}")

# %% [markdown]
# Mind the last line. Four plain copies contain nothing new, but they weaken the regularisation of the classifier in the
# same way as four variants do. An experiment needs such a control. And mind the size: 74 validation reviews, so one
# review is 1.4 points.

# %% [markdown]
# ## Tool 5: follow attention to the input
#
# **What.** Each layer has a table that says how every position mixes the positions below it. Attention rollout
# multiplies these tables through, from the bottom to the top. Its entry `[b, i, j]` says how much position i at the top
# draws on token j at the input.
#
# **Why.** A single layer deceives: in layer 3, a position "token j" is itself a mixture of everything below. And each
# layer passes a position on as it is, past the attention (the residual connection). Therefore the identity is added.
#
# **How,** for each layer from the bottom:
#
# ```
# [batch, heads, seq_len, seq_len] ──mean over heads──> [batch, seq_len, seq_len] ──+ identity──> ──each row ÷ its sum──> A
# rollout = A @ rollout of the layers below
# ```
#
# **Common mistakes.** The product has the wrong order. `*` multiplies entry by entry; a matrix product is `@`. Rows are
# divided by the sum of a column, or the whole batch by one number.
#
# ```python
# attention_rollout(attentions) -> Tensor
# ```
#
# - **In:** a list with one tensor `[batch, heads, seq_len, seq_len]` for each layer, from the bottom. **Out:** `[batch,
#   seq_len, seq_len]`, rows sum to 1.
# - **Expected:** one layer, one sequence of two tokens, all attention 0.5, gives rows `[0.75, 0.25]` and `[0.25,
#   0.75]`.
# - **Hint:** work the example out on paper first. Then two layers: which of them stands on the left?

# %% hole="attention_rollout"

# %% check="extensions" holes="attention_rollout"

# %% [markdown]
# **Look.** The encoder (the packaged one, which stands in for TinyBERT unless you have fetched that) reads a review. It
# is not fine-tuned here, so you see what it does with language, not with aspects.

# %%
tokenizer, model = load_backbone()
model.set_attn_implementation("eager")  # the fast implementation does not keep its tables
batch = tokenizer("The light in every shot is unforgettable, but the plot is thin.", return_tensors="pt")
with torch.no_grad():
    attentions = list(model(**batch, output_attentions=True).attentions)
tokens = tokenizer.convert_ids_to_tokens(batch["input_ids"][0].tolist())
rollout = attention_rollout(attentions)[0]
print("encoder:", model.config.name_or_path, "| rows sum to", round(rollout.sum(dim=-1).mean().item(), 4))

figure, (left, right) = plt.subplots(1, 2, figsize=(13, 5.2), layout="constrained")
for axes, title, table in (
    (left, "attention of the top layer, mean of its heads", attentions[-1][0].mean(dim=0)),
    (right, "rollout through all layers", rollout),
):
    picture = axes.imshow(table, cmap="Blues", vmin=0)
    axes.set_xticks(range(len(tokens)), tokens, rotation=70, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(tokens)), tokens)
    axes.set(title=title, xlabel="draws on", ylabel="position")
    figure.colorbar(picture, ax=axes, shrink=0.8)
plt.show()

# %% [markdown]
# The classifier reads `[CLS]` alone, so its row is the one that matters. Compare it in both tables. The share that
# `[CLS]` takes from itself is printed and left out of the picture, since it would dwarf the rest.

# %%
rows = {"top layer": attentions[-1][0].mean(dim=0)[0], "rollout": rollout[0]}
figure, axes = plt.subplots(figsize=(10, 3), layout="constrained")
places = torch.arange(1, len(tokens))
for shift, colour, (name, row) in zip((-0.2, 0.2), ("#a0aec0", "#2b6cb0"), rows.items()):
    print(f"{name:<9} [CLS] from itself {row[0]:.2f}, from all other tokens {row[1:].sum():.2f}")
    axes.bar(places + shift, row[1:], width=0.4, color=colour, label=name)
axes.set_xticks(places, tokens[1:], rotation=50, ha="right", rotation_mode="anchor")
axes.set(ylabel="share", title="What [CLS] draws on, besides itself")
axes.legend()
plt.show()

# %% [markdown]
# In the top layer alone, `[CLS]` seems to look at hardly anything but itself. The rollout shows that words have reached
# it on the way. It still is a rough tool: it knows nothing of the values that attention carries, nor of the small
# networks between the layers. Use it to ask questions, not to answer them.

# %% [markdown] written="own_experiment" points="2"
# ### In your own words: your experiment
#
# Plan one experiment on this pipeline. Ideas: unfreeze layers 2 and 3; a warm-up; a vocabulary of 500, 2,000 or 5,000
# words; a vote of five seeds; word dropout for the encoder; a `max_len` of 64; batches of 8 or 64; another patience.
# Write down: the question; what you change, and what stays as it is; your guess, as a number; the split on which you
# decide; how many seeds; and which result would make you give your guess up. If you run it, add the result.
#
# **Rubric (2 points).** 1 point: one change, everything else fixed, decided on validation, with several seeds or an
# interval. 1 point: a guess as a number, and a result that would refute it. (A run is welcome, and needs no success.)

# %% scratch="true"
# Room for your experiment.

# %% [markdown]
# ## Summary
#
# - Small steps at the start and at the end: warm-up and decay.
# - Average probabilities, not logits. A group gains from members whose mistakes differ.
# - An accuracy without n is half a number. 132 reviews give eight points of doubt at 94 %.
# - Augment training texts only, and keep a control.
# - Attention of one layer deceives; a rollout deceives less.
#
# **Next:** `99_lab_notes`. The last entry is not about a model but about you: what worked, what broke, what surprised
# you, and what you would do differently.
