"""Bound what compiling a statement costs, before it is compiled: more than its text makes one expect, in two places.

Python copies the body of a `finally` once for each way out of its `try`: by falling through, by an error, and by each
return, break or continue. Nested ones multiply: a text of one kilobyte can take all memory there is. And it sorts the
names that the alternatives of a pattern bind, a step for each pair of them.
"""

import ast
from dataclasses import dataclass

TIMES, NODES = 20, 300
"""How many times its own size a statement may have with all copies, and how many nodes beyond that."""

NAMES = 20
"""How many names a pattern with alternatives may bind."""

LEAVES = (ast.Return, ast.Break, ast.Continue)
BINDERS = (ast.MatchAs, ast.MatchStar, ast.MatchMapping)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass
class Size:
    """Nodes as they are written, nodes with all copies, and ways out with all copies."""

    written: int = 1
    copied: int = 1
    exits: int = 0

    def add(self, other: "Size", times: int = 1) -> None:
        """Count what is copied so many times."""
        self.written += other.written
        self.copied += times * other.copied
        self.exits += times * other.exits


def is_too_large(node: ast.AST) -> bool:
    r"""Tell whether a statement would be compiled to far more than its text.

    >>> is_too_large(ast.parse("try:\n  pass\nfinally:\n  pass"))
    False
    """
    size = _size(node)
    return size.copied > TIMES * size.written + NODES or any(
        sum(isinstance(part, BINDERS) for part in ast.walk(pattern)) > NAMES * len(pattern.patterns)
        for pattern in ast.walk(node)
        if isinstance(pattern, ast.MatchOr)
    )


def _size(node: ast.AST) -> Size:
    last = node.finalbody if isinstance(node, ast.Try | ast.TryStar) else []
    apart = {id(child) for child in last}
    total = Size(exits=int(isinstance(node, LEAVES)))
    for child in ast.iter_child_nodes(node):
        if id(child) not in apart:
            total.add(_size(child))
    copies = total.exits + 2
    for child in last:
        total.add(_size(child), copies)
    if isinstance(node, SCOPES):
        total.exits = 0  # none leaves what stands around it
    return total
