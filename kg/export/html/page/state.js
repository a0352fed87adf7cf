// What is shown, as plain data; it lives in the address's fragment, so that a view can be sent, and back and forward work.
const EMPTY = { view: 'map', at: '', with: '', hops: 1, focus: false, types: [], roles: [], community: -1, code: false, from: 0, to: 0, sure: 0, papers: 1 };
let state = { ...EMPTY };
const listeners = [];

function readFragment(hash) {
  const given = new URLSearchParams(hash.slice(1)), next = { ...EMPTY };
  for (const [name, empty] of Object.entries(EMPTY)) {
    if (!given.has(name)) continue;
    const text = given.get(name);
    next[name] = Array.isArray(empty) ? text.split(',').filter(Boolean) : typeof empty === 'number' ? Number(text) || 0 : typeof empty === 'boolean' ? text === '1' : text;
  }
  return next;
}

function writeFragment(of) {
  const out = new URLSearchParams();
  for (const [name, empty] of Object.entries(EMPTY)) {
    if (String(of[name]) !== String(empty)) out.set(name, of[name] === true ? '1' : of[name]);
  }
  return `#${out}`;
}

function go(change) {
  const hash = writeFragment({ ...state, ...change });
  if (hash !== writeFragment(state)) remember(hash);
  show(hash);
}

// In a notebook's frame the page has no address of its own: it then works without back and forward.
function remember(hash) {
  try {
    history.pushState(null, '', hash);
  } catch (error) {
    if (error.name !== 'SecurityError') throw error;
  }
}

function show(hash = location.hash) {
  const before = state;
  state = readFragment(hash);
  for (const listener of listeners) listener(state, before);
}

const FILTERS = { types: ['types'], roles: ['roles'], community: ['community'], code: ['code'], year: ['from', 'to'], sure: ['sure'], papers: ['papers'] };
const masks = new Map(); // of the last few filters: one change asks for the same mask many times

// The filters that are set, as a text; those named `without` are left out.
function filterKey(of, without = '') {
  const names = Object.keys(FILTERS).filter((name) => name !== without).flatMap((name) => FILTERS[name]);
  return names.filter((name) => String(of[name]) !== String(EMPTY[name])).map((name) => `${name}=${of[name]}`).join('&');
}

// Which nodes the filters leave, as a mask; a filter on one thing counts the others, so that its options show what they would give.
function filtered(of, without = '') {
  const key = filterKey(of, without);
  if (!masks.has(key)) {
    if (masks.size > 12) masks.clear();
    masks.set(key, makeMask(of, without));
  }
  return masks.get(key);
}

function makeMask(of, without) {
  const keep = new Uint8Array(N.key.length).fill(1);
  const drop = (test) => { for (let n = 0; n < keep.length; n++) if (keep[n] && !test(n)) keep[n] = 0; };
  if (of.from && without !== 'year') drop((n) => !isPaper(n) || N.year[n] >= of.from);
  if (of.to && without !== 'year') drop((n) => !isPaper(n) || (N.year[n] && N.year[n] <= of.to));
  if (of.code && without !== 'code') drop((n) => !isPaper(n) || hasCode(n));
  // Papers first, then only what they name; a filter on type must not take away the papers that this rests on.
  if (narrowsPapers(of)) drop((n) => isPaper(n) || edgesOf(n).some((e) => isPaper(other(e, n)) && keep[other(e, n)]));
  if (of.types.length && without !== 'types') drop((n) => of.types.includes(typeOf(n).name));
  if (of.community >= 0 && without !== 'community') drop((n) => N.community[n] === of.community);
  if (of.papers > 1 && without !== 'papers') drop((n) => isPaper(n) || N.papers[n] >= of.papers);
  if (of.roles.length && without !== 'roles') drop((n) => edgesOf(n).some((e) => of.roles.includes(relationOf(e).name)));
  if (of.sure && without !== 'sure') drop((n) => isPaper(n) || edgesOf(n).some((e) => E.score[e] >= of.sure));
  return keep;
}

const narrowsPapers = (of) => of.from || of.to || of.code;
const hasCode = (paper) => edgesOf(paper).some((e) => relationOf(e).name === 'hasCode');
const edgeShown = (edge, of) => E.score[edge] >= of.sure && (!of.roles.length || of.roles.includes(relationOf(edge).name));

function neighbours(node, hops) {
  let front = [node];
  const seen = new Set(front);
  for (let hop = 0; hop < hops; hop++) {
    front = front.flatMap((n) => Array.from(edgesOf(n), (e) => other(e, n))).filter((n) => !seen.has(n) && seen.add(n));
  }
  return seen;
}

// The shortest path between two nodes that does not run through things that hundreds of papers name, if there is one.
function shortestPath(from, to) {
  return pathWithin(from, to, 60) || pathWithin(from, to, Infinity);
}

function pathWithin(from, to, busiest) {
  const came = new Map([[from, -1]]);
  let front = [from];
  while (front.length && !came.has(to)) {
    const next = [];
    for (const node of front) {
      for (const edge of edgesOf(node)) {
        const there = other(edge, node);
        if (came.has(there) || (there !== to && N.degree[there] > busiest)) continue;
        came.set(there, node);
        next.push(there);
      }
    }
    front = next;
  }
  if (!came.has(to)) return null;
  const path = [];
  for (let node = to; node !== -1; node = came.get(node)) path.unshift(node);
  return path;
}
