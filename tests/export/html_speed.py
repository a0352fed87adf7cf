"""A synthetic graph of any size, and how quickly its page opens, pans, zooms and answers a search.

Not a test: `python -m tests.export.html_speed 500 5000` prints one line for each number of papers.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from kg.export.html import write_html
from kg.graph import build
from kg.model import Annotation, Entity, Link, Mention, Paper
from kg.tables import KnowledgeGraph

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
  const canvas = document.querySelector('#map canvas'), box = canvas.getBoundingClientRect();
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
      input.value = text.slice(0, end);
      const start = performance.now();
      input.dispatchEvent(new Event('input', { bubbles: true }));
      times.push(performance.now() - start);
    }
    await new Promise((done) => setTimeout(done, 30));
  }
  return [times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)], times.at(-1)];
}"""


def main(sizes: list[int]) -> None:
    """Print a line of figures for each size."""
    from playwright.sync_api import sync_playwright

    from tests.export.test_html import FLAGS, chromium

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        for papers in sizes:
            path = Path(folder) / f"{papers}.html"
            graph = synthetic(papers)
            write_html(graph, path)
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            tab = browser.new_page(viewport={"width": 1400, "height": 900})
            tab.goto(path.as_uri())
            tab.wait_for_function("performance.getEntriesByName('kg:ready').length > 0", timeout=120_000)
            ready = tab.evaluate("performance.getEntriesByName('kg:ready')[0].startTime")
            tab.wait_for_timeout(3000)
            pan, (search, worst) = tab.evaluate(PAN), tab.evaluate(SEARCH)
            size = path.stat().st_size / 1e6
            nodes = len(graph.papers) + len(graph.entities)
            print(f"{papers} papers, {nodes} nodes: ready {ready:.0f} ms, pan and zoom p95 {pan:.0f} ms, "
                  f"search p95 {search:.0f} ms, worst {worst:.0f} ms, {size:.1f} MB", flush=True)  # fmt: skip
            browser.close()


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [500, 5000])
