"""A synthetic graph of any size, and how quickly its page opens, pans, zooms and answers a search.

Not a test: `python -m tests.export.html_speed 500 5000` prints one line for each number of papers, and one for the page
that pyvis itself writes for the same graph at the same places, on the same machine a moment later (up to 5,000 papers,
`--alone` for none).
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from pyvis.network import Network

from kg.export.html import write_html
from kg.graph import build
from kg.model import Annotation, Entity, Link, Mention, Paper
from kg.tables import KnowledgeGraph
from kg.views import measures
from tests.export.explorer import FLAGS, chromium

WORDS = [
    "robust",
    "sparse",
    "neural",
    "graph",
    "vision",
    "speech",
    "causal",
    "dense",
    "latent",
    "fast",
    "deep",
    "local",
    "online",
    "masked",
    "noisy",
    "prompt",
    "token",
]
PLAN = (("Method", "proposed", 1), ("Method", "used", 2), ("Dataset", "evaluated", 1), ("Task", "addressed", 1))


def synthetic(papers: int, *, seed: int = 0) -> KnowledgeGraph:
    """So many papers with five or six entities each; few names are frequent, most are rare, topics keep to themselves."""
    chance = random.Random(seed)
    return build(_note(number, papers, chance) for number in range(papers))


def _note(number: int, papers: int, chance: random.Random) -> Annotation:
    topics = max(4, papers // 250)
    topic = chance.randrange(topics)
    entities = []
    for kind, role, count in PLAN:
        for _ in range(count):
            own = role == "proposed"
            at = number if own else int(papers / topics * 0.6 * chance.random() ** 3)
            words = WORDS[at % len(WORDS)], WORDS[(at // 7 + topic) % len(WORDS)]
            name = f"{words[0].title()}{words[1].title()}{'' if own else 'T'}{topic if not own else 'N'}-{at} {kind.lower()}"
            entities.append(Entity(name, kind, role))
    entities = list({e.text: e for e in entities}.values())
    title = f"{' '.join(chance.choices(WORDS, k=6))} {number}".capitalize()
    parts, mentions, sentences, at = [], [], [(0, len(title) + 1)], len(title) + 1
    for entity in entities:
        start = f"{' '.join(chance.choices(WORDS, k=16)).capitalize()} with "
        sentence = f"{start}{entity.text}. "
        mentions.append(
            Mention(at + len(start), at + len(start) + len(entity.text), entity.text, entity.type, 0.9, "t")
        )
        sentences.append((at, at + len(sentence)))
        parts.append(sentence)
        at += len(sentence)
    links = (Link(f"https://github.com/o{number}/r{number}", "code", 0, 5),) if number % 4 == 0 else ()
    paper = Paper(str(number), title, "".join(parts), published=str(2012 + number % 12))
    return Annotation(paper, tuple(mentions), tuple(entities), links, (), tuple(sentences))


PAN = """async () => {
  const gaps = [], frame = () => new Promise((done) => requestAnimationFrame(done));
  const canvas = document.querySelector('canvas'), box = canvas.getBoundingClientRect();
  const fire = (type, x, y, more = {}) => canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1,
    pointerType: 'mouse', isPrimary: true, clientX: box.x + x, clientY: box.y + y, buttons: 1, ...more }));
  let before = performance.now();
  const step = async () => { await frame(); const now = performance.now(); gaps.push(now - before); before = now; };
  fire('pointerdown', 500, 400, { button: 0 });
  before = performance.now();
  for (let i = 1; i <= 60; i++) { fire('pointermove', 500 + 4 * i, 400 + 2 * i); await step(); }
  fire('pointerup', 740, 520, { button: 0 });
  for (let i = 0; i < 60; i++) {
    canvas.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, deltaY: i < 30 ? -100 : 100,
      clientX: box.x + 500, clientY: box.y + 400 }));
    await step();
  }
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.95)];
}"""

SEARCH = """async () => {
  const input = document.getElementById('search'), times = [];
  for (const text of ['robust', 'sparse graph', 'mehtod', 'DenseLatent', 'sppech task', 'zzzz', 'token noisy 12']) {
    for (let end = 1; end <= text.length; end++) {
      let best = Infinity;  // of three: on a busy machine one may be interrupted
      for (let turn = 0; turn < 3; turn++) {
        input.value = text.slice(0, end);
        const start = performance.now();
        input.dispatchEvent(new Event('input', { bubbles: true }));
        best = Math.min(best, performance.now() - start);
      }
      times.push(best);
    }
    await new Promise((done) => setTimeout(done, 30));
  }
  return [times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)], times.at(-1)];
}"""


def pyvis_page(graph: KnowledgeGraph, path: Path) -> None:
    """What pyvis writes for a graph whose places are known: everything drawn, nothing moving."""
    places = measures(graph).set_index("node")
    network = Network(height="850px", width="100%", cdn_resources="in_line")
    network.toggle_physics(False)
    for row in places.itertuples():
        network.nodes.append({"id": row.Index, "label": row.Index, "x": row.x, "y": row.y, "size": row.size})
    network.edges = [
        {"from": a, "to": b} for a, b in zip(graph.relations["source"], graph.relations["target"], strict=True)
    ]
    path.write_text(network.generate_html(), encoding="utf-8")


READY = {
    "kg": "() => performance.getEntriesByName('kg:ready').length > 0",
    "pyvis": "() => document.readyState === 'complete' && document.querySelector('canvas') && performance.now()",
}


def measure(browser: Any, path: Path, maker: str) -> str:
    """A line of figures for one page."""
    tab = browser.new_page(viewport={"width": 1400, "height": 900})
    tab.route("http*://**", lambda route: route.abort())
    tab.set_default_timeout(240_000)
    tab.goto(path.as_uri(), wait_until="commit")
    now = tab.wait_for_function(READY[maker], timeout=240_000, polling=20).json_value()
    ready = now if maker == "pyvis" else tab.evaluate("performance.getEntriesByName('kg:ready')[0].startTime")
    if maker == "kg":
        tab.wait_for_function("() => document.documentElement.dataset.searchable", timeout=240_000)
    tab.wait_for_timeout(500)
    size = path.stat().st_size / 1e6
    line = f"{maker}: ready {ready:.0f} ms, pan and zoom p95 {tab.evaluate(PAN):.0f} ms, {size:.1f} MB"
    if maker == "kg":
        search, worst = tab.evaluate(SEARCH)
        line += f", search p95 {search:.0f} ms, worst {worst:.0f} ms"
    tab.close()
    return line


def main(sizes: list[int], *, alone: bool) -> None:
    """Print lines of figures for each size."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        for papers in sizes:
            path, theirs = Path(folder) / f"{papers}.html", Path(folder) / f"{papers}-pyvis.html"
            graph = synthetic(papers)
            write_html(graph, path)
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            print(f"{papers} papers, {len(graph.papers) + len(graph.entities)} nodes")
            print(f"  {measure(browser, path, 'kg')}", flush=True)
            if not alone and papers <= 5000:
                pyvis_page(graph, theirs)
                print(f"  {measure(browser, theirs, 'pyvis')}", flush=True)
            browser.close()


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:] if text.isdecimal()] or [500, 5000], alone="--alone" in sys.argv)
