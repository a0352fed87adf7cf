// The panel of a method, dataset, task …: its names, its papers by role, what is evaluated on it, what goes with it.
function entityPanel(node) {
  const also = (aliasesOf.get(node) || []).filter((name) => name !== N.label[node]);
  const home = N.url[node] && outside(N.url[node], typeOf(node).name === 'Repository' ? N.url[node] : 'home');
  const since = N.year[node] ? `, since ${N.year[node]}` : '';
  const facts = ` ${typeOf(node).name} in ${counted(N.papers[node], 'paper')}${since} `;
  return [
    make('h2', { dir: 'auto' }, N.label[node]),
    make('p', { class: 'soft' }, dot(node), facts, home),
    also.length > 0 && make('p', { class: 'soft', dir: 'auto' }, `also: ${also.slice(0, 12).join(', ')}`),
    actions(node),
    ...edgeLists(node, (e) => !isPaper(other(e, node)) && relationOf(e).name === 'outperforms'),
    ...evaluatedHere(node),
    ...claimsTable(claimsWith(node), node),
    ...papersSection(node),
    ...overTime(node),
    ...togetherWith(node),
    ...edgeLists(node, (e) => !isPaper(other(e, node)) && relationOf(e).name !== 'outperforms'),
  ];
}

function evaluatedHere(node) {
  if (!['Dataset', 'Benchmark'].includes(typeOf(node).name)) return [];
  const rows = methodsOn(node);
  if (!rows.length) return [];
  const item = ({ method, edge, own }) => [
    dot(method),
    ' ',
    nodeLink(method),
    ' ',
    soft(own ? 'proposed' : 'used'),
    ' ',
    why(edge),
  ];
  return [make('h3', {}, `Methods evaluated on it (${rows.length})`), foldedList(rows, item, 8)];
}

/** Papers with what each does with the node: by role, with code alone, newest or surest first. */
function papersSection(node) {
  const rows = paperRows(node);
  if (!rows.length) return [];
  const dated = rows.some(({ paper }) => N.year[paper]);
  const now = { role: 'all', sort: dated ? 'newest' : 'surest' };
  const box = make('div', { class: 'papers' });
  const render = () => {
    const shown = rows.filter(
      ({ roles, paper }) =>
        now.role === 'all' || roles.includes(now.role) || (now.role === 'code' && hasCode(paper)),
    );
    const by = { newest: (a, b) => N.year[b.paper] - N.year[a.paper], surest: () => 0 }[now.sort];
    const set = (name) => (value) => {
      now[name] = value;
      render();
      box.querySelector(`[data-name="${value}"]`)?.focus();
    };
    box.replaceChildren(
      choice('Which papers', paperChoices(rows), { now: now.role, run: set('role') }),
      ...(dated
        ? [
            choice(
              'Order',
              { newest: 'newest first', surest: 'surest first' },
              { now: now.sort, run: set('sort') },
            ),
          ]
        : []),
      foldedList(
        [...shown].sort((a, b) => by(a, b) || E.score[b.edge] - E.score[a.edge] || a.paper - b.paper),
        paperItem,
        12,
      ),
      button('BibTeX of these', () => saveBibtex(shown.map(({ paper }) => paper))),
    );
  };
  render();
  return [make('h3', {}, `Papers (${rows.length})`), box];
}

/** Each paper once: { paper, roles, its surest edge }. */
function paperRows(node) {
  const rows = new Map();
  for (const edge of edgesOf(node)) {
    const paper = other(edge, node);
    if (!isPaper(paper)) continue;
    if (!rows.has(paper)) rows.set(paper, { paper, roles: [], edge });
    const row = rows.get(paper);
    row.roles.push(relationOf(edge).label);
    if (E.score[edge] > E.score[row.edge]) row.edge = edge;
  }
  return [...rows.values()];
}

function paperChoices(rows) {
  const options = { all: `all ${rows.length}` };
  const roles = [...new Set(rows.flatMap((row) => row.roles))];
  if (roles.length > 1)
    for (const role of roles)
      options[role] = `${role} ${rows.filter((row) => row.roles.includes(role)).length}`;
  const coded = rows.filter(({ paper }) => hasCode(paper)).length;
  if (coded) options.code = `with code ${coded}`;
  return options;
}

function paperItem({ paper, roles, edge }) {
  const code = codeOf(paper)
    .slice(0, 1)
    .flatMap((repository) => [' · ', outside(N.url[repository] || N.label[repository], 'code')]);
  const year = N.year[paper] ? `${N.year[paper]} · ` : '';
  return [
    dot(paper),
    ' ',
    nodeLink(paper),
    make('br'),
    soft(year, [...new Set(roles)].join(', '), ...code, ' · '),
    why(edge),
  ];
}

function overTime(node) {
  const years = new Map();
  for (const p of papersOf(node)) if (N.year[p]) years.set(N.year[p], (years.get(N.year[p]) || 0) + 1);
  if (years.size < 2) return [];
  const [first, last, most] = [
    Math.min(...years.keys()),
    Math.max(...years.keys()),
    Math.max(...years.values()),
  ];
  const span = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const words = span.map((year) => `${year}: ${years.get(year) || 0}`);
  const bar = (year, at) =>
    make('span', { style: `height:${Math.round((56 * (years.get(year) || 0)) / most)}px`, title: words[at] });
  return [
    make('h3', {}, `Papers by year, ${first}–${last}`),
    make('div', { class: 'bars', role: 'img', 'aria-label': words.join(', ') }, ...span.map(bar)),
    make(
      'div',
      { class: 'axis soft', 'aria-hidden': 'true' },
      make('span', {}, String(first)),
      make('span', {}, String(last)),
    ),
  ];
}

/** What the same papers name, a few of each type. */
function togetherWith(node) {
  const found = namedTogether(node);
  const item = ([n, count]) => [dot(n), ' ', nodeLink(n), ' ', soft(counted(count, 'paper'))];
  const parts = ['Method', 'Task', 'Dataset', 'Benchmark', 'Metric'].flatMap((type) => {
    const rows = found.filter(([n]) => typeOf(n).name === type);
    return rows.length
      ? [
          make('h4', {}, core.types.find((t) => t.name === type).plural),
          foldedList(rows.slice(0, 40), item, 6),
        ]
      : [];
  });
  return parts.length ? [make('h3', {}, 'Named together with'), ...parts] : [];
}
