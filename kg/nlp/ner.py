"""Doc to mentions and figures found by the trained tagger, with calibrated scores and role probabilities."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup
from tokenizers import Tokenizer

from kg.errors import PipelineError
from kg.nlp.encoding import SHAPE_VERSION, Encoded, encode, load_tokenizer, windows

__all__ = [
    "MIN_SCORE",
    "ROLES",
    "TAGS",
    "TYPES",
    "NER",
    "Found",
    "Model",
    "allowed_transitions",
    "find_mentions",
    "load_model",
    "make_ner",
]

TYPES = ("Method", "Dataset", "Benchmark", "Task", "Metric")
ROLES = ("proposed", "compared", "used", "mentioned", "introduced", "evaluated", "addressed", "reported")
TAGS = ("O", *(f"{part}-{label}" for label in TYPES for part in "BIES"))  # begin, inside, end, single
_ENDS = re.compile(r"^(?:(?:called|coined|dubbed|termed)\s+|[-–—'\"“”‘’,;:]+)+|[-–—'\"“”‘’,;:]+$")
MIN_SCORE = 0.4  # calibrated probability; strict F1 on the development papers is flat from 0.4 to 0.5
FLOOR = 0.03  # posterior under which a span is not even looked at
MIN_VALUE_SCORE = 0.4  # probability; with 94 figures in the development papers, 0.4 to 0.6 are alike
MODEL_FOLDERS = (  # in the installed package, in a checkout
    Path(__file__).parents[1] / "pipelines/abstracts/model",
    Path(__file__).parents[2] / "pipelines/abstracts/model",
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """A span that the tagger found.

    Attributes:
        start: First code point.
        end: Code point after the last.
        label: A type, or `value`.
        score: Calibrated probability.
        roles: Log-probability of each of ROLES; empty for figures.
    """

    start: int
    end: int
    label: str
    score: float
    roles: tuple[float, ...] = ()


@dataclass(frozen=True)
class Chain:
    """Weights of the linear-chain CRF, exponentiated; zero where BIOES forbids the step."""

    start: Floats  # (tags,)
    move: Floats  # (tags, tags): from, to
    end: Floats  # (tags,)


@dataclass(frozen=True)
class Model:
    """The trained tagger, ready to run."""

    session: Any
    tokenizer: Tokenizer
    chain: Chain
    calibration: dict[str, tuple[float, float]]  # type → slope and offset on the log-odds


@Language.factory(
    "kg_ner",
    assigns=["doc.spans"],
    default_config={"path": None, "batch_size": 64, "threads": 0, "min_score": MIN_SCORE},
)
def make_ner(
    nlp: Language, name: str, path: str | None, batch_size: int, threads: int, min_score: float
) -> NER:  # spaCy passes nlp and name
    """The component as a pipeline's `config.cfg` asks for it; see `NER`."""
    return NER(path, batch_size=batch_size, threads=threads, min_score=min_score)


class NER:
    """Writes `doc.spans["ner"]` and `doc.spans["values"]`.

    Each group's `attrs["scores"]` has one probability per span; those of `ner` also have `attrs["roles"]`, the
    log-probabilities of ROLES. The model loads with the first document. Texts run one by one, so that what is found in
    one never depends on its neighbours.

    Args:
        path: Folder with `model.onnx`, `tokenizer.json`, `config.json`; the one shipped with the package if None.
        batch_size: Texts taken in at a time.
        threads: Texts worked on at a time; as many as there are cores if 0.
        min_score: Calibrated probability from which a span is kept.
    """

    def __init__(
        self, path: str | None = None, *, batch_size: int = 64, threads: int = 0, min_score: float = MIN_SCORE
    ):
        self.path, self.batch_size, self.threads, self.min_score = path, batch_size, threads, min_score
        self._model: Model | None = None
        self._process = 0  # that has loaded it: ONNX Runtime's threads do not live on in a forked one

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_model": None}

    def __call__(self, doc: Doc) -> Doc:
        """The document with its spans."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int | None = None) -> Iterator[Doc]:
        """Documents in order, with their spans."""
        for docs in _buffers(stream, max(self.batch_size, batch_size or 1)):
            for doc, found in zip(docs, self._find([doc.text for doc in docs]), strict=True):
                mentions = [_bare(each, doc.text) for each in found if each.label != "value"]
                _add_spans(doc, "ner", [each for each in mentions if each.start < each.end])
                _add_spans(doc, "values", [each for each in found if each.label == "value"])
                yield doc

    def _find(self, texts: Sequence[str]) -> list[list[Found]]:
        if self._model is None or self._process != os.getpid():
            self._model = load_model(None if self.path is None else Path(self.path))
            self._process = os.getpid()
        return find_mentions(texts, self._model, min_score=self.min_score, threads=self.threads)


def _buffers(stream: Iterable[Doc], size: int) -> Iterator[list[Doc]]:
    docs = iter(stream)
    while buffer := list(islice(docs, size)):
        yield buffer


def _bare(found: Found, text: str) -> Found:
    r"""A mention without the signs at its ends and the word that only leads to it.

    Example:
        >>> text = "a loss coined FooLoss on CIFAR100-we show"
        >>> [text[f.start : f.end] for f in (_bare(Found(7, 21, "Method", 1.0), text), _bare(Found(25, 34, "Dataset", 1.0), text))]
        ['FooLoss', 'CIFAR100']
    """
    name = text[found.start : found.end]
    inner = _ENDS.sub("", name)
    start = found.start + name.index(inner)
    return replace(found, start=start, end=start + len(inner))


def _add_spans(doc: Doc, key: str, found: Sequence[Found]) -> None:
    spans, kept = [], []
    for each in found:
        span = doc.char_span(each.start, each.end, label=each.label, alignment_mode="expand")
        if span is not None:
            spans.append(span)
            kept.append(each)
    attrs: dict[str, Any] = {"scores": [each.score for each in kept]}
    if key == "ner":
        attrs["roles"] = [list(each.roles) for each in kept]
    doc.spans[key] = SpanGroup(doc, name=key, spans=spans, attrs=attrs)


def load_model(folder: Path | None = None) -> Model:
    """The model in a folder; the one shipped with the package if None.

    Raises:
        PipelineError: A file is missing or made for another version of the shapes.
    """
    import onnxruntime  # here, so that a process that finds nothing does not pay for it

    folder = folder or next((each for each in MODEL_FOLDERS if each.is_dir()), MODEL_FOLDERS[0])
    for name in ("config.json", "model.onnx", "tokenizer.json"):
        if not (folder / name).is_file():
            raise PipelineError("no trained model", path=folder / name, remedy="reinstall the package, or use --fast")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if (config["shape_version"], config["tags"], config["roles"]) != (SHAPE_VERSION, list(TAGS), list(ROLES)):
        raise PipelineError("the model has other labels or shapes", path=folder, remedy="train and export it again")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # texts run side by side instead
    session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
    calibration = {label: (slope, offset) for label, (slope, offset) in config["calibration"].items()}
    return Model(session, load_tokenizer(folder / "tokenizer.json"), _chain(config["crf"]), calibration)


def allowed_transitions() -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Which tags may start a text, follow each other `(from, to)`, and end a text."""
    opens = np.array([tag[0] in "OBS" for tag in TAGS])
    closes = np.array([tag[0] in "OES" for tag in TAGS])
    same = np.array([[before[1:] == after[1:] for after in TAGS] for before in TAGS])
    return opens, np.where(closes[:, None], opens[None, :], same & ~opens[None, :]), closes


def _chain(weights: dict[str, Any]) -> Chain:
    names = ("start", "move", "end")
    parts = [np.exp(np.array(weights[name])) * may for name, may in zip(names, allowed_transitions(), strict=True)]
    return Chain(*parts)


def find_mentions(
    texts: Sequence[str], model: Model, *, min_score: float = MIN_SCORE, threads: int = 0
) -> list[list[Found]]:
    """Mentions and figures of each text, its title and abstract joined by a line break; in reading order."""
    encoded = [encode(text, model.tokenizer) for text in texts]
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        scores = list(pool.map(lambda each: _run(each, model.session), encoded))
    passes = _forward_backward([tags for tags, _, _ in scores], model.chain)
    found = []
    for pieces, (_, roles, values), posterior in zip(encoded, scores, passes, strict=True):
        mentions = _mentions(pieces, posterior, roles, model)
        found.append(_best(mentions, min_score) + _values(pieces, values))
    return found


def _run(encoded: Encoded, session: Any) -> list[Floats]:
    """Tag scores, role log-probabilities, figure probabilities: `(pieces, labels)` each."""
    parts = []
    for start, end, keep_from, keep_to in windows(len(encoded.ids)):
        outputs = session.run(None, {"ids": encoded.ids[None, start:end], "shapes": encoded.shapes[None, start:end]})
        parts.append([output[0, keep_from - start : keep_to - start].astype(np.float64) for output in outputs])
    return [np.concatenate(channel) for channel in zip(*parts, strict=True)]


@dataclass(frozen=True)
class _Posterior:
    """Scaled messages of the forward-backward algorithm for one text, `(pieces, tags)` each."""

    ahead: Floats
    back: Floats
    ratio: Floats  # a piece's weights over the scale of its step
    move: Floats  # (tags, tags)


def _forward_backward(scores: Sequence[Floats], chain: Chain) -> list[_Posterior]:
    """Rabiner's scaling (1989), all texts at once; sums run in one order whatever the number of texts."""
    lengths = np.array([len(each) for each in scores])
    size = max(lengths.max(initial=0), 1)
    weights = np.ones((size, len(scores), len(TAGS)))
    for text, each in enumerate(scores):
        weights[: len(each), text] = np.exp(each - each.max(-1, keepdims=True))
    ahead, back = np.empty_like(weights), np.empty_like(weights)
    for step in range(size):
        message = chain.start if step == 0 else (ahead[step - 1][:, :, None] * chain.move).sum(1)
        ahead[step] = message * weights[step]
        scale = ahead[step].sum(-1, keepdims=True)
        ahead[step] /= scale
        weights[step] /= scale
    for step in reversed(range(size)):
        if step + 1 < size:
            back[step] = ((weights[step + 1] * back[step + 1])[:, :, None] * chain.move.T).sum(1)
        ends = lengths <= step + 1
        back[step, ends] = chain.end / (ahead[step, ends] * chain.end).sum(-1, keepdims=True)
    return [
        _Posterior(ahead[:length, text], back[:length, text], weights[:length, text], chain.move)
        for text, length in enumerate(lengths)
    ]


def _mentions(encoded: Encoded, posterior: _Posterior, roles: Floats, model: Model) -> list[Found]:
    found = []
    for number, label in enumerate(TYPES):
        slope, offset = model.calibration[label]
        for first, last, probability in _candidates(posterior, 1 + 4 * number):
            odds = np.log(probability) - np.log1p(-min(probability, 1 - 1e-9))
            score = float(1 / (1 + np.exp(-slope * odds - offset)))
            chances = roles[first : last + 1].mean(0)
            chances -= np.log(np.exp(chances).sum())
            start, end = int(encoded.offsets[first, 0]), int(encoded.offsets[last, 1])
            found.append(Found(start, end, label, round(score, 6), tuple(chances.round(6).tolist())))
    return found


def _candidates(posterior: _Posterior, begin: int) -> Iterator[tuple[int, int, float]]:
    """Spans `(first piece, last piece, probability)` of the type whose B tag is `begin`, exact under the CRF."""
    inside, final, single = begin + 1, begin + 2, begin + 3
    ahead, back, ratio, move = posterior.ahead, posterior.back, posterior.ratio, posterior.move
    alone = ahead[:, single] * back[:, single]
    for piece in np.flatnonzero(alone >= FLOOR):
        yield int(piece), int(piece), float(alone[piece])
    for first in np.flatnonzero(ahead[:, begin] * back[:, begin] >= FLOOR):
        weight, tag = ahead[first, begin], begin
        for last in range(first + 1, len(ahead)):
            whole = weight * move[tag, final] * ratio[last, final] * back[last, final]
            if whole >= FLOOR:
                yield int(first), last, float(whole)
            weight, tag = weight * move[tag, inside] * ratio[last, inside], inside
            if weight * back[last, inside] < FLOOR:
                break


def _best(found: Sequence[Found], min_score: float) -> list[Found]:
    """Spans that do not overlap, the surest first chosen; in reading order."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda each: (-each.score, each.start, each.end, each.label)):
        if each.score >= min_score and all(each.end <= other.start or each.start >= other.end for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


def _values(encoded: Encoded, chances: Floats) -> list[Found]:
    """Runs of pieces that are likelier a figure than not; `chances` are of O, B, I."""
    sure = 1 - chances[:, 0]
    found: list[Found] = []
    first = None
    for piece, score in enumerate([*sure, 0.0]):
        if first is not None and (score < MIN_VALUE_SCORE or chances[piece, 1] > chances[piece, 2]):
            start, end = int(encoded.offsets[first, 0]), int(encoded.offsets[piece - 1, 1])
            found.append(Found(start, end, "value", round(float(sure[first:piece].mean()), 6)))
            first = None
        if first is None and score >= MIN_VALUE_SCORE:
            first = piece
    return found
