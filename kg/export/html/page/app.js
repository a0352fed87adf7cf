// Start, search box, filters.
function checkbox(label, count, checked, change, type) {
  const input = make('input', { type: 'checkbox' });
  input.checked = checked;
  input.addEventListener('change', () => change(input.checked));
  return make('label', {}, input, type ? glyph(type) : '', label, make('small', {}, count.toLocaleString()));
}

const group = (legend, ...children) => make('fieldset', {}, make('legend', {}, legend), ...children);
const toggled = (list, name, on) => (on ? [...list, name] : list.filter((other_) => other_ !== name)).sort();
const tally = (keep, of) => { const counts = new Map(); for (let n = 0; n < keep.length; n++) if (keep[n]) for (const key of [of(n)].flat()) counts.set(key, (counts.get(key) || 0) + 1); return counts; };

function tallyRoles(keep, now) {
  const counts = new Map();
  for (let e = 0; e < E.source.length; e++) {
    if (!keep[E.source[e]] || !keep[E.target[e]] || E.score[e] < now.sure) continue;
    const name = relationOf(e).name;
    counts.set(name, (counts.get(name) || 0) + 1);
  }
  return counts;
}

let started = false;

function showFilters(now, before) {
  if (before && started && filterKey(now) === filterKey(before)) return;
  started = true;
  const box = document.getElementById('filters'), focusAt = document.activeElement && box.contains(document.activeElement) ? [...box.querySelectorAll('input,select,button')].indexOf(document.activeElement) : -1;
  const types = tally(filtered(now, 'types'), (n) => typeOf(n).name), communities = tally(filtered(now, 'community'), (n) => N.community[n]);
  const roles = tallyRoles(filtered(now, 'roles'), now);
  const years = N.year.slice(0, papersCount).filter(Boolean), isSet = filterKey(now) !== '';
  const number = (name, label, more) => { const input = make('input', { type: 'number', 'aria-label': label, value: now[name] || '', ...more }); input.addEventListener('change', () => go({ [name]: Number(input.value) || EMPTY[name] })); return make('label', {}, label, input); };
  box.replaceChildren(...[
    isSet ? button('Undo all filters', () => go({ types: [], roles: [], community: -1, code: false, from: 0, to: 0, sure: 0, papers: 1 })) : null,
    group('Type', ...core.types.filter((t) => types.has(t.name) || now.types.includes(t.name)).map((t) => checkbox(t.plural, types.get(t.name) || 0, now.types.includes(t.name), (on) => go({ types: toggled(state.types, t.name, on) }), t))),
    group('Relation', make('div', { class: 'long' }, ...core.relations.filter((r) => roles.has(r.name) || now.roles.includes(r.name)).map((r) => checkbox(r.label, roles.get(r.name) || 0, now.roles.includes(r.name), (on) => go({ roles: toggled(state.roles, r.name, on) }))))),
    group('Paper', checkbox('has code', tally(filtered(now, 'code'), (n) => (isPaper(n) && hasCode(n) ? 1 : 0)).get(1) || 0, now.code, (on) => go({ code: on })),
      years.length ? number('from', 'from year', { min: Math.min(...years), max: Math.max(...years) }) : null, years.length ? number('to', 'to year', { min: Math.min(...years), max: Math.max(...years) }) : null),
    group('Certainty and support', number('sure', 'at least % sure', { min: 0, max: 100, step: 5 }), number('papers', 'in at least papers', { min: 1 })),
    core.communities.length ? group('Community', make('div', { class: 'long' }, ...core.communities.slice(0, 60).map((c) => checkbox(short(c.name, 40), communities.get(c.id) || 0, now.community === c.id, (on) => go({ community: on ? c.id : -1 }))))) : null,
    group('Appearance', button('Light or dark', changeTheme)),
  ].filter(Boolean));
  if (focusAt >= 0) [...box.querySelectorAll('input,select,button')][focusAt]?.focus();
}

function changeTheme() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
  draw();
  network.redraw();
}

function searchBox() {
  const input = document.getElementById('search'), list = document.getElementById('hits');
  const close = () => { list.hidden = true; };
  const choose = (node) => {
    close();
    if (input.dataset.compare) go({ at: input.dataset.compare, with: N.key[node], focus: true, view: 'map' });
    else go({ at: N.key[node], with: '', focus: false });
    delete input.dataset.compare;
    input.placeholder = 'Search papers, methods, datasets … ( / )';
    const panel = document.getElementById('panel');
    panel.focus({ preventScroll: true });
    if (matchMedia('(max-width: 900px)').matches) panel.scrollIntoView(); // it stands below the map there
  };
  input.addEventListener('input', () => {
    const hits = search(input.value);
    list.replaceChildren(...(hits.length ? hits.map((n) => make('li', {}, make('button', { type: 'button', run: () => choose(n) }, dot(n), make('span', { dir: 'auto' }, short(N.label[n], 90)), make('small', {}, typeOf(n).name)))) : [make('li', { class: 'soft' }, 'Nothing found.')]));
    list.hidden = !input.value.trim();
  });
  const move = (by) => { const all = [...list.querySelectorAll('button')], at = all.indexOf(document.activeElement) + by; (at < 0 ? input : all[Math.min(at, all.length - 1)])?.focus(); };
  document.querySelector('.search').addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); move(event.key === 'ArrowDown' ? 1 : -1); }
    else if (event.key === 'Escape') { close(); input.focus(); }
    else if (event.key === 'Enter' && event.target === input) { const first = search(input.value, 1)[0]; if (first !== undefined) choose(first); }
  });
  document.addEventListener('click', (event) => { if (!event.target.closest('.search')) close(); });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !event.target.closest('input')) { event.preventDefault(); input.focus(); }
    if (event.key === 'Escape' && !event.target.closest('.search')) go({ focus: false, with: '' });
  });
}

async function start() {
  indexCore(await unpack('core'));
  const entities = N.key.length - papersCount;
  document.getElementById('counts').textContent = `${papersCount.toLocaleString()} papers, ${entities.toLocaleString()} entities, ${E.source.length.toLocaleString()} edges`;
  indexSearch();
  makeMap();
  searchBox();
  const toggle = document.getElementById('show-filters');
  toggle.addEventListener('click', () => toggle.setAttribute('aria-expanded', String(document.getElementById('filters').classList.toggle('open'))));
  listeners.push(showFilters, showView, showPanel);
  window.addEventListener('popstate', () => show());
  window.addEventListener('hashchange', () => show());
  document.querySelector('.skip').addEventListener('click', (event) => {
    event.preventDefault(); // the fragment holds the view, not a place
    document.getElementById('panel').focus();
  });
  fitBox(Array.from(N.key.keys()));
  show();
  performance.mark('kg:ready');
  document.documentElement.dataset.ready = 'true';
  readAbstracts();
}

start().catch((error) => {
  document.getElementById('note').textContent = `This page could not be drawn: ${error.message}`;
  throw error;
});
