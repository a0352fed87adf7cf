from __future__ import annotations

import ast
from pathlib import Path

import kg

PACKAGE = Path(kg.__file__).parent

# A layer imports only from those before it; names of one layer do not import each other.
LAYERS = (
    {"errors", "schema", "files"},
    {"model", "ids", "declaration"},
    {"names", "values", "catalogue", "annotations"},
    {"groups", "things"},
    {"near", "readings", "seeds", "catalogue_sources", "catalogue_merge"},
    {"readers", "nlp", "linking", "tables"},
    {"overrides", "derive", "storage"},
    {"graph", "leaderboards", "explain"},
    {"views"},
    {"scoring", "linking_score", "export"},
    {"queries", "answers"},
    {"sparql", "shapes", "report"},
    {"run", "server"},
    {"cli"},
    {"__main__"},
)
ONLY_IN = {
    "spacy": {"nlp"},
    "onnxruntime": {"nlp"},
    "rdflib": {"export", "sparql", "shapes"},
    "pyoxigraph": {"export", "sparql", "shapes", "server", "answers", "queries", "catalogue_sources"},
    "pyvis": {"export"},
}


def imports(path: Path) -> set[str]:
    """Full names of the modules that a file imports, those for type checking too."""
    out: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            out |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            out |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return out


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if p != PACKAGE / "__init__.py" and "pipelines" not in p.parts]


def test_architecture_every_module_has_a_layer():
    assert {part(p) for p in modules()} <= {name for layer in LAYERS for name in layer}


def test_architecture_data_flows_one_way():
    rank = {name: at for at, layer in enumerate(LAYERS) for name in layer}
    wrong = []
    for path in modules():
        here = part(path)
        for name in imports(path):
            there = name.split(".")[1] if name.startswith("kg.") else None
            if there in rank and there != here and rank[there] >= rank[here]:
                wrong.append(f"{path.relative_to(PACKAGE)} imports kg.{there}")
    assert not wrong


def test_architecture_libraries_stay_where_they_belong():
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in modules()
        for name in {n.split(".")[0] for n in imports(path)}
        if name in ONLY_IN and part(path) not in ONLY_IN[name]
    ]
    assert not wrong


def test_architecture_public_names_exist_and_are_sorted():
    names = list(kg.__all__)
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))  # as ruff sorts
    assert all(getattr(kg, name) is not None for name in names)
