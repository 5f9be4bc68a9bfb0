"""Read the documents of this repository: their blocks, what a test is told about them, their links and their anchors.

A comment `<!-- test: WORD ... -->` tells the test, and shows nowhere: `setup COMMANDS` runs something that readers need not
see; before a block, `skip REASON`, `slow`, or `interrupt when CONDITION` says how it is run.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

REPOSITORY = Path(__file__).resolve().parents[1]
NAMES = sorted(["README.md", *(path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "docs").glob("*.md"))])
COMMANDS = ("bash", "console")
TOLD = re.compile(r"<!-- test: (?P<word>\w+)\s*(?P<rest>.*?)\s*-->\s*", re.DOTALL)
WORDS = ("setup", "skip", "slow", "interrupt")
MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Block:
    """A fenced block, or a setup, with the line that it begins in and what was said about it."""

    line: int
    language: str
    text: str
    told: str = ""
    rest: str = ""


def blocks(text: str) -> list[Block]:
    """List the fenced blocks and the setups of a document in order; ValueError for a comment that tells nothing."""
    found: list[Block] = []
    told, rest = "", ""
    for token in MARKDOWN.parse(text):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "html_block" and "<!-- test:" in token.content:
            match = TOLD.fullmatch(token.content)
            if match is None or match["word"] not in WORDS or told:
                raise ValueError(f"line {line}: a comment that tells the test nothing: {token.content}")
            if match["word"] == "setup":
                found.append(Block(line, "bash", match["rest"], "setup"))
            else:
                told, rest = match["word"], match["rest"]
        elif token.type == "fence":
            found.append(Block(line, token.info.strip(), token.content, told, rest))
            told, rest = "", ""
        elif told:
            raise ValueError(f"line {line}: text between `test: {told}` and its block")
    return found


def links(text: str) -> list[str]:
    """List where the links and pictures of a document lead."""
    inline = [child for token in MARKDOWN.parse(text) for child in token.children or ()]
    return [str(child.attrs[name]) for child in inline for name in ("href", "src") if name in child.attrs]


def anchors(text: str) -> set[str]:
    """Give the anchors of the headings, as GitHub makes them."""
    tokens = MARKDOWN.parse(text)
    titles = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    seen: Counter[str] = Counter()
    found = set()
    for title in titles:
        plain = "".join(child.content for token in MARKDOWN.parseInline(title) for child in token.children or ())
        name = "".join(one for one in plain.lower() if one in " -_" or unicodedata.category(one)[0] in "LNM")
        name = name.replace(" ", "-")
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found
