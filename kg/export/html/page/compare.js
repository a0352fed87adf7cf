// Two things side by side: what both name, what only one does, and the figures stated of each.
const COMPARED = ['Task', 'Dataset', 'Benchmark', 'Metric', 'Method'];
const MOST_COMPARED = 12; // of a type on one side

/** For each type: { type, left, both, right }, lists of nodes, what is named most first. */
function sides(a, b) {
  const [left, right] = [namedBy(a), namedBy(b)];
  const count = (n) => (left.get(n) || 0) + (right.get(n) || 0);
  const ranked = (nodes) => nodes.sort((x, y) => count(y) - count(x) || x - y);
  return COMPARED.map((name) => {
    const of = (counts) => [...counts.keys()].filter((n) => typeOf(n).name === name && n !== a && n !== b);
    return {
      type: core.types.find((t) => t.name === name),
      left: ranked(of(left).filter((n) => !right.has(n))),
      both: ranked(of(left).filter((n) => right.has(n))),
      right: ranked(of(right).filter((n) => !left.has(n))),
    };
  }).filter(({ left, both, right }) => left.length + both.length + right.length);
}

function compareView() {
  const [a, b] = [chosen(), partner()];
  if (a === undefined || b === undefined) return [make('h2', {}, 'Compare'), make('p', {}, howToCompare())];
  return [
    make('h2', {}, 'Side by side'),
    triple('heads', head(a), [swap(a, b)], head(b)),
    ...sides(a, b).flatMap((row) => [make('h3', {}, row.type.plural), triple('', ...sideCells(row, a, b))]),
    ...sharedPapers(a, b),
    ...figuresOf(a, b),
  ];
}

const howToCompare = () =>
  'Choose something, then “Compare or connect with …” in its details, and search for the other.';

function swap(a, b) {
  return make(
    'div',
    { class: 'row' },
    button('Swap', () => go({ at: N.key[b], with: N.key[a] })),
    button('Show the path', () => go({ view: 'map', focus: true })),
    button('Close', () => go({ with: '', view: 'map' })),
  );
}

const triple = (kind, left, both, right) =>
  make(
    'div',
    { class: `sides ${kind}` },
    make('div', { class: 'left' }, ...left),
    make('div', { class: 'both' }, ...both),
    make('div', { class: 'right' }, ...right),
  );

function head(node) {
  const papers = isPaper(node) ? [node] : papersOf(node);
  const coded = papers.filter(hasCode).length;
  const facts = isPaper(node)
    ? [coded ? 'with code' : 'no code known']
    : [counted(papers.length, 'paper'), coded && `${coded} with code`];
  const words = [typeOf(node).name, N.year[node] && String(N.year[node]), ...facts]
    .filter(Boolean)
    .join(' · ');
  return [make('div', { class: 'name' }, dot(node), ' ', nodeLink(node)), soft(words)];
}

function sideCells({ left, both, right }, a, b) {
  const cell = (heading, nodes) => {
    const item = (n) => [dot(n), ' ', nodeLink(n)];
    return [
      make('h4', {}, heading),
      nodes.length ? foldedList(nodes, item, MOST_COMPARED) : make('p', { class: 'soft' }, 'none'),
    ];
  };
  const only = (n) => `only ${short(N.label[n], 32)}`;
  return [cell(only(a), left), cell(`both (${both.length})`, both), cell(only(b), right)];
}

function sharedPapers(a, b) {
  if (isPaper(a) || isPaper(b)) return [];
  const theirs = new Set(papersOf(b));
  const shared = papersOf(a)
    .filter((p) => theirs.has(p))
    .sort((x, y) => N.year[y] - N.year[x] || x - y);
  const item = (p) => [dot(p), ' ', nodeLink(p), ' ', soft(N.year[p] ? String(N.year[p]) : '')];
  return [
    make('h3', {}, `Papers that name both (${shared.length})`),
    shared.length ? foldedList(shared, item, 8) : make('p', { class: 'soft' }, 'none'),
  ];
}

/** Figures of both, one row for each dataset, metric, unit and kind; those that set one against the other come first. */
function figuresOf(a, b) {
  const about = (n) => (c) => c.paper === n || c.method === n || c.dataset === n;
  const claims = core.claims.map(claimOf);
  const against = claims.filter((c) => [c.method, c.baseline].sort().join() === [a, b].sort().join());
  const rows = new Map();
  for (const [side, node] of [
    ['left', a],
    ['right', b],
  ]) {
    for (const c of clearestFirst(claims.filter(about(node)))) {
      const dataset = isPaper(a) || c.dataset !== node ? c.dataset : -1;
      const key = boardOf({ ...c, dataset });
      if (!rows.has(key)) rows.set(key, { left: [], right: [], claim: c });
      rows.get(key)[side].push(c);
    }
  }
  if (!against.length && !rows.size) return [];
  const shared = ({ left, right }) => (left.length && right.length ? 1 : 0);
  const sorted = [...rows.values()].sort(
    (x, y) => shared(y) - shared(x) || y.left.length + y.right.length - x.left.length - x.right.length,
  );
  return [...headToHead(against), figuresTable(sorted.slice(0, MOST_CLAIMS), a, b)];
}

function headToHead(claims) {
  if (!claims.length) return [];
  const item = (c) => [
    nodeLink(c.method),
    ' over ',
    nodeLink(c.baseline),
    c.dataset >= 0 && ' on ',
    c.dataset >= 0 && nodeLink(c.dataset),
    ': ',
    figure(c),
    ' ',
    kindOf(c),
  ];
  return [make('h3', {}, 'One against the other'), listOf(claims.map(item))];
}

function figuresTable(rows, a, b) {
  const name = (n) => (n < 0 ? '' : nodeLink(n, short(N.label[n], 30)));
  const cells = (claims) => claims.slice(0, 6).flatMap((c) => [figure(c), ' ']);
  const head = ['Data', 'Metric', short(N.label[a], 30), short(N.label[b], 30)].map((text) =>
    make('th', { scope: 'col' }, text),
  );
  const body = rows.map(({ left, right, claim }) =>
    make(
      'tr',
      {},
      ...[[name(claim.dataset)], [name(claim.metric), ' ', kindOf(claim)], cells(left), cells(right)].map((parts) =>
        make('td', {}, ...parts),
      ),
    ),
  );
  const caption = make('caption', {}, 'Figures, as the abstracts state them');
  return make(
    'table',
    { class: 'claims' },
    caption,
    make('thead', {}, make('tr', {}, ...head)),
    make('tbody', {}, ...body),
  );
}

/** The panel beside it: the shortest path between the two, with the sentence behind each step. */
function joinPanel(a, b) {
  const path = shortestPath(a, b);
  const view = (name, change) =>
    button(name, () => go(change), {
      'aria-pressed': String(Object.entries(change).every(([key, value]) => state[key] === value)),
    });
  const step = (n, at) => [
    dot(n),
    ' ',
    nodeLink(n),
    at ? ' ' : '',
    at ? why(edgeBetween(path[at - 1], n)) : '',
  ];
  return [
    make('h2', {}, nodeLink(a), ' and ', nodeLink(b)),
    make(
      'div',
      { class: 'row' },
      view('Show the path on the map', { view: 'map', focus: true }),
      view('Side by side', { view: 'compare' }),
      button('Close', () => go({ with: '', focus: false, view: 'map' })),
    ),
    make('h3', {}, path ? `Shortest path (${counted(path.length - 1, 'step')})` : 'No path joins them'),
    path && listOf(path.map(step)),
    make('p', { class: 'soft' }, 'A path goes around what is named everywhere, if it can.'),
  ];
}
