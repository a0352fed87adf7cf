// Start: the search box, the keys, light and dark, and the first view.
const PLACEHOLDER = 'Search papers, methods, datasets … ( / )';

function changeTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  redrawMap();
}

function redrawMap() {
  draw();
  network.redraw();
}

/** Open what was found, or compare it with what is waiting to be compared. */
function chooseFound(node) {
  const input = byId('search');
  byId('hits').hidden = true;
  if (input.dataset.compare)
    go({ at: input.dataset.compare, with: N.key[node], focus: false, view: 'compare' });
  else choose(node);
  delete input.dataset.compare;
  input.placeholder = PLACEHOLDER;
  const panel = byId('panel');
  panel.focus({ preventScroll: true });
  if (matchMedia('(max-width: 900px)').matches && state.view !== 'compare') panel.scrollIntoView(); // it stands below the map there
}

function showHits() {
  const { value } = byId('search');
  const item = (n) => button('', () => chooseFound(n), {});
  const found = search(value).map((n) => {
    const hit = item(n);
    hit.append(
      dot(n),
      make('span', { dir: 'auto' }, short(N.label[n], 90)),
      make('small', {}, isPaper(n) ? N.year[n] || 'Paper' : `${typeOf(n).name} · ${counted(N.papers[n], 'paper')}`),
    );
    return make('li', {}, hit);
  });
  byId('hits').replaceChildren(...(found.length ? found : [make('li', { class: 'soft' }, 'Nothing found.')]));
  byId('hits').hidden = !value.trim();
}

function moveInHits(by) {
  const all = [...byId('hits').querySelectorAll('button')];
  const at = all.indexOf(document.activeElement) + by;
  (at < 0 ? byId('search') : all[Math.min(at, all.length - 1)])?.focus();
}

function searchBox() {
  const input = byId('search');
  const box = document.querySelector('.search');
  const close = () => (byId('hits').hidden = true);
  input.addEventListener('input', showHits);
  box.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      moveInHits(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Escape') {
      close();
      input.focus();
    } else if (event.key === 'Enter' && event.target === input) {
      const [first] = search(input.value, 1);
      if (first !== undefined) chooseFound(first);
    }
  });
  box.addEventListener(
    'focusout',
    (event) => box.contains(event.relatedTarget) || !event.relatedTarget || close(),
  );
  document.addEventListener('click', (event) => event.target.closest('.search') || close());
}

function shortcuts() {
  document.addEventListener('keydown', (event) => {
    if (event.target.closest('input, dialog') || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/') {
      event.preventDefault();
      byId('search').focus();
    } else if (event.key === 'Escape' && !event.target.closest('.search'))
      go({ focus: false, with: '', view: state.view === 'compare' ? 'map' : state.view });
  });
  document.querySelector('.skip').addEventListener('click', (event) => {
    event.preventDefault(); // the fragment holds the view, not a place
    byId('panel').focus();
  });
}

function headerButtons() {
  const toggle = byId('show-filters');
  toggle.addEventListener('click', () =>
    toggle.setAttribute('aria-expanded', String(byId('filters').classList.toggle('open'))),
  );
  byId('theme').addEventListener('click', changeTheme);
  byId('open-take').addEventListener('click', openTake);
}

// Paper is white: the map is drawn in light colours while it is printed.
function printing() {
  const root = document.documentElement;
  let before;
  window.addEventListener('beforeprint', () => {
    before = root.dataset.theme;
    root.dataset.theme = 'light';
    redrawMap();
  });
  window.addEventListener('afterprint', () => {
    if (before) root.dataset.theme = before;
    else delete root.dataset.theme;
    redrawMap();
  });
}

async function start() {
  indexCore(await unpack('core'));
  const entities = N.key.length - papersCount;
  byId('counts').textContent =
    `${counted(papersCount, 'paper')}, ${counted(entities, 'entity', 'entities')}, ${counted(E.source.length, 'edge')}`;
  indexNames();
  makeMap();
  tools();
  searchBox();
  shortcuts();
  headerButtons();
  printing();
  listeners.unshift(showView);
  listeners.push(showFilters, showPanel);
  window.addEventListener('popstate', () => show());
  window.addEventListener('hashchange', () => show());
  fitBox(allNodes());
  show();
  performance.mark('kg:ready');
  document.documentElement.dataset.ready = 'true';
  readAbstracts();
}

start().catch((error) => {
  byId('note').textContent = `This page could not be drawn: ${error.message}`;
  throw error;
});
