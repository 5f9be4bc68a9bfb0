# %% [markdown]
# # 07: Prepare a pre-trained encoder
#
# The baseline began with random numbers and learned English from 369 short reviews. That is like learning a language
# from one newspaper page. TinyBERT comes with a language already: it has read millions of sentences. What it does not
# know is your question. In this notebook you get it ready for that: its own tokens, a choice of what may still learn,
# and a count.
#
# **Where this stands in the pipeline**
#
# reviews → words → ids → equal rows → batches → network → training → metrics → **pre-trained encoder** → fine-tuning →
# comparison
#
# This notebook holds the exercise *tinybert* (10 points). It needs nothing from the earlier notebooks, and trains
# nothing yet.

# %% [markdown]
# ## Objectives
#
# When you are done, you can
#
# - [ ] tell a word-piece token from a word, and say what happens to a word that is not in the vocabulary
# - [ ] name the shapes from `input_ids` to logits, and what `attention_mask` is for
# - [ ] freeze all of a model but one layer and the classifier, and prove that it worked
# - [ ] count parameters, and check a claim about them
# - [ ] explain why one freezes at all
#
# Accepted when all checks pass, and your two answers in words are written.

# %% [markdown]
# ## Which encoder you are using
#
# The experiment behind this course used **TinyBERT**: four layers, 312 numbers for each token. It must be downloaded
# first (`reelgrade fetch tinybert`). This course also works without a network. Therefore it carries a **stand-in**: the
# lower four layers of a MiniLM, 384 numbers wide. It has the same architecture, the same vocabulary of 30,522 word
# pieces and nearly the same size. `load_backbone()` takes TinyBERT if you have fetched it, and the stand-in otherwise,
# and tells you which. Grading always uses the stand-in. So your figures will be close to the published ones, but not
# equal.

# %% [markdown]
# ## Primer 1: tokens that are never unknown (almost)
#
# **What.** The baseline had a vocabulary of 1,000 whole words; one word in four of the test reviews was not in it. The
# encoder has a vocabulary of 30,522 **word pieces**. A frequent word is one piece. A rare word is put together from
# several pieces; those after the first begin with `##`.
#
# **Why.** Nothing must be thrown away. A name that the encoder has never seen still has its letters.
#
# **How.** Each text becomes
#
# ```
# [CLS]  piece  piece  ...  piece  [SEP]  [PAD]  [PAD]
#   1      1      1          1       1      0      0      <- attention_mask
# ```
#
# - `[CLS]` stands at position 0. The classifier reads this position and no other, so everything that matters about the
#   text must flow there.
# - `[SEP]` ends the text, `[PAD]` fills the row up to `max_len`.
# - `attention_mask` is 1 at real tokens, the special ones included, and 0 at padding.
#
# **One rule.** A pre-trained model must see the pieces it was trained with. Its own tokenizer is part of the model: id
# 2003 means "is" to these weights only because this tokenizer has always written 2003 for "is".

# %%
import time

import matplotlib.pyplot as plt
import pandas as pd
import torch

from reelgrade.given import fast, load_backbone, reviews_file, text_loader

plt.ion()  # show every figure that a cell returns
torch.set_num_threads(1)
torch.manual_seed(0)
tokenizer, model = load_backbone()
train = pd.read_csv(reviews_file("train"), keep_default_na=False)
test = pd.read_csv(reviews_file("test"), keep_default_na=False)
print("encoder:", model.config.name_or_path)
print("layers: ", model.config.num_hidden_layers, "| width:", model.config.hidden_size)
print("pieces: ", tokenizer.vocab_size)

# %% [markdown]
# **Predict, then run.** How many pieces will each of these words become? Write your guesses into the first cell, then
# run both.

# %% scratch="true"
guesses = {
    "plot": 1,
    "cinematography": 0,
    "screenwriter": 0,
    "unforgettable": 0,
    "Villeneuvesque": 0,
    "let's": 0,
    "😁": 0,
}

# %%
for word, guess in guesses.items():
    pieces = tokenizer.tokenize(word)
    print(f"{word:<16} guessed {guess}, found {len(pieces)}: {pieces}")

# %% [markdown]
# Did one of them surprise you? It is easy to believe that a long technical term is always cut, or that every emoji has
# a piece of its own. Reports about this very experiment claim both. The tokenizer is one call away, so look before you
# claim.
#
# Now the whole data set. How many tokens are unknown, and does 128 suffice?

# %%
pieces = {
    name: [tokenizer.tokenize(text) for text in split["review"]] for name, split in (("train", train), ("test", test))
}
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
for name, texts in pieces.items():
    lengths = [len(text) + 2 for text in texts]  # [CLS] and [SEP]
    unknown = sum(text.count("[UNK]") for text in texts)
    print(
        f"{name:<5} {sum(lengths)} tokens, {unknown} of them unknown ({unknown / sum(lengths):.2%}); "
        f"longest review {max(lengths)}, longer than 128: {sum(length > 128 for length in lengths)}"
    )
    axes.hist(lengths, bins=range(0, 210, 6), alpha=0.6, density=True, label=name)
axes.axvline(128, color="#c53030", linestyle="--", label="max_len")
axes.set(xlabel="tokens in a review", ylabel="share of reviews per token", title="Length in word pieces")
axes.legend()
plt.show()

# %% [markdown]
# ## Task 1: `encode_batch`
#
# ```python
# encode_batch(tokenizer, texts, max_len=128) -> dict[str, Tensor]
# ```
#
# - **In:** a Hugging Face tokenizer and a list of texts.
# - **Out:** a *plain* dict with the keys `input_ids` and `attention_mask`, and no other. Both are int64, `[n,
#   max_len]`. Longer texts are cut, shorter ones padded, always to exactly `max_len`.
# - **Expected:** for two texts and `max_len=6`, two tensors `[2, 6]`, and the mask begins with ones: at least `[CLS]`
#   and `[SEP]` are real.
# - **Hint:** the tokenizer can do all of it in one call. Look up what its argument `padding` can be. Padding to the
#   longest text of the batch is not the same as padding to `max_len`.
# - **Stuck?** `reelgrade hint encode_batch`

# %% imports="tinybert"

# %% hole="encode_batch"

# %% check="tinybert" holes="encode_batch"

# %% [markdown]
# **Look at a row.** The ids, and what they stand for.

# %%
review = "The plot is thin, but the light in every shot is unforgettable."
encoded = encode_batch(tokenizer, [review, "Dull."], max_len=24)
print({name: (tuple(tensor.shape), tensor.dtype) for name, tensor in encoded.items()})
for row in range(2):
    print(tokenizer.convert_ids_to_tokens(encoded["input_ids"][row].tolist()))
    print(encoded["attention_mask"][row].tolist())

# %% [markdown]
# ### A mistake to see: the mask was forgotten
#
# The model accepts `input_ids` without a mask. No error, nothing that stops you. Below, one short review is padded
# further and further. How far does its vector at `[CLS]` move, which is all that the classifier reads? How far should
# it?


# %%
def cls_vector(max_len, with_mask):
    """What the encoder gives at [CLS] for a review of four tokens, padded to max_len."""
    batch = encode_batch(tokenizer, ["Dull."], max_len=max_len)
    with torch.no_grad():
        found = model.bert(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"] if with_mask else None)
    return found.last_hidden_state[0, 0]


alone = cls_vector(4, with_mask=True)  # four tokens, no padding
for max_len in (4, 8, 16, 32, 128):
    moved = [(cls_vector(max_len, with_mask) - alone).norm() / alone.norm() for with_mask in (True, False)]
    print(f"padded to {max_len:>3} tokens: moved by {moved[0]:.1%} with mask, by {moved[1]:.1%} without")

# %% [markdown]
# With the mask, padding is invisible. Without it, the review is read together with up to 124 tokens of nothing, and its
# vector depends on how long its neighbours in the batch happen to be. Nobody has to learn to ignore padding: the mask
# takes it out of the computation.

# %% [markdown]
# ## Primer 2: what is inside
#
# ```
# input_ids [n, 128] ──embeddings──> [n, 128, 384] ──layer 0..3──> [n, 128, 384] ──pooler at [CLS]──> [n, 384] ──classifier──> logits [n, 3]
# ```
#
# (384 is 312 in TinyBERT.) In each **layer**, every token looks at all the others and takes in what it finds useful:
# that is **attention**. For each of 12 heads there is a table `[seq_len, seq_len]`; row i says how token i divides its
# attention, and sums to 1. After that, a small network works on each token alone. The vector of "light" is no longer
# the vector of a word: it is the vector of this word in this sentence. The baseline never had that. To it, "light" in
# "light comedy" and in "light through the window" was one and the same.
#
# See for yourself. Each row below is a token that looks; each column is a token that it looks at; the colour is the
# mean over the heads.

# %%
model.set_attn_implementation("eager")  # the fast implementation does not keep its tables
batch = tokenizer(review, return_tensors="pt")
with torch.no_grad():
    attentions = model(**batch, output_attentions=True).attentions  # one [1, heads, seq_len, seq_len] a layer
model.set_attn_implementation("sdpa")

tokens = tokenizer.convert_ids_to_tokens(batch["input_ids"][0].tolist())
figure, both = plt.subplots(1, 2, figsize=(13, 5.6), layout="constrained")
for axes, layer in zip(both, (0, len(attentions) - 1)):
    picture = axes.imshow(attentions[layer][0].mean(dim=0), cmap="Blues", vmin=0)
    axes.set_xticks(range(len(tokens)), tokens, rotation=70, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(tokens)), tokens)
    axes.set(title=f"layer {layer}", xlabel="is looked at", ylabel="looks")
    figure.colorbar(picture, ax=axes, shrink=0.8)
plt.show()

# %% [markdown]
# Heat maps invite stories. What you see is where information *may* flow in one layer, not why the model decides as it
# does. In the top layer much attention rests on `[CLS]`. That is a known habit of such models: they park attention on a
# special token when they need nothing. Notebook 10 has a tool that follows the flow through all layers.

# %% [markdown]
# ## Primer 3: why freeze
#
# **What.** Freezing a parameter means: `requires_grad` is False, no gradient is computed for it, no step moves it.
#
# **Why.** You have a few hundred reviews and nineteen million numbers.
#
# - **Forgetting.** What the encoder knows about English sits in its weights. Large steps on a few reviews can overwrite
#   it, and the reviews cannot give it back. This is called catastrophic forgetting.
# - **Overfitting.** The fewer numbers may move, the harder it is to learn single reviews by heart.
# - **Time.** Frozen layers give the same output for the same text each time. They can be computed once.
#
# **What stays free here.** The top encoder layer and the classifier. The lower layers know about words and syntax,
# which your task can use as it is. The top layer is where meaning is put together, so let it adapt. The classifier is
# brand new, and must learn in any case.
#
# | part | knows | trains? |
# | --- | --- | --- |
# | embeddings | pieces | no |
# | layers 0 to 2 | language | no |
# | layer 3 | language, to be bent towards aspects | **yes** |
# | pooler | a summary of `[CLS]` | no |
# | classifier | nothing: random numbers | **yes** |
#
# **Common mistakes.** Only the classifier's weight is switched on, and not its bias. The pooler is forgotten, since it
# is not an encoder layer. A second call adds to the first one instead of replacing it. A wrong layer number leaves a
# half-changed model behind.

# %% [markdown]
# ## Task 2: `freeze_layers`
#
# ```python
# freeze_layers(model, trainable_layers=(3,)) -> None
# ```
#
# - **In:** a `BertForSequenceClassification`. Its layers are `model.bert.encoder.layer`, counted from 0 at the bottom;
#   its head is `model.classifier`.
# - **Out:** nothing; the model is changed. Only those layers and the classifier train.
# - **A second call starts afresh.** After `freeze_layers(model, [3])` and `freeze_layers(model, [1])`, layer 3 is
#   frozen.
# - **Errors:** a layer that the model lacks is a `ValueError`, and then nothing has changed. -1 is such a layer too.
# - **Hint:** in which order must "look", "switch off" and "switch on" come, so that all of this is true?

# %% hole="freeze_layers"

# %% check="tinybert" holes="freeze_layers"

# %% [markdown]
# **Prove it.** A switch is a promise. Here is the proof: one step of an optimizer, and then look which parts have
# moved.


# %%
def parts_of(model):
    """The parts of the model from the bottom to the top, by name."""
    layers = {f"layer {index}": layer for index, layer in enumerate(model.bert.encoder.layer)}
    return {"embeddings": model.bert.embeddings, **layers, "pooler": model.bert.pooler, "classifier": model.classifier}


freeze_layers(model)
before = {name: weights.detach().clone() for name, weights in model.named_parameters()}
some = encode_batch(tokenizer, train["review"].head(8).tolist(), max_len=64)
step = torch.optim.SGD(model.parameters(), lr=0.1)
model(**some, labels=torch.tensor(train["aspect_encoded"].head(8).tolist())).loss.backward()
step.step()

names = {id(weights): name for name, weights in model.named_parameters()}
for part, module in parts_of(model).items():
    moved = max((weights.detach() - before[names[id(weights)]]).abs().max().item() for weights in module.parameters())
    print(f"{part:<11} {f'moved by up to {moved:.5f}' if moved else 'has not moved'}")

# %% [markdown]
# ## Task 3: `count_parameters`
#
# ```python
# count_parameters(model) -> tuple[int, int]
# ```
#
# - **Out:** `(trainable, total)`: numbers, not tensors. `nn.Linear(4, 2)` has 10 of them: 8 weights and 2 biases.
# - **Expected:** with layer 3 and the classifier free, the stand-in gives `(1775619, 19165443)`. TinyBERT gives
#   `(1143123, 14351187)`.
# - **Hint:** a parameter that two modules share counts once. Who hands out each parameter only once?

# %% hole="count_parameters"

# %% check="tinybert" holes="count_parameters"

# %% [markdown]
# **Where do the numbers sit?** Blue parts train, grey ones are frozen.

# %%
freeze_layers(model)
trainable, total = count_parameters(model)
print(f"{trainable:,} of {total:,} numbers train: {trainable / total:.2%}")

counts = {part: count_parameters(module) for part, module in parts_of(model).items()}
figure, axes = plt.subplots(figsize=(9, 3.2), layout="constrained")
for part, (free, every) in counts.items():
    bar = axes.barh(part, every, color="#2b6cb0" if free else "#a0aec0")
    axes.bar_label(bar, [f"{every:,}" + (", trains" if free else "")], padding=3)
axes.set(xlabel="parameters", xlim=(0, 1.2 * counts["embeddings"][1]))
axes.invert_yaxis()
plt.show()

# %% [markdown]
# More than half of the model is a table of word pieces. It is frozen, and yet your fine-tuned model owes it much.
#
# **Your turn (not graded).** Predict, then run: how many numbers train with no layer at all, with the upper two, with
# all four?

# %% scratch="true"
for chosen in ([], [3], [2, 3], [0, 1, 2, 3]):
    freeze_layers(model, chosen)
    trainable, total = count_parameters(model)
    print(f"layers {chosen!s:<13} {trainable:>10,} of {total:,} ({trainable / total:.1%})")

# %% [markdown]
# ## What freezing buys: a fast model
#
# Frozen layers give the same output for the same text, so they need to run once. And the classifier reads `[CLS]`
# alone, so the top layer needs to compute that position alone. The given `fast(model)` uses both facts. It is the same
# model, with the same logits: call it just as before. Here are 16 reviews, twice each way.

# %%
freeze_layers(model)
fast_model = fast(model)
batch = next(iter(text_loader(encode_batch(tokenizer, train["review"].head(16).tolist()), [0] * 16)))
found = {}
for name, network in (("model", model), ("fast model", fast_model)):
    for call in (1, 2):
        start = time.perf_counter()
        with torch.no_grad():
            found[name] = network(**batch).logits
        print(f"{name:<10} call {call}: {time.perf_counter() - start:.3f} s")
print("largest difference of the logits:", f"{(found['model'] - found['fast model']).abs().max().item():.1e}")

# %% [markdown]
# Notebook 08 trains on this fast model. What would take minutes takes seconds, on any laptop.

# %% [markdown] written="why_freeze" points="2"
# ### In your own words: why freeze?
#
# You have 369 training reviews. A friend wants to train all 19 million numbers "because more is better", with the same
# learning rate as for one layer. What do you expect to happen to what the encoder knows, and to the gap between
# training and validation loss? In which situation would your friend be right?
#
# **Rubric (2 points).** 1 point: forgetting and overfitting, both explained by what happens to the weights, not only
# named. 1 point: a situation in which more free layers make sense (for example much more data, a language or a field
# far from the pre-training, much smaller steps for the lower layers).

# %% [markdown] written="check_the_claims" points="2"
# ### In your own words: check the claims
#
# Four claims from reports about this kind of model. For each one say right, wrong or "depends", and give the line of
# output of this notebook that shows it.
#
# 1. "95 % of the model is frozen, 5 % trains."
# 2. "*cinematography* is cut into three pieces."
# 3. "With word pieces nothing is ever unknown, emoji included."
# 4. "A missing mask does no harm, since the padding carries no words."
#
# **Rubric (2 points).** Half a point for each claim: a verdict and the evidence for it (1: the counted share; 2: the
# pieces that were printed; 3: the emoji, and the counted unknowns; 4: the experiment with and without the mask).

# %% [markdown]
# ## Summary
#
# - A pre-trained encoder brings its own tokenizer. Pieces instead of words: hardly anything is unknown.
# - `input_ids` and `attention_mask`, both `[n, 128]`, go in; logits `[n, 3]` come out. The mask makes padding
#   invisible. It is not learned.
# - Freezing keeps what is known, limits what can be learned by heart, and saves time. A second call must start afresh.
# - Count before you claim: layer 3 and the classifier are 9.3 % of the stand-in, 8.0 % of TinyBERT.
#
# **Next:** `08_finetuning`. The encoder is ready, and its classifier still guesses. You will train what is free, and
# stop while it still helps. Before that, write your entry in `99_lab_notes`.
