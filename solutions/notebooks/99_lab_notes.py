# %% [markdown]
# # 99 · Lab notes
#
# This is your learning journal: one entry per notebook, written *on the day*. Four lines are enough.
#
# **Why write it down?** You will forget which of your mistakes taught you something; the code keeps only the version
# that works. A journal keeps the other half. It is also the habit of people who run experiments for a living: what did
# I expect, what happened, what do I change?
#
# **The four lines of an entry**
#
# | line | the question | a good answer |
# | --- | --- | --- |
# | **Worked** | What did I understand or get right, and how do I know? | names a check, a number or a plot |
# | **Broke** | What went wrong, and what was the cause? | names the message and the cause, not just "an error" |
# | **Surprise** | Where was my prediction wrong? | says what I expected and what I saw |
# | **Change** | What will I do differently next time? | one action, small enough to do |
#
# **An example**, from another course:
#
# > - *Worked:* the sort passes on lists with equal keys; I understood why when I printed the pairs.
# > - *Broke:* one test hung. My loop compared an index with a length that shrank inside the loop.
# > - *Surprise:* I expected the built-in to be twice as fast. It was forty times as fast.
# > - *Change:* next time I write the three smallest inputs before the loop, not after.
#
# **How it counts.** An entry earns half a point if it is yours: concrete, about your own work, in at least three of the
# four lines. "All fine" earns nothing, and an honest "I still do not understand X" earns the half point. The last
# question earns up to two points. Spelling and length do not count.
#
# **When you are done you have**
#
# - [ ] an entry for each notebook from 00 to 09, and one for 10 if you did the bonus
# - [ ] a list of your own typical mistakes
# - [ ] one page that you can read before your next project

# %% [markdown]
# ## How sure are you?
#
# After each notebook, write down how well you could explain it to somebody, from 1 (not at all) to 5 (without notes),
# and about how many minutes it took. The plot is for you alone. A dip shows where another look pays off.

# %% scratch="true"
my_notes = {  # notebook: (confidence from 1 to 5, minutes)
    # "00": (4, 40),
}

# %%
import matplotlib.pyplot as plt

if not my_notes:
    print("no notes yet: fill the cell above, run it, then run this one again")
else:
    figure, (sure_axes, minutes_axes) = plt.subplots(1, 2, figsize=(11, 3), layout="constrained")
    sure_axes.plot(list(my_notes), [sure for sure, _ in my_notes.values()], marker="o", color="#2b6cb0")
    sure_axes.set(
        xlabel="notebook",
        ylabel="confidence",
        ylim=(0.8, 5.2),
        yticks=range(1, 6),
        title="How well could I explain it?",
    )
    minutes_axes.bar(list(my_notes), [minutes for _, minutes in my_notes.values()], color="#718096")
    minutes_axes.set(xlabel="notebook", ylabel="minutes", title="How long did it take?")
    plt.show()

# %% [markdown] written="journal_00" points="0.5"
# ## Entry 00: the map
#
# **Worked / Broke / Surprise / Change.** One line each. To get you going: Which prediction of the quiz was furthest
# off? What had you believed that made it so?
#
# **Rubric.** 0.5 points: at least three of the four lines, concrete and about your own work.

# %% [markdown] written="journal_01" points="0.5"
# ## Entry 01: reading and splitting the reviews
#
# **Worked / Broke / Surprise / Change.** One line each. To get you going: Which of your six hand-made labels differed
# from the file, and who is right? Which broken file would your first version have accepted?
#
# **Rubric.** 0.5 points: at least three of the four lines, concrete and about your own work.

# %% [markdown] written="journal_02" points="0.5"
# ## Entry 02: cutting texts into words
#
# **Worked / Broke / Surprise / Change.** One line each. To get you going: Which token looked wrong to you at first?
# What would a different rule have cost elsewhere?
#
# **Rubric.** 0.5 points: at least three of the four lines, concrete and about your own work.

# %% [markdown] written="journal_03" points="0.5"
# ## Entry 03: vocabulary and unknown words
#
# **Worked / Broke / Surprise / Change.** One line each. To get you going: How far was your prediction of the unknown
# rate from the measured one? Would you have found the leak without being told that there is one?
#
# **Rubric.** 0.5 points: at least three of the four lines, concrete and about your own work.

# %% [markdown] written="journal_04" points="0.5"
# ## Entry 04: padding and batches
#
# **Worked / Broke / Surprise / Change.** One line each. To get you going: Which error message did you meet for real
# (type, shape, length), and how did you find its cause?
#
# **Rubric.** 0.5 points: at least three of the four lines, concrete and about your own work.

# %% [markdown] written="journal_05" points="0.5"
# ## Entry 05: the baseline network
#
# **Worked / Broke / Surprise / Change.** One line each. To get you going: Which shape surprised you? Which law would
# have caught your first version?
#
# **Rubric.** 0.5 points: at least three of the four lines, concrete and about your own work.

# %% [markdown] written="journal_06" points="0.5"
# ## Entry 06: training and metrics
#
# **Worked / Broke / Surprise / Change.** One line each. To get you going: What did the curves tell you that the final
# accuracy did not? Which class is confused with which?
#
# **Rubric.** 0.5 points: at least three of the four lines, concrete and about your own work.

# %% [markdown] written="journal_07" points="0.5"
# ## Entry 07: a frozen encoder
#
# **Worked / Broke / Surprise / Change.** One line each. To get you going: How many parameters train, and how many had
# you expected? What does the encoder's own tokenizer do better than yours, and what not?
#
# **Rubric.** 0.5 points: at least three of the four lines, concrete and about your own work.

# %% [markdown] written="journal_08" points="0.5"
# ## Entry 08: fine-tuning and early stopping
#
# **Worked / Broke / Surprise / Change.** One line each. To get you going: At which epoch did validation stop improving,
# and on which split was that decided? How did you convince yourself that the best weights came back?
#
# **Rubric.** 0.5 points: at least three of the four lines, concrete and about your own work.

# %% [markdown] written="journal_09" points="0.5"
# ## Entry 09: the comparison
#
# **Worked / Broke / Surprise / Change.** One line each. To get you going: Which sentence of your comparison would you
# bet on, and which one is within the noise of 132 reviews?
#
# **Rubric.** 0.5 points: at least three of the four lines, concrete and about your own work.

# %% [markdown] written="journal_10" points="0"
# ## Entry 10: the bonus
#
# Only if you did notebook 10. **Worked / Broke / Surprise / Change.** To get you going: which experiment did you run,
# what had you predicted, and was the difference larger than the interval?
#
# **Rubric.** No points; write it for yourself, or leave it as it is.

# %% [markdown] written="patterns" points="2"
# ## The last entry: patterns
#
# Read your entries again, from the first to the last.
#
# (a) Which *kind* of mistake did you make more than once? Quote two of your entries, and say what you do now to notice
# it sooner. (b) Pick the one result of this course that you would tell somebody who reads "49 % against 94 %"
# somewhere. Which number do you show them? (c) What is your next experiment? Name what you change, what you keep, on
# which split you decide, and what result would prove you wrong.
#
# **Rubric.** 1 point: (a) rests on two real entries and names a habit that would catch the mistake. 1 point: (b) and
# (c) are specific: a number with its context; one change at a time, a split that is not test, and a result that would
# count against the idea. Half a point where one of the parts is missing.

# %% [markdown]
# ## Summary
#
# You built a text classifier twice: once from nothing, once on what an encoder already knew. You measured floors before
# ceilings, found a leak that raises no error, a missing mask that raises the accuracy, and weights that were saved
# without being saved.
#
# What to take along, whatever you build next:
#
# - Look at the data before the model, and at the floor before the result.
# - Predict, then run. A surprise is where you learn.
# - Prove code with laws, not with accuracy.
# - Choose on validation, measure on test, once. Say how many examples that was.
# - Change one thing at a time, and write it down.
#
# **What comes next** is yours. Keep the journal open.
