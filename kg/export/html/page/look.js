// How the map looks: nodes, edges, the clouds of communities, and names that step aside for each other.
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const FAR = 0.6; // scale of the map below which communities are named and papers are not

function nodeLook(n, place) {
  const type = typeOf(n);
  const colour = type.colour === BLACK ? css('--ink') : type.colour;
  const least = isPaper(n) ? 2.5 : Math.min(4 + Math.sqrt(N.degree[n]) / 2, 9); // pixels, however far the map is
  const [x, y] = place || [N.x[n], N.y[n]];
  return {
    id: n,
    x,
    y,
    size: state.focus ? (n === chosen() ? 16 : 9) : Math.max(N.size[n] / 2, least / network.getScale()),
    shape: SHAPES[type.name] || 'dot',
    opacity: isPaper(n) && !state.focus ? 0.75 : 1,
    borderWidthSelected: 4,
    color: {
      background: colour,
      border: css('--back'),
      highlight: { background: colour, border: css('--mark') },
      hover: { background: colour, border: css('--mark') },
    },
  };
}

function edgeLook(e) {
  const [from, to] = [E.source[e], E.target[e]];
  const near = [from, to].includes(chosen()) || (state.focus && partner() !== undefined);
  const within = N.community[from] === N.community[to];
  return {
    id: e,
    from,
    to,
    color: {
      color: near ? css('--mark') : css('--line'),
      highlight: css('--mark'),
      hover: css('--mark'),
      opacity: near ? 0.85 : within || state.focus ? 0.7 : 0.3,
    },
    width: (near && drawnNodes.length < 40 ? 1.5 : 1) / Math.min(network.getScale(), 1),
  };
}

// Clouds: each community a soft patch of its own hue behind its nodes. Painted once, small, and drawn larger.
const HUES = [
  '#4477aa',
  '#ee6677',
  '#228833',
  '#ccbb44',
  '#66ccee',
  '#aa3377',
  '#ee8866',
  '#44bb99',
  '#999933',
];
const CLOUDS = 60; // communities that get one
const CLOUD_SIZE = 4; // nodes in the least of them
const PUFF = 75; // radius around a node, in the unit of the places: neighbours stand about 50 apart
const CLOUD_PIXELS = 640;
let clouds = null;
let hovered; // the node under the mouse

const cloudColour = (community) => HUES[community % HUES.length];

/** For each cloud its community and the places of its nodes, but for those that lie far off. */
function cloudNodes() {
  const members = new Map(
    core.communities
      .slice(0, CLOUDS)
      .filter((c) => c.size >= CLOUD_SIZE)
      .map((c) => [c.id, []]),
  );
  for (const n of order) {
    const list = members.get(N.community[n]);
    if (list && list.length < 400) list.push(n);
  }
  return core.communities
    .filter((c) => members.has(c.id))
    .map((c) => {
      const nodes = members.get(c.id);
      const far = nodes.map((n) => Math.hypot(N.x[n] - c.x, N.y[n] - c.y));
      const reach = 2 * [...far].sort((a, b) => a - b)[Math.floor(far.length / 2)] + PUFF;
      return { community: c.id, nodes: nodes.filter((_, i) => far[i] <= reach) };
    });
}

function paintClouds() {
  const groups = cloudNodes();
  const all = groups.flatMap(({ nodes }) => nodes);
  if (!all.length) return null;
  const edge = (pick, of) => all.reduce((at, n) => pick(at, of[n]), of[all[0]]);
  const [left, top] = [edge(Math.min, N.x) - 2 * PUFF, edge(Math.min, N.y) - 2 * PUFF];
  const [width, height] = [edge(Math.max, N.x) + 2 * PUFF - left, edge(Math.max, N.y) + 2 * PUFF - top];
  const scale = CLOUD_PIXELS / Math.max(width, height);
  const canvas = make('canvas', { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  const ctx = canvas.getContext('2d');
  ctx.filter = 'blur(3px)';
  for (const { community, nodes } of groups) {
    ctx.beginPath();
    for (const n of nodes) {
      const [x, y] = [(N.x[n] - left) * scale, (N.y[n] - top) * scale];
      ctx.moveTo(x, y);
      ctx.arc(x, y, Math.max(PUFF * scale, 4), 0, 2 * Math.PI);
    }
    ctx.fillStyle = cloudColour(community);
    ctx.fill();
  }
  return { canvas, groups, box: [left, top, canvas.width / scale, canvas.height / scale] };
}

function drawClouds(ctx) {
  if (state.focus) return;
  clouds = clouds || paintClouds();
  if (!clouds) return;
  ctx.save();
  ctx.globalAlpha = cloudStrength();
  ctx.drawImage(clouds.canvas, ...clouds.box);
  ctx.restore();
}

const cloudStrength = () => Number(css('--cloud')) * Math.min(1, Math.max(0.35, 1.2 - network.getScale()));

// Names are placed here, not by the engine: what is chosen first, then communities while the map is far away, then what
// is best known; a name that would cover another is left out.
const MOST_NAMES = 250;
const widths = new Map(); // of a text at 100 pixels

function widthOf(ctx, text, weight) {
  const key = `${weight} ${text}`;
  if (!widths.has(key)) {
    ctx.font = `${weight} 100px system-ui, sans-serif`;
    widths.set(key, ctx.measureText(text).width / 100);
  }
  return widths.get(key);
}

/** Names with their places on the map: [{ text, x (middle), y (baseline), height, weight }]. */
function placeNames(ctx) {
  const scale = network.getScale();
  const far = !state.focus && scale < FAR;
  const room = { taken: [], said: new Set(), view: viewport(-4), ctx };
  const first = [...new Set([chosen(), hovered])].map((n) => drawnNodes.get(n ?? -1)).filter(Boolean);
  const placed = first.map((node) => placeName(room, nameOf(node, scale)));
  if (far)
    placed.push(...core.communities.slice(0, 24).map((c) => placeNear(room, nameOfCommunity(c, scale))));
  const known = drawnNodes
    .get()
    .sort((a, b) => isPaper(a.id) - isPaper(b.id) || N.degree[b.id] - N.degree[a.id]);
  for (const node of known.slice(0, MOST_NAMES)) {
    if (!first.includes(node) && !(far && isPaper(node.id)))
      placed.push(placeName(room, nameOf(node, scale)));
  }
  return placed.filter(Boolean);
}

// The name of an area may stand a little higher or lower than its middle.
function placeNear(room, name) {
  for (const lines of [0, -1.4, 1.4]) {
    const placed = placeName(room, { ...name, y: name.y + lines * name.height });
    if (placed) return placed;
  }
  return null;
}

function nameOfCommunity({ name, x, y, size }, scale) {
  const height = Math.min(20, 12 + Math.sqrt(size) / 2) / scale;
  return { text: short(name.split(' · ')[0], 30), x, y, height, weight: 700, skip: size < CLOUD_SIZE };
}

function nameOf({ id, x, y, size }, scale) {
  const height = 12.5 / scale;
  const weight = id === chosen() ? 700 : 400;
  const most = mostLetters(id);
  const text = short(N.label[id], most);
  if (!state.focus || partner() !== undefined || id === chosen())
    return { text, x, y: y + size + height, height, weight };
  return { text, x, y: y + height / 3, height, weight, aside: x > 0 ? size : -size }; // outwards, beside its node
}

function mostLetters(id) {
  if (id === hovered) return 80;
  if (id === chosen()) return 42;
  if (state.focus && partner() === undefined) return Math.floor(sideRoom() / 8);
  return isPaper(id) ? 44 : 30;
}

function placeName({ taken, said, view, ctx }, { text, x: middle, y, height, weight, aside, skip }) {
  const half = (widthOf(ctx, text, weight) * height) / 2;
  const [left, top, right, bottom] = view;
  if (skip || (said.has(text) && !aside) || middle < left || middle > right || y < top || y - height > bottom)
    return null;
  const out = aside ? middle + Math.sign(aside) * (Math.abs(aside) + height / 2 + half) : middle;
  const x = Math.max(left + half, Math.min(right - half, out)); // not over the edge
  const gap = height / 3;
  const box = [x - half - gap, y - height - gap, x + half + gap, y + gap];
  if (taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1])) return null;
  taken.push(box);
  said.add(text);
  return { text, x, y, height, weight };
}

function drawNames(ctx) {
  ctx.save();
  ctx.textAlign = 'center';
  ctx.lineJoin = 'round';
  ctx.strokeStyle = css('--back');
  ctx.fillStyle = css('--ink');
  for (const { text, x, y, height, weight } of placeNames(ctx)) {
    ctx.font = `${weight} ${height}px system-ui, sans-serif`;
    ctx.lineWidth = height / 3.5;
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  }
  ctx.restore();
}
