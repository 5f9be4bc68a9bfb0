"""What people write into the cells of a notebook beside what is asked: all of it works in Jupyter, so it costs no point.

Each habit ends in an assertion where something could be lost without a word: then the rest of its cell would not run.
"""

from itertools import cycle

CELL_MAGICS = ("%%time", "%%capture said", "", "%%capture\n%%time", "%%prun -q -T /dev/null")

IN_A_CELL = {
    "an extension, and a comment that ends in a question mark": "%load_ext autoreload\n%autoreload 2\n# lower first?",
    "settings of the display": "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'",
    "a command over two lines": "!echo pip install \\\n    regex",
    "lines of a command": "listed = !echo a\nassert isinstance(list(listed), list)",
    "help, from both sides": "?len\nlen?\nstr.split??",
    "a verbose pattern": 'import re\nVERBOSE = re.compile(r"""\n    (\\w+)  # a word\n    \\s?\n    x?\n""", re.VERBOSE)\n'
    "assert VERBOSE.findall('ab c') == ['ab', 'c']",
    "a dictionary that is filled": 'options = {}\noptions["pattern"] = r"\\b\\w+\\b"\nassert options',
    "a list that grows": "found_words = []\nfound_words.append('a')\nfound_words += ['b']\nassert found_words == ['a', 'b']",
    "a method that is put into its class": "class Kept:\n    pass\ndef kept(self): return 7\nKept.kept = kept\nassert Kept().kept() == 7",
    "a timed statement": "%time summed = sum(range(10))\nassert summed == 45\nx = %time 6 * 7\nassert x == 42",
    "magics in a function": "def looks():\n    %matplotlib inline\n    !echo inside\n    return 3\nassert looks() == 3",
    "a decorator": "import functools\ndef doubled(function):\n    @functools.wraps(function)\n"
    "    def call(*values):\n        return 2 * function(*values)\n    return call\n"
    "@doubled\ndef one():\n    return 1\nassert one() == 2",
    "a with block": "import os\nwith open(os.devnull, 'w') as nowhere:\n    print('x', file=nowhere)\n    WRITTEN = 1\nassert WRITTEN",
    "a loop that builds a table": "squares = {}\nfor number in range(5):\n    squares[number] = number**2\nassert squares[4] == 16",
    "a main block": "if __name__ == '__main__':\n    MAIN = True\nassert MAIN",
    "a library that may be missing": "try:\n    import no_such_library\nexcept ImportError:\n    no_such_library = None",
    "names that a kernel has": "display(squares)\nget_ipython().run_line_magic('matplotlib', 'inline')\nassert isinstance(In, list)",
    "a dataclass, pickled": "import pickle\nfrom dataclasses import dataclass\n@dataclass\nclass Pair:\n    a: 'int'\n"
    "assert pickle.loads(pickle.dumps(Pair(1))) == Pair(1)",
    "odd statements": "first, *others = range(3)\ndel others\nassert (n := first) == 0\nmatch n:\n    case 0:\n        zero = 'z'\n"
    "assert zero\nglobal ALSO\nALSO = [a for a in 'ab']\nasync def later(): return await later()\nlambda: None",
    "output": "print('a' * 100)\nsquares\n'a last expression';",
}

CELLS = {
    "one that fails": "1 / 0",
    "one that needs what is not there": "no_such_name + 1",
    "one that ends the program": "raise SystemExit",
    "one for another language": "%%bash\necho hello",
    "one that asks": "input('a number? ')",
    "one that is empty": "",
    "one with a note only": "# nothing yet?",
    "one that checks again": "from reelgrade import check",
    "one that Python cannot read": "def unfinished(:",
}


def with_habits(notebook, holes):
    """Give a notebook with every habit in every cell of a hole, odd cells above, and worse versions below the last test."""
    magics, odd = cycle(CELL_MAGICS), cycle(CELLS.values())
    cells = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["id"] in holes:
            cells += [_code(next(odd), len(cells) + shift) for shift in range(5)]
            source = "\n".join([next(magics), *IN_A_CELL.values(), source]).lstrip("\n")
        elif cell["id"].startswith("given-"):
            source += "\n# changed"
        cells.append({**cell, "source": source})
    return {**notebook, "cells": [*cells, *(_code(f"{hole} = None", len(cells) + at) for at, hole in enumerate(holes))]}


def _code(source, number):
    made = {"cell_type": "code", "id": f"odd-{number}", "metadata": {}, "source": source}
    return made | {"outputs": [], "execution_count": None}
