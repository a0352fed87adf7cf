// Elements: made here and nowhere else, always from text, never from markup.

/**
 * An element with attributes and children; `run` is what a click does. Children that are null or false are left out.
 * @param {string} tag
 * @param {Object<string, *>} [attributes] null, undefined and false leave one out
 * @param {...(Node|string|null|false)} children
 */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'run') element.addEventListener('click', value);
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const byId = (id) => document.getElementById(id);
const button = (text, run, attributes = {}) => make('button', { type: 'button', run, ...attributes }, text);
const listOf = (items, attributes = {}) =>
  make('ul', attributes, ...items.map((item) => make('li', {}, ...[item].flat())));
const soft = (...children) => make('small', { class: 'soft' }, ...children);
const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);
const counted = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

// A shape for each type beside its colour; Methods, the most frequent, keep the dot.
const SHAPES = {
  Paper: 'square',
  Dataset: 'diamond',
  Benchmark: 'triangle',
  Task: 'hexagon',
  Metric: 'triangleDown',
  Repository: 'star',
};
const BLACK = '#000000'; // would vanish on a dark page: drawn in the colour of ink
const inkOf = (type) => (type.colour === BLACK ? 'var(--ink)' : type.colour);

const glyph = (type) =>
  make('span', {
    class: `dot ${SHAPES[type.name] || ''}`,
    style: `background:${inkOf(type)}`,
    'aria-hidden': 'true',
  });
const dot = (node) => glyph(typeOf(node));
const swatch = (community) =>
  make('span', { class: 'swatch', style: `background:${cloudColour(community)}`, 'aria-hidden': 'true' });

const choose = (node) =>
  go({ at: N.key[node], with: '', focus: false, view: state.view === 'compare' ? 'map' : state.view });
const nodeLink = (node, text) =>
  button(text || N.label[node], () => choose(node), { class: 'link', dir: 'auto' });

/** An address that may be followed: http or https, or a bare host; empty for anything else. */
function safe(url) {
  if (/^https?:\/\//i.test(url)) return url;
  return /^[\w.-]+\.[a-z]{2,}\//i.test(url) ? `https://${url}` : '';
}

/** A link out of the page, or its plain text if the address may not be followed. */
function outside(url, text) {
  const address = safe(url);
  if (!address) return make('span', {}, text || url);
  return make('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, text || url);
}

/** A list of at most `most` items with a button that shows the rest. */
function foldedList(items, itemOf, most = 10) {
  const list = listOf(items.slice(0, most).map(itemOf));
  if (items.length > most) {
    const all = () => list.replaceChildren(...items.map((item) => make('li', {}, ...[itemOf(item)].flat())));
    list.append(make('li', {}, button(`all ${items.length}`, all, { class: 'link more' })));
  }
  return list;
}

/** Buttons of which one is pressed; `run` gets the name of the one that is. */
function choice(label, options, { now, run }) {
  const buttons = Object.entries(options).map(([name, text]) =>
    button(text, () => run(name), { class: 'chip', 'aria-pressed': String(name === now), 'data-name': name }),
  );
  return make('div', { class: 'row', role: 'group', 'aria-label': label }, ...buttons);
}
