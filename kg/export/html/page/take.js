// Take away: pictures, tables, queries and references of what is shown.
function saveBlob(blob, name) {
  const link = make('a', { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

const saveText = (text, name, type = 'text/plain') => saveBlob(new Blob([text], { type: `${type};charset=utf-8` }), name);

function savePicture() {
  const canvas = document.querySelector('#map canvas'), copy = make('canvas', { width: canvas.width, height: canvas.height }), ctx = copy.getContext('2d');
  ctx.fillStyle = css('--back');
  ctx.fillRect(0, 0, copy.width, copy.height);
  ctx.drawImage(canvas, 0, 0);
  copy.toBlob((blob) => saveBlob(blob, 'graph.png'));
}

const xml = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, '');

function saveDrawing() {
  const box = document.getElementById('map').getBoundingClientRect(), at = (x, y) => network.canvasToDOM({ x, y }), scale = network.getScale();
  const place = new Map(drawnNodes.get().map((n) => [n.id, at(n.x, n.y)])), parts = [];
  for (const e of drawnEdges.get()) { const a = place.get(e.from), b = place.get(e.to); parts.push(`<line x1="${a.x.toFixed(1)}" y1="${a.y.toFixed(1)}" x2="${b.x.toFixed(1)}" y2="${b.y.toFixed(1)}" stroke="${e.color.color}" stroke-opacity="${e.color.opacity}"/>`); }
  for (const n of drawnNodes.get()) { const p = place.get(n.id); parts.push(`<circle cx="${p.x.toFixed(1)}" cy="${p.y.toFixed(1)}" r="${Math.max(2, n.size * scale).toFixed(1)}" fill="${n.color.background}"><title>${xml(N.label[n.id])}</title></circle>`); if (N.degree[n.id] > 8) parts.push(`<text x="${p.x.toFixed(1)}" y="${(p.y + n.size * scale + 12).toFixed(1)}" text-anchor="middle" font-size="12" font-family="sans-serif" fill="${css('--ink')}">${xml(short(N.label[n.id], 40))}</text>`); }
  saveText(`<svg xmlns="http://www.w3.org/2000/svg" width="${box.width}" height="${box.height}"><rect width="100%" height="100%" fill="${css('--back')}"/>${parts.join('')}</svg>`, 'graph.svg', 'image/svg+xml');
}

// A cell that a spreadsheet would run as a formula is set off by an apostrophe.
const csvCell = (value) => { const text = String(value ?? ''); return `"${(/^[=+\-@\t]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`; };

function rowOf(n) {
  return { key: N.key[n], type: typeOf(n).name, name: N.label[n], papers: isPaper(n) ? '' : N.papers[n], year: N.year[n] || '', edges: N.degree[n], url: N.url[n] };
}

function saveTable(nodes) {
  const rows = nodes.map(rowOf), names = ['key', 'type', 'name', 'papers', 'year', 'edges', 'url'];
  saveText([names.join(), ...rows.map((row) => names.map((name) => csvCell(row[name])).join())].join('\r\n'), 'selection.csv', 'text/csv');
}

function saveJson(nodes) {
  const here = new Set(nodes), edges = [];
  for (const n of nodes) for (const e of edgesOf(n)) if (E.source[e] === n && here.has(E.target[e])) edges.push({ source: N.key[n], relation: relationOf(e).name, target: N.key[E.target[e]], score: E.score[e] / 100 });
  saveText(JSON.stringify({ nodes: nodes.map(rowOf), edges }, null, 1), 'selection.json', 'application/json');
}

async function saveBibtex(papers) {
  const field = (name, value) => (value ? `  ${name} = {${String(value).replace(/[{}\\]/g, '')}},\n` : '');
  const entries = [];
  for (const paper of papers) {
    const text = await textOf(paper);
    entries.push(`@misc{${N.key[paper].replace(/^paper\//, '').replace(/[^\w.-]+/g, '-')},\n${field('title', N.label[paper])}${field('author', text.authors.join(' and '))}${field('year', N.year[paper])}${field('eprint', text.arxiv)}${text.arxiv ? field('archiveprefix', 'arXiv') : ''}${field('doi', text.doi)}${field('url', N.url[paper])}}`);
  }
  saveText(entries.join('\n\n'), 'papers.bib', 'application/x-bibtex');
}

function sparqlOf(node) {
  const iri = `<${core.base}${encodeURI(N.key[node])}>`;
  return `PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\nPREFIX prov: <http://www.w3.org/ns/prov#>\n\n# Everything said of ${N.label[node].replace(/\s+/g, ' ')}, with the sentence behind it\nSELECT ?subject ?predicate ?object ?sentence WHERE {\n  { ?subject ?predicate ?object . FILTER(?subject = ${iri}) } UNION { ?subject ?predicate ?object . FILTER(?object = ${iri}) }\n  OPTIONAL { ?statement rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; prov:value ?sentence }\n}\n`;
}
