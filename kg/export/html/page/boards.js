// Leaderboards as the abstracts state them, and the matrix of methods and datasets.
const MOST_BOARDS = 200;

/** One table per dataset, metric and unit: figures of different kinds are never mixed. */
function leaderboardsView() {
  const mask = filtered(state);
  const at = chosen();
  const groups = new Map();
  for (const claim of core.claims.map(claimOf)) {
    if (claim.dataset < 0 || !mask[claim.paper]) continue;
    const key = [claim.dataset, claim.metric, claim.unit].join();
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(claim);
  }
  const first = ([claim]) => (claim.dataset === at ? 1 : 0);
  const boards = [...groups.values()].sort(
    (a, b) =>
      first(b) - first(a) || b.length - a.length || a[0].dataset - b[0].dataset || a[0].metric - b[0].metric,
  );
  const intro =
    'Figures as the abstracts state them, many of them gains over something rather than scores: open a value to read its sentence.';
  if (!boards.length) return [make('p', {}, 'No abstract here states a figure on a named dataset.')];
  return [make('p', { class: 'soft' }, intro), jumps(boards), ...boards.slice(0, MOST_BOARDS).map(board)];
}

/** The datasets with most figures, to go to at once. */
function jumps(boards) {
  const counts = new Map();
  for (const [claim, ...rest] of boards)
    counts.set(claim.dataset, (counts.get(claim.dataset) || 0) + 1 + rest.length);
  const best = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 12);
  const jump = ([dataset, count]) =>
    button(`${short(N.label[dataset], 24)} ${count}`, () => go({ at: N.key[dataset] }), {
      class: 'chip',
      'aria-pressed': String(dataset === chosen()),
    });
  return make(
    'div',
    { class: 'row', role: 'group', 'aria-label': 'Datasets with most figures' },
    ...best.map(jump),
  );
}

function board(claims) {
  const { dataset, metric, unit } = claims[0];
  const lower = metric >= 0 && core.lower.includes(metric);
  const value = (c) => (c.number === null ? -Infinity : lower ? -c.number : c.number);
  const rows = [...claims].sort((a, b) => value(b) - value(a) || a.paper - b.paper);
  const caption = `${N.label[dataset]}, ${metric < 0 ? 'metric not stated' : N.label[metric]}${unit ? ` (${unit})` : ''}${lower ? ', lower is better' : ''}`;
  return grid(
    caption,
    [
      { name: 'Method', cell: (c) => (c.method < 0 ? '—' : nodeLink(c.method)) },
      { name: 'against', cell: (c) => (c.baseline < 0 ? '' : nodeLink(c.baseline)) },
      { name: 'Value', number: true, cell: figure },
      { name: 'Paper', cell: (c) => nodeLink(c.paper, short(N.label[c.paper], 70)) },
    ],
    rows,
  );
}

/** Methods × datasets: in how many papers both are worked with. */
function matrixView() {
  const mask = filtered(state);
  const best = (types, most) =>
    Array.from(order.filter((n) => mask[n] && types.includes(typeOf(n).name))).slice(0, most);
  const [methods, datasets] = [best(['Method'], 30), best(['Dataset', 'Benchmark'], 20)];
  const counts = sharedCounts(methods, mask);
  const top = Math.max(1, ...counts.values());
  const cell = (m, d) => {
    const count = counts.get(`${m},${d}`);
    if (!count) return make('td');
    const attributes = {
      class: 'link',
      'aria-label': `${counted(count, 'paper')} with ${N.label[m]} and ${N.label[d]}`,
    };
    const strength = `--share:${Math.round(12 + (40 * count) / top)}%`;
    return make(
      'td',
      { class: 'filled', style: strength },
      button(String(count), () => go({ at: N.key[m], with: N.key[d], view: 'compare' }), attributes),
    );
  };
  const head = datasets.map((d) => make('th', { scope: 'col' }, nodeLink(d, short(N.label[d], 16))));
  const row = (m) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, nodeLink(m, short(N.label[m], 34))),
      ...datasets.map((d) => cell(m, d)),
    );
  const used = methods.filter((m) => datasets.some((d) => counts.has(`${m},${d}`)));
  if (!used.length) return [make('p', {}, 'No paper here names both a method and a dataset.')];
  const caption = make('caption', {}, 'Papers that work with a method and a dataset');
  return [
    make(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Methods and datasets' },
      make(
        'table',
        { class: 'matrix' },
        caption,
        make('thead', {}, make('tr', {}, make('td'), ...head)),
        make('tbody', {}, ...used.map(row)),
      ),
    ),
  ];
}

function sharedCounts(methods, mask) {
  const counts = new Map();
  for (const method of methods) {
    for (const paper of papersOf(method).filter((p) => mask[p])) {
      for (const thing of new Set(Array.from(edgesOf(paper), (e) => other(e, paper)))) {
        const key = `${method},${thing}`;
        counts.set(key, (counts.get(key) || 0) + 1);
      }
    }
  }
  return counts;
}
