// What is taken away, as text: CSV, JSON, BibTeX and SVG, each safe for the program that will open it.
const CSV_COLUMNS = ['key', 'type', 'name', 'papers', 'year', 'edges', 'url', 'iri'];
const RESERVED = /[^\w.~/:+@-]/gu; // what an IRI of the graph holds only escaped
const controlFree = (text) => text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|\p{Cs}/gu, ' ');

/** The IRI of a node, as the RDF export writes it. */
function iriOf(node) {
  const escape = (c) =>
    Array.from(
      new TextEncoder().encode(c),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join('');
  return core.base + controlFree(N.key[node]).replace(RESERVED, escape);
}

function rowOf(n) {
  const papers = isPaper(n) ? '' : N.papers[n];
  return {
    key: N.key[n],
    type: typeOf(n).name,
    name: N.label[n],
    papers,
    year: N.year[n] || '',
    edges: N.degree[n],
    url: N.url[n],
    iri: iriOf(n),
  };
}

/** A cell in quotes; one that a spreadsheet would run as a formula is set off by an apostrophe. */
function csvCell(value) {
  const text = String(value ?? '');
  return `"${(/^\s*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
}

function csvOf(nodes) {
  const line = (row) => CSV_COLUMNS.map((name) => csvCell(row[name])).join();
  return `${[CSV_COLUMNS.join(), ...nodes.map(rowOf).map(line)].join('\r\n')}\r\n`;
}

function jsonOf(nodes, words) {
  const here = new Set(nodes);
  const edges = [];
  for (const n of nodes) {
    for (const e of edgesOf(n)) {
      if (E.source[e] !== n || !here.has(E.target[e])) continue;
      edges.push({
        source: N.key[n],
        relation: relationOf(e).name,
        target: N.key[E.target[e]],
        score: E.score[e] / 100,
      });
    }
  }
  return JSON.stringify(
    { selection: words, view: writeFragment(state), nodes: nodes.map(rowOf), edges },
    null,
    1,
  );
}

// BibTeX counts braces even behind a backslash, so those of a title become commands.
const LATEX = {
  '\\': '\\textbackslash{}',
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '%': '\\%',
  '&': '\\&',
  '#': '\\#',
  $: '\\$',
  _: '\\_',
};
const latex = (text) =>
  controlFree(String(text))
    .replace(/[\\{}~^%&#$_]/g, (c) => LATEX[c])
    .replace(/\s+/g, ' ')
    .trim();
const plain = (text) => controlFree(String(text)).replace(/[{}\\\s]/g, (c) => encodeURIComponent(c)); // for identifiers and addresses

function bibtexEntry(paper, text) {
  const authors = text.authors
    .map((name) => (/\band\b|,/.test(name) ? `{${latex(name)}}` : latex(name)))
    .join(' and ');
  const fields = {
    title: `{${latex(N.label[paper])}}`, // in braces of its own: capitals stay
    author: authors,
    year: N.year[paper] || '',
    eprint: plain(text.arxiv),
    archiveprefix: text.arxiv ? 'arXiv' : '',
    doi: plain(text.doi),
    url: safe(N.url[paper]) ? plain(N.url[paper]) : '',
  };
  const lines = Object.entries(fields)
    .filter(([, value]) => value)
    .map(([name, value]) => `  ${name} = {${value}},\n`);
  const key = N.key[paper].replace(/^paper\//, '').replace(/[^\w.-]+/g, '-') || 'paper';
  return `@misc{${key},\n${lines.join('')}}`;
}

async function bibtexOf(papers) {
  const entries = [];
  for (const paper of papers) entries.push(bibtexEntry(paper, await textOf(paper)));
  return `${entries.join('\n\n')}\n`;
}

const xml = (text) => controlFree(String(text)).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const fixed = (number) => number.toFixed(1);

/** The map as it is drawn: clouds, edges, nodes in their shapes with their names as titles, names where they stand. */
function svgOf() {
  const { width, height } = byId('map').getBoundingClientRect();
  const at = (x, y) => network.canvasToDOM({ x, y });
  const nodes = drawnNodes
    .get()
    .map((node) => ({ ...node, ...at(node.x, node.y), r: Math.max(2, node.size * network.getScale()) }));
  const ctx = document.querySelector('#map canvas').getContext('2d');
  const parts = [
    ...(state.focus || !clouds ? [] : clouds.groups.map((group) => svgCloud(group, at))),
    ...svgEdges(new Map(nodes.map((node) => [node.id, node]))),
    ...nodes.map(svgNode),
    ...placeNames(ctx).map((name) => svgName(name, at)),
  ];
  const size = `width="${Math.round(width)}" height="${Math.round(height)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif"><rect width="100%" height="100%" fill="${css('--back')}"/>${parts.join('\n')}</svg>\n`;
}

function svgCloud({ community, nodes }, at) {
  const r = fixed(PUFF * network.getScale());
  const puffs = nodes
    .map((n) => at(N.x[n], N.y[n]))
    .map(({ x, y }) => `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${r}"/>`);
  return `<g fill="${cloudColour(community)}" opacity="${cloudStrength().toFixed(2)}">${puffs.join('')}</g>`;
}

function svgEdges(places) {
  return drawnEdges.get().map(({ from, to, color }) => {
    const [a, b] = [places.get(from), places.get(to)];
    return `<line x1="${fixed(a.x)}" y1="${fixed(a.y)}" x2="${fixed(b.x)}" y2="${fixed(b.y)}" stroke="${color.color}" stroke-opacity="${color.opacity}"/>`;
  });
}

const CORNERS = {
  square: [4, 45],
  diamond: [4, 0],
  triangle: [3, -90],
  triangleDown: [3, 90],
  hexagon: [6, 0],
  star: [10, -90],
};

function svgNode({ id, x, y, r, shape, color, opacity }) {
  const look = `fill="${color.background}" fill-opacity="${opacity}"`;
  const title = `<title>${xml(N.label[id])}</title>`;
  if (!CORNERS[shape])
    return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${fixed(r)}" ${look}>${title}</circle>`;
  const [count, turn] = CORNERS[shape];
  const corner = (_, i) => {
    const angle = ((turn + (360 * i) / count) * Math.PI) / 180;
    const reach = r * (shape === 'star' && i % 2 ? 0.45 : 1.2);
    return `${fixed(x + reach * Math.cos(angle))},${fixed(y + reach * Math.sin(angle))}`;
  };
  return `<polygon points="${Array.from({ length: count }, corner).join(' ')}" ${look}>${title}</polygon>`;
}

function svgName({ text, x, y, height, weight }, at) {
  const place = at(x, y);
  const size = fixed(height * network.getScale());
  const halo = `stroke="${css('--back')}" stroke-width="${fixed((height * network.getScale()) / 3.5)}" stroke-linejoin="round" paint-order="stroke"`;
  return `<text x="${fixed(place.x)}" y="${fixed(place.y)}" text-anchor="middle" font-size="${size}" font-weight="${weight}" fill="${css('--ink')}" ${halo}>${xml(text)}</text>`;
}
