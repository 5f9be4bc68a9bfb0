r"""Text that students control, made harmless for each format.

Everything here begins with `printable`, so that no format relies on what was done before. Leaves out HTML, which its
template escapes, and JSON, which its library does.
"""

import re

from reelgrade.grading.printable import printable

LONGEST = 4000  # characters of one text; a verdict needs far fewer
MARKUP = re.compile(r"([\\`*_\[\]<>|~&$!#])")
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 (spreadsheets read the wide ones too)
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BREAK = "&#8203;"  # a space of no width, which ends what GitHub would take for a name or an address


def markdown_text(text: str) -> str:
    r"""Write text so that Markdown shows it as it is: no markup, HTML, mention, reference or link.

    >>> markdown_text("<b> @all ![x](http://e)")
    '\\<b\\> @&#8203;all \\!\\[x\\](http:&#8203;//e)'
    """
    shown = MARKUP.sub(r"\\\1", printable(text, LONGEST).replace("\t", " "))
    shown = re.sub(r"(?<=[@#])", BREAK, shown)
    shown = re.sub(r":(?=//)|\bwww(?=\.)|\b(?:mailto|xmpp)(?=:)", rf"\g<0>{BREAK}", shown, flags=re.IGNORECASE)
    return re.sub(r"^(\s*)([-+=]|\d+(?=[.)]))", rf"\1{BREAK}\2", shown)


def markdown_cell(text: str, width: int = LONGEST) -> str:
    r"""Write text as code in a cell of a Markdown table, where nothing in it can end the cell, the code or the row.

    >>> markdown_cell("a|`b`")
    '`` a\\|`b` ``'
    """
    shown = printable(text, width).replace("\t", " ").strip()
    if not shown:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    space = " " * (len(fence) > 1)
    # A cell ends at every | without a backslash, code or not; a backslash before it would stand for itself.
    return f"{fence}{space}" + re.sub(r"\\*\|", _pipe, shown) + f"{space}{fence}"


def _pipe(found: re.Match[str]) -> str:
    return found.group().replace("\\", "＼").replace("|", r"\|")  # noqa: RUF001 (a backslash there cannot be escaped)


def markdown_block(lines: list[str], width: int = LONGEST) -> list[str]:
    r"""Write lines as one block that keeps their spaces and shows them as they are.

    >>> markdown_block(["</pre>", "@all"])
    ['<pre>&lt;/pre&gt;', '@all</pre>']
    """
    shown = [re.sub("[&<>]", _entity, printable(line, width)) for line in lines] or [""]
    shown[0] = "<pre>" + shown[0]
    shown[-1] += "</pre>"
    return shown


def _entity(found: re.Match[str]) -> str:
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}[found.group()]


def csv_cell(text: str) -> str:
    """Write text so that no spreadsheet takes it for a formula.

    >>> csv_cell("=HYPERLINK(1)"), csv_cell("alice")
    ("'=HYPERLINK(1)", 'alice')
    """
    shown = printable(text, LONGEST)
    return f"'{shown}" if shown.startswith("\t") or shown.lstrip().startswith(FORMULA) else shown


def xml_text(text: str) -> str:
    r"""Write text without the characters that XML 1.0 cannot hold, not even as references.

    >>> xml_text("a\x00b\uffff")
    'a\\x00b\\uffff'
    """
    shown = "\n".join(printable(line, LONGEST) for line in text.split("\n"))
    return NOT_XML.sub(lambda found: found.group().encode("unicode_escape").decode(), shown)


def log_line(text: str) -> str:
    """Write one line for a build log, where CI systems take some beginnings for commands.

    >>> log_line("  ::error::no"), log_line("x ##[add-mask]e"), log_line("x[::2]")
    ('  : :error::no', 'x # #[add-mask]e', 'x[::2]')
    """
    shown = re.sub(r"##(?=\w*\[)", "# #", printable(text, LONGEST))
    return re.sub(r"^(\s*)::", r"\1: :", shown)
