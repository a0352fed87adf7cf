// The map: what can be read of the graph is drawn, the rest unfolds by zooming, searching and choosing.
const MOST_NODES = 450, MOST_EDGES = 900; // that stay readable, and quick to draw in software
// A shape for each type beside its colour; Methods, the most frequent, keep the dot.
const SHAPES = { Paper: 'square', Dataset: 'diamond', Benchmark: 'triangle', Task: 'hexagon', Metric: 'triangleDown', Repository: 'star' };
let network, drawnNodes, drawnEdges, mask, pinned = new Set(), hidden = new Set(), order, redrawing = 0;

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function makeMap() {
  order = Uint32Array.from(N.key.keys()).sort((a, b) => N.degree[b] - N.degree[a] || a - b);
  drawnNodes = new vis.DataSet();
  drawnEdges = new vis.DataSet();
  network = new vis.Network(document.getElementById('map'), { nodes: drawnNodes, edges: drawnEdges }, core.options);
  network.on('click', ({ nodes, edges }) => {
    if (nodes.length) go({ at: N.key[nodes[0]], with: '' });
    else if (edges.length) showEdge(edges[0]);
  });
  network.on('doubleClick', ({ nodes }) => nodes.length && go({ at: N.key[nodes[0]], focus: true, hops: 1 }));
  for (const event of ['zoom', 'dragEnd']) network.on(event, () => later(draw));
  network.on('dragEnd', ({ nodes }) => nodes.forEach((node) => pinned.add(node)));
  network.on('resize', () => later(draw));
  network.on('afterDrawing', drawNames);
  listeners.push((now, before) => {
    mask = null;
    drawMap(!before || now.at !== before.at || now.focus !== before.focus || now.with !== before.with || now.hops !== before.hops || now.community !== before.community);
  });
  tools();
}

function later(run) {
  clearTimeout(redrawing);
  redrawing = setTimeout(run, 120);
}

// Nodes to draw: the focus and its neighbourhood or path, else the best known of what the view holds.
function chooseNodes() {
  mask = mask || filtered(state);
  const at = byKey.get(state.at), to = byKey.get(state.with);
  const shown = (n) => mask[n] && !hidden.has(n);
  if (state.focus && at !== undefined) {
    const path = to === undefined ? null : shortestPath(at, to);
    const near = path ? new Set(path) : neighbours(at, state.hops);
    const must = new Set(path || [at]);
    const rest = [...near].filter((n) => !must.has(n) && shown(n)).sort((a, b) => N.degree[b] - N.degree[a] || a - b);
    return { nodes: [...must, ...rest].slice(0, MOST_NODES), of: near.size, place: placeAround };
  }
  const view = viewport(), nodes = [], must = new Set([...pinned, ...(at === undefined ? [] : [at])]);
  let of = 0;
  for (const n of order) {
    if (!must.has(n) && (!shown(n) || !inside(view, n))) continue;
    of++;
    if (nodes.length < MOST_NODES) nodes.push(n);
  }
  for (const n of must) if (!nodes.includes(n)) nodes.push(n);
  return { nodes, of, place: null };
}

function viewport(margin = 40) {
  const box = document.getElementById('map').getBoundingClientRect();
  const a = network.DOMtoCanvas({ x: -margin, y: -margin }), b = network.DOMtoCanvas({ x: box.width + margin, y: box.height + margin });
  return [a.x, a.y, b.x, b.y];
}

const inside = ([left, top, right, bottom], n) => N.x[n] >= left && N.x[n] <= right && N.y[n] >= top && N.y[n] <= bottom;

function chooseEdges(nodes) {
  const here = new Set(nodes), chosen = [];
  for (const n of nodes) {
    for (const e of edgesOf(n)) if (E.source[e] === n && here.has(E.target[e]) && edgeShown(e, state)) chosen.push(e);
  }
  const at = byKey.get(state.at);
  const weight = (e) => (E.source[e] === at || E.target[e] === at ? 1e6 : 0) + E.score[e] - Math.min(N.degree[E.source[e]], N.degree[E.target[e]]) / 100;
  return chosen.sort((a, b) => weight(b) - weight(a) || a - b).slice(0, MOST_EDGES);
}

function draw() {
  if (state.view !== 'map') return;
  const { nodes, of, place } = chooseNodes(), edges = chooseEdges(nodes);
  const places = place ? place(nodes) : null;
  update(drawnNodes, nodes.map((n) => nodeLook(n, places && places.get(n))));
  update(drawnEdges, edges.map(edgeLook));
  network.selectNodes(nodes.filter((n) => N.key[n] === state.at), true);
  const more = of > nodes.length ? ` of ${of.toLocaleString()} here; zoom in, search or filter for the rest` : '';
  document.getElementById('note').textContent = (nodes.length ? `${nodes.length.toLocaleString()} drawn${more}` : 'Nothing is left by these filters.') + (hidden.size ? `; ${hidden.size} hidden, “All” brings them back` : '');
}

function update(set, items) {
  const now = new Set(items.map((item) => item.id));
  set.remove(set.getIds().filter((id) => !now.has(id)));
  set.update(items);
}

function nodeLook(n, place) {
  const type = typeOf(n), colour = type.colour === '#000000' ? css('--ink') : type.colour, far = isPaper(n) ? 2.5 : Math.min(4 + Math.sqrt(N.degree[n]) / 2, 9);
  return {
    id: n, x: place ? place[0] : N.x[n], y: place ? place[1] : N.y[n], size: place ? 10 : Math.max(N.size[n] / 2, far / network.getScale()),
    shape: SHAPES[type.name] || 'dot', opacity: isPaper(n) && !place ? 0.75 : 1, borderWidthSelected: 4,
    color: { background: colour, border: css('--soft'), highlight: { background: colour, border: css('--mark') }, hover: { background: colour, border: css('--mark') } },
  };
}

function edgeLook(e) {
  const near = N.key[E.source[e]] === state.at || N.key[E.target[e]] === state.at;
  return { id: e, from: E.source[e], to: E.target[e], color: { color: near ? css('--mark') : css('--line'), highlight: css('--mark'), hover: css('--mark'), opacity: near ? 0.9 : 0.55 }, width: near ? 1.5 / Math.min(network.getScale(), 1) : 1 / Math.min(network.getScale(), 1) };
}

const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

// A neighbourhood in rings around its centre by type; a path in one row.
function placeAround(nodes) {
  const places = new Map(), path = state.with && byKey.has(state.with);
  if (path) return new Map(nodes.map((n, i) => [n, [i * 180, (i % 2) * 60]]));
  const rest = nodes.slice(1).sort((a, b) => N.type[a] - N.type[b] || N.degree[b] - N.degree[a] || a - b);
  places.set(nodes[0], [0, 0]);
  let ring = 0, left = 0;
  const room = (r) => Math.max(8, Math.floor(2 * Math.PI * r / 2.6));
  rest.forEach((n) => {
    if (left === 0) { ring++; left = Math.min(room(ring * 8), rest.length - places.size + 1) || 1; ringSize = left; }
    const angle = (2 * Math.PI * (ringSize - left)) / ringSize;
    places.set(n, [Math.cos(angle) * ring * 230, Math.sin(angle) * ring * 170]);
    left--;
  });
  return places;
}
let ringSize = 1;

function drawMap(move) {
  if (state.view !== 'map') return;
  document.getElementById('map').setAttribute('aria-label', mapName());
  if (!state.focus && move) moveTo();
  draw();
  if (state.focus && move) {
    network.fit({ animation: false });
    draw(); // once more: widths depend on the scale
  }
}

function mapName() {
  const at = byKey.get(state.at);
  return `Map of ${N.key.length} nodes${at === undefined ? '' : `, ${N.label[at]} chosen`}; the table view holds the same as text`;
}

function moveTo() {
  const at = byKey.get(state.at);
  const community = core.communities.find((c) => c.id === state.community);
  if (at !== undefined) {
    if (!inside(viewport(-70), at)) // not at the edge, where its neighbours are out of sight
      network.moveTo({ position: { x: N.x[at], y: N.y[at] }, scale: Math.max(network.getScale(), 0.5) });
  } else if (community) fitBox(Array.from(N.key.keys()).filter((n) => N.community[n] === community.id));
}

function fitBox(nodes) {
  if (!nodes.length) return;
  const sorted = (of) => nodes.map((n) => of[n]).sort((a, b) => a - b), cut = Math.floor(nodes.length / 50);
  const x = sorted(N.x), y = sorted(N.y), box = document.getElementById('map').getBoundingClientRect();
  const [left, right, top, bottom] = [x[cut], x[x.length - 1 - cut], y[cut], y[y.length - 1 - cut]];
  const scale = Math.min(box.width / (right - left + 200), box.height / (bottom - top + 200), 2);
  network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale: scale || 1 });
}

const fitAll = () => { fitBox(Array.from(N.key.keys())); draw(); };

// Names are drawn here, not by the engine, so that they can step aside for each other: what is chosen first, then
// communities while the map is far away, then what is best known.
function drawNames(ctx) {
  const scale = network.getScale(), taken = [];
  ctx.save();
  ctx.textAlign = 'center';
  ctx.lineJoin = 'round';
  ctx.strokeStyle = css('--back');
  ctx.fillStyle = css('--ink');
  const at = byKey.get(state.at), chosen = drawnNodes.get(at ?? -1), nameOf = ({ id, x, y, size }) => (
    { text: short(N.label[id], isPaper(id) ? 44 : 30), x, y: y + size + 12.5 / scale, height: 12.5 / scale, weight: id === at ? 700 : 400 });
  if (chosen) drawName(ctx, taken, nameOf(chosen));
  const [left, , right] = viewport(), edge = 44 / scale;
  if (!state.focus && scale < 0.6) {
    for (const { name, x, y, size } of core.communities.slice(0, 24)) {
      const height = Math.min(21, 12 + Math.sqrt(size) / 2) / scale;
      if (size >= 4) drawName(ctx, taken, { text: short(name.split(' · ')[0], 30), x, y, height, weight: 700, between: [left + edge, right - edge] });
    }
  }
  const known = drawnNodes.get().sort((a, b) => isPaper(a.id) - isPaper(b.id) || N.degree[b.id] - N.degree[a.id]);
  const far = !state.focus && scale < 0.6; // titles are long: from afar only what papers name is named
  for (const node of known.slice(0, 250)) {
    if (node.id !== at && !(far && isPaper(node.id))) drawName(ctx, taken, nameOf(node));
  }
  ctx.restore();
}

function drawName(ctx, taken, { text, x: middle, y, height, weight, between }) {
  ctx.font = `${weight} ${height}px system-ui, sans-serif`;
  const half = ctx.measureText(text).width / 2, inView = middle > between?.[0] && middle < between?.[1];
  const x = inView ? Math.max(between[0] + half, Math.min(between[1] - half, middle)) : middle, gap = height / 3, box = [x - half - gap, y - height - gap, x + half + gap, y + gap];
  if (taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1])) return;
  taken.push(box);
  ctx.lineWidth = height / 3.5;
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
}

function tools() {
  const bar = document.getElementById('tools'), add = (text, label, run) => bar.append(button(text, run, { 'aria-label': label, title: label }));
  add('All', 'All: show the whole map', () => { pinned.clear(); hidden.clear(); go({ focus: false, at: '', with: '', community: -1 }); fitAll(); });
  add('+', 'Zoom in', () => zoom(1.5));
  add('−', 'Zoom out', () => zoom(1 / 1.5));
  add('PNG', 'PNG: save this picture', savePicture);
  add('SVG', 'SVG: save this drawing', saveDrawing);
}

function zoom(by) {
  network.moveTo({ scale: network.getScale() * by });
  later(draw);
}
