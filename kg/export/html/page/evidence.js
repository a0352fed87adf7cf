// Why something is said: the sentences behind edges and figures, opened where they stand.

/** A button that opens and closes what `quotes` gives, after the element that `where` finds. */
function disclosure(text, quotes, attributes = {}) {
  const control = button(text, toggle, { 'aria-expanded': 'false', ...attributes });
  let opened = [];
  async function toggle() {
    const open = control.getAttribute('aria-expanded') === 'true';
    control.setAttribute('aria-expanded', String(!open));
    if (open) return opened.splice(0).forEach((element) => element.remove());
    control.setAttribute('aria-busy', 'true');
    const found = (await quotes()).map(quoteOf);
    control.removeAttribute('aria-busy');
    if (control.getAttribute('aria-expanded') === 'false' || opened.length) return null; // pressed again meanwhile
    opened = found;
    const row = control.closest('tr');
    if (row) opened = [make('tr', {}, make('td', { colspan: row.children.length }, ...opened))];
    return row ? row.after(...opened) : control.parentElement.append(...opened);
  }
  return control;
}

const why = (edge) =>
  disclosure(`${E.score[edge]} %, why?`, () => evidenceOf(edge), {
    class: 'link soft',
    'aria-label': `${E.score[edge]} %, why? ${N.label[E.source[edge]]} ${relationOf(edge).label} ${N.label[E.target[edge]]}`,
  });

const figure = (claim) =>
  disclosure(claim.value || '(no value)', async () => [await claimQuote(claim)], {
    class: 'link',
    title: 'Show the sentence',
  });

async function claimQuote({ paper, from, to, value, score }) {
  return {
    paper,
    sentence: await sentenceOf(paper, from, to - from),
    surface: value,
    extractor: 'results',
    score,
  };
}

const NO_SENTENCE = 'No sentence: this follows from the names or the catalogue.';

function quoteOf({ paper, sentence, surface, extractor, score }) {
  const at = surface ? sentence.indexOf(surface) : -1;
  const glow = at >= 0 && make('span', { class: 'glow' }, surface);
  const body = glow
    ? [sentence.slice(0, at), glow, sentence.slice(at + surface.length)]
    : [sentence || NO_SENTENCE];
  const from = paper >= 0 && [' · ', nodeLink(paper, short(N.label[paper], 60))];
  return make(
    'blockquote',
    { dir: 'auto' },
    ...body,
    make('div', { class: 'soft' }, `${extractor}, ${score} %`, ...(from || [])),
  );
}

const edgeWords = (e) => [nodeLink(E.source[e]), ` ${relationOf(e).label} `, nodeLink(E.target[e])];

/** The panel for an edge: what it says, and every sentence that says so. */
async function showEdge(e) {
  const turn = ++panelTurn;
  byId('panel').setAttribute('aria-busy', 'true');
  const quotes = (await evidenceOf(e)).map(quoteOf);
  if (turn !== panelTurn) return;
  fillPanel([
    make('h2', {}, 'Why this edge'),
    make('p', {}, ...edgeWords(e), ` (${E.score[e]} %)`),
    make('p', { class: 'soft' }, relationOf(e).doc),
    ...quotes,
  ]);
}

const MOST_CLAIMS = 40;

/** What stands on a leaderboard first, scores before differences; within that as given, the best first. */
const clearestFirst = (claims) => {
  const kinds = Object.keys(KINDS);
  return [...claims].sort((a, b) => b.onBoard - a.onBoard || kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
};

/** Figures as the abstracts state them, each opening to its sentence; the thing itself is not said again in each row. */
function claimsTable(claims, node) {
  if (!claims.length) return [];
  const cell = (n) => (n < 0 ? '' : nodeLink(n, short(N.label[n], 40)));
  const paper = (c) =>
    isPaper(node) ? [] : [make('br'), soft(nodeLink(c.paper, short(N.label[c.paper], 60)))];
  const measured = (c) => [
    cell(c.metric),
    c.dataset >= 0 && c.dataset !== node && (c.metric >= 0 ? ' on ' : ''),
    c.dataset !== node && cell(c.dataset),
  ];
  const columns = [
    {
      name: isPaper(node) ? 'Method' : 'Method and paper',
      cell: (c) => [cell(c.method), c.baseline >= 0 && ' over ', cell(c.baseline), ...paper(c)],
    },
    { name: 'Measured', cell: measured },
    { name: 'Value', cell: (c) => [figure(c), make('br'), kindOf(c)] },
  ];
  const head = columns.map(({ name }) => make('th', { scope: 'col' }, name));
  const rows = clearestFirst(claims)
    .slice(0, MOST_CLAIMS)
    .map((c) => make('tr', {}, ...columns.map((column) => make('td', {}, ...column.cell(c)))));
  const caption = make('caption', {}, 'Figures, as the abstracts state them');
  return [
    make(
      'table',
      { class: 'claims' },
      caption,
      make('thead', {}, make('tr', {}, ...head)),
      make('tbody', {}, ...rows),
    ),
  ];
}
