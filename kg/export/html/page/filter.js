// Which nodes the filters leave, and how many each further filter would leave.
const FILTERS = {
  types: ['types'],
  roles: ['roles'],
  community: ['community'],
  code: ['code'],
  year: ['from', 'to'],
  sure: ['sure'],
  papers: ['papers'],
};
const MASKS_KEPT = 12; // of the last few filters: one change asks for the same mask many times
const masks = new Map();

const isSet = (of, filter) => FILTERS[filter].some((name) => String(of[name]) !== String(EMPTY[name]));

/** The filters that are set, as a text; the one named `apart` is left out. */
function filterKey(of, apart = '') {
  const names = Object.keys(FILTERS)
    .filter((name) => name !== apart)
    .flatMap((name) => FILTERS[name]);
  const set = names.filter((name) => String(of[name]) !== String(EMPTY[name]));
  return set.map((name) => `${name}=${of[name]}`).join('&');
}

/**
 * Which nodes the filters leave, as a mask; one on a thing of its own counts the others, so that its options show what
 * they would give.
 */
function filtered(of, apart = '') {
  const key = filterKey(of, apart);
  if (!masks.has(key)) {
    if (masks.size > MASKS_KEPT) masks.clear();
    masks.set(key, makeMask(of, apart));
  }
  return masks.get(key);
}

const inYears = (n, of) =>
  (!of.from || N.year[n] >= of.from) && (!of.to || (N.year[n] && N.year[n] <= of.to));
const edgeShown = (edge, of) =>
  E.score[edge] >= of.sure && (!of.roles.length || of.roles.includes(relationOf(edge).name));

function makeMask(of, apart) {
  const keep = new Uint8Array(N.key.length).fill(1);
  const on = (filter) => filter !== apart && isSet(of, filter);
  const drop = (test) => {
    for (let n = 0; n < keep.length; n++) if (keep[n] && !test(n)) keep[n] = 0;
  };
  if (on('year')) drop((n) => !isPaper(n) || inYears(n, of));
  if (on('code')) drop((n) => !isPaper(n) || hasCode(n));
  // Papers first, then only what they name; a filter on type must not take away the papers that this rests on.
  const named = (n) => edgesOf(n).some((e) => isPaper(other(e, n)) && keep[other(e, n)]);
  if (on('year') || on('code')) drop((n) => isPaper(n) || named(n));
  if (on('types')) drop((n) => of.types.includes(typeOf(n).name));
  if (on('community')) drop((n) => N.community[n] === of.community);
  if (on('papers')) drop((n) => isPaper(n) || N.papers[n] >= of.papers);
  if (on('roles')) drop((n) => edgesOf(n).some((e) => of.roles.includes(relationOf(e).name)));
  if (on('sure')) drop((n) => isPaper(n) || edgesOf(n).some((e) => E.score[e] >= of.sure));
  return keep;
}

/** How often each value of `of` is among the nodes that a mask keeps. */
function tally(keep, of) {
  const counts = new Map();
  for (let n = 0; n < keep.length; n++) if (keep[n]) counts.set(of(n), (counts.get(of(n)) || 0) + 1);
  return counts;
}

function tallyRelations(keep, now) {
  const counts = new Map();
  for (let e = 0; e < E.source.length; e++) {
    if (!keep[E.source[e]] || !keep[E.target[e]] || E.score[e] < now.sure) continue;
    const name = relationOf(e).name;
    counts.set(name, (counts.get(name) || 0) + 1);
  }
  return counts;
}

/** The filters that are set, in words. */
function filterWords(of) {
  const community = core.communities.find((c) => c.id === of.community);
  const plural = (name) => core.types.find((t) => t.name === name)?.plural.toLowerCase() || name;
  const label = (name) => core.relations.find((r) => r.name === name)?.label || name;
  return [
    of.types.length ? of.types.map(plural).join(', ') : '',
    of.roles.length ? `joined by ${of.roles.map(label).join(', ')}` : '',
    community ? `around ${community.name}` : '',
    of.code ? 'with code' : '',
    of.from ? `from ${of.from}` : '',
    of.to ? `to ${of.to}` : '',
    of.sure ? `at least ${of.sure} % sure` : '',
    of.papers > 1 ? `in at least ${of.papers} papers` : '',
  ].filter(Boolean);
}

/** What is taken away: [nodes, in words, whether the filters alone tell which]. */
function selection() {
  const hidden = new Set(nodesAt(state.hidden));
  const mask = filtered(state);
  const kept = (n) => mask[n] && !hidden.has(n);
  const words = filterWords(state);
  if (state.view === 'compare' && partner() !== undefined && chosen() !== undefined) {
    const both = sides(chosen(), partner()).flatMap(({ both }) => both);
    return [
      [chosen(), partner(), ...both],
      `“${N.label[chosen()]}”, “${N.label[partner()]}” and what both share`,
      false,
    ];
  }
  if (state.view === 'map' && state.focus && chosen() !== undefined) {
    return [focusNodes().nodes, `what is drawn around “${N.label[chosen()]}”`, false];
  }
  if (state.view === 'code') return [linkedPapers(), ['papers with links', ...words].join(', '), false];
  const nodes = allNodes().filter(kept);
  return [nodes, words.length ? words.join(', ') : 'everything', !hidden.size && state.community < 0];
}
