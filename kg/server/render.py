"""Templates → pages; every value is escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

__all__ = ["PAGE", "render"]

PAGE = Path(__file__).with_name("page")
# Scripts, style and answers come from this server; vis-network sets styles of elements.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_TEMPLATES = Environment(loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
_TEMPLATES.globals |= {"here": "", "words": ""}


def render(template: str, *, status: int = 200, **values: object) -> Response:
    """A page from a template of the folder `page`."""
    text = _TEMPLATES.get_template(template).render(values)
    return HTMLResponse(text, status, headers={"Content-Security-Policy": POLICY})
