# %% [markdown]
# # 09: Put the two models side by side
#
# You have a baseline at about 49 % and a fine-tuned encoder at about 94 %. That sounds like the end of the story. It is
# the beginning of the question: how much of the difference is real, what does it come from, and what still goes wrong?
# In this notebook you write the tools for the answer, and then the answer.
#
# **Where this stands in the pipeline**
#
# reviews → words → ids → equal rows → batches → network → training → metrics → pre-trained encoder → fine-tuning →
# **comparison**
#
# This notebook holds the exercise *comparison* (4 points), and the deliverables of the whole course: both metrics
# tables and a written comparison. Given code trains both models, so it needs nothing from the earlier notebooks. Where
# it says `predictions`, you may put those of your own models instead.

# %% [markdown]
# ## Objectives
#
# When you are done, you can
#
# - [ ] tell a relative improvement from an absolute one, and say which one a headline uses
# - [ ] put two models in one table, with the same figures computed in the same way
# - [ ] list the reviews that go wrong, and find a pattern in them
# - [ ] place a result on a ladder of cheaper rivals
# - [ ] say how sure an accuracy on 132 reviews is
# - [ ] write a comparison that survives a second reader
#
# Accepted when all checks pass, both tables are in your answer, and your three answers in words are written.

# %% [markdown]
# ## Primer: how to compare
#
# **The same test, the same measure.** Both models answer the same 132 reviews. The truth comes first, then the
# predictions. Precision, recall and F1 are macro averages, the same for both.
#
# **Relative or absolute?** From 65 to 124 right answers of 132:
#
# | | computation | result | one says |
# | --- | --- | --- | --- |
# | absolute | 93.9 % − 49.2 % | 44.7 points | "45 percentage points more" |
# | relative | (93.9 − 49.2) / 49.2 | 0.908 | "91 % better than the baseline" |
#
# Both are true. The second one sounds larger, and it depends on how bad the baseline was: from 2 % to 4 % is "100 %
# better". At a baseline of 0 it means nothing. Say which one you use.
#
# **Compare like with like.** A loss and an accuracy have different units. So have a share of reviews and a share of
# epochs.
#
# **A better opponent.** An improvement over a badly trained baseline contains two improvements: one from the new model,
# one from training the old one properly. Only a ladder tells them apart.
#
# **Common mistakes.** Percent where a fraction is meant. The truth and the predictions change places: then precision
# and recall do, too, and no error appears. Reviews and predictions are matched by the index of a frame that has been
# shuffled or filtered.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import sklearn.metrics
import torch
from scipy.stats import binomtest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from reelgrade.given import ASPECTS, fast, load_backbone, predict, reviews_file, text_loader
from reelgrade.given.plots import plot_confusion_pair, plot_seed_strip

plt.ion()  # show every figure that a cell returns
torch.set_num_threads(1)

train = pd.read_csv(reviews_file("train"), keep_default_na=False)
test = pd.read_csv(reviews_file("test"), keep_default_na=False)
labels = test["aspect_encoded"].tolist()
print(len(train), "reviews to train on,", len(test), "to test on")

# %% [markdown]
# ### Warm-up: what is wrong with the unit?
#
# Five sentences of a kind that reports about such experiments contain. In each, the number exists and the sentence is
# wrong, or says less than it seems. Work out the five numbers before you run the second cell.
#
# - (a) "Accuracy rose by 91 %." From .4924 to .9394: how many percentage *points* is that?
# - (b) "77 % of the reviews were taken for Characters." It was 77 of 132 reviews: which share is that?
# - (c) "The loss fell from 0.49 to 0.10." One of the two is no loss. What was the baseline's loss, about? (Notebook 06;
#   or: what must it be near, if hardly anything was learned?)
# - (d) "Early stopping at epoch 31 of 50 saved 24 epochs." How many did it save?
# - (e) "5e-4 learns 250 times as fast as 1e-5." How many times as large is the rate?

# %% scratch="true"
mine = {"a": 0.0, "b": 0.0, "c": 0.0, "d": 0, "e": 0}

# %%
right = {
    "a": (44.7, "points; 91 % is relative to the baseline"),
    "b": (0.583, "of the reviews; 77 is a count, not a percentage"),
    "c": (1.05, "or so, close to ln 3; 0.49 is the baseline's accuracy"),
    "d": (19, "epochs; 24 would be right for stopping after the best epoch, which nobody can know at that time"),
    "e": (50, "times as large"),
}
for question, (number, reason) in right.items():
    close = abs(mine[question] - number) <= 0.05 * number
    print(f"({question}) {'yes' if close else 'you said ' + str(mine[question])}: {number} {reason}")

# %% [markdown]
# ## Task 1: `relative_improvement`
#
# ```python
# relative_improvement(baseline, improved) -> float
# ```
#
# - **Out:** by which fraction of the baseline the figure has grown. Negative if it has fallen.
# - **Expected:** `relative_improvement(65 / 132, 124 / 132)` is about 0.9077.
# - **Errors:** `ValueError` at a baseline of 0.
# - **Hint:** the difference, measured in units of what?
# - **Stuck?** `reelgrade hint relative_improvement`

# %% imports="comparison"

# %% hole="relative_improvement"

# %% check="comparison" holes="relative_improvement"

# %% [markdown]
# **The same model, three baselines.** What "better by" means depends on the opponent.

# %%
for name, baseline in (
    ("majority class", 49 / 132),
    ("published baseline", 65 / 132),
    ("well-trained baseline", 0.764),
):
    print(
        f"against the {name:<21} ({baseline:.3f}): relative improvement {relative_improvement(baseline, 124 / 132):+.1%}"
    )

# %% [markdown]
# ## Task 2: `comparison_table`
#
# ```python
# comparison_table(labels, baseline_predictions, tinybert_predictions) -> pd.DataFrame
# ```
#
# - **Out:** a frame with the index `accuracy`, `precision`, `recall`, `f1` and the columns `Baseline`, `TinyBERT`,
#   `Improvement`. Shares from 0 to 1; the improvement is relative, as a fraction, and NaN where the baseline is 0.
# - **Expected:** shape `(4, 3)`. For labels `[0, 1, 2, 2]`, a baseline that says `[0, 0, 0, 2]` and a TinyBERT that
#   makes no mistake, the row `accuracy` is 0.5, 1.0, 1.0.
# - **Hint:** scikit-learn computes all four figures. Look up what its options for averaging and for zero division are
#   called. The truth comes first.

# %% hole="comparison_table"

# %% check="comparison" holes="comparison_table"

# %% [markdown]
# ## Task 3: `misclassified`
#
# ```python
# misclassified(reviews, labels, predictions) -> pd.DataFrame
# ```
#
# - **In:** a frame with a column `review`, or the texts themselves.
# - **Out:** a frame with the columns `review`, `label`, `prediction`, the last two as *names* of aspects, in the order
#   of the input.
# - **Expected:** `misclassified(["dull plot", "fine cast"], [2, 1], [2, 0])` has one row: fine cast, Characters,
#   Cinematography.
# - **Hint:** go by position, not by the index of the frame. And if every prediction is right, the three columns are
#   still there.

# %% hole="misclassified"

# %% check="comparison" holes="misclassified"

# %% [markdown]
# ## Both models, and their rivals
#
# Given code trains the whole ladder:
#
# 1. the **majority class**, which always says the most frequent aspect
# 2. **keywords**, a list that somebody wrote in a few minutes
# 3. the **baseline as published**: Adam 1e-4, 30 epochs, and a vocabulary that has seen the test reviews
# 4. the **baseline trained well**: the same network, Adam 5e-3, 20 epochs, vocabulary from the training reviews only
# 5. **TF-IDF**: weighted counts of words and pairs of words, and logistic regression
# 6. the **fine-tuned** encoder: layer 3 and the classifier train, AdamW 5e-4, six epochs
#
# The last one is the packaged encoder, which stands in for TinyBERT unless you have fetched that. The number of epochs
# is fixed, so that nobody has to choose it on the test split. Rungs that depend on chance run with three seeds.


# %%
def network_batches(words, split, shuffle_seed=None):
    """(input_ids, labels) for the baseline; 0 is padding, 1 is unknown."""
    cut = words.build_analyzer()
    rows = [torch.tensor([words.vocabulary_.get(word, -1) + 2 for word in cut(text)][:128]) for text in split["review"]]
    pairs = TensorDataset(
        nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.tensor(split["aspect_encoded"].to_numpy())
    )
    order = torch.Generator().manual_seed(shuffle_seed or 0)
    return DataLoader(pairs, 16, shuffle=shuffle_seed is not None, generator=order)


def learn(batches, loss_of, optimizer, num_epochs):
    """Walk downhill; nothing is measured on the way."""
    for batch in [batch for _ in range(num_epochs) for batch in batches]:
        optimizer.zero_grad()
        loss_of(batch).backward()
        optimizer.step()


def simple_network(seed, lr, num_epochs, leak):
    """Answers of the baseline on the test reviews."""
    seen = pd.concat([train, test]) if leak else train
    words = CountVectorizer(token_pattern=r"\b\w+\b", max_features=1000).fit(seen["review"])
    torch.manual_seed(seed)
    bag = nn.EmbeddingBag(1002, 50, mode="mean", padding_idx=0)
    network = nn.Sequential(bag, nn.Linear(50, 100), nn.ReLU(), nn.Linear(100, 3))
    adam = torch.optim.Adam(network.parameters(), lr=lr)
    batches = network_batches(words, train, shuffle_seed=seed)
    learn(batches, lambda batch: nn.functional.cross_entropy(network(batch[0]), batch[1]), adam, num_epochs)
    return predict(network, network_batches(words, test))


tokenizer, first_model = load_backbone()


def text_batches(split, shuffle_seed=None):
    """Dictionaries for the encoder."""
    encoded = tokenizer(split["review"].tolist(), truncation=True, max_length=128, padding=True, return_tensors="pt")
    return text_loader(
        encoded, split["aspect_encoded"].tolist(), shuffle=shuffle_seed is not None, seed=shuffle_seed or 0
    )


def finetuned(seed):
    """The fine-tuned encoder."""
    torch.manual_seed(seed)
    _, model = load_backbone()
    for name, weights in model.named_parameters():
        weights.requires_grad = "encoder.layer.3." in name or name.startswith("classifier")
    encoder = fast(model).train()
    adamw = torch.optim.AdamW([weights for weights in model.parameters() if weights.requires_grad], lr=5e-4)
    learn(text_batches(train, shuffle_seed=seed), lambda batch: encoder(**batch).loss, adamw, num_epochs=6)
    return encoder


KEYWORDS = {
    "Cinematography": "camera shot shots light lighting lit look looks colour colours colors filmed visual visually images sets frame effects",
    "Characters": "actor actors actress acting cast character characters performance role plays he she her him his hero villain",
    "Story": "story plot script ending end twist twists written writer writing dialogue scenes predictable idea pace",
}


def keyword_answer(review):
    """The aspect with the most keywords in the review; the first one in a tie."""
    found = review.lower().replace(",", " ").replace(".", " ").split()
    counts = [sum(word in KEYWORDS[aspect].split() for word in found) for aspect in ASPECTS]
    return counts.index(max(counts))


# %%
encoders = [finetuned(seed) for seed in range(3)]
tfidf = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=1000))
ladder = {
    "majority class": [[train["aspect_encoded"].mode()[0]] * len(test)],
    "keywords": [[keyword_answer(review) for review in test["review"]]],
    "baseline, as published": [simple_network(seed, lr=1e-4, num_epochs=30, leak=True) for seed in range(3)],
    "baseline, trained well": [simple_network(seed, lr=5e-3, num_epochs=20, leak=False) for seed in range(3)],
    "TF-IDF + logistic": [tfidf.fit(train["review"], train["aspect_encoded"]).predict(test["review"]).tolist()],
    "fine-tuned": [predict(encoder, text_batches(test)) for encoder in encoders],
}
accuracies = {
    name: [sklearn.metrics.accuracy_score(labels, answers) for answers in runs] for name, runs in ladder.items()
}
for name, values in accuracies.items():
    print(f"{name:<24} {np.mean(values):.3f}   {[round(value, 3) for value in values]}")

# %% [markdown]
# One dot is one seed; a cross is the published figure, on other reviews of the same kind.

# %%
plot_seed_strip(accuracies, {"baseline, as published": 0.4924, "fine-tuned": 0.9394})

# %% [markdown]
# Read it from the top. A model that has learned nothing gets 37 %. A list of keywords beats the published baseline,
# which a mere change of learning rate lifts by some twenty points. Counting words and pairs of words gets further
# still, with no network at all. And then the pre-trained encoder takes a step that none of the others comes near. So
# both are true: the headline is inflated by a badly trained opponent, *and* the encoder is far better.
#
# ## Deliverable: the tables
#
# For the published comparison, take the run of the baseline that lies in the middle, and the same of the encoder.


# %%
def middle(name):
    """The answers of the middle one of three runs."""
    return ladder[name][int(np.argsort(accuracies[name])[1])]


predictions = {name: middle(name) for name in ("baseline, as published", "baseline, trained well", "fine-tuned")}
against_published = comparison_table(labels, predictions["baseline, as published"], predictions["fine-tuned"])
against_published.round(3)

# %% [markdown]
# The same encoder, against the same network trained well:

# %%
against_trained = comparison_table(labels, predictions["baseline, trained well"], predictions["fine-tuned"])
against_trained.round(3)

# %% [markdown]
# The same as a picture. The dashed line is the accuracy of the majority class.

# %%
table = against_published.assign(**{"trained well": against_trained["Baseline"]})
figure, (left, right_axes) = plt.subplots(1, 2, figsize=(13, 3.6), layout="constrained")
bars = {"Baseline": "#c53030", "trained well": "#dd6b20", "TinyBERT": "#2b6cb0"}
table[list(bars)].plot.bar(ax=left, color=list(bars.values()), rot=0, legend=False, title="Four figures, three models")
left.axhline(
    accuracies["majority class"][0], color="black", linestyle="--", linewidth=1
)  # in accuracy, what nothing learned gets
left.set(ylim=(0, 1.05), ylabel="share")

recalls = {name: sklearn.metrics.recall_score(labels, answers, average=None) for name, answers in predictions.items()}
pd.DataFrame(recalls, index=ASPECTS).plot.bar(
    ax=right_axes, color=list(bars.values()), rot=0, title="Recall of each aspect"
)
right_axes.set(ylim=(0, 1.05), ylabel="recall")
right_axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
plt.show()

# %%
plot_confusion_pair(
    {
        name: sklearn.metrics.confusion_matrix(labels, predictions[name]).tolist()
        for name in predictions
        if "well" not in name
    }
)

# %% [markdown]
# ## How sure is it?
#
# 132 reviews are few. If the model has a true accuracy, which values of it fit with what you measured? That is a 95 %
# interval (Wilson's; you build it yourself in notebook 10). Here for the middle runs:

# %%
for name, answers in predictions.items():
    num_right = sum(answer == label for answer, label in zip(answers, labels))
    low, high = binomtest(num_right, len(labels)).proportion_ci(method="wilson")
    print(
        f"{name:<24} {num_right:>3} of {len(labels)} right: {num_right / len(labels):.1%}, 95 % interval {low:.1%} to {high:.1%}"
    )

# %% [markdown]
# The intervals of the baseline and of the encoder are far apart. The encoder's own is still eight points wide: 93 % and
# 95 % on 132 reviews cannot be told apart.
#
# Since both models answered the same reviews, one can also compare review by review:

# %%
was_right = {name: np.array(answers) == np.array(labels) for name, answers in predictions.items()}
old, new = was_right["baseline, trained well"], was_right["fine-tuned"]
print(
    f"both right {np.sum(old & new)}, only the encoder {np.sum(~old & new)}, only the baseline {np.sum(old & ~new)}, neither {np.sum(~old & ~new)}"
)

# %% [markdown]
# ## What still goes wrong
#
# Read every one of them. With so few errors there is no excuse for a summary.

# %%
pd.set_option("display.max_colwidth", None)
errors = misclassified(test, labels, predictions["fine-tuned"])
errors

# %% [markdown]
# And a sample of what the well-trained baseline gets wrong and the encoder gets right:

# %%
gained = test[~old & new]
pd.DataFrame({"review": gained["review"], "label": gained["aspect"]}).head(6)

# %% [markdown]
# **Your turn (not graded).** Write reviews of your own, and ask the encoder. Can you find one that fools it, while a
# friend is sure of the answer?

# %% scratch="true"
own = ["The villain is a bore, but how he is lit!", "Nothing happens, beautifully."]
with torch.no_grad():
    encoder = encoders[0].eval()
    batch = tokenizer(own, padding=True, return_tensors="pt")
    shares = encoder(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits.softmax(dim=-1)
for review, row in zip(own, shares.tolist()):
    print(review, {aspect: round(share, 2) for aspect, share in zip(ASPECTS, row)})

# %% [markdown] written="metrics_tables" points="2"
# ### Deliverable: both metrics tables
#
# Put two tables here, in Markdown: the metrics of the baseline and the metrics of the fine-tuned encoder (accuracy,
# macro precision, macro recall, macro F1, recall of each aspect; three decimals). Below each table one line: how the
# model was trained (learning rate, epochs, vocabulary or encoder), on how many reviews, with which seeds, and how the
# epoch was chosen. Use your own models from notebooks 06 and 08 if you have them, and say so.
#
# **Rubric (2 points).** 1 point: both tables complete, and the figures agree with the output of a notebook. 1 point:
# both lines complete, so that somebody else could repeat the run; a run on one seed is called one.

# %% [markdown] written="comparison" points="2"
# ### Deliverable: the comparison
#
# One or two paragraphs for a reader who knows what a classifier is and has not taken this course. How much better is
# the fine-tuned encoder? Give absolute and relative improvement, each with its name. Say against which baseline, and
# what the ladder adds. Which part of the gain would you put down to pre-training, and which to a badly trained
# opponent? How sure is it?
#
# **Rubric (2 points).** 1 point: right figures with the right units, absolute and relative told apart, and the
# published baseline called what it is, with at least one rung of the ladder as evidence. 1 point: a reasoned account of
# what pre-training brings (words in context, words never seen in training), and the uncertainty of 132 reviews or of
# the seeds.

# %% [markdown] written="errors_and_next" points="2"
# ### In your own words: errors, and the next experiment
#
# Which aspect gained most in recall, and why that one? Sort the encoder's remaining errors into two or three kinds
# (several aspects in one review, irony, a label you would argue with, ...), with an example of each. Then name one
# experiment that you would run next: what you change, what you keep, on which split you decide, and which result would
# prove you wrong.
#
# **Rubric (2 points).** 1 point: kinds of errors that rest on quoted examples, and the aspect with its two recalls. 1
# point: an experiment that changes one thing, decides on validation, and could fail.

# %% [markdown]
# ## Summary
#
# - Relative and absolute improvement are both true, and never the same. Name the one you use.
# - A comparison is as honest as its weakest opponent. The ladder: majority, keywords, baseline, TF-IDF, fine-tuned.
# - The published 49 % and 94 % are both real. What lies between them is partly pre-training and partly training.
# - 132 reviews give an interval of eight points at 94 %. Read the errors, all of them.
#
# **Next:** `10_extensions`, a bonus: five tools for experiments of your own. And `99_lab_notes`: the last entry is the
# one about the whole journey.
