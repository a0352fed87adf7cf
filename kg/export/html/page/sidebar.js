// The filters at the side: each option with the number of things that it would leave.
const folded = new Set(['Relation']); // groups that are closed until someone opens them

function checkbox(label, count, { checked, change, mark, title }) {
  const input = make('input', { type: 'checkbox' });
  input.checked = checked;
  input.addEventListener('change', () => change(input.checked));
  return make(
    'label',
    { title },
    input,
    mark,
    make('span', { class: 'text', dir: 'auto' }, label),
    make('small', {}, count.toLocaleString('en')),
  );
}

function numberField(name, label, limits) {
  const input = make('input', { type: 'number', value: state[name] || '', ...limits });
  input.addEventListener('change', () => go({ [name]: Number(input.value) || EMPTY[name] }));
  return make('label', {}, make('span', { class: 'text' }, label), input);
}

function group(name, used, children) {
  if (!children.length) return null;
  const box = make('details', { open: used || !folded.has(name) }, make('summary', {}, name), ...children);
  box.addEventListener('toggle', () => (box.open ? folded.delete(name) : folded.add(name)));
  return box;
}

let sidebarDrawn = false;

function showFilters(now, before) {
  if (sidebarDrawn && filterKey(now) === filterKey(before)) return;
  sidebarDrawn = true;
  const box = byId('filters');
  const fields = () => [...box.querySelectorAll('input, button, summary')];
  const focusAt = fields().indexOf(document.activeElement);
  const undo = filterKey(now) && button('Undo all filters', () => go(NO_FILTERS), { class: 'undo' });
  box.replaceChildren(
    ...[undo, typeGroup(now), relationGroup(now), paperGroup(now), supportGroup(now), topicGroup(now)].filter(
      Boolean,
    ),
  );
  if (focusAt >= 0) fields()[focusAt]?.focus();
}

function typeGroup(now) {
  const counts = tally(filtered(now, 'types'), (n) => typeOf(n).name);
  const shown = core.types.filter((t) => counts.has(t.name) || now.types.includes(t.name));
  const item = (t) =>
    checkbox(t.plural, counts.get(t.name) || 0, {
      checked: now.types.includes(t.name),
      change: (on) => go({ types: toggled(state.types, t.name, on) }),
      mark: glyph(t),
      title: t.doc,
    });
  return group('Type', now.types.length, shown.map(item));
}

function relationGroup(now) {
  const counts = tallyRelations(filtered(now, 'roles'), now);
  const shown = core.relations.filter((r) => counts.has(r.name) || now.roles.includes(r.name));
  const item = (r) =>
    checkbox(r.label, counts.get(r.name) || 0, {
      checked: now.roles.includes(r.name),
      change: (on) => go({ roles: toggled(state.roles, r.name, on) }),
      title: r.doc,
    });
  return group('Relation', now.roles.length, shown.map(item));
}

function paperGroup(now) {
  const mask = filtered(now, 'code');
  let coded = 0;
  for (let n = 0; n < papersCount; n++) coded += mask[n] && hasCode(n) ? 1 : 0;
  const years = N.year
    .slice(0, papersCount)
    .filter(Boolean)
    .sort((a, b) => a - b);
  const limits = { min: years[0], max: years[years.length - 1] };
  const code = checkbox('has code', coded, { checked: now.code, change: (on) => go({ code: on }) });
  const dated = years.length
    ? [
        numberField('from', `from year (${limits.min})`, limits),
        numberField('to', `to year (${limits.max})`, limits),
      ]
    : [];
  return group('Papers that', now.code || now.from || now.to, [code, ...dated]);
}

function supportGroup(now) {
  const fields = [
    numberField('sure', 'sure, at least %', { min: 0, max: 100, step: 5 }),
    numberField('papers', 'papers, at least', { min: 1 }),
  ];
  return group('Certainty and support', now.sure || now.papers > 1, fields);
}

function topicGroup(now) {
  const counts = tally(filtered(now, 'community'), (n) => N.community[n]);
  const shown = core.communities
    .filter((c) => c.size >= CLOUD_SIZE || now.community === c.id)
    .slice(0, CLOUDS);
  const item = (c) =>
    checkbox(c.name.split(' · ')[0], counts.get(c.id) || 0, {
      checked: now.community === c.id,
      change: (on) => go({ community: on ? c.id : -1 }),
      mark: swatch(c.id),
      title: c.name,
    });
  return group('Topic', now.community >= 0, shown.map(item));
}
