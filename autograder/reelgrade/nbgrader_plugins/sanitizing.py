"""A preprocessor that lets nothing of a submitted notebook run in the browser of whoever reads it.

Formgrader and feedback pages show texts and outputs as HTML in the instructor's own session, where a script could read the
course and change points. Sanitizing Markdown as if it were HTML, as nbconvert's SanitizeHTML does, escapes every `<` and `&`,
code and mathematics included; so that is done only where what the page's own renderer makes of a text is not harmless.
"""

import html
import re
from typing import Any

import bleach
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbgrader.preprocessors import NbGraderPreprocessor

from reelgrade.nbgrader_plugins.cells import nbgraders

TAGS = frozenset(
    """
    a b blockquote br caption code col colgroup del details div em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input
    kbd li ol p pre s section small span strong sub summary sup table tbody td tfoot th thead tr u ul
    """.split()  # noqa: SIM905  # easier to read as words
)
ATTRIBUTES = frozenset(
    """
    align alt border checked class colspan disabled height rowspan scope start title type width
    """.split()  # noqa: SIM905
)
OF_RENDERER = frozenset(("id",))  # headings have one
LINK = re.compile(r"https?://|#")
PICTURE = re.compile(r"https?://|data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*\Z")
SCHEMES = ("http", "https", "data")
NAME = re.compile(r"[A-Za-z0-9_.-]*")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
ELEMENT = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z-]+(?:=\"[^\"<>]*\")?)*)\s*/?>")
ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:=\"([^\"<>]*)\")?")
COMMANDS = re.compile(
    r"\\(?=(?:href|class|style|cssId|require|unicode|data)\b)"
)  # MathJax makes links and attributes of them
OTHER_LINKS = re.compile(r"\]\((?!\s*<?(?:https?://|#|attachment:|data:image/))[^)\n]{0,999}\)")
STYLES = re.compile(r"<(style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
CHARACTERS = 40_000  # of all texts of a notebook; that many hostile ones take five seconds
PICTURES = ("image/png", "image/jpeg", "image/gif")


class NoScripts(NbGraderPreprocessor):
    """Sanitizes texts, outputs, comments and names of cells; what cannot be made harmless is shown as plain text."""

    _left = CHARACTERS

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Sanitize every cell of a notebook; texts beyond what anybody writes are plain, since rendering them may take long."""
        self._left = CHARACTERS
        return super().preprocess(nb, resources)  # type: ignore[no-any-return]

    def _text(self, source: str, attachments: dict[str, Any]) -> str:
        self._left -= len(source)
        return harmless_text(source, attachments) if self._left >= 0 else plain_text(source)

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Sanitize whatever of a cell becomes HTML."""
        own = nbgraders(cell)
        if not NAME.fullmatch(str(own.get("grade_id", ""))):
            own["grade_id"] = f"cell-{cell_index}"
        if isinstance(own.get("comment"), str):
            own["comment"] = self._text(own["comment"], {})
        if cell.cell_type == "code":
            cell.outputs = [self._output(one) for one in cell.outputs]
            return cell, resources
        attached = cell.get("attachments")
        if attached is not None:
            cell.attachments = {name: _pictures(kinds) for name, kinds in attached.items() if NAME.fullmatch(name)}
        if cell.cell_type == "raw":
            cell.source = html.escape(cell.source)
        else:
            cell.source = self._text(cell.source, cell.get("attachments", {}))
        return cell, resources

    def _output(self, output: Any) -> Any:
        if output.output_type in ("stream", "error"):  # shown as text
            return output
        output.metadata = {}
        data, kept = output.data, {}
        for kind in ("text/plain", "text/html", "text/markdown", *PICTURES):
            value = data.get(kind)
            if not isinstance(value, str):
                continue
            if kind in PICTURES and BASE64.fullmatch(value):
                kept[kind] = value
            elif kind == "text/markdown":
                kept[kind] = self._text(value, {})
            elif kind == "text/html":
                kept[kind] = COMMANDS.sub("", sanitized(STYLES.sub("", value)))
            elif kind == "text/plain":
                kept[kind] = value
        output.data = kept
        return output


def harmless_text(source: str, attachments: dict[str, Any]) -> str:
    r"""Return Markdown that is harmless when it is shown: the same, sanitized, or as the plain text of it.

    >>> harmless_text("`a<b>` and $a < b$", {})
    '`a<b>` and $a < b$'
    >>> harmless_text("*x* <script>alert(1)</script>", {})
    '*x* &lt;script&gt;alert(1)&lt;/script&gt;'
    """
    source = COMMANDS.sub("", source)
    without_links = OTHER_LINKS.sub("]", source)
    for candidate in (source, without_links, sanitized(without_links)):
        if is_harmless(rendered(candidate, attachments)):
            return candidate
    return plain_text(source)


def plain_text(source: str) -> str:
    r"""Return Markdown that shows a text as it is written.

    >>> plain_text("*a* <b> $c$")
    '<pre>*a* &lt;b&gt; &#36;c&#36;</pre>'
    """
    return f"<pre>{html.escape(source).replace('$', '&#36;')}</pre>"


def sanitized(page: str) -> str:
    """Return HTML without anything that could do something; elements of other kinds are shown as text.

    >>> sanitized('<b onclick="f()">a</b><script>f()</script>')
    '<b>a</b>&lt;script&gt;f()&lt;/script&gt;'
    """
    return str(bleach.clean(page, tags=TAGS, attributes=_is_harmless_of, protocols=SCHEMES))


def _is_harmless_of(_: str, name: str, value: str) -> bool:
    return _is_harmless_attribute(name, value) and name not in OF_RENDERER


def _pictures(kinds: dict[str, str]) -> dict[str, str]:
    return {kind: data for kind, data in kinds.items() if kind in PICTURES and BASE64.fullmatch(data)}


def rendered(source: str, attachments: dict[str, Any]) -> str:
    """Return the HTML that nbconvert's templates make of Markdown; what it fails on, such as a lost picture, is unsafe."""
    renderer = IPythonRenderer(escape=False, attachments=attachments)
    try:
        return str(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:  # the page would not be shown at all
        return "<"


def is_harmless(page: str) -> bool:
    """Tell whether every `<` of some HTML begins a complete element of the kinds that cannot do anything.

    >>> is_harmless('<p class="x">a &lt; b</p>'), is_harmless('<p onclick="f()">'), is_harmless("<p")
    (True, False, False)
    """
    elements = list(ELEMENT.finditer(page))
    return page.count("<") == len(elements) and all(map(_is_harmless_element, elements))


def _is_harmless_element(element: re.Match[str]) -> bool:
    return element[1].lower() in TAGS and all(_is_harmless_attribute(*found) for found in ATTRIBUTE.findall(element[2]))


def _is_harmless_attribute(name: str, value: str) -> bool:
    if name in ("href", "src"):
        return bool((LINK if name == "href" else PICTURE).match(html.unescape(value)))
    return name in ATTRIBUTES | OF_RENDERER
