"""A graph for the tests of its page, and a browser's tab with that page in it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import kg
from kg.catalogue import Entry
from kg.model import Annotation, Entity, Link, Mention, Paper, Result

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)> \u202e🦙 "quoted" & \\LaTeX{}'
FORMULA = '=HYPERLINK("http://example.org","x") & {half a brace, 100% of $x_i$'
ARABIC = "شبكة عصبية للرؤية"
SETTLED = """() => new Promise(done => requestAnimationFrame(() => setTimeout(() =>
    done(!document.querySelector('[aria-busy=true]')), 0)))"""
CLAIM = re.compile(r"(\w+) beats (\w+) by ([\d.]+%) accuracy on (\w+)")


def note(title: str, abstract: str, *entities: Entity, links: tuple[Link, ...] = (), **paper: object) -> Annotation:
    """A paper with every occurrence of its entities' names as a mention, and its `X beats Y by …` as a result."""
    text = f"{title}\n{abstract}"
    mentions = tuple(
        Mention(m.start(), m.end(), e.text, e.type, e.score, "lexicon")
        for e in entities
        for m in re.finditer(re.escape(e.text), text)
    )
    results = tuple(Result(m[1], m[2], m[4], "accuracy", m[3], m.start(3), m.end(3), 0.8) for m in CLAIM.finditer(text))
    end = len(title)
    fields = {"published": "2020"} | paper
    return Annotation(
        Paper(title, title, abstract, **fields),  # type: ignore[arg-type]
        mentions,
        entities,
        links,
        results,
        ((0, end), (end + 1, len(text))),
    )


def sample() -> kg.KnowledgeGraph:
    """36 papers: FooNet and BazNet to compare, hostile titles, many that only name ImageNet."""
    foo, baz, image = (
        Entity("FooNet", "Method", "proposed"),
        Entity("BazNet", "Method", "proposed"),
        Entity("ImageNet", "Dataset", "evaluated"),
    )
    accuracy, classes = Entity("accuracy", "Metric", "reported"), Entity("image classification", "Task", "addressed")
    notes = [
        note(
            "FooNet: seeing 🦙 more",
            "We propose FooNet, where FooNet beats BarFormer by 2.5% accuracy on ImageNet. Code: github.com/foo/foonet",
            foo,
            image,
            Entity("BarFormer", "Method", "compared"),
            accuracy,
            links=(Link("https://github.com/foo/foonet", "code", 80, 101),),
            authors=("Ada Foo", "Bo Bar and Sons, {Ltd"),
            arxiv_id="2001.00001",
        ),
        note(
            "Training on little",
            "We train FooNet on CIFAR-10 for image classification.",
            Entity("FooNet", "Method", "used"),
            Entity("CIFAR-10", "Dataset", "evaluated", score=0.6),
            classes,
            published="2022-05",
        ),
        note(HOSTILE, "عربي FooNet", Entity("FooNet", "Method", "mentioned"), url="javascript:alert(1)"),
        note(
            "BazNet reads and sees",
            "We propose BazNet. BazNet beats FooNet by 1.25% accuracy on ImageNet, and is tested on GLUE for text "
            "classification with dropout. Code: github.com/baz/baznet",
            baz,
            Entity("FooNet", "Method", "compared"),
            Entity("dropout", "Method", "used"),
            image,
            accuracy,
            Entity("GLUE", "Benchmark", "evaluated"),
            Entity("text classification", "Task", "addressed"),
            links=(Link("https://github.com/baz/baznet", "code", 80, 101),),
            published="2023",
        ),
        note(FORMULA, "It applies BazNet to zymurgy.", Entity("BazNet", "Method", "used"), published="2021"),
        note(ARABIC, "نستخدم FooNet", Entity("FooNet", "Method", "used"), published="2021"),
    ]
    many = [
        note(f"Study {n} of images", "ImageNet and image classification.", image, classes, published=str(2015 + n % 8))
        for n in range(30)
    ]
    return kg.build([*notes, *many])


def figures() -> kg.KnowledgeGraph:
    """Scores in two units, a measure of which less is better, one of which nobody knows, and a gain."""
    stated = [
        ("Foo", "80%", "accuracy"),
        ("Bar", "90%", "accuracy"),
        ("Dot", "0.95", "accuracy"),
        ("Baz", "3.5", "FID"),
        ("Qux", "2.5", "FID"),
        ("Odd", "7", "odd score"),
    ]
    notes = [_stating(*row, "{0} reaches {1} {2} on ImageNet.") for row in stated]
    catalogue = (Entry("accuracy", "Metric", better="higher"), Entry("FID", "Metric", better="lower"))
    gain = _stating("Gain", "99%", "accuracy", "{0} improves {2} by {1} on ImageNet.")
    return kg.build([*notes, gain], catalogue=catalogue)


def _stating(method: str, value: str, metric: str, sentence: str) -> Annotation:
    title, abstract = f"{method} and {value}", sentence.format(method, value, metric)
    kinds = ((method, "Method", "proposed"), (metric, "Metric", "reported"), ("ImageNet", "Dataset", "evaluated"))
    paper = note(title, abstract, *(Entity(*kind) for kind in kinds))
    at = len(title) + 1 + abstract.index(value)
    return replace(paper, results=(Result(method, "", "ImageNet", metric, value, at, at + len(value), 0.8),))


def chromium() -> str | None:
    """The machine's own Chromium; None for the one that Playwright brings."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Tab:
    """A page that is open, with all that it said and asked for, and how often something was done in it."""

    def __init__(self, browser, path: Path, fragment: str = "", **context):
        self.said: list[str] = []
        self.asked: list[str] = []
        self.actions = 0
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.page.set_default_timeout(90_000)  # a busy machine is slow, a page that hangs is slower
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_function("performance.getEntriesByName('kg:ready').length > 0", timeout=90_000)
        self.settle()

    def settle(self) -> None:
        """Wait until what was asked for stands there: the page says so while it unpacks texts, and draws with the next frame."""
        self.page.wait_for_function(SETTLED)

    def reset(self) -> None:
        """Back to what the page opens with."""
        self.page.evaluate("document.getElementById('take').close()")
        self.page.fill("#search", "")
        self.page.evaluate("location.hash = ''")
        self.page.click("#tools button >> nth=0")
        self.settle()
        self.actions = 0

    def to(self, fragment: str) -> None:
        """Go to a view by its fragment."""
        self.page.evaluate("to => { location.hash = to; }", fragment)
        self.settle()

    def panel(self) -> str:
        return self.page.inner_text("#panel")

    def sheet(self) -> str:
        return self.page.inner_text("#sheet")

    def search(self, text: str) -> None:
        """Type into the search box and press Enter: one action."""
        self.page.fill("#search", text)
        self.page.press("#search", "Enter")
        self.settle()
        self.actions += 1

    def click(self, what: str) -> None:
        """One action."""
        self.page.click(what)
        self.settle()
        self.actions += 1

    def taken(self, kind: str) -> bytes:
        """What the button of this name in the dialog saves; the dialog is opened first: two actions."""
        self.click("#open-take")
        with self.page.expect_download() as saved:
            self.click(f"#take [data-take={kind}]")
        return Path(saved.value.path()).read_bytes()
