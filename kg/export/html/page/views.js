// What stands beside the map: table, leaderboards, matrix, papers with code. Each is a plain table, made when it is shown.
const VIEWS = { map: 'Map', table: 'Table', leaderboards: 'Leaderboards', matrix: 'Matrix', code: 'Code' };
const MOST_ROWS = 500; // at once; the rest comes by filter, search or the button below
let sorting = { column: 'degree', down: true }, rowsShown = MOST_ROWS;

function tabs() {
  document.getElementById('tabs').replaceChildren(...Object.entries(VIEWS).map(([view, name]) => button(name, () => go({ view }), { 'aria-current': state.view === view ? 'page' : null })));
}

function showView(now, before) {
  tabs();
  const onMap = now.view === 'map', sheet = document.getElementById('sheet');
  sheet.hidden = onMap;
  for (const id of ['map', 'tools', 'note']) document.getElementById(id).hidden = !onMap;
  if (onMap) return;
  if (before && before.view !== now.view) rowsShown = MOST_ROWS;
  const render = { table: tableView, leaderboards: leaderboardsView, matrix: matrixView, code: codeView }[now.view] || tableView;
  sheet.replaceChildren(...render());
}

function grid(caption, columns, rows) {
  const head = make('tr', {}, ...columns.map((column) => make('th', { scope: 'col', 'aria-sort': column.key && sorting.column === column.key ? (sorting.down ? 'descending' : 'ascending') : null },
    column.key ? button(column.name + (sorting.column === column.key ? (sorting.down ? ' ↓' : ' ↑') : ''), () => { sorting = { column: column.key, down: sorting.column === column.key ? !sorting.down : column.number }; showView(state); }) : column.name)));
  const body = rows.map((row) => make('tr', {}, ...columns.map((column) => make('td', column.number ? { class: 'number' } : { dir: 'auto' }, ...[column.cell(row)].flat()))));
  return make('table', {}, make('caption', {}, caption), make('thead', {}, head), make('tbody', {}, ...body));
}

function tableView() {
  mask = mask || filtered(state);
  const value = { name: (n) => N.label[n].toLowerCase(), type: (n) => N.type[n], papers: (n) => N.papers[n], year: (n) => N.year[n], degree: (n) => N.degree[n] }[sorting.column] || ((n) => N.degree[n]);
  const all = Array.from(N.key.keys()).filter((n) => mask[n]);
  const way = sorting.down ? -1 : 1;
  all.sort((a, b) => (value(a) < value(b) ? -way : value(a) > value(b) ? way : a - b));
  const columns = [
    { name: 'Name', key: 'name', cell: (n) => nodeLink(n) },
    { name: 'Type', key: 'type', cell: (n) => [dot(n), ` ${typeOf(n).name}`] },
    { name: 'Papers', key: 'papers', number: true, cell: (n) => (isPaper(n) ? '' : String(N.papers[n])) },
    { name: 'Year', key: 'year', number: true, cell: (n) => (N.year[n] ? String(N.year[n]) : '') },
    { name: 'Edges', key: 'degree', number: true, cell: (n) => String(N.degree[n]) },
  ];
  return [
    make('div', { class: 'row' }, button('CSV', () => saveTable(all)), ' ', button('JSON', () => saveJson(all)), ' ', button('BibTeX of the papers', () => saveBibtex(all.filter(isPaper)))),
    grid(`${all.length.toLocaleString()} papers and entities`, columns, all.slice(0, rowsShown)),
    all.length > rowsShown ? button(`Show ${MOST_ROWS} more`, () => { rowsShown += MOST_ROWS; showView(state); }) : '',
  ];
}

// One table per dataset and metric: figures of different metrics or units are never mixed.
function leaderboardsView() {
  mask = mask || filtered(state);
  const groups = new Map();
  for (const claim of core.claims) {
    if (claim[3] < 0 || !mask[claim[0]]) continue;
    const key = [claim[3], claim[4], claim[7]].join();
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(claim);
  }
  const boards = [...groups.values()].sort((a, b) => b.length - a.length || a[0][3] - b[0][3] || a[0][4] - b[0][4]).slice(0, 200);
  const intro = make('p', { class: 'soft' }, 'Figures as the abstracts state them, many of them gains over something rather than scores: open a value to read its sentence.');
  return [intro, ...(boards.length ? boards.map(board) : [make('p', {}, 'No abstract here states a figure on a named dataset.')])];
}

function board(claims) {
  const [, , , dataset, metric, , , unit] = claims[0];
  const rows = [...claims].sort((a, b) => (b[6] ?? -Infinity) - (a[6] ?? -Infinity) || a[0] - b[0]);
  const table = grid(`${N.label[dataset]}, ${metric < 0 ? 'metric not stated' : N.label[metric]}${unit ? ` (${unit})` : ''}`, [
    { name: 'Method', cell: (c) => (c[1] < 0 ? '—' : nodeLink(c[1])) },
    { name: 'against', cell: (c) => (c[2] < 0 ? '' : nodeLink(c[2])) },
    { name: 'Value', number: true, cell: (c) => button(c[5], (event) => toggleClaim(event.target, c), { class: 'link', 'aria-expanded': 'false' }) },
    { name: 'Paper', cell: (c) => nodeLink(c[0]) },
  ], rows);
  return table;
}

// Methods × datasets: in how many papers both are worked with.
function matrixView() {
  mask = mask || filtered(state);
  const kind = (name) => core.types.findIndex((t) => t.name === name), method = kind('Method'), data = [kind('Dataset'), kind('Benchmark')];
  const best = (test, most) => Array.from(order).filter((n) => mask[n] && test(N.type[n])).slice(0, most);
  const rows = best((t) => t === method, 30), columns = best((t) => data.includes(t), 20), counts = new Map();
  for (const r of rows) for (const e of edgesOf(r)) { const p = other(e, r); if (isPaper(p) && mask[p]) for (const f of edgesOf(p)) { const c = other(f, p), key = `${r},${c}`; counts.set(key, (counts.get(key) || 0) + 1); } }
  const head = make('tr', {}, make('td', {}), ...columns.map((c) => make('th', { scope: 'col' }, nodeLink(c, short(N.label[c], 16)))));
  const cell = (r, c) => { const count = counts.get(`${r},${c}`); return make('td', {}, count ? button(String(count), () => go({ at: N.key[r], with: N.key[c] }), { class: 'link', 'aria-label': `${count} papers with ${N.label[r]} and ${N.label[c]}` }) : ''); };
  return [make('table', { class: 'matrix' }, make('caption', {}, 'Papers that work with a method and a dataset'), make('thead', {}, head), make('tbody', {}, ...rows.map((r) => make('tr', {}, make('th', { scope: 'row' }, nodeLink(r, short(N.label[r], 34))), ...columns.map((c) => cell(r, c))))))];
}

function codeView() {
  mask = mask || filtered(state);
  const named = (e) => ['hasCode', 'hasModel', 'hasDemo', 'hasProject', 'hasData'].includes(relationOf(e).name);
  const papers = Array.from({ length: papersCount }, (_, n) => n).filter((n) => mask[n] && edgesOf(n).some(named));
  return [grid(`${papers.length} papers with code, data, models or pages`, [
    { name: 'Paper', cell: (n) => nodeLink(n) },
    { name: 'Links', cell: (n) => Array.from(edgesOf(n)).filter(named).flatMap((e) => [`${relationOf(e).label.replace('has ', '')}: `, outside(N.url[other(e, n)] || N.label[other(e, n)], N.label[other(e, n)]), make('br')]) },
  ], papers.slice(0, 2000))];
}
