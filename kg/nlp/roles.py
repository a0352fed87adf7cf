"""What a paper does with each of its entities: proposes, compares with, uses, evaluates on, or only mentions it.

Two log-linear models per type: the first judges each entity alone, by where it stands and the words beside it; the second weighs all
that again with what the first says of the paper's other entities. Where the trained tagger has spoken, its opinion is added.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.nlp.role_features import Named, PaperView, describe_alone, describe_among, view
from kg.nlp.sentences import sentence_bounds
from kg.nlp.tokenizer import doc_text
from kg.nlp.weights import Weights, read_weights
from kg.schema import ENTITY_TYPES

__all__ = [
    "TAGGER_ROLES",
    "RoleFinder",
    "combine_roles",
    "entity_rules",
    "judge",
    "make_roles",
    "role_logs",
    "role_table",
    "tagger_logs",
]

# The order in which the trained tagger gives its role probabilities.
TAGGER_ROLES = ("proposed", "compared", "used", "mentioned", "introduced", "evaluated", "addressed", "reported")

Table = Mapping[str, Mapping[str, Sequence[float]]]  # "alone Method" → feature → weight of each role of the type
Logs = dict[str, float]  # role → log-probability; they sum to 1


def role_table(weights: Weights) -> Table:
    """The weights of `alone Method proposed` and so on, one row per feature; a role without a weight has 0."""
    table: dict[str, dict[str, list[float]]] = {}
    for model, row in weights.items():
        stage, _, rest = model.partition(" ")
        type_, _, role = rest.partition(" ")
        roles = ENTITY_TYPES[type_].roles if role else ()
        for feature, weight in row.items() if role in roles else ():
            cells = table.setdefault(f"{stage} {type_}", {}).setdefault(feature, [0.0] * len(roles))
            cells[roles.index(role)] = weight
    return table


def role_logs(features: Mapping[str, float], type_: str, rows: Mapping[str, Sequence[float]]) -> Logs:
    """Log-probability of each role of a type by its features."""
    roles = ENTITY_TYPES[type_].roles
    totals = [0.0] * len(roles)
    for name, value in features.items():
        row = rows.get(name)
        if row:
            for i, weight in enumerate(row):
                totals[i] += value * weight
    return _normalised(dict(zip(roles, totals, strict=True)))


def judge(paper: PaperView, table: Table) -> list[Logs]:
    """Log-probability of each role of each entity, by the rules alone."""
    types = [entity.type for entity in paper.entities]
    alone = describe_alone(paper)
    first = [role_logs(f, t, table.get(f"alone {t}", {})) for f, t in zip(alone, types, strict=True)]
    among = describe_among(paper, first)
    return [
        role_logs(own | more, t, table.get(f"among {t}", {})) for own, more, t in zip(alone, among, types, strict=True)
    ]


def tagger_logs(rows: Sequence[Sequence[float]], type_: str) -> Logs:
    """The tagger's log-probabilities of a type's roles, the mean over an entity's mentions."""
    roles = ENTITY_TYPES[type_].roles
    means = {role: sum(row[TAGGER_ROLES.index(role)] for row in rows) / len(rows) for role in roles}
    return _normalised(means)


def combine_roles(
    rules: Mapping[str, float], tagger: Mapping[str, float], type_: str, weights: Mapping[str, float]
) -> Logs:
    """Both opinions as one, log-linear."""
    return _normalised(
        {
            role: weights.get("rules", 1.0) * rules[role]
            + weights.get("tagger", 1.0) * tagger[role]
            + weights.get(f"{type_} {role}", 0.0)
            for role in rules
        }
    )


def _normalised(logs: Mapping[str, float]) -> Logs:
    top = max(logs.values())
    total = top + math.log(sum(math.exp(v - top) for v in logs.values()))
    return {role: value - total for role, value in logs.items()}


class RoleFinder:
    """Writes `doc.spans["roles"]`: the first mention of each entity, label = role, id = number of the entity; scores."""

    def __init__(self, weights: Weights):
        self.table, self.tagger = role_table(weights), weights.get("tagger", {})

    def __call__(self, doc: Doc) -> Doc:
        """The document with the roles of its entities."""
        members: dict[str, list[Span]] = {}
        for span in doc.spans["mentions"]:
            members.setdefault(span.id_, []).append(span)
        rules, opinions = entity_rules(doc), _opinions(doc)
        named = [_named(mentions, rules) for mentions in members.values()]
        judged = judge(view(doc_text(doc), sentence_bounds(doc), named), self.table)
        spans, scores = [], []
        for (number, mentions), logs in zip(members.items(), judged, strict=True):
            type_ = mentions[0].label_
            rows = [row for m in mentions for row in opinions.get((m.start, m.end), ())]
            if rows:
                logs = combine_roles(logs, tagger_logs(rows, type_), type_, self.tagger)
            role = max(logs, key=lambda r: logs[r])
            spans.append(Span(doc, mentions[0].start, mentions[0].end, label=role, span_id=number))
            scores.append(math.exp(logs[role]))
        doc.spans["roles"] = SpanGroup(doc, name="roles", spans=spans, attrs={"scores": scores})
        return doc


def _named(mentions: Sequence[Span], rules: Mapping[str, set[str]]) -> Named:
    surfaces = list(dict.fromkeys(m.text for m in mentions))
    found = frozenset(rule for s in surfaces for rule in rules.get(s, ()))
    return Named(mentions[0].label_, [(m.start_char, m.end_char) for m in mentions], surfaces, found)


def entity_rules(doc: Doc) -> dict[str, set[str]]:
    """Surface → rules that found it."""
    out: dict[str, set[str]] = {}
    for span in doc.spans.get("coined", ()):
        out.setdefault(span.text, set()).add(span.id_)
    for span in doc.spans.get("lexicon", ()):
        out.setdefault(span.text, set()).add("lexicon")
    return out


def _opinions(doc: Doc) -> dict[tuple[int, int], list[list[float]]]:
    """Token span → role log-probabilities by the tagger."""
    out: dict[tuple[int, int], list[list[float]]] = {}
    if "ner" in doc.spans:
        group = doc.spans["ner"]
        for span, row in zip(group, group.attrs.get("roles", ()), strict=False):
            out.setdefault((span.start, span.end), []).append(list(row))
    return out


@Language.factory("kg_roles", default_config={"path": ""}, requires=["doc.spans"], assigns=["doc.spans"])
def make_roles(nlp: Language, name: str, path: str) -> RoleFinder:
    """The component as `config.cfg` declares it; `path` is the folder of the fitted weights.

    Raises:
        PipelineError: If the folder lacks `roles.json`.
    """
    return RoleFinder(read_weights(Path(path) / "roles.json"))
