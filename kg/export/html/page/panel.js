// The panel: everything known of what is chosen, each edge with the sentence behind it.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'run') element.addEventListener('click', value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const button = (text, run, attributes = {}) => make('button', { type: 'button', run, ...attributes }, text);
const inkOf = (type) => (type.colour === '#000000' ? 'var(--ink)' : type.colour); // black would vanish on a dark page
const glyph = (type) => make('span', { class: `dot ${SHAPES[type.name] || ''}`, style: `background:${inkOf(type)}`, 'aria-hidden': 'true' });
const dot = (node) => glyph(typeOf(node));
const goTo = (node) => go({ at: N.key[node], with: '', focus: false, view: state.view === 'map' ? 'map' : state.view });
const nodeLink = (node, text) => button(text || N.label[node], () => goTo(node), { class: 'link', dir: 'auto' });
const inPapers = (count) => `${count.toLocaleString()} ${count === 1 ? 'paper' : 'papers'}`;
const safe = (url) => (/^https?:\/\//i.test(url) ? url : /^[\w.-]+\.[a-z]{2,}\//i.test(url) ? `https://${url}` : '');

function outside(url, text) {
  const address = safe(url);
  return address ? make('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, text || url) : make('span', {}, text || url);
}

let panelTurn = 0;
async function showPanel() {
  const turn = ++panelTurn, panel = document.getElementById('panel'), node = byKey.get(state.at);
  const to = byKey.get(state.with);
  const parts = node === undefined ? welcome() : to !== undefined ? await compare(node, to) : isPaper(node) ? await paperPanel(node) : await entityPanel(node);
  if (turn !== panelTurn) return; // something else was chosen meanwhile
  panel.replaceChildren(...parts);
  panel.scrollTop = 0;
}

function welcome() {
  const top = core.types.slice(1).map((type, at) => {
    const best = Array.from(order).filter((n) => N.type[n] === at + 1).slice(0, 5);
    return best.length ? [make('h3', {}, type.plural), make('ul', {}, ...best.map((n) => make('li', {}, dot(n), ' ', nodeLink(n), make('small', { class: 'soft' }, ` ${inPapers(N.papers[n])}`))))] : [];
  });
  return [make('h2', {}, 'What is here'), make('p', { class: 'soft' }, 'Search, zoom in, or choose something on the map. Every edge shows the sentence it was read in.'), ...top.flat()];
}

function actions(node) {
  return make('div', { class: 'row' },
    button('Focus', () => go({ view: 'map', focus: true, hops: 1, with: '' }), { 'aria-pressed': String(state.focus && state.hops === 1 && !state.with) }),
    button('2 steps', () => go({ view: 'map', focus: true, hops: 2, with: '' }), { 'aria-pressed': String(state.focus && state.hops === 2) }),
    button('Compare or connect with …', () => chooseOther(node)),
    button(pinned.has(node) ? 'Unpin' : 'Pin', () => { pinned.has(node) ? pinned.delete(node) : pinned.add(node); draw(); showPanel(); }),
    button('Hide', () => { hidden.add(node); go({ at: '', focus: false }); }),
    button('SPARQL', () => saveText(sparqlOf(node), 'query.rq', 'application/sparql-query')));
}

function chooseOther(node) {
  const input = document.getElementById('search');
  input.dataset.compare = N.key[node];
  input.value = '';
  input.placeholder = `Compare or connect “${short(N.label[node], 40)}” with …`;
  input.focus();
}

async function paperPanel(node) {
  const text = await textOf(node), title = make('h2', { dir: 'auto' }, N.label[node]);
  const links = edgesOf(node).filter((e) => E.source[e] === node && relationOf(e).name.startsWith('has') || relationOf(e).name === 'linksTo');
  const where = [text.arxiv && outside(`https://arxiv.org/abs/${text.arxiv}`, `arXiv:${text.arxiv}`), text.doi && outside(`https://doi.org/${text.doi}`, `doi:${text.doi}`), N.url[node] && outside(N.url[node], 'page')].filter(Boolean);
  return [
    title,
    make('p', { class: 'soft', dir: 'auto' }, [text.authors.join(', '), text.date].filter(Boolean).join(' · ')),
    where.length ? make('p', {}, ...where.flatMap((link) => [link, ' '])) : null,
    links.length ? make('ul', {}, ...Array.from(links, (e) => make('li', {}, `${relationOf(e).label}: `, outside(N.url[other(e, node)] || N.label[other(e, node)], N.label[other(e, node)])))) : null,
    actions(node),
    button('BibTeX', () => saveBibtex([node])),
    make('h3', {}, 'Abstract'),
    make('p', { class: 'abstract', dir: 'auto' }, ...marked(text)),
    ...claimsTable(core.claims.filter((c) => c[0] === node), 'Claims'),
    ...edgeLists(node),
  ].filter(Boolean);
}

// The abstract with each mention as a button in its type's colour.
function marked(text) {
  const points = pointsOf(`${text.title}\n${text.abstract}`), parts = [], skip = pointsOf(text.title).length + 1;
  let at = skip;
  for (const [entity, start, end, , , , score, role] of [...text.mentions].sort((a, b) => a[1] - b[1])) {
    if (start < at) continue;
    parts.push(slice(points, at, start));
    parts.push(make('mark', {}, make('button', { type: 'button', style: `--type:${inkOf(typeOf(entity))}`, title: `${typeOf(entity).name}, ${role}, ${score} %`, run: () => goTo(entity) }, slice(points, start, end))));
    at = end;
  }
  parts.push(slice(points, at, points.length));
  return parts;
}

// Edges by relation, the surest first; each opens to its evidence.
function edgeLists(node) {
  const groups = new Map();
  for (const e of edgesOf(node)) {
    const out = E.source[e] === node, name = relationOf(e).label, key = out ? name : `${name} — by`;
    if (!groups.has(key)) groups.set(key, { heading: out ? name : passive(relationOf(e)), edges: [] });
    groups.get(key).edges.push(e);
  }
  return [...groups.values()].flatMap(({ heading, edges }) => {
    edges.sort((a, b) => E.score[b] - E.score[a] || N.degree[other(b, node)] - N.degree[other(a, node)] || a - b);
    const list = make('ul', {}, ...edges.slice(0, 12).map((e) => edgeItem(e, node)));
    if (edges.length > 12) list.append(make('li', {}, button(`all ${edges.length}`, (event) => event.target.closest('ul').replaceChildren(...edges.map((e) => edgeItem(e, node))), { class: 'link' })));
    return [make('h3', {}, `${heading} (${edges.length})`), list];
  });
}

const PASSIVE = { proposes: 'proposed by', usesMethod: 'used by', comparesWith: 'compared with by', introduces: 'introduced by', evaluatesOn: 'evaluated on by', addresses: 'addressed by', reports: 'reported by', mentions: 'mentioned by', hasCode: 'code of', outperforms: 'outperformed by', broader: 'narrower', buildsOn: 'built on by', discusses: 'compared with by' };
const passive = (relation) => PASSIVE[relation.name] || `${relation.label}: from`;

function edgeItem(e, node) {
  const there = other(e, node);
  return make('li', {}, dot(there), ' ', nodeLink(there), ' ', button(`${E.score[e]} %, why?`, (event) => toggleEvidence(event.target, e), { class: 'link soft', 'aria-expanded': 'false' }));
}

async function toggleEvidence(control, e) {
  const open = control.getAttribute('aria-expanded') === 'true';
  control.setAttribute('aria-expanded', String(!open));
  if (open) control.parentElement.querySelectorAll('blockquote').forEach((quote) => quote.remove());
  else control.parentElement.append(...(await evidenceOf(e)).map(quoteOf));
}

function quoteOf({ paper, sentence, surface, extractor, score }) {
  const at = surface ? sentence.indexOf(surface) : -1;
  const body = at < 0 ? [sentence || 'No sentence: this follows from the names or the catalogue.'] : [sentence.slice(0, at), make('span', { class: 'glow' }, surface), sentence.slice(at + surface.length)];
  return make('blockquote', { dir: 'auto' }, ...body, make('div', { class: 'soft' }, `${extractor}, ${score} %`, paper >= 0 ? ' · ' : '', paper >= 0 ? nodeLink(paper, short(N.label[paper], 60)) : ''));
}

async function showEdge(e) {
  const panel = document.getElementById('panel'), turn = ++panelTurn, quotes = (await evidenceOf(e)).map(quoteOf);
  if (turn !== panelTurn) return;
  panel.replaceChildren(make('h2', {}, 'Why this edge'), make('p', {}, nodeLink(E.source[e]), ` ${relationOf(e).label} `, nodeLink(E.target[e]), ` (${E.score[e]} %)`), make('p', { class: 'soft' }, relationOf(e).doc), ...quotes);
}

async function entityPanel(node) {
  const type = typeOf(node), also = (aliasesOf.get(node) || []).filter((name) => name !== N.label[node]);
  const claims = core.claims.filter((c) => c.slice(1, 5).includes(node));
  return [
    make('h2', { dir: 'auto' }, N.label[node]),
    make('p', { class: 'soft' }, dot(node), ` ${type.name} in ${inPapers(N.papers[node])}${N.year[node] ? `, since ${N.year[node]}` : ''} `, N.url[node] ? outside(N.url[node], 'home') : ''),
    also.length ? make('p', { class: 'soft' }, `also: ${also.slice(0, 12).join(', ')}`) : null,
    actions(node),
    ...overTime(node),
    ...claimsTable(claims, 'Claims', node),
    ...usedWith(node),
    ...edgeLists(node),
  ].filter(Boolean);
}

function overTime(node) {
  const years = new Map();
  for (const e of edgesOf(node)) { const p = other(e, node); if (isPaper(p) && N.year[p]) years.set(N.year[p], (years.get(N.year[p]) || 0) + 1); }
  if (years.size < 2) return [];
  const first = Math.min(...years.keys()), last = Math.max(...years.keys()), most = Math.max(...years.values());
  const span = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return [make('h3', {}, `Papers by year, ${first}–${last}`), make('div', { class: 'bars', role: 'img', 'aria-label': span.map((y) => `${y}: ${years.get(y) || 0}`).join(', ') }, ...span.map((y) => make('span', { style: `height:${Math.round((60 * (years.get(y) || 0)) / most)}px`, title: `${y}: ${years.get(y) || 0}` })))];
}

// What the same papers name: shared papers over the root of both counts, so that what is everywhere does not lead.
function usedWith(node) {
  const counts = new Map();
  for (const e of edgesOf(node)) {
    const paper = other(e, node);
    if (!isPaper(paper)) continue;
    for (const f of edgesOf(paper)) { const n = other(f, paper); if (n !== node && !isPaper(n)) counts.set(n, (counts.get(n) || 0) + 1); }
  }
  const best = [...counts].filter(([n]) => N.papers[n] > 1).sort((a, b) => b[1] / Math.sqrt(N.papers[b[0]]) - a[1] / Math.sqrt(N.papers[a[0]]) || a[0] - b[0]).slice(0, 8);
  return best.length ? [make('h3', {}, 'Named together with'), make('ul', {}, ...best.map(([n, count]) => make('li', {}, dot(n), ' ', nodeLink(n), make('small', { class: 'soft' }, ` ${inPapers(count)}`))))] : [];
}

// A column that says the same in each row, the thing itself, is left out.
function claimsTable(claims, caption, node = -1) {
  if (!claims.length) return [];
  const name = (n) => (n < 0 ? '' : nodeLink(n, short(N.label[n], 40)));
  const value = (c) => button(c[5], (event) => toggleClaim(event.target, c), { class: 'link', 'aria-expanded': 'false', title: 'Show the sentence' });
  const columns = [
    ['Method', (c) => [name(c[1]), c[2] >= 0 ? ' over ' : '', name(c[2])]],
    ['Data', (c) => [name(c[3])]],
    ['Metric', (c) => [name(c[4])]],
    ['Value', (c) => [value(c)]],
  ].filter(([heading], at) => !(heading === 'Data' || heading === 'Metric') || !claims.every((c) => c[at + 2] === node));
  const head = columns.map(([heading]) => make('th', { scope: 'col' }, heading));
  const rows = claims.slice(0, 40).map((c) => make('tr', {}, ...columns.map(([, cell]) => make('td', {}, ...cell(c)))));
  return [make('table', {}, make('caption', {}, `${caption}, as the abstracts state them`), make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows))];
}

async function toggleClaim(control, claim) {
  const row = control.closest('tr'), open = control.getAttribute('aria-expanded') === 'true';
  control.setAttribute('aria-expanded', String(!open));
  if (open) return row.nextElementSibling.remove();
  const sentence = await sentenceOf(claim[0], claim[9], claim[10] - claim[9]);
  return row.after(make('tr', {}, make('td', { colspan: row.children.length }, quoteOf({ paper: claim[0], sentence, surface: claim[5], extractor: 'results', score: Math.round(100 * claim[8]) }))));
}

async function compare(a, b) {
  const of = (n) => new Map(Array.from(edgesOf(n), (e) => [other(e, n), e])), left = of(a), right = of(b), path = shortestPath(a, b) || [];
  const both = [...left.keys()].filter((n) => right.has(n)).sort((x, y) => N.degree[x] - N.degree[y] || x - y);
  const only = (mine, theirs) => [...mine.keys()].filter((n) => !theirs.has(n)).sort((x, y) => N.degree[y] - N.degree[x] || x - y).slice(0, 15);
  const list = (nodes) => make('ul', {}, ...nodes.map((n) => make('li', {}, dot(n), ' ', nodeLink(n))));
  return [
    make('h2', {}, nodeLink(a), ' and ', nodeLink(b)),
    make('div', { class: 'row' }, button('Show the path on the map', () => go({ view: 'map', focus: true }), { 'aria-pressed': String(state.focus) }), button('Close', () => go({ with: '', focus: false }))),
    make('h3', {}, path.length ? `Shortest path (${path.length - 1} steps)` : 'No path joins them'), list(path),
    make('h3', {}, `In common (${both.length})`), list(both.slice(0, 30)),
    make('h3', {}, `Only ${short(N.label[a], 40)}`), list(only(left, right)),
    make('h3', {}, `Only ${short(N.label[b], 40)}`), list(only(right, left)),
  ];
}
