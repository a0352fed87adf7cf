// The map: what can be read of the graph is drawn, the rest unfolds by zooming, searching and choosing.
const MOST_NODES = 450; // that stay readable, and quick to draw in software
const MOST_EDGES = 900;
const MOST_EXPANDED = 80; // neighbours drawn with a node that is expanded
const QUIET = 120; // milliseconds without a movement before the map is chosen anew
let network, drawnNodes, drawnEdges, waiting;

function makeMap() {
  drawnNodes = new vis.DataSet();
  drawnEdges = new vis.DataSet();
  network = new vis.Network(byId('map'), { nodes: drawnNodes, edges: drawnEdges }, core.options);
  network.on('click', ({ nodes, edges }) => {
    if (nodes.length) go({ at: N.key[nodes[0]], with: '' });
    else if (edges.length) showEdge(edges[0]);
  });
  network.on('doubleClick', ({ nodes }) => nodes.length && go({ at: N.key[nodes[0]], focus: true, hops: 1 }));
  hoverWords();
  network.on('zoom', moved);
  network.on('dragEnd', ({ nodes }) => (nodes.length ? nodes.forEach(pinWhereItIs) : moved()));
  network.on('resize', () => later(draw));
  network.on('beforeDrawing', drawClouds);
  network.on('afterDrawing', drawNames);
  byId('map').addEventListener('keydown', moveByKey);
  listeners.push((now, before) => {
    const topicLeft = now.community < 0 && before.community >= 0;
    drawMap({ moves: mapMoves(now, before), spotGiven: now.spot !== before.spot, topicLeft });
  });
}

function later(run) {
  clearTimeout(waiting);
  waiting = setTimeout(run, QUIET);
}

const mapMoves = (now, before) =>
  !before || ['view', 'at', 'with', 'focus', 'hops', 'community'].some((name) => now[name] !== before[name]);

// After a movement by hand: what is drawn is chosen anew, and the place goes into the address.
function moved() {
  later(() => {
    draw();
    noteSpot();
  });
}

function noteSpot() {
  if (state.focus) return;
  const { x, y } = network.getViewPosition();
  note({ spot: [Math.round(x), Math.round(y), network.getScale().toPrecision(3)].join() });
}

function pinWhereItIs(node) {
  if (state.focus) return;
  const { x, y } = network.getPosition(node);
  pin(node, [Math.round(x), Math.round(y)]);
}

// A pinned node stays drawn, where it was put, whatever is filtered or out of sight.
const pins = () =>
  new Map(
    state.pins
      .map((text) => text.match(/^(-?\d+):(-?\d+):(.*)$/))
      .filter(Boolean)
      .map(([, x, y, key]) => [byKey.get(key), [Number(x), Number(y)]])
      .filter(([node]) => node !== undefined),
  );
const pinTexts = (of) => [...of].map(([node, [x, y]]) => `${x}:${y}:${N.key[node]}`);
const pin = (node, place = [N.x[node], N.y[node]]) => go({ pins: pinTexts(pins().set(node, place)) });
const unpin = (node) => go({ pins: pinTexts([...pins()].filter(([pinned]) => pinned !== node)) });

const shownByFilters = () => {
  const mask = filtered(state);
  const hidden = new Set(nodesAt(state.hidden));
  return (n) => mask[n] && !hidden.has(n);
};

/** Nodes to draw: { nodes, of (how many there would be), places (or null: where the graph puts them) }. */
const chooseNodes = () => (state.focus && chosen() !== undefined ? focusNodes() : viewNodes());

/** What is chosen with its neighbourhood, or the path to its partner. */
function focusNodes() {
  const path = partner() === undefined ? null : shortestPath(chosen(), partner());
  const near = path ? new Set(path) : neighbours(chosen(), state.hops);
  const must = path || [chosen()];
  const shown = shownByFilters();
  const rest = [...near].filter((n) => !must.includes(n) && shown(n));
  rest.sort((a, b) => N.degree[b] - N.degree[a] || a - b);
  const nodes = [...must, ...rest].slice(0, MOST_NODES);
  return { nodes, of: near.size, places: path ? placeInRow(nodes) : placeAround(nodes) };
}

/** The best known of what is in view, and what has been chosen, pinned or expanded. */
function viewNodes() {
  const shown = shownByFilters();
  const must = new Set([
    ...pins().keys(),
    ...nodesAt(state.open),
    ...[chosen()].filter((n) => n !== undefined),
  ]);
  for (const node of nodesAt(state.open)) {
    const near = [...neighbours(node, 1)].filter(shown).sort((a, b) => N.degree[b] - N.degree[a] || a - b);
    near.slice(0, MOST_EXPANDED).forEach((n) => must.add(n));
  }
  const box = viewport(40);
  const nodes = [...must];
  let of = must.size;
  for (const n of order) {
    if (must.has(n) || !shown(n) || !inside(box, n)) continue;
    of++;
    if (nodes.length < MOST_NODES) nodes.push(n);
  }
  return { nodes, of, places: pins() };
}

/** The part of the map that is in sight, with a margin in pixels: [left, top, right, bottom]. */
function viewport(margin = 0) {
  const box = byId('map').getBoundingClientRect();
  const a = network.DOMtoCanvas({ x: -margin, y: -margin });
  const b = network.DOMtoCanvas({ x: box.width + margin, y: box.height + margin });
  return [a.x, a.y, b.x, b.y];
}

const inside = ([left, top, right, bottom], n) =>
  N.x[n] >= left && N.x[n] <= right && N.y[n] >= top && N.y[n] <= bottom;

function chooseEdges(nodes) {
  const here = new Set(nodes);
  const found = [];
  for (const n of nodes) {
    for (const e of edgesOf(n))
      if (E.source[e] === n && here.has(E.target[e]) && edgeShown(e, state)) found.push(e);
  }
  const touches = (e) => E.source[e] === chosen() || E.target[e] === chosen();
  const busy = (e) => Math.min(N.degree[E.source[e]], N.degree[E.target[e]]);
  const worth = new Map(found.map((e) => [e, (touches(e) ? 1e6 : 0) + E.score[e] - busy(e) / 100]));
  return found.sort((a, b) => worth.get(b) - worth.get(a) || a - b).slice(0, MOST_EDGES);
}

function draw() {
  if (state.view !== 'map') return;
  const { nodes, of, places } = chooseNodes();
  update(
    drawnNodes,
    nodes.map((n) => nodeLook(n, places && places.get(n))),
  );
  update(drawnEdges, chooseEdges(nodes).map(edgeLook));
  network.selectNodes(
    nodes.filter((n) => n === chosen()),
    true,
  );
  byId('note').replaceChildren(...drawnWords(nodes.length, of));
}

function drawnWords(count, of) {
  const more =
    of > count ? ` of ${of.toLocaleString('en')} here; zoom in, search or filter for the rest` : '';
  const words = count ? `${count.toLocaleString('en')} drawn${more}` : 'Nothing is left by these filters.';
  if (!state.hidden.length) return [words];
  return [
    words,
    ` · ${state.hidden.length} hidden `,
    button('Show again', () => go({ hidden: [] }), { class: 'link' }),
  ];
}

function update(set, items) {
  const now = new Set(items.map((item) => item.id));
  set.remove(set.getIds().filter((id) => !now.has(id)));
  set.update(items);
}

// A path in one row, or in one column where the map is high and narrow.
function placeInRow(nodes) {
  const { width, height } = byId('map').getBoundingClientRect();
  if (height > width) return new Map(nodes.map((n, i) => [n, [0, i * 90]]));
  return new Map(nodes.map((n, i) => [n, [i * 190, (i % 2) * 70]]));
}

const NAME_STEP = 34; // between names that stand under each other, in the unit of the places
const MOST_NAMED = 64; // nodes around a centre that all get a name

/** A neighbourhood around its centre, by type: the best known in two curves with a name each, the rest within. */
function placeAround(nodes) {
  const places = new Map([[nodes[0], [0, 0]]]);
  const rest = nodes.slice(1);
  const byType = (of) => of.sort((a, b) => N.type[a] - N.type[b] || N.degree[b] - N.degree[a] || a - b);
  const { width, height } = byId('map').getBoundingClientRect();
  const flat = Math.min(1.6, Math.max(0.3, (width - 2 * sideRoom()) / (height - 120)));
  const high = Math.max(170, (Math.min(rest.length, MOST_NAMED) * NAME_STEP) / 4);
  placeCurves(byType(rest.slice(0, MOST_NAMED)), { high, flat }).forEach((place, n) => places.set(n, place));
  const inner = byType(rest.slice(MOST_NAMED));
  for (let ring = 0, from = 0; from < inner.length; ring++) {
    const part = inner.slice(from, from + 60);
    const radius = high * (0.85 - 0.12 * (ring % 6)) - ring;
    part.forEach((n, i) => {
      const angle = (2 * Math.PI * (i + (ring % 2) / 2)) / part.length;
      places.set(n, [Math.cos(angle) * radius * flat, Math.sin(angle) * radius]);
    });
    from += part.length;
  }
  return places;
}

/** Down the right and up the left of an ellipse, at even heights so that no name covers another. */
function placeCurves(nodes, { high, flat }) {
  const right = Math.ceil(nodes.length / 2);
  const place = (side, i, count) => {
    const y = count > 1 ? (2 * i) / (count - 1) - 1 : 0;
    return [side * flat * high * Math.max(0.25, Math.sqrt(1 - y * y)), y * high];
  };
  const at = (i) => (i < right ? place(1, i, right) : place(-1, nodes.length - 1 - i, nodes.length - right));
  return new Map(nodes.map((n, i) => [n, at(i)]));
}

function drawMap({ moves, spotGiven, topicLeft }) {
  if (state.view !== 'map') return;
  byId('map').setAttribute('aria-label', mapName());
  if (spotGiven && state.spot) goToSpot();
  else if (!state.focus && moves) moveTo(topicLeft);
  draw();
  if (!state.focus || !moves) return;
  fitFocus();
  draw(); // once more: widths depend on the scale
}

function goToSpot() {
  const [x, y, scale] = state.spot.split(',').map(Number);
  if ([x, y].every(Number.isFinite) && scale > 0) network.moveTo({ position: { x, y }, scale });
}

function mapName() {
  const at = chosen() === undefined ? '' : `, ${N.label[chosen()]} chosen`;
  return `Map of ${N.key.length} nodes${at}; arrow keys, + and − move it; the table view holds the same as text`;
}

function moveTo(topicLeft) {
  const community = core.communities.find((c) => c.id === state.community);
  if (chosen() !== undefined) {
    if (inside(viewport(-70), chosen())) return; // not at the edge, where its neighbours are out of sight
    network.moveTo({
      position: { x: N.x[chosen()], y: N.y[chosen()] },
      scale: Math.max(network.getScale(), 0.5),
    });
  } else if (community) fitBox(allNodes().filter((n) => N.community[n] === community.id));
  else if (topicLeft) fitBox(allNodes());
  else return;
  if (state.spot) noteSpot();
}

function fitBox(nodes) {
  if (!nodes.length) return;
  const cut = Math.floor(nodes.length / 50); // the outermost do not count
  const range = (of) => {
    const sorted = nodes.map((n) => of[n]).sort((a, b) => a - b);
    return [sorted[cut], sorted[sorted.length - 1 - cut]];
  };
  fit(range(N.x), range(N.y), { x: 60, y: 50 });
}

/** Pixels left for names at either side of a neighbourhood. */
const sideRoom = () => Math.min(240, byId('map').getBoundingClientRect().width * 0.3);

/** What is drawn, with room for the names beside it. */
function fitFocus() {
  const drawn = drawnNodes.get();
  const range = (of) => [Math.min(...drawn.map((n) => n[of])), Math.max(...drawn.map((n) => n[of]))];
  fit(range('x'), range('y'), { x: partner() === undefined ? sideRoom() : 60, y: 60 });
}

/** Fit a box into the map, with a margin in pixels. */
function fit([left, right], [top, bottom], margin) {
  const { width, height } = byId('map').getBoundingClientRect();
  const scale = Math.min(
    (width - 2 * margin.x) / (right - left || 1),
    (height - 2 * margin.y) / (bottom - top || 1),
    1.3,
  );
  network.moveTo({
    position: { x: (left + right) / 2, y: (top + bottom) / 2 },
    scale: Math.max(scale, 0.01),
  });
}

function showAll() {
  go({ focus: false, at: '', with: '', community: -1, pins: [], hidden: [], open: [], spot: '' });
  fitBox(allNodes());
  draw();
}

function tools() {
  const tool = (text, label, run) => button(text, run, { 'aria-label': label, title: label });
  byId('tools').append(
    tool('All', 'All: show the whole map', showAll),
    tool('+', 'Zoom in', () => zoom(1.5)),
    tool('−', 'Zoom out', () => zoom(1 / 1.5)),
  );
}

function zoom(by) {
  network.moveTo({ scale: network.getScale() * by });
  moved();
}

function moveByKey(event) {
  const step = { ArrowLeft: [-80, 0], ArrowRight: [80, 0], ArrowUp: [0, -80], ArrowDown: [0, 80] }[event.key];
  if (event.key === '+' || event.key === '-') zoom(event.key === '+' ? 1.5 : 1 / 1.5);
  else if (step) {
    const { x, y } = network.getViewPosition();
    const scale = network.getScale();
    network.moveTo({ position: { x: x + step[0] / scale, y: y + step[1] / scale } });
    moved();
  } else return;
  event.preventDefault();
}
