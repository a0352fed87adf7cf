// What is shown, as plain data; it lives in the address's fragment, so that a view can be sent, and back and forward work.
const EMPTY = {
  view: 'map',
  at: '', // key of what is chosen
  with: '', // key of what it is compared with
  hops: 1,
  focus: false,
  types: [],
  roles: [],
  community: -1,
  code: false,
  from: 0,
  to: 0,
  sure: 0, // percent
  papers: 1,
  sort: '', // column of the table, with - before it if it falls
  pins: [], // x:y:key
  hidden: [],
  open: [], // keys whose neighbours are drawn with them
  spot: '', // x,y,scale of the map, once it has been moved by hand
};
const NO_FILTERS = { types: [], roles: [], community: -1, code: false, from: 0, to: 0, sure: 0, papers: 1 };
let state = { ...EMPTY };
const listeners = [];

const escapeItem = (text) => text.replace(/[%,]/g, encodeURIComponent);
const unescapeItem = (text) => text.replace(/%2C|%25/gi, decodeURIComponent);
const textOfValue = (value) =>
  Array.isArray(value) ? value.map(escapeItem).join(',') : value === true ? '1' : String(value);

function valueOf(text, empty) {
  if (Array.isArray(empty)) return text.split(',').filter(Boolean).map(unescapeItem);
  if (typeof empty === 'number') return Number(text) || 0;
  return typeof empty === 'boolean' ? text === '1' : text;
}

function readFragment(hash) {
  const given = new URLSearchParams(hash.slice(1));
  const next = { ...EMPTY };
  for (const [name, empty] of Object.entries(EMPTY))
    if (given.has(name)) next[name] = valueOf(given.get(name), empty);
  return next;
}

function writeFragment(of) {
  const out = new URLSearchParams();
  for (const [name, empty] of Object.entries(EMPTY)) {
    const text = textOfValue(of[name]);
    if (text !== textOfValue(empty)) out.set(name, text);
  }
  return `#${out}`;
}

/** Change what is shown; the way back leads to what was shown before. */
function go(change) {
  const hash = writeFragment({ ...state, ...change });
  if (hash !== writeFragment(state)) remember(hash, 'pushState');
  show(hash);
}

/** Note something of what is shown that is not worth a step back, such as where the map stands. */
function note(change) {
  state = { ...state, ...change };
  remember(writeFragment(state), 'replaceState');
}

// In a notebook's frame the page has no address of its own: it then works without back and forward.
function remember(hash, how) {
  try {
    history[how](null, '', hash);
  } catch (error) {
    if (error.name !== 'SecurityError') throw error;
  }
}

function show(hash = location.hash) {
  const before = state;
  state = readFragment(hash);
  for (const listener of listeners) listener(state, before);
}

const nodesAt = (keys) => keys.map((key) => byKey.get(key)).filter((node) => node !== undefined);
const chosen = () => byKey.get(state.at);
const partner = () => byKey.get(state.with);
const without = (list, item) => list.filter((each) => each !== item);
const toggled = (list, name, on) => (on ? [...without(list, name), name] : without(list, name)).sort();
