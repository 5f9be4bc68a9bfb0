# %% [markdown]
# # 08: Fine-tune, and stop in time
#
# The encoder is loaded and mostly frozen; its classifier still guesses. Now it learns your task. After a few epochs it
# is very good, and then, if you let it, it begins to learn single reviews by heart. The art of this notebook is to
# notice that moment, and to go back to it.
#
# **Where this stands in the pipeline**
#
# reviews → words → ids → equal rows → batches → network → training → metrics → pre-trained encoder → **fine-tuning** →
# comparison
#
# This notebook holds the exercise *finetuning* (12 points). Given code loads and freezes the encoder, so it needs
# nothing from the earlier notebooks. If your own modules are finished, you may use them instead: `use_exercises()` and
# then, for example, `from exercises.tinybert import freeze_layers` (how: `00_overview`, "How to work").

# %% [markdown]
# ## Objectives
#
# When you are done, you can
#
# - [ ] say what AdamW does with weight decay that Adam does not, and choose which parameters it holds
# - [ ] stop training by a rule, and explain patience to somebody else
# - [ ] keep the best weights in a way that later training cannot touch
# - [ ] fine-tune an encoder to more than 90 % in seconds
# - [ ] explain why the test split must not choose the epoch
#
# Accepted when all checks pass, and your three answers in words are written.

# %% [markdown]
# ## Primer 1: the optimizer
#
# **What.** Adam divides each gradient by its own usual size. Therefore its first step is about as long as the learning
# rate, whether the gradient is 3 or 300. **Weight decay** pulls every weight a little towards 0, against overfitting.
#
# **Why AdamW.** In plain Adam the decay is added to the gradient, and then divided away with it. AdamW keeps the two
# apart:
#
# w ← w − lr · (Adam's step + weight_decay · w)
#
# See it. One weight that starts at 4, one step with a learning rate of 0.2. Without decay, Adam goes to 3.8. Predict
# the other lines.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from sklearn.model_selection import train_test_split
from torch import nn

from reelgrade.given import fast, load_backbone, predict, reviews_file, text_loader
from reelgrade.given.plots import plot_curves, plot_gap_bars, plot_study

plt.ion()  # show every figure that a cell returns
torch.set_num_threads(1)  # on so few numbers, more threads only wait for each other

for kind in (torch.optim.Adam, torch.optim.AdamW):
    for decay in (0.0, 0.25):
        w = nn.Parameter(torch.tensor(4.0))
        w.grad = torch.tensor(3.0)
        kind([w], lr=0.2, weight_decay=decay).step()
        print(f"{kind.__name__:<5} with weight decay {decay:<4}: 4.0 -> {w.item():.2f}")

# %% [markdown]
# In Adam the decay has vanished. In AdamW it arrives: 4 − 0.2 · (1 + 0.25 · 4).
#
# **Which learning rate?** For fine-tuning *all* of a BERT, 2e-5 is usual. Here only the top layer and the classifier
# train, the language below them is safe, and 5e-4 works well. That is 25 times as much. Further down you will try three
# rates and look.
#
# **Common mistakes.** The optimizer holds frozen parameters too. It holds only the weights and not the biases. Adam is
# used where AdamW is meant. Learning rate and weight decay change places, because both were passed by position.

# %% [markdown]
# ## Task 1: `make_optimizer`
#
# ```python
# make_optimizer(model, lr=5e-4, weight_decay=0.01) -> torch.optim.AdamW
# ```
#
# - **Out:** an AdamW that holds the parameters which train, and only those. It switches nothing on or off.
# - **Expected:** for two linear layers of which the first is frozen, it holds 2 tensors.
# - **Hint:** every parameter can tell you whether it trains.
# - **Stuck?** `reelgrade hint make_optimizer`

# %% imports="finetuning"

# %% hole="make_optimizer"

# %% check="finetuning" holes="make_optimizer"

# %% [markdown]
# ## Primer 2: early stopping
#
# **What.** After each epoch, look at the validation loss. If it has not improved for `patience` epochs in a row, stop,
# and go back to the weights of the best epoch.
#
# **Why.** The training loss nearly always falls. The validation loss falls, and then rises. Between the two lies the
# best model, and nobody can tell beforehand in which epoch. A little patience is needed, because the curve is jumpy:
# with 74 validation reviews, a few of them can make an epoch look worse than it is.
#
# **What exactly is an improvement?** `val_loss < best_loss - min_delta`. Three consequences:
#
# - An epoch is compared with the *best* so far, not with the one before.
# - An equal loss is no improvement.
# - NaN is none either. Every comparison with NaN is False, so it matters which way round you ask.
#
# Here is a curve from a training run. **Predict:** with a patience of 3, after which epoch does training stop, and to
# which epoch does it go back? And with a patience of 5? Write your answers down; your own code will check them.

# %%
script = [0.90, 0.62, 0.55, 0.57, 0.41, 0.44, 0.43, 0.41, 0.46, 0.30, 0.33, 0.29]

figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
axes.plot(range(1, 13), script, marker="o", color="#dd6b20", label="validation loss")
axes.step(
    range(1, 13), np.minimum.accumulate(script), where="post", color="#718096", linestyle="--", label="best so far"
)
axes.set(xlabel="epoch", ylabel="loss per example", xticks=range(1, 13))
axes.grid(alpha=0.3)
axes.legend()
plt.show()

# %% scratch="true"
predictions_of_mine = {  # patience: (last epoch run, best epoch)
    3: (0, 0),
    5: (0, 0),
}

# %% [markdown]
# ### A mistake to see: the copy that is none
#
# The published code of this experiment keeps its best weights as a `.copy()` of the state dict. It looks right, and it
# reports good figures. Watch what becomes of the copy when training goes on.

# %%
layer = nn.Linear(1, 1)
with torch.no_grad():
    layer.weight.fill_(1.0)  # the weights of the best epoch
kept = layer.state_dict().copy()
print("kept in the best epoch:", kept["weight"].item())

with torch.no_grad():
    layer.weight.fill_(99.0)  # training goes on, and gets worse
print("kept, some epochs later:", kept["weight"].item())
print(
    "the same dictionary?",
    kept is layer.state_dict(),
    "| the same memory?",
    kept["weight"].data_ptr() == layer.weight.data_ptr(),
)

# %% [markdown]
# The dictionary is new; what it points to is not. "Restoring" it changes nothing: the model keeps the weights of its
# *last* epoch. And nobody notices, since the log shows the loss of the best one. What has to be copied so that training
# cannot reach it?

# %% [markdown]
# ## Task 2: `EarlyStopping`
#
# ```python
# class EarlyStopping:
#     def __init__(self, patience=5, min_delta=0.0)
#     def step(self, val_loss, model) -> bool      # one more epoch; True means stop
#     def restore(self, model) -> None             # the best weights, back into the model
# ```
#
# - **Attributes:** `best_loss` (infinity at first) and `best_epoch` (calls of `step`, counted from 1; 0 at first).
# - **`step`** is True after `patience` calls in a row without an improvement. An improvement sets the count back.
# - **`restore`** is a `RuntimeError` while nothing has been kept.
# - **Expected:** patience 2, losses 0.9, 0.5, 0.6, 0.5 give False, False, False, True; best 0.5 in epoch 2.
# - **Hint:** write down, for these four losses, what the object must remember from one call to the next. Three or four
#   things.

# %% hole="EarlyStopping"

# %% check="finetuning" holes="EarlyStopping"

# %% [markdown]
# **Were you right?** Your class meets the curve that you predicted.

# %%
for patience, mine in predictions_of_mine.items():
    stopper, nothing = EarlyStopping(patience=patience), nn.Linear(1, 1)
    last = next((epoch for epoch, loss in enumerate(script, start=1) if stopper.step(loss, nothing)), len(script))
    print(
        f"patience {patience}: you said {mine}; ran {last} epochs, best epoch {stopper.best_epoch}, loss {stopper.best_loss}"
    )

# %% [markdown]
# Too little patience misses a better model that was on its way. Too much costs time, and nothing else, as long as the
# best weights are kept.

# %% [markdown]
# ## Primer 3: the loop
#
# It is the loop of notebook 06 with two differences.
#
# - A batch is a **dictionary** with `input_ids [16, 128]`, `attention_mask [16, 128]` and `labels [16]`. The model
#   takes it whole: `output = model(**batch)` has `output.loss` (a mean over the batch) and `output.logits` `[16, 3]`.
# - After each epoch, one and the same `EarlyStopping` sees the validation loss.
#
# One epoch, in order: train (train mode) → validate (eval mode, no graph) → write four numbers down → ask whether to
# stop.
#
# **Common mistakes.** The loop leaves before it has written its last epoch down. It goes back to the best weights only
# if it was stopped early, not when the epochs ran out. It stays in eval mode after the first validation. It makes a new
# `EarlyStopping` in every epoch, which never loses patience.

# %% [markdown]
# ## What you train on
#
# Given: three splits, encoded for the encoder. `prepare` loads it with a fresh classifier, lets layer 3 and the
# classifier train, and wraps it in `fast`, which runs the frozen layers once for each text. The first look at the
# reviews takes some seconds for that reason, every epoch after it less than one.
#
# As before, the packaged encoder stands in for TinyBERT when you have not fetched it. What does it answer before it has
# learned anything about aspects?

# %%
reviews = pd.read_csv(reviews_file("train"), keep_default_na=False)
test = pd.read_csv(reviews_file("test"), keep_default_na=False)
train, val = train_test_split(reviews, test_size=0.2, stratify=reviews["aspect_encoded"], random_state=0)
tokenizer, _ = load_backbone()


def load(split, shuffle=False, batch_size=16):
    """Batches as dictionaries, padded to the longest text of the split."""
    encoded = tokenizer(split["review"].tolist(), truncation=True, max_length=128, padding=True, return_tensors="pt")
    return text_loader(encoded, split["aspect_encoded"].tolist(), batch_size=batch_size, shuffle=shuffle)


def prepare(seed=0):
    """The encoder with layer 3 and a fresh classifier free, everything else frozen."""
    torch.manual_seed(seed)
    _, model = load_backbone()
    for name, weights in model.named_parameters():
        weights.requires_grad = "encoder.layer.3." in name or name.startswith("classifier")
    return fast(model)


train_loader, val_loader, test_loader = load(train, shuffle=True), load(val), load(test)
model = prepare()
print("encoder:", model.config.name_or_path, "| reviews:", {"train": len(train), "val": len(val), "test": len(test)})
answers = predict(model, load(pd.concat([train, val])))
print("how often it says 0, 1, 2:", [answers.count(aspect) for aspect in range(3)])

# %% [markdown]
# ## Task 3: `finetune`
#
# ```python
# finetune(model, train_loader, val_loader, optimizer, max_epochs=50, patience=5) -> History
# ```
#
# - **Out:** a `History` with one entry for each epoch run, the last one included. Losses are means per example.
# - **Afterwards** the model holds the weights of its best epoch, however the loop ended.
# - **Hint:** the two passes differ in three places only: the mode, the graph, the step. What they have in common can be
#   written once.
# - **If every loss was NaN,** there is nothing to go back to, and that is no error.
# - The last check fine-tunes the real encoder with three seeds. It takes some seconds.

# %% hole="finetune"

# %% check="finetuning" holes="finetune"

# %% [markdown]
# ## The real thing
#
# Up to 50 epochs, a patience of 5. Guess before you run it: how many epochs will it be, and which validation accuracy?

# %%
torch.manual_seed(0)  # dropout draws numbers: without a seed each run would be another
history = finetune(model, train_loader, val_loader, make_optimizer(model), max_epochs=50, patience=5)
best_epoch = history.val_loss.index(min(history.val_loss)) + 1
last_epoch = len(history.val_loss)
print(f"best epoch {best_epoch}, stopped after epoch {last_epoch}: {50 - last_epoch} of 50 epochs saved")

figure = plot_curves({"fine-tuned": (history, "val")})
for axes in figure.axes:
    axes.axvline(best_epoch, color="#c53030", linewidth=1, label="weights kept")
    axes.axvline(last_epoch, color="#718096", linewidth=1, linestyle="--", label="stopped")
    axes.legend()
figure

# %% [markdown]
# Does the model really hold the weights of its best epoch? Measure the validation loss once more, and compare it with
# the curve.

# %%
model.eval()
with torch.no_grad():
    now = model(**next(iter(load(val, batch_size=len(val))))).loss.item()
print(
    f"validation loss now {now:.4f}; in the best epoch {min(history.val_loss):.4f}; in the last one {history.val_loss[-1]:.4f}"
)

# %% [markdown]
# And the gap. In which epoch would you have begun to worry?

# %%
plot_gap_bars(history)

# %% [markdown]
# Only now, once, the test split.

# %%
labels = test["aspect_encoded"].tolist()


def accuracy(network):
    """Share of the test reviews that the network gets right."""
    found = predict(network, test_loader)
    return sum(label == answer for label, answer in zip(labels, found)) / len(labels)


print(f"test accuracy {accuracy(model):.3f}; one review is worth {1 / len(labels):.4f}")

# %% [markdown] written="read_the_curves" points="2"
# ### In your own words: read your curves
#
# Describe your run with numbers: where the best epoch lies, how training and validation loss go on after it, how large
# the gap is in the best epoch and in the last. Is the validation curve smooth or jumpy, and why? What would a patience
# of 2, and what would one of 10, have changed about the model that you end up with?
#
# **Rubric (2 points).** 1 point: numbers that fit the figures, and a reason for the jumps (few validation reviews, a
# high learning rate). 1 point: says for both patiences whether the weights kept would be the same, and that longer
# patience costs time but not quality, since the best weights are restored.

# %% [markdown]
# ## Three learning rates
#
# The same model and the same order of the batches, six epochs, no early stopping. The curve for 5e-4 is your run from
# above. Predict where the other two will lie before you run it.

# %%
curves = {"lr 0.0005": [history.val_loss[:6]]}
for lr in (1e-5, 2.5e-3):
    fresh = prepare()
    run = finetune(fresh, load(train, shuffle=True), val_loader, make_optimizer(fresh, lr=lr), max_epochs=6, patience=6)
    curves[f"lr {lr:g}"] = [run.val_loss]
plot_study(curves, "epoch", "validation loss per example", "Fine-tuning at three learning rates")

# %% [markdown]
# With 1e-5 next to nothing has happened after six epochs: the loss still stands at ln 3. The largest rate overshoots:
# look how its curve jumps. A lucky jump may even land lower than all the others, but nobody can plan with it. One run
# for each is an anecdote, though. `reelgrade reproduce --study lr` repeats it with several seeds.

# %% [markdown] written="learning_rates" points="2"
# ### In your own words: learning rates
#
# People fine-tune whole BERT models with 2e-5. Here 5e-4 works, and 1e-5 is too slow. Why can this model bear larger
# steps? A report on this experiment says that 5e-4 is 250 times as large as 1e-5, and counts 2.5e-3 among the gentle
# rates. Check both statements. Finally: on which split may one compare learning rates, and why?
#
# **Rubric (2 points).** 1 point: the lower layers are frozen, so that large steps cannot destroy what they know, and a
# new classifier has far to go. 1 point: 5e-4 is 50 times 1e-5, and 2.5e-3 is large (125 times the usual 2e-5, five
# times the best rate here); compared on validation, since each comparison is a choice.

# %% [markdown]
# ## A mistake to see: the test split chooses the epoch
#
# The published run has no validation split. It watches the *test* loss, keeps the epoch in which it is lowest, and
# reports the test figures of that epoch. Here is that run beside yours.

# %%
peeking = prepare()
peeked = finetune(peeking, load(train, shuffle=True), test_loader, make_optimizer(peeking), max_epochs=50, patience=5)
print(f"epoch chosen on validation: test accuracy {accuracy(model):.3f}")
print(
    f"epoch chosen on test:       test accuracy {accuracy(peeking):.3f}, after {len(peeked.val_loss)} looks at the test split"
)

# %% [markdown]
# Which of the two is higher in your single run says little. What matters is the rule. Suppose a model is really right
# in 93 % of all reviews, and you measure it after every epoch on 132 of them. Each measurement is a little off, by
# luck. You report the best one.

# %%
luck = np.random.default_rng(0).binomial(132, 0.93, size=(4000, 31)) / 132  # 4,000 runs, 31 looks each
best_of = [luck[:, :looks].max(axis=1).mean() for looks in range(1, 32)]

figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
axes.plot(range(1, 32), best_of, marker=".", color="#c53030", label="the best look, on average")
axes.axhline(0.93, color="#718096", linestyle="--", label="how good the model is")
axes.set(
    xlabel="looks at the test split", ylabel="accuracy", title="Choosing by the test split, if nothing but luck differs"
)
axes.grid(alpha=0.3)
axes.legend()
plt.show()
print(f"best of 31 looks: {best_of[-1]:.3f}, though the model is right in 0.930")

# %% [markdown]
# The epochs of one run resemble each other, so the real gain is smaller than in this picture. Measured with five seeds
# on this course's data, choosing on test and training on all 369 reviews gave 93.8 %; choosing on validation and
# training on the rest gave 93.5 %. That is little. But the reader of a report cannot know how little, and the error
# always points the same way. A fifth of the training reviews buys you an honest figure.

# %% [markdown] written="test_selection" points="2"
# ### In your own words: what was wrong with it?
#
# A classmate says: "I do not train on the test split, I only choose the best epoch with it. So nothing leaks." Answer
# in a few sentences. Then name two more choices in a project like this one, besides the epoch, that the test split
# could make for you without your noticing.
#
# **Rubric (2 points).** 1 point: choosing by test is fitting to test; the reported figure is the best of many, hence
# too high on average, and no longer an estimate for new reviews. 1 point: two real choices (learning rate, patience,
# layers, size of the vocabulary, keywords, seed, which run is reported, ...).

# %% [markdown]
# ## Summary
#
# - AdamW takes its decay from the weights; it holds what trains, and nothing else.
# - Early stopping compares with the best, counts from there, and keeps real copies. A dictionary's own copy is none.
# - The loop ends with the best weights, whatever ended it.
# - The learning rate decides more than anything else: too small and nothing happens, too large and it jumps.
# - Validation decides, test measures. Best of many looks is not a measurement.
#
# **Next:** `09_comparison`. 49 % there, more than 90 % here: you put both models side by side, ask how much of the
# difference is real, and find out which reviews still go wrong. Before that, write your entry in `99_lab_notes`.
