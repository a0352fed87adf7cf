"""A folder of name lists to marked names: tab-separated files become a token trie that finds each name and its variants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.errors import PipelineError
from kg.nlp.tokenizer import doc_text, doc_words, split_words

__all__ = ["LEXICON_FILES", "LexiconEntry", "Trie", "build_trie", "match_names", "make_lexicon", "read_lexicon"]

LEXICON_FILES: dict[str, str] = {
    "methods.tsv": "Method",
    "datasets.tsv": "Dataset",
    "benchmarks.tsv": "Benchmark",
    "tasks.tsv": "Task",
    "metrics.tsv": "Metric",
}
# Every file begins with these; what else a file has (a metric's unit, say) is for other readers.
COLUMNS = ("name", "aliases", "broader", "year", "home", "cues")


_RULE = re.compile(r"([^=]+)=([^=;]+)(?:;|$)")  # an alias may hold a semicolon itself (TL;DR)


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """One known thing.

    Attributes:
        name: Its usual full name.
        type: Entity type.
        aliases: Other names, abbreviations.
        broader: Names of wider notions.
        year: Four digits, or empty.
        home: Its page, or empty.
        cues: Alias → words of which one must stand in the paper for the alias to count.
        line: Where it was read.
    """

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    year: str = ""
    home: str = ""
    cues: tuple[tuple[str, tuple[str, ...]], ...] = ()
    line: int = 0

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Name and aliases."""
        return (self.name, *self.aliases)


def read_lexicon(folder: str | Path) -> list[LexiconEntry]:
    """All entries of a folder's name lists, in the order of `LEXICON_FILES` and of their lines.

    Raises:
        PipelineError: If a file has another header than `COLUMNS`, or a line has no name or too many columns.
    """
    return [
        entry
        for filename, type_ in LEXICON_FILES.items()
        if (Path(folder) / filename).is_file()
        for entry in _read_file(Path(folder) / filename, type_)
    ]


def _read_file(path: Path, type_: str) -> Iterator[LexiconEntry]:
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or tuple(lines[0].split("\t"))[: len(COLUMNS)] != COLUMNS:
        raise PipelineError(
            "another header than expected", path=path, line=1, remedy="columns are " + ", ".join(COLUMNS)
        )
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > len(lines[0].split("\t")) or not cells[0]:
            problem = f"{len(cells)} columns, name {cells[0]!r}"
            raise PipelineError(
                problem, path=path, line=number, remedy="no more than the header has, the first not empty"
            )
        name, aliases, broader, year, home, cues = (cells + [""] * 6)[:6]
        yield LexiconEntry(name, type_, _parts(aliases), _parts(broader), year, home, _cues(cues, path, number), number)


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.strip() for p in cell.split("|") if p.strip()))


def _cues(cell: str, path: Path, line: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if cell and _RULE.sub("", cell):
        raise PipelineError(f"cues {cell!r}", path=path, line=line, remedy="write ALIAS=word,word;ALIAS=word")
    rules = ((m[1].strip(), m[2].split(",")) for m in _RULE.finditer(cell))
    return tuple((alias, tuple(w.strip().lower() for w in words if w.strip())) for alias, words in rules)


@dataclass(slots=True)
class _Leaf:
    """One name at the end of a path: how it must be written, its entry, what must stand beside it."""

    exact: tuple[str, ...]  # per token the only spelling, "" where case is free
    entry: int
    cue: re.Pattern[str] | None


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    leaves: list[_Leaf] = field(default_factory=list)


@dataclass(slots=True)
class Trie:
    """Entries and their names by token, folded to lower case, hyphens left out."""

    root: _Node
    entries: tuple[LexiconEntry, ...]


_SKIP = frozenset("-‐‑–_ ~")


def build_trie(entries: Iterable[LexiconEntry]) -> Trie:
    """Index entries for `match_names`."""
    trie = Trie(_Node(), tuple(entries))
    for index, entry in enumerate(trie.entries):
        for surface in dict.fromkeys(entry.surfaces):
            _insert(trie.root, index, entry, surface)
    return trie


def _insert(root: _Node, index: int, entry: LexiconEntry, surface: str) -> None:
    words = [w for w in split_words(surface)[0] if w not in _SKIP]
    if not words:
        return
    exact = _case_rule(words, entry.type)
    cue = _cue_pattern(entry, surface)
    for last in _numbers(words[-1]):
        spelt = last if exact[-1] else ""
        node = root
        for word in [*words[:-1], last]:
            node = node.children.setdefault(word.lower(), _Node())
        node.leaves.append(_Leaf((*exact[:-1], spelt), index, cue))


def _case_rule(words: list[str], type_: str) -> tuple[str, ...]:
    """Per token the spelling that is asked for, "" for any case: see the rules in the documentation of the lexicon.

    A token with capitals inside, or with capitals and digits, is always spelt exactly. A capitalised word is so
    where it stands alone (Adam) or names data (Open Images), since its lower case is then another thing.
    """
    free = len(words) > 1 and type_ not in ("Dataset", "Benchmark")
    plain = all(w.islower() or not w.isalpha() for w in words)
    return tuple(
        "" if plain or w.islower() or (free and w.istitle() and len(w) > 1) or (not w.isalpha() and w.islower()) else w
        for w in words
    )


def _numbers(word: str) -> tuple[str, ...]:
    """A name's last word in singular and plural, as far as spelling tells."""
    if not word[-1].isalpha() or len(word) < 2:
        return (word,)
    low = word.lower()
    if low.endswith("s") and not low.endswith(("ss", "us", "is", "ics", "as", "os")) and len(word) > 3:
        singular = (
            word[:-3] + "y"
            if low.endswith("ies")
            else word[:-2]
            if low.endswith(("sses", "xes", "shes", "ches"))
            else word[:-1]
        )
        return (word, singular)
    if word[-1] == "S" and word.isupper():
        return (word, word + "es")
    if low.endswith(("ing", "ness", "ics", "s")) or (not word[-1].islower() and not word[-1].isupper()):
        return (word,)
    plural = (
        word[:-1] + "ies"
        if low.endswith("y") and low[-2:-1] not in "aeiou"
        else word + ("es" if low.endswith(("x", "ch", "sh")) else "s")
    )
    return (word, plural)


def _cue_pattern(entry: LexiconEntry, surface: str) -> re.Pattern[str] | None:
    words = dict(entry.cues).get(surface)
    if words is None:
        return None
    longer = [s for s in entry.surfaces if s != surface and len(s) > len(surface) and s not in dict(entry.cues)]
    return _any_word((*words, *longer))


@lru_cache(maxsize=4096)
def _any_word(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(w) for w in sorted(words)) + ")", re.I)


def match_names(trie: Trie, words: list[str], text: str) -> list[tuple[int, int, int]]:
    """Names in a tokenised text: `(first token, end token, entry number)`, longest first at each place, no overlaps.

    A span that names several entries (of different types) is given once for each.
    """
    low = [w.lower() for w in words]
    out: list[tuple[int, int, int]] = []
    at, size = 0, len(words)
    while at < size:
        node = trie.root.children.get(low[at])
        end, leaves = (at, []) if node is None else _longest(node, words, low, at, text)
        out += [(at, end, entry) for entry in leaves]
        at = max(end, at + 1)
    return out


def _longest(node: _Node | None, words: list[str], low: list[str], at: int, text: str) -> tuple[int, list[int]]:
    best: tuple[int, list[int]] = (at, [])
    path, position, size = [at], at + 1, len(words)
    while node is not None:
        if node.leaves:
            spelt = [words[i] for i in path]
            found = [leaf.entry for leaf in node.leaves if _agrees(leaf, spelt, text)]
            best = (position, list(dict.fromkeys(found))) if found else best
        while position < size and words[position] in _SKIP and position + 1 < size:
            position += 1
        if position >= size:
            break
        node = node.children.get(low[position])
        path.append(position)
        position += 1
    return best


def _agrees(leaf: _Leaf, spelt: list[str], text: str) -> bool:
    if any(rule and rule != word for rule, word in zip(leaf.exact, spelt, strict=True)):
        return False
    return leaf.cue is None or bool(leaf.cue.search(text))


class LexiconMatcher:
    """Writes `doc.spans["lexicon"]`: label = type, kb_id = the entry's name."""

    def __init__(self, trie: Trie):
        self.trie = trie

    def __call__(self, doc: Doc) -> Doc:
        entries = self.trie.entries
        found = match_names(self.trie, doc_words(doc), doc_text(doc))
        spans = [Span(doc, a, b, label=entries[i].type, kb_id=entries[i].name) for a, b, i in found]
        doc.spans["lexicon"] = SpanGroup(doc, name="lexicon", spans=spans)
        return doc


@lru_cache(maxsize=4)
def _trie(path: str) -> Trie:
    return build_trie(read_lexicon(path))


@Language.factory("kg_lexicon", default_config={"path": ""}, assigns=["doc.spans"])
def make_lexicon(nlp: Language, name: str, path: str) -> LexiconMatcher:
    """The component as `config.cfg` declares it; `path` is the folder of the name lists.

    Raises:
        PipelineError: If there is no such folder, or a file in it is not a name list.
    """
    if path and not Path(path).is_dir():
        raise PipelineError("no such folder of name lists", path=path, remedy="set paths.lexicon in config.cfg")
    return LexiconMatcher(_trie(path) if path else build_trie(()))
