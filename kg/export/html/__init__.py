"""A graph → one HTML file that explores it: no server, no network, drawn by the vis-network that pyvis ships."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

import pyvis
from pyvis.network import Network

from kg.export.html.pack import compress, pack_core, pack_texts
from kg.files import atomic_write
from kg.tables import KnowledgeGraph

__all__ = ["ENGINE", "Shown", "page", "show", "write_html"]

SCRIPTS = (  # joined in this order
    *("dom", "data", "graph", "state", "filter", "search", "look", "hover", "map"),
    *("evidence", "panel", "paper", "entity", "compare", "views", "boards"),
    *("formats", "sparql", "take", "sidebar", "app"),
)
ENGINE = Path(pyvis.__file__).parent / "lib" / "vis-9.1.2" / "vis-network.min.js"


def write_html(graph: KnowledgeGraph, path: Path) -> None:
    """Write the page."""
    with atomic_write(path) as file:
        file.write(page(graph))


def page(graph: KnowledgeGraph) -> str:
    """The page as one string; it asks nothing of the network, and its policy forbids it to."""
    style = _part("style.css")
    engine = ENGINE.read_text(encoding="utf-8").replace("</script", "<\\/script")
    engine = re.sub(r"//# sourceMappingURL=.*", "", engine)
    code = "(() => {\n'use strict';\n" + "\n".join(_part(f"{name}.js") for name in SCRIPTS) + "\n})();"
    core = pack_core(graph) | {"options": _options()}
    blocks = {f"texts-{at}": compress(texts) for at, texts in enumerate(pack_texts(graph))}
    data = "\n".join(
        f'<script type="application/gzip" id="{name}">{text}</script>'
        for name, text in {"core": compress(core), **blocks}.items()
    )
    return _fill(
        _part("page.html"),
        policy=_policy(scripts=(engine, code), style=style),
        style=style,
        data=data,
        engine=engine,
        code=code,
    )


def _options() -> object:
    """The options of the drawing, as pyvis' network gives them to the engine."""
    network = Network(height="100%", width="100%", directed=True)
    network.set_options(_part("options.json"))
    return network.options if isinstance(network.options, dict) else json.loads(network.options.to_json())


def _policy(*, scripts: tuple[str, ...], style: str) -> str:
    """A Content-Security-Policy that runs these scripts and this style and loads nothing."""
    hashes = " ".join(_hash(text) for text in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src {_hash(style)}; style-src-attr 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _part(name: str) -> str:
    return (files("kg.export.html") / "page" / name).read_text(encoding="utf-8")


def _fill(template: str, **parts: str) -> str:
    """The template with each `{{name}}` replaced, once: what is put in is not looked at again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)


@dataclass(frozen=True)
class Shown:
    """A page inside a notebook's cell; nothing of the notebook can reach into it or out of it."""

    html: str
    height: int

    def _repr_html_(self) -> str:
        source = escape(self.html, quote=True)
        return f'<iframe srcdoc="{source}" sandbox="allow-scripts allow-popups allow-downloads" style="width:100%;height:{self.height}px;border:1px solid #ccc"></iframe>'


def show(graph: KnowledgeGraph, *, height: int = 700) -> Shown:
    """The explorer in a notebook's cell, `height` pixels high."""
    return Shown(page(graph), height)
