// An answer → a table that sorts, or a drawing of its triples.

const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const LABELS = ['http://www.w3.org/2000/01/rdf-schema#label', 'http://www.w3.org/2004/02/skos/core#prefLabel'];
const NUMBER = /#(integer|decimal|double|float|long|int|gYear)$/;
const COUNT = /#(integer|long|int)$/; // what gets a bar behind it
const CALLED = /^(name|title|preferred|method|dataset|task|winner|loser|baseline|against|on|from|to|first|second)$/; // columns of names
const PAGE = 200; // rows shown at a time
const MOST_EDGES = 300; // that a drawing shows

// The answer of the endpoint as {columns, rows}; a term is {type, value, datatype} or undefined.
export function readAnswer(data) {
  if (Array.isArray(data)) return { columns: ['subject', 'predicate', 'object'], rows: data.flatMap(triples), triples: true };
  if ('boolean' in data) return { columns: ['answer'], rows: [[{ type: 'literal', value: data.boolean ? 'yes' : 'no' }]] };
  return { columns: data.head.vars, rows: data.results.bindings.map((row) => data.head.vars.map((name) => row[name])) };
}

function triples(node) {
  const subject = resource(node['@id']);
  return Object.entries(node).flatMap(([key, values]) => {
    if (key === '@id') return [];
    const predicate = resource(key === '@type' ? RDF_TYPE : key);
    return [values].flat().map((value) => [subject, predicate, object(value)]);
  });
}

const resource = (value) => ({ type: value.startsWith('_:') ? 'bnode' : 'uri', value });

function object(value) {
  if (typeof value !== 'object') return typeof value === 'string' ? resource(value) : { type: 'literal', value: String(value) };
  return '@id' in value ? resource(value['@id']) : { type: 'literal', value: String(value['@value']), datatype: value['@type'] };
}

// Shortens IRIs, says where they lead and in which colour they are drawn; `terms` is {base, prefixes, colours}.
export class Names {
  constructor(terms) {
    Object.assign(this, { base: terms.base, known: terms.prefixes, colours: terms.colours });
    this.prefixes = Object.entries(terms.prefixes).sort((a, b) => b[1].length - a[1].length);
  }

  short(iri) {
    const [prefix, space] = this.prefixes.find(([, space]) => iri.startsWith(space) && iri !== space) ?? [];
    return space ? `${prefix}:${iri.slice(space.length)}` : iri;
  }

  colour(iri) { return iri.startsWith(this.base) ? this.colours[iri.slice(this.base.length).split('/')[0]] : undefined; }

  // A name as a link to what is called so.
  find(name) { return Object.assign(document.createElement('a'), { textContent: name, className: 'called', href: `/find?${new URLSearchParams({ name })}` }); }

  link(iri) {
    const out = document.createElement('a');
    out.textContent = this.short(iri);
    out.title = iri;
    if (iri.startsWith(this.base)) out.href = `/entity/${iri.slice(this.base.length)}`;
    else if (/^https?:\/\//i.test(iri)) Object.assign(out, { href: iri, rel: 'noopener noreferrer', target: '_blank' });
    return out;
  }
}

export class Table {
  constructor(home, more, names) {
    Object.assign(this, { home, more, names, answer: null, shown: PAGE });
    more.addEventListener('click', () => { this.shown += PAGE; this.fill(); });
  }

  show(answer) {
    Object.assign(this, { answer, shown: PAGE, order: answer.rows, sorted: -1, down: false });
    this.numeric = answer.columns.map((_, at) => answer.rows.some((row) => row[at]) && answer.rows.every((row) => !row[at] || NUMBER.test(row[at].datatype ?? '')));
    const table = document.createElement('table'), head = table.createTHead().insertRow();
    answer.columns.forEach((name, at) => {
      const cell = document.createElement('th'), button = document.createElement('button');
      cell.scope = 'col';
      button.textContent = name;
      button.addEventListener('click', () => this.sort(at));
      cell.append(button);
      head.append(cell);
    });
    this.most = answer.columns.map((_, at) => (answer.rows.every((row) => COUNT.test(row[at]?.datatype ?? '')) ? Math.max(0, ...answer.rows.map((row) => Number(row[at].value))) : 0));
    this.body = table.createTBody();
    this.home.replaceChildren(table);
    this.fill();
  }

  sort(at) {
    this.down = this.sorted === at && !this.down;
    this.sorted = at;
    const value = (row) => row[at]?.value ?? '';
    const compare = this.numeric[at] ? (a, b) => Number(value(a)) - Number(value(b)) : (a, b) => value(a).localeCompare(value(b), undefined, { numeric: true });
    this.order = [...this.answer.rows].sort((a, b) => (this.down ? compare(b, a) : compare(a, b)));
    this.home.querySelectorAll('th').forEach((cell, i) => (i === at ? cell.setAttribute('aria-sort', this.down ? 'descending' : 'ascending') : cell.removeAttribute('aria-sort')));
    this.fill();
  }

  fill() {
    this.body.replaceChildren(...this.order.slice(0, this.shown).map((row) => {
      const line = document.createElement('tr');
      row.forEach((term, at) => {
        const cell = line.insertCell();
        if (this.numeric[at]) cell.className = 'number';
        if (this.most[at] > 1) { cell.classList.add('part'); cell.style.setProperty('--part', `${(100 * Math.max(0, Number(term.value))) / this.most[at]}%`); }
        cell.dir = 'auto';
        if (term?.type === 'uri') cell.append(this.names.link(term.value));
        else if (term) cell.append(CALLED.test(this.answer.columns[at]) && !term.datatype ? this.names.find(term.value) : term.value);
      });
      return line;
    }));
    this.more.hidden = this.order.length <= this.shown;
    this.more.textContent = `Show more rows (${this.order.length - this.shown} left)`;
  }
}

let engine;

function loadEngine() {
  engine ??= new Promise((done, failed) => {
    const script = document.createElement('script');
    Object.assign(script, { src: '/static/vis-network.js', onload: done, onerror: failed });
    document.head.append(script);
  });
  return engine;
}

// Draws the triples between nodes; literals are in the table, but for labels, which name the nodes.
export async function draw(answer, canvas, picked, names) {
  await loadEngine();
  const labels = new Map(), edges = [];
  for (const [subject, predicate, object] of answer.rows) {
    if (LABELS.includes(predicate.value)) labels.set(subject.value, object.value);
    else if (object.type !== 'literal' && edges.length < MOST_EDGES) edges.push([subject, predicate, object]);
  }
  const nodes = new Map(edges.flatMap(([subject, , object]) => [[subject.value, subject], [object.value, object]]));
  const style = getComputedStyle(document.body), colour = (name) => style.getPropertyValue(name).trim();
  const cut = (text) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
  const network = new vis.Network(canvas, {
    nodes: [...nodes.keys()].map((id) => ({ id, label: cut(labels.get(id) ?? names.short(id)), ...(names.colour(id) && { color: { border: names.colour(id) }, borderWidth: 2 }) })),
    edges: edges.map(([from, name, to]) => ({ from: from.value, to: to.value, label: cut(names.short(name.value).replace(/^kg:/, '')) })),
  }, {
    nodes: { shape: 'box', scaling: { label: { drawThreshold: 1 } }, color: { background: colour('--paper'), border: colour('--edge'), highlight: { background: colour('--glow'), border: colour('--mark') } }, font: { color: colour('--ink') } },
    edges: { arrows: 'to', color: { color: colour('--edge'), highlight: colour('--mark') }, scaling: { label: { drawThreshold: 6 } }, font: { color: colour('--soft'), strokeColor: colour('--back'), size: 11 } },
    physics: { barnesHut: { centralGravity: 0.4, gravitationalConstant: -6000, springLength: 140, avoidOverlap: 0.6 }, stabilization: { iterations: 300 } },
    layout: { randomSeed: 1 },
  });
  network.on('selectNode', ({ nodes: [id] }) => picked.replaceChildren(nodes.get(id).type === 'uri' ? names.link(id) : id));
  const all = answer.rows.filter(([, , object]) => object.type !== 'literal').length;
  picked.textContent = edges.length ? `${nodes.size} nodes, ${edges.length} edges${all > edges.length ? ` of ${all}` : ''}. Click one for its link.` : 'Only literals: see the table.';
}
