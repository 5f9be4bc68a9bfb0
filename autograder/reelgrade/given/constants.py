"""Constants that every exercise shares."""

ASPECTS = ("Cinematography", "Characters", "Story")
"""Names of the classes; `aspect_encoded` is the index in this tuple."""

PAD, UNK = "<PAD>", "<UNK>"
PAD_ID, UNK_ID = 0, 1
