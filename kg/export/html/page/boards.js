// Leaderboards as the abstracts state them, and the matrix of methods and datasets.
const MOST_BOARDS = 200;
const KINDS = {
  score: { plural: 'Scores', words: '', doc: 'Levels that a method is said to reach.' },
  gain: { plural: 'Gains', words: 'gain', doc: 'By how much a method is said to be better than another.' },
  loss: { plural: 'Losses', words: 'loss', doc: 'By how much a method is said to be worse than another.' },
  ratio: { plural: 'Ratios', words: 'ratio', doc: 'How many times as much, or what share of it.' },
  saving: { plural: 'Savings', words: 'saving', doc: 'How much less time, memory, parameters or data it takes, or how much faster it is.' },
};

/** Figures of one board each: one dataset, metric, unit and kind. They come in that order, the best first. */
function boardsOf(claims) {
  const groups = new Map();
  for (const claim of claims) {
    const key = boardOf(claim);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(claim);
  }
  return [...groups.values()];
}

const boardOf = ({ dataset, metric, unit, kind }) => [dataset, metric, unit, kind].join();

function leaderboardsView() {
  const mask = filtered(state);
  const at = chosen();
  const first = ([claim]) => (claim.dataset === at ? 1 : 0);
  const boards = boardsOf(core.claims.map(claimOf).filter((c) => c.onBoard && mask[c.paper])).sort(
    (a, b) => first(b) - first(a) || b.length - a.length,
  );
  if (!boards.length)
    return [make('p', {}, 'No abstract here states a figure of a method on a named dataset by a named metric.')];
  const intro =
    'Figures as the abstracts state them, not checked against the papers: open a value to read its sentence. Ranks are among all papers of this graph.';
  const shown = boards.slice(0, MOST_BOARDS);
  const section = ([kind, { plural, doc }]) => {
    const of = shown.filter(([claim]) => claim.kind === kind);
    return of.length ? [make('h2', {}, plural), make('p', { class: 'soft' }, doc), ...of.map(board)] : [];
  };
  return [make('p', { class: 'soft' }, intro), jumps(boards), ...Object.entries(KINDS).flatMap(section)];
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
  const [{ dataset, metric, unit, better, kind }] = claims;
  const words = [N.label[metric] + (unit ? ` (${unit})` : ''), KINDS[kind].words, betterWords(better)];
  return grid(
    `${N.label[dataset]}, ${words.filter(Boolean).join(', ')}`,
    [
      { name: 'Rank', number: true, cell: (c) => String(c.rank || '') },
      { name: 'Method', cell: (c) => nodeLink(c.method) },
      { name: 'Over', cell: (c) => (c.baseline < 0 ? '' : nodeLink(c.baseline)) },
      { name: 'Value', number: true, cell: figure },
      { name: 'Paper', cell: (c) => nodeLink(c.paper, short(N.label[c.paper], 70)) },
    ].filter(({ name }) => name !== 'Over' || claims.some((c) => c.baseline >= 0)),
    claims,
    'board',
  );
}

const betterWords = (better) => (better ? `${better} is better` : '');

/** What kind of figure it is and which way is better, beside its value. */
const kindOf = ({ kind, better }) =>
  soft(
    [KINDS[kind].words, kind === 'score' && better && (better === 'lower' ? '↓ better' : '↑ better')]
      .filter(Boolean)
      .join(', '),
  );

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
