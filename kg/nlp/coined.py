"""Surface rules for names that no list holds: what a paper proposes, compares with or evaluates on, by wording and by shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from kg.nlp.phrases import find_phrases
from kg.nlp.sentences import sentence_bounds
from kg.nlp.tokenizer import doc_text, word_set

__all__ = ["FoundName", "RULES", "find_names", "has_name_shape", "mark_coined"]


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name that a rule found at code points `[start, end)`, with the type that the rule suggests."""

    start: int
    end: int
    type: str
    rule: str


_PIECE = r"(?:[A-Za-z0-9_+*]|\$?[\\^{][^\s,.;]{0,12}?[}$])"
_WORD = rf"[A-Za-z0-9]{_PIECE}*(?:[-–/.&’']{_PIECE}+)*"
_SMALL = r"(?:of|for|and|the|in|to|via)"
_TITLED = rf"(?:[A-Z][\w+-]*|\d+D)(?:[ -](?:{_SMALL}[ -]){{0,2}}(?:[A-Z0-9][\w+-]*)){{1,8}}"
_PLAIN = r"(?:[A-Z][\w+-]*|\d+D)(?: [A-Z0-9][\w+-]*){1,5}"
NAME = rf"(?P<n>{_TITLED}|{_WORD})"
LISTED = rf"(?P<n>{_PLAIN}|{_WORD})"  # no small words: "X and Y" are two names
_CALLED = r"(?:called|termed|named|dubbed|coined|namely|abbreviated as|referred to as|denoted as|which we (?:call|term|name|dub|refer to as)|we (?:call|term|name|dub)(?: it| this \w+)?|known as)"
_VERB = r"(?:propos(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|present(?:s|ed|ing)?|develop(?:s|ed|ing)?|design(?:s|ed)?|devis(?:e|es|ed)|releas(?:e|es|ed|ing)|creat(?:e|es|ed)|buil[dt]s?|construct(?:s|ed)?|unveils?|coin|contribute|describes?)"
_QUOTE = r"[\"“'‘`*]{0,3}(?:\\(?:textbf|textit|emph|textsc|texttt|text|mathsf)\s?\{)?[\"“'‘`*]{0,2}"
_DATA = r"(?:data ?sets?|corpus|corpora|databases?|data collection)"
_TEST = r"(?:benchmarks?|leaderboards?|challenges?|test suite|suite|evaluation suite|testbed)"
_THING = r"(?:methods?|models?|frameworks?|approach(?:es)?|algorithms?|architectures?|networks?|modules?|losse?s?|optimizers?|pipelines?|systems?|techniques?|strateg(?:y|ies)|paradigms?|schemes?|librar(?:y|ies)|toolkits?|layers?|mechanisms?|agents?|baselines?|estimators?|samplers?|tokenizers?|families|family|series)"

# name → (pattern, type or "" for a guess from the words around); the order is that in which the rules are tried.
RULES: dict[str, tuple[re.Pattern[str], str]] = {
    "called": (re.compile(rf"\b{_CALLED}:?,? (?:as )?(?:the )?{_QUOTE}{NAME}"), ""),
    "propose": (re.compile(rf"\b[Ww]e (?:\w+ ){{0,3}}?{_VERB} (?:and \w+ )?(?:the )?{_QUOTE}{NAME}"), ""),
    "paper proposes": (re.compile(rf"\b(?:paper|work|study|report|article|authors?|section) (?:\w+ ){{0,2}}?{_VERB} (?:the )?{_QUOTE}{NAME}"), ""),
    "propose a": (re.compile(rf"\b{_VERB} (?:an?|our|two|the|new|novel)\b[^.;:()]{{3,120}}?(?:,|:| -| –|--) ?{_QUOTE}{NAME}(?=[,.:;(]| \()"), ""),
    "propose a kind": (re.compile(rf"\b{_VERB} (?:an?|our|two|the|new|novel)\b[^.;:(),]{{3,100}}?\b(?:{_THING}|{_DATA}|{_TEST}),? {_QUOTE}{NAME}"), ""),
    "propose titled": (re.compile(rf"\b{_VERB} (?:an?|our|the)(?: (?:new|novel|simple|efficient|effective|general|unified|[a-z]+-[a-z]+))? {_QUOTE}{NAME}"), ""),
    "our": (re.compile(rf"\b[Oo]ur (?:proposed |new |novel |own )?(?:{_THING}|{_DATA}|{_TEST}),? {_QUOTE}{NAME}"), ""),
    "proposed": (re.compile(rf"\b(?:[Oo]ur|[Tt]he proposed|[Pp]roposed) {_QUOTE}{NAME}"), ""),
    "apposition": (re.compile(rf"(?:^|[.:;] |[Ww]ith |, ){_QUOTE}{NAME}{_QUOTE},? (?:\([^)]*\) ?)?,? ?an? (?:\w+[- ]){{0,5}}?(?:{_THING}|{_DATA}|{_TEST})\b"), ""),
    "is a": (re.compile(rf"(?:^|\. ){LISTED} (?:is|are|was) an? (?:new|novel|simple|general|open|large|fast|\w+-\w+|\w+ )"), ""),
    "subject": (re.compile(rf"(?:^|[.;] |[Tt]hat |[Oo]verall, |[Ss]pecifically, |, ){LISTED} (?:outperforms?|achieves?|surpasses|improves?|consistently|significantly|leverages?|employs?|consists?|introduces|uses|enables?|integrates?|combines?|yields|reduces|obtains|attains|provides|exceeds|delivers|learns|exploits|incorporates|demonstrates|offers|adopts|utilizes|generates|contains|comprises|reaches|supports|addresses|maintains|exhibits|models|works|allows|extends|builds|operates|applies|can) "), ""),
    "versus": (re.compile(rf"\b(?:outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|beats?|exceed(?:s|ed|ing)?|over|than|versus|vs\.?|against|compared (?:to|with)|comparable to|improves? (?:upon|on|over)|unlike|baselines?,? (?:such as|like|including)) (?:the |existing |standard |vanilla |baseline )?{LISTED}"), "Method"),
    "on data": (re.compile(rf"\b(?:[Oo]n|[Uu]sing|[Ff]rom|[Ww]ith|[Ii]n|and|,|[Tt]he) (?:the )?(?:\w+[- ]){{0,2}}?{LISTED} (?:image |text |video |speech |audio |\w+ )?{_DATA}\b"), "Dataset"),
    "on test": (re.compile(rf"\b(?:[Oo]n|[Uu]sing|[Ii]n|and|,|[Tt]he) (?:the )?(?:\w+[- ]){{0,2}}?{LISTED} (?:\w+ )?{_TEST}\b"), "Benchmark"),
    "evaluated on": (re.compile(rf"\b(?:[Ee]valuat\w+|[Ee]xperiments?|[Tt]ested|[Tt]rained|[Rr]esults|[Pp]erformance|accuracy|score|FID|datasets?,?|benchmarks?,?|corpora)(?: \w+){{0,3}}? (?:on|of \S+ on|including|such as|like|i\.e\.,|e\.g\.,|namely|:)(?: the)?(?: \w+){{0,2}}? {LISTED}"), "Dataset"),
    "with model": (re.compile(rf"\b(?:[Uu]sing|[Ww]ith|[Oo]f|[Tt]he|[Oo]n|and|an?|to|into|,) (?:the )?{LISTED} (?:{_THING})\b"), "Method"),
    "such as": (re.compile(rf"\b(?:{_THING}|techniques?|LLMs|MLLMs|VLMs|transformers?|backbones?)[,]? (?:\(?(?:such as|like|including|e\.g\.,?|i\.e\.,?)) (?:the )?{LISTED}"), "Method"),
    "metric": (re.compile(rf"\b(?:in terms of|[Aa]n?|the|and|,|of|in|lower|higher|better|improves?|improved) {LISTED} (?:scores?|metrics?|of \d|by \d|\(\d)"), "Metric"),
}  # fmt: skip

_LIST = re.compile(rf"\s*(?:,? (?:and|or|&)|,)(?: the)? {LISTED}")
_SHAPED = re.compile(rf"(?<![\w\\/@.-])(?=\S*[^\W\d_a-z]){_WORD}")  # a letter that is no small one is needed
_ROMAN = re.compile(r"[IVX]+$")
_NOT_NAMES = word_set(
    "AI ML DL GPU GPUs CPU CPUs TPU TPUs FPGA SOTA SoTA SotA USA UK EU URL URLs API APIs PDF ID IDs OK IoT IT "
    "HD RGB RGB-D 2D 3D 4D 1D NLP CV DNN DNNs NN NNs ANN ANNs MRI CT PET EEG ECG fMRI DNA RNA COVID COVID-19 "
    "HPC VRAM RAM SQL HTML JSON XML USB UAV UAVs LiDAR GitHub GB MB KB TB NVIDIA A100 H100 V100 RTX iPhone "
    "Python PyPI CVPR ICCV ECCV ICLR NeurIPS ICML ACL EMNLP AAAI IEEE ACM WMT i.e e.g US QA PhD CEO STEM GDPR "
    "OOD ID IID non-IID i.i.d FLOPs FLOP MACs PDE PDEs ODE ODEs SDE SDEs I/O R&D A/B B2B 5G 6G OpenAI DeepMind "
    "LinkedIn YouTube Wikipedia Reddit Twitter Facebook Google arXiv LaTeX AUV MHz kHz GHz dB kWh mm cm Hz "
    "Gbps"
)
_STOP_FIRST = word_set(
    "The A An This These Our We In On For To It Its Their By With From As At However Moreover Furthermore "
    "Extensive Experiments Code Recent Most Many Such While When Although Despite Here There Unlike Both All "
    "Each Bayesian Gaussian Markov Bregman Riemannian Euclidean Lagrangian Hamiltonian Fourier Hilbert English "
    "Chinese German French Arabic Indian American European Table Figure Section Theorem Under Using Through "
    "Given First Second Third Finally Then Thus Hence Also Specifically Additionally Notably Overall Based"
)


@lru_cache(maxsize=20_000)
def has_name_shape(word: str) -> bool:
    """True for words written as names are: a capital inside, two capitals, or a capital and a digit.

    Example:
        >>> [has_name_shape(w) for w in ("LoRA", "mixup", "GPT-4", "Deep", "GPU", "BERT-based")]
        [True, False, True, False, False, False]
    """
    if word in _NOT_NAMES or word.rstrip("s") in _NOT_NAMES or _ROMAN.match(word):
        return False
    if re.search(
        r"-(?:based|like|style|specific|level|free|aware|guided|driven|agnostic|trained|and|to|shot|enhanced|assisted|aided|powered|augmented|related|inspired|generated|oriented)$",
        word,
    ):
        return False
    core = re.sub(r"[\\^${}]", "", word)
    capitals = sum(c.isupper() for c in core)
    if capitals >= 2 and not re.fullmatch(r"(?:[A-Z][a-z]+-)+[A-Z]?[a-z]+s?", core):
        return len(core) >= 2
    return (
        capitals == 1 and ((core[0].islower() and "-" not in core) or bool(re.search(r"\d", core))) and len(core) >= 3
    )


def find_names(text: str, sentences: list[tuple[int, int]]) -> list[FoundName]:
    r"""All that the rules find, in order of place; the same span may be found by several rules.

    Args:
        text: Title and abstract.
        sentences: Their bounds; the first is the title.

    Example:
        >>> text = "Fast nets\nWe propose FooNet, a new model. It beats BarNet on the QuuxQA dataset."
        >>> found = find_names(text, [(0, 10), (10, 45), (45, 89)])
        >>> sorted({(text[f.start : f.end], f.type) for f in found if f.rule not in ("shape", "title head")})
        [('BarNet', 'Method'), ('FooNet', 'Method'), ('QuuxQA', 'Dataset')]
    """
    out = list(_title_name(text, sentences[0])) if sentences else []
    for start, end in sentences:
        sentence = text[start:end]
        for rule, (pattern, type_) in RULES.items():
            if _may_hold(rule, sentence):
                for found in pattern.finditer(sentence):
                    out += _names_at(sentence, found, start, (rule, type_))
        out += _shapes(sentence, start)
    out += (FoundName(a, b, guess_type(text, a, b), rule) for a, b, rule in find_phrases(text, sentences))
    single = {part for found in out for part in _parts(text, found)}
    return sorted(single, key=lambda f: (f.start, f.end, f.rule, f.type))


def _parts(text: str, found: FoundName) -> Iterator[FoundName]:
    """What stands between slashes is a name of its own, if it begins as one: "GTA5/SYNTHIA" is two, "CIFAR-10/100" one."""
    name = text[found.start : found.end]
    if "/" not in name or " " in name:
        yield found
        return
    for part in re.finditer(r"[^/]+", name):
        if has_name_shape(part[0]):
            yield replace(found, start=found.start + part.start(), end=found.start + part.end())


def _may_hold(rule: str, sentence: str) -> bool:
    """False if a sentence lacks all the words without which a rule cannot hold: cheaper to see than that it does not match."""
    for word in _NEEDED.get(rule, ("",)):  # noqa: SIM110 - `any` takes twice as long, and this runs for each rule and sentence
        if word in sentence:
            return True
    return False


_VERBS = ("propos", "introduc", "present", "develop", "design", "devis", "releas", "creat", "buil", "construct", "unveil", "coin", "contribute", "describe")  # fmt: skip
_NEEDED: dict[str, tuple[str, ...]] = {
    "propose": _VERBS,
    "paper proposes": _VERBS,
    "propose a": _VERBS,
    "propose a kind": _VERBS,
    "propose titled": _VERBS,
    "on data": ("data", "corp"),
    "on test": ("benchmark", "leaderboard", "challenge", "suite", "testbed"),
    "is a": (" is a", " are a", " was a"),
    "apposition": (" a ", " an "),
    "versus": (
        "outperform",
        "surpass",
        "beat",
        "exceed",
        "over ",
        "than ",
        "vs",
        "versus",
        "against",
        "compar",
        "improve",
        "nlike ",
        "baseline",
    ),
    "such as": ("such as", "like", "includ", "e.g", "i.e"),
    "called": (
        "called",
        "term",
        "name",
        "dubbed",
        "coined",
        "abbreviated",
        "referred",
        "denoted",
        "call",
        "dub",
        "known as",
    ),
    "evaluated on": (" on ", "includ", "such as", "like", "e.g", "i.e", "name", ":"),
    "our": ("ur ",),
    "proposed": ("ur ", "proposed"),
    "metric": (" score", " metric", " of ", " by ", " ("),
}


def _names_at(sentence: str, found: re.Match[str], offset: int, rule: tuple[str, str]) -> Iterator[FoundName]:
    """The name that a rule found and, for rules on lists, the conjuncts after it."""
    lists = rule[0] in ("versus", "evaluated on", "such as", "on data", "on test")
    here: re.Match[str] | None = found
    for _ in range(12):
        if here is None:
            return
        name = _trimmed(here["n"], sure=rule[0] == "called")
        if not name:
            return
        start = here.start("n") + (here["n"].index(name))
        end = start + len(name)
        yield FoundName(offset + start, offset + end, rule[1] or guess_type(sentence, start, end), rule[0])
        here = _LIST.match(sentence, here.end("n")) if lists else None


def _trimmed(name: str, *, sure: bool = False) -> str:
    """A raw match without leading words that begin sentences and without trailing generic nouns; empty if no name is left."""
    words = name.rstrip(".-/'’").split(" ")
    while words and words[0] in _STOP_FIRST:
        words = words[1:]
    while len(words) > 1 and words[-1].lower() in _GENERIC:
        words = words[:-1]
    name = " ".join(words)
    if not name:
        return ""
    if len(words) == 1 and (
        words[0].lower() in _GENERIC
        or not (has_name_shape(name) or (sure and name[:1].isupper() and name not in _NOT_NAMES))
    ):
        return ""
    return name if len(name) > 1 else ""


_GENERIC = word_set(
    "method methods model models framework approach algorithm algorithms dataset datasets benchmark benchmarks "
    "corpus technique strategy pipeline paradigm baseline baselines scheme paper work results experiments data "
    "task tasks"
)


def _title_name(text: str, bounds: tuple[int, int]) -> Iterator[FoundName]:
    """`Name: what it is` in a title."""
    title = text[bounds[0] : bounds[1]].rstrip()
    head, colon, _ = title.partition(":")
    head = head.rstrip()
    if not colon or not head or len(head.split()) > 4:
        return
    if has_name_shape(head) or (len(head.split()) == 1 and head[0].isupper() and head.isalnum() and len(head) > 2):
        yield FoundName(bounds[0], bounds[0] + len(head), guess_type(text, bounds[0], bounds[0] + len(head)), "title")
    elif all(w[0].isupper() or w in ("of", "and", "the", "to") for w in head.split() if w):
        yield FoundName(bounds[0], bounds[0] + len(head), "Method", "title phrase")


def _shapes(sentence: str, offset: int) -> Iterator[FoundName]:
    for found in _SHAPED.finditer(sentence):
        word = found[0].rstrip(".-/'’")
        if has_name_shape(word) and "http" not in word and "www." not in word:
            yield FoundName(
                offset + found.start(),
                offset + found.start() + len(word),
                guess_type(sentence, found.start(), found.start() + len(word)),
                "shape",
            )


_AFTER = (
    (re.compile(rf"[\"”'’)}}]* (?:\w+ )?{_TEST}\b", re.I), "Benchmark"),
    (re.compile(rf"[\"”'’)}}]* (?:\w+ )?{_DATA}\b", re.I), "Dataset"),
    (
        re.compile(rf",? ?(?:\([^)]*\))?,? (?:is |are )?(?:an?|the(?: first)?) [^.;]{{0,60}}?\b{_TEST}\b", re.I),
        "Benchmark",
    ),
    (
        re.compile(rf",? ?(?:\([^)]*\))?,? (?:is |are )?(?:an?|the(?: first)?) [^.;]{{0,60}}?\b{_DATA}\b", re.I),
        "Dataset",
    ),
    (re.compile(r" (?:scores?|metrics?)\b", re.I), "Metric"),
)
_BEFORE = (
    (re.compile(rf"\b{_TEST}(?:,|:)? (?:{_CALLED}|such as|like|including|:)?[ ,\"“']*$", re.I), "Benchmark"),
    (re.compile(rf"\b{_DATA}(?:,|:)? (?:{_CALLED}|such as|like|including|:)?[ ,\"“']*$", re.I), "Dataset"),
    (re.compile(rf"\b{_DATA}[^.;,]{{0,40}}{_CALLED} [\"“']*$", re.I), "Dataset"),
    (re.compile(rf"\b{_TEST}[^.;,]{{0,40}}{_CALLED} [\"“']*$", re.I), "Benchmark"),
)  # fmt: skip


def guess_type(sentence: str, start: int, end: int) -> str:
    """The type that the words around a name suggest; Method where they say nothing."""
    name, after, before = sentence[start:end], sentence[end : end + 90], sentence[max(0, start - 70) : start]
    if re.search(r"-?(?:Bench|Arena)$|Benchmark$|Bench\b", name):
        return "Benchmark"
    if re.search(r"(?:Corpus|Dataset|-\d+[KM]|QA|VQA)$", name):
        return "Dataset"
    for pattern, type_ in _AFTER:
        if pattern.match(after):
            return type_
    return next((type_ for pattern, type_ in _BEFORE if pattern.search(before)), "Method")


@Language.component("kg_coined", requires=["doc.sents"], assigns=["doc.spans"])
def mark_coined(doc: Doc) -> Doc:
    """Write `doc.spans["coined"]`: label = type, id = rule."""
    bounds = sentence_bounds(doc)
    spans = [doc.char_span(f.start, f.end, label=f.type, span_id=f.rule) for f in find_names(doc_text(doc), bounds)]
    doc.spans["coined"] = SpanGroup(doc, name="coined", spans=[s for s in spans if s is not None])
    return doc
