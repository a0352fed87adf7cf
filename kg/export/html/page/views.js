// What stands beside the map: table, leaderboards, matrix, papers with code, two things side by side.
const VIEWS = {
  map: 'Map',
  table: 'Table',
  leaderboards: 'Leaderboards',
  matrix: 'Matrix',
  code: 'Code',
  compare: 'Compare',
};
const MOST_ROWS = 500; // at once; the rest comes by filter, search or the button below
let rowsShown = MOST_ROWS;

function tabs() {
  const shown = Object.entries(VIEWS).filter(
    ([view]) => view !== 'compare' || state.with || state.view === 'compare',
  );
  const tab = ([view, name]) =>
    button(name, () => go({ view }), { 'aria-current': state.view === view ? 'page' : null });
  byId('tabs').replaceChildren(...shown.map(tab));
}

function showView(now, before) {
  const focused = document.activeElement?.closest('#tabs, #sheet thead')
    ? document.activeElement.textContent
    : '';
  const render = {
    table: tableView,
    leaderboards: leaderboardsView,
    matrix: matrixView,
    code: codeView,
    compare: compareView,
  }[now.view];
  if (!render) state = { ...state, view: 'map' };
  tabs();
  document.body.dataset.view = state.view;
  byId('sheet').hidden = !render;
  for (const id of ['map', 'tools', 'note']) byId(id).hidden = Boolean(render);
  if (before.view !== now.view) rowsShown = MOST_ROWS;
  if (render) byId('sheet').replaceChildren(...render());
  if (focused)
    [...document.querySelectorAll('#tabs button, #sheet thead button')]
      .find((b) => b.textContent === focused)
      ?.focus();
}

/** A table; columns are { name, cell, number, key }, and one with a key can be sorted by. */
function grid(caption, columns, rows, look = null) {
  const head = make('tr', {}, ...columns.map(heading));
  const cell = (column, row) =>
    make('td', column.number ? { class: 'number' } : { dir: 'auto' }, ...[column.cell(row)].flat());
  const body = rows.map((row) => make('tr', {}, ...columns.map((column) => cell(column, row))));
  return make('table', { class: look }, make('caption', {}, caption), make('thead', {}, head), make('tbody', {}, ...body));
}

function heading(column) {
  const falls = state.sort === `-${column.key}`;
  const sorted = column.key && (falls || state.sort === column.key);
  const next = sorted ? (falls ? column.key : `-${column.key}`) : `${column.number ? '-' : ''}${column.key}`;
  const text = column.key
    ? button(column.name, () => go({ sort: next }), { 'data-sorted': sorted ? (falls ? '↓' : '↑') : null })
    : column.name;
  return make(
    'th',
    { scope: 'col', 'aria-sort': sorted ? (falls ? 'descending' : 'ascending') : null },
    text,
  );
}

const COLUMNS = {
  name: (n) => N.label[n].toLowerCase(),
  type: (n) => N.type[n],
  papers: (n) => (isPaper(n) ? 0 : N.papers[n]),
  year: (n) => N.year[n],
  degree: (n) => N.degree[n],
};

function sortedNodes(nodes) {
  const falls = !state.sort || state.sort.startsWith('-');
  const value = COLUMNS[state.sort.replace('-', '')] || COLUMNS.degree;
  const way = falls ? -1 : 1;
  const keyed = nodes.map((n) => [value(n), n]);
  return keyed.sort(([a, n], [b, m]) => (a < b ? -way : a > b ? way : n - m)).map(([, n]) => n);
}

function tableView() {
  const all = sortedNodes(selection()[0]);
  const columns = [
    { name: 'Name', key: 'name', cell: (n) => nodeLink(n) },
    { name: 'Type', key: 'type', cell: (n) => [dot(n), ` ${typeOf(n).name}`] },
    { name: 'Papers', key: 'papers', number: true, cell: (n) => (isPaper(n) ? '' : String(N.papers[n])) },
    { name: 'Year', key: 'year', number: true, cell: (n) => (N.year[n] ? String(N.year[n]) : '') },
    { name: 'Edges', key: 'degree', number: true, cell: (n) => String(N.degree[n]) },
  ];
  const more = () => {
    rowsShown += MOST_ROWS;
    showView(state, state);
  };
  const caption = `${all.length.toLocaleString('en')} papers and entities`;
  return [
    make('div', { class: 'row' }, button('Take away …', openTake), soft(filterWords(state).join(', '))),
    all.length
      ? grid(caption, columns, all.slice(0, rowsShown))
      : make('p', {}, 'Nothing is left by these filters.'),
    all.length > rowsShown ? button(`Show ${MOST_ROWS} more`, more) : '',
  ];
}

function linkedPapers() {
  const mask = filtered(state);
  const linked = (n) => edgesOf(n).some((e) => isLink(e) && relationOf(e).name !== 'linksTo');
  return Array.from({ length: papersCount }, (_, n) => n).filter((n) => mask[n] && linked(n));
}

function codeView() {
  const papers = linkedPapers();
  const links = (n, wanted) =>
    Array.from(edgesOf(n))
      .filter((e) => isLink(e) && wanted(relationOf(e).name))
      .flatMap((e) => {
        const there = other(e, n);
        return [
          outside(N.url[there] || N.label[there], N.label[there].replace(/^(www\.)?github\.com\//, '')),
          make('br'),
        ];
      });
  const tasks = (n) =>
    Array.from(edgesOf(n))
      .filter((e) => relationOf(e).name === 'addresses')
      .slice(0, 3)
      .flatMap((e) => [nodeLink(other(e, n)), make('br')]);
  const columns = [
    { name: 'Paper', cell: (n) => nodeLink(n) },
    { name: 'Tasks', cell: tasks },
    { name: 'Code', cell: (n) => links(n, (name) => name === 'hasCode') },
    {
      name: 'Data, models, pages',
      cell: (n) => links(n, (name) => name !== 'hasCode' && name !== 'linksTo'),
    },
  ];
  return [grid(`${papers.length} papers with code, data, models or pages`, columns, papers.slice(0, 2000))];
}
