"""A keyword rule as somebody might write it in ten minutes: the floor that a learnt model has to beat."""

from reelgrade.given import ASPECTS

KEYWORDS = {
    "Cinematography": """camera shot shots shoot scenery visual visuals visually look looks looking light lighting lit
        colour colours color colors photography cinematography cinematographer filmed effects cgi image images
        frame framing set sets costume costumes landscape landscapes music sound scene beautiful beautifully picture
        dark black white lens""",
    "Characters": """actor actors actress acting act cast character characters performance performances role roles
        play plays played playing she he her his him hero heroine villain star stars father mother friend
        believable chemistry portrayal portrays miscast likeable""",
    "Story": """story stories plot plots script screenplay ending end twist twists writing writer writers written
        narrative tale dialogue dialog pace pacing premise predictable happens happened idea theme themes subplot
        subplots begins conclusion sense storyline resolution hole holes""",
}
WORDS = [frozenset(KEYWORDS[aspect].split()) for aspect in ASPECTS]


def keyword_prediction(tokens: list[str]) -> int:
    """Choose the class with the most keywords among the words; the first of them in a tie.

    >>> keyword_prediction(["the", "plot", "has", "a", "twist"])
    2
    """
    counts = [sum(token in words for token in tokens) for words in WORDS]
    return counts.index(max(counts))
