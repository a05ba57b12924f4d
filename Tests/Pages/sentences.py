"""The sentences of a page or a Markdown document, and the numbers that they say."""

import dataclasses
import decimal
import html
import html.parser
import re

# What is not a sentence, or says no number of its own.
ASIDE = {"table", "svg", "figure", "nav", "footer", "header", "style", "pre", "title"}
EMPTY = {"meta", "link", "wbr", "br"}


@dataclasses.dataclass(frozen=True)
class Sentence:
    # The part of the document; empty for the figures at the top.
    part: str
    text: str


class _Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[Sentence] = []
        self._open: list[str] = []
        self._part = ""
        self._words: list[str] | None = None

    def handle_starttag(self, tag, attributes):
        if tag in EMPTY:
            return
        self._open.append(tag)
        if tag == "section":
            self._part = dict(attributes)["id"]
        if ASIDE.isdisjoint(self._open):
            if tag in {"p", "li", "div"}:
                self._words = []
            elif self._words:
                self._words.append(" ")

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass
        if tag in {"p", "li", "div"} and self._words:
            self.found.append(Sentence(self._part, "".join(self._words).strip()))
            self._words = None

    def handle_data(self, data):
        if self._words is not None and ASIDE.isdisjoint(self._open):
            self._words.append(data)


def of_page(text: str) -> list[Sentence]:
    page = _Page()
    page.feed(text)
    return page.found


def of_markdown(text: str) -> list[Sentence]:
    """By the headings, which are the same as those of the page."""
    found, part, is_code = [], "", False
    for line in text.splitlines():
        if line.startswith("```"):
            is_code = not is_code
        if is_code or line.startswith(("```", "|", "# ", "###", "*Figure")):
            continue
        if line.startswith("## "):
            part = line.split(". ", 1)[1]
            continue
        plain = html.unescape(re.sub(r"\\(.)", r"\1", line.removeprefix("- ").removeprefix("> ")))
        plain = plain.replace("**", "")
        # Before the first part stand the title's line and the figures, which are a list.
        if plain and (part or line.startswith("- ")):
            found.append(Sentence(part, plain))
    return found


@dataclasses.dataclass(frozen=True)
class Said:
    """A number as it is written: a count, a share in percent, so many decimals."""

    text: str
    is_bound: bool

    def fits(self, value: float) -> bool:
        """Whether it is the number, or a hundred times it, after rounding to the digits shown."""
        plain = self.text.replace(",", "").replace("−", "-").replace("+", "")
        told = decimal.Decimal(plain.rstrip("%"))
        half = decimal.Decimal(1).scaleb(int(told.as_tuple().exponent)) / 2
        exact = decimal.Decimal(repr(float(value)))
        for number in (exact, 100 * exact):
            if plain.endswith("%") and number is exact:
                continue
            if self.is_bound and number < told:
                return True
            if abs(number - told) <= half + decimal.Decimal("1e-9"):
                return True
        return False


NUMBER = re.compile(r"(<\s*)?(?<![\w.])([−+]?\d+(?:,\d{3})*(?:\.\d+)?%?)(?![\w])")


def said(text: str) -> list[Said]:
    return [Said(match[2], bool(match[1])) for match in NUMBER.finditer(text)]
