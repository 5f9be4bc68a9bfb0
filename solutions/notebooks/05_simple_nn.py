# %% [markdown]
# # 5 · Build the baseline network
#
# **What.** A small network: it looks up a vector for each word, averages them, and lets two linear layers decide.
#
# **Why.** It is the simplest network that deserves the name *text classifier*. You can check each step by hand. And it
# is the baseline that the pre-trained encoder has to beat, so it had better be right.
#
# **Where it stands.** Batches of ids → **vectors → average → logits** → loss and training.
#
# **When you are done you can**
#
# - [ ] follow the shapes from ids to logits without running anything
# - [ ] average over the real words of a text, and over nothing else
# - [ ] build the network from its three layers, and account for each of its 55,503 parameters
# - [ ] name the laws that a right network obeys, and the mistake that each law catches
# - [ ] explain why accuracy could not have told you

# %% [markdown]
# ## Concepts
#
# **Embedding.** A table with one row of numbers for each id: `vocab_size` rows, `embed_dim` columns. "Look up id 7"
# means "take row 7". The rows start random, and training moves them: words that push towards the same class drift
# towards each other. The row of `<PAD>` stays zero; `padding_idx` sees to that.
#
# **Masked average.** A text of n words is now n vectors. To get *one*, take their mean. This throws the order away,
# hence "bag" of embeddings: "man bites dog" and "dog bites man" are one and the same. For our task that is a fair
# trade; which words occur says much about the aspect.
#
# The trap is padding. Take vectors 2 and 4, and a position of padding:
#
# | average | sum | divided by | result | |
# | --- | --- | --- | --- | --- |
# | over real words | 2 + 4 | 2 | 3 | right |
# | over all positions, padding is zero | 2 + 4 + 0 | 3 | 2 | pulled towards zero |
# | over all positions, padding is 9 | 2 + 4 + 9 | 3 | 5 | pulled towards padding |
#
# The second line is the sneaky one. The zero row of `<PAD>` keeps the *sum* right, but the *divisor* is still wrong.
# With 128 positions and a text of 6 words, the average shrinks by a factor of 21. The **mask** says which positions are
# real: `True` at words, `False` at padding. It is needed in both places.
#
# **Two linear layers.** The first makes `hidden_dim` numbers of the average. A **ReLU** sets the negative ones to zero.
# The second makes one number per class. Without the ReLU, two linear layers in a row are just one linear layer.
#
# **Logits.** The outputs are raw scores. They may be negative and need not sum to 1. `nn.CrossEntropyLoss` applies the
# softmax itself; a second one in the network would flatten the gradients.
#
# **Shapes.**
#
# | step | shape | for our batches |
# | --- | --- | --- |
# | `input_ids` | `[batch, seq_len]` | `[16, 128]` |
# | embedded | `[batch, seq_len, embed_dim]` | `[16, 128, 50]` |
# | mask | `[batch, seq_len]` | `[16, 128]`, bool |
# | pooled | `[batch, embed_dim]` | `[16, 50]` |
# | hidden | `[batch, hidden_dim]` | `[16, 100]` |
# | logits | `[batch, num_classes]` | `[16, 3]` |
#
# The only axis that disappears is `seq_len`, in the average. If it is still there at the end, nothing was averaged. If
# `batch` is gone, you averaged over the wrong axis.
#
# **Common mistakes**
#
# - No mask, or a mask in the sum but not in the divisor.
# - A mask made from the vectors ("is it zero?") instead of from the ids.
# - A text of padding alone: 0 divided by 0 is NaN, and one NaN spoils every weight at the next step.
# - The embedding applied twice, and `pad_id` forgotten on the object. The published notebook has both; its cell was
#   never run.
# - A softmax or a ReLU behind the last layer.

# %% [markdown]
# ## Imports

# %% imports="simple_nn"

# %% [markdown]
# ## 1. `mean_pool`
#
# ```python
# def mean_pool(
#     embeddings: Float[Tensor, "batch seq_len embed_dim"], mask: Bool[Tensor, "batch seq_len"]
# ) -> Float[Tensor, "batch embed_dim"]
# ```
#
# Average the vectors at the real positions of each row. Padding counts neither in the sum nor in the divisor. A row of
# padding alone gives zeros, not NaN.
#
# *Hint.* The mask lacks an axis: `[batch, seq_len]` has to meet `[batch, seq_len, embed_dim]`. Which axis of length 1
# would make them fit? And what is the smallest number you may divide by?
#
# *Expected.* `mean_pool(torch.tensor([[[2.0], [4.0], [9.0]]]), torch.tensor([[True, True, False]]))` is
# `tensor([[3.]])`, of shape `[1, 1]`.

# %% hole="mean_pool"

# %% check="simple_nn" holes="mean_pool"

# %% [markdown]
# ### What the mask does, on real reviews
#
# The next cell turns our training reviews into `[369, 128]` ids with library code (you did this yourself in notebooks
# 02 to 04). You need not read it.

# %%
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer

from reelgrade.given import read_rows, reviews_file

train_rows = read_rows(reviews_file("train"))
vectorizer = CountVectorizer(token_pattern=r"\b\w+\b", max_features=1000)
known_words = pd.Index(vectorizer.fit([row["review"] for row in train_rows]).get_feature_names_out())
words_of = vectorizer.build_analyzer()
id_rows = [  # get_indexer gives -1 for an unknown word, which becomes 1, the id of <UNK>
    torch.tensor(known_words.get_indexer(words_of(row["review"])[:128]) + 2) for row in train_rows
]
input_ids = nn.utils.rnn.pad_sequence(id_rows, batch_first=True, padding_value=PAD_ID)
labels = torch.tensor([int(row["aspect_encoded"]) for row in train_rows])
print(f"input_ids {list(input_ids.shape)}, labels {list(labels.shape)}")

# %% [markdown]
# Now your `mean_pool` averages random vectors, once with the right mask and once with a mask that calls everything
# real. Each dot is a review. Before training, the vectors carry no meaning. Whatever structure you see comes from the
# averaging alone.

# %%
import matplotlib.pyplot as plt

torch.manual_seed(0)
random_table = nn.Embedding(1002, 50, padding_idx=PAD_ID)
is_word = input_ids != PAD_ID
num_words = is_word.sum(dim=1)
with torch.no_grad():
    vectors = random_table(input_ids)
    masked = mean_pool(vectors, is_word).norm(dim=1)
    unmasked = mean_pool(vectors, torch.ones_like(is_word)).norm(dim=1)

figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
axes.scatter(num_words, masked, s=14, alpha=0.6, color="#2b6cb0", label="real words only")
axes.scatter(num_words, unmasked, s=14, alpha=0.6, color="#c53030", label="padding counted in the divisor")
axes.set(
    xlabel="words in the review",
    ylabel="length of the average vector",
    title="Without a mask, the divisor is always 128",
    ylim=(0, None),
)
axes.legend()
plt.show()

# %% [markdown]
# The red dots shrink almost to nothing. Typical reviews have 25 words, so four fifths of their average are zeros. And
# the two clouds tell opposite stories: with the mask a short text has a *strong* average, since few random vectors
# cancel each other; without it, a weak one.

# %% [markdown]
# ## 2. `SimpleNN`
#
# ```python
# class SimpleNN(nn.Module):
#     def __init__(self, vocab_size: int, num_classes: int = 3, embed_dim: int = 50, hidden_dim: int = 100, pad_id: int = PAD_ID)
#     def forward(self, input_ids: Int64[Tensor, "batch seq_len"]) -> Float[Tensor, "batch num_classes"]
# ```
#
# Embedding (with `padding_idx`) → masked average → Linear → ReLU → Linear. A position is real where its id is not
# `pad_id`. Names of attributes are yours.
#
# *Hint.* Make the three layers in `__init__`, with every size from the arguments. `forward` needs `pad_id` as well, so
# keep it. Make the mask from the ids, before they become vectors.
#
# *Expected.* `SimpleNN(vocab_size=1002)` has 55,503 parameters. A batch `[2, 3]` of ids gives logits `[2, 3]`, one row
# per text.

# %% hole="SimpleNN"

# %% check="simple_nn" holes="SimpleNN"

# %% [markdown]
# ### Count the parameters by hand
#
# Write the three numbers of each line on paper, then run the cell.

# %%
torch.manual_seed(0)
model = SimpleNN(vocab_size=1002)
num_parameters = 0
for name, parameter in model.named_parameters():
    num_parameters += parameter.numel()
    print(f"{name:<24} {list(parameter.shape)!s:<12} {parameter.numel():>7,}")
print(f"{'all':<37} {num_parameters:>7,}")

# %% [markdown]
# Nine of ten parameters are word vectors, 1,002 × 50 of them. The part that "decides" is tiny. So the size of the
# vocabulary is the size of this model, and each word vector learns only from the reviews in which its word occurs.
#
# ### Follow a batch through the network
#
# Hooks listen at your layers while one batch of 16 reviews passes. Each picture is one tensor: a row per review.

# %%
passed = {}


def listen(layer, inputs, output):
    """Remember what went into a layer and what came out."""
    passed[layer] = (inputs[0].detach(), output.detach())


handles = [layer.register_forward_hook(listen) for layer in model.modules() if isinstance(layer, nn.Linear)]
batch = input_ids[:16]
logits = model(batch)
for handle in handles:
    handle.remove()

linear_layers = list(passed.values())
tensors = {"ids (dark: padding)": (batch != PAD_ID).float()}
if len(linear_layers) == 2:
    tensors["pooled, into the first Linear"] = linear_layers[0][0]
    tensors["after the ReLU"] = linear_layers[1][0]
tensors["logits"] = logits.detach()
figure, all_axes = plt.subplots(
    1,
    len(tensors),
    figsize=(14, 3.2),
    layout="constrained",
    width_ratios=[max(30, one.shape[1]) for one in tensors.values()],
)
for axes, (name, tensor) in zip(all_axes, tensors.items(), strict=True):
    axes.imshow(tensor, aspect="auto", cmap="viridis", interpolation="nearest")
    axes.set(title=f"{name}\n{list(tensor.shape)}", xticks=[0, tensor.shape[1] - 1])
all_axes[0].set_ylabel("review")
plt.show()
loss = nn.functional.cross_entropy(logits, labels[:16])
print(f"loss before training: {loss.item():.3f}; ln 3 = {torch.tensor(3.0).log().item():.3f}")

# %% [markdown]
# Long texts and short texts come in, and rows of one width come out: the axis `seq_len` is gone after the average.
# About half of the hidden numbers are zero; that is the ReLU. The logits are close to each other, and the loss is close
# to ln 3: the network knows nothing yet, as it should.

# %% [markdown]
# ## Find the mistake: the missing mask
#
# Take one review and append more and more padding. Nothing about the review changes, so nothing about its logits may
# change. The second network treats id 0 as an ordinary word (its `pad_id` is an id that never occurs). That is exactly
# what a network without a mask does.

# %%
review = id_rows[60][:12].unsqueeze(0)
appended = list(range(0, 201, 5))
networks = {}
for name, pad_id in (("with the mask", PAD_ID), ("without a mask", 1002)):
    torch.manual_seed(1)  # both start from the same random weights
    networks[name] = SimpleNN(1003, pad_id=pad_id)
figure, all_axes = plt.subplots(1, 2, figsize=(12, 3.6), layout="constrained", sharey=True)
for axes, (name, network) in zip(all_axes, networks.items(), strict=True):
    with torch.no_grad():
        curves = torch.cat([network(nn.functional.pad(review, (0, extra), value=PAD_ID)) for extra in appended])
    for code, colour in enumerate(("#2b6cb0", "#dd6b20", "#2f855a")):
        axes.plot(appended, curves[:, code], color=colour, label=f"class {code}")
    axes.set(title=name, xlabel="padding appended to 12 words")
all_axes[0].set_ylabel("logit")
figure.legend(*all_axes[0].get_legend_handles_labels(), loc="outside right center")
plt.show()

# %% [markdown]
# Flat lines on the left: the text decides. On the right both start at the same logits, and then drift towards what the
# network thinks of *padding*. The text drowns.
#
# Here comes the uncomfortable part. We trained the right network and the sneaky wrong one from the table above (right
# sum, divisor 128), 20 seeds each:
#
# | mean test accuracy | with the mask | padding in the divisor |
# | --- | --- | --- |
# | the data of this course | 0.777 | **0.794** |
# | the source project's data | 0.735 | **0.763** |
#
# The wrong network looks better. Perhaps the length of a review helps on these data; perhaps smaller averages make its
# training gentler. We do not know, and you would not either if this were your only evidence. But one thing is sure: pad
# the same review to another length, and it gives another answer. So:
#
# - **A good accuracy does not prove that code is right.** Most mistakes hardly move it, and some raise it.
# - **A law does.** "More padding changes nothing" holds for every right network, trained or not, and fails at once for
#   a wrong one.
#
# That is how the check cells above test you:
#
# | law | the mistake it catches |
# | --- | --- |
# | padding at the end changes nothing | no mask |
# | another order of the words changes nothing | the last word instead of the average |
# | saying the text twice changes nothing | a sum instead of an average |
# | AAAB and AB differ | the maximum instead of the average |
# | a mix of two texts is not the mix of their logits | no ReLU |
# | a row of padding has finite logits | a division by zero |

# %% scratch="true"
# Try the laws yourself, then break one: copy your `mean_pool` under another name, spoil it, and see which law notices.
sample = torch.tensor([[4, 5, 6, 9]])
with torch.no_grad():
    print("order  ", model(sample), model(sample.flip(1)))
    print("twice  ", model(torch.cat([sample, sample], dim=1)))
    print("padding", model(nn.functional.pad(sample, (0, 7))))
    print("nothing", model(torch.zeros(1, 5, dtype=torch.long)))

# %% [markdown] written="why_the_mask" points="2"
# ### In your own words: the mask
#
# The row of `<PAD>` in the embedding is zero anyway. Why is a mask still needed? And if the wrong network scores
# higher, why should we not use it?
#
# **Rubric.** 1 point: the zero row saves the sum, not the divisor; short texts would be scaled down, so their length
# would leak into their meaning. 1 point: the same text with other padding gets another answer; the gain may be noise or
# a property of this data set, so it need not carry over; accuracy on 132 rows is not proof.

# %% [markdown] written="what_the_mean_loses" points="2"
# ### In your own words: what the average loses
#
# Write two short review sentences about *different* aspects that this network cannot tell apart, or explain why that is
# hard to do here. Then say in one sentence each what you would expect of taking the last word, or the maximum, instead
# of the mean.
#
# **Rubric.** 1 point: the sentences have the same words in another order (or the answer says that aspects mostly use
# different words, so that a bag suffices for many reviews). 1 point: last word: nearly everything is ignored; maximum:
# keeps the strongest feature and forgets how often it occurred.

# %% [markdown]
# ## Summary
#
# - ids `[16, 128]` → vectors `[16, 128, 50]` → average `[16, 50]` → hidden `[16, 100]` → logits `[16, 3]`.
# - The mask belongs in the sum and in the divisor. It comes from the ids.
# - 55,503 parameters, nine of ten in the embedding. Two linear layers need the ReLU between them.
# - Laws find mistakes that accuracy hides.
#
# **Next:** `06_training`. The network knows nothing yet. You write the loop that teaches it, and you find out why 49 %
# was not the fault of the model. Before that, write your entry in `99_lab_notes`.
