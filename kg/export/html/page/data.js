// The packed graph, unpacked: numbers of nodes and edges everywhere; texts of papers unpack when asked for.

/** What the element `id` holds: base64 of gzipped JSON. */
async function unpack(id) {
  const bytes = Uint8Array.from(atob(byId(id).textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

let core, N, E, papersCount, byKey, aliasesOf, edgesOf, reasonsOf, order;
const chunks = new Map();

function indexCore(data) {
  core = data;
  N = core.nodes;
  E = core.edges;
  papersCount = N.type.lastIndexOf(0) + 1;
  byKey = new Map(N.key.map((key, node) => [key, node]));
  aliasesOf = new Map(core.aliases.map(([node, ...names]) => [node, names]));
  edgesOf = adjacency();
  order = Uint32Array.from(N.key.keys()).sort((a, b) => N.degree[b] - N.degree[a] || a - b); // best known first
  reasonsOf = new Map();
  for (const row of core.reasons) {
    if (!reasonsOf.has(row[0])) reasonsOf.set(row[0], []);
    reasonsOf.get(row[0]).push(row);
  }
}

/** For each node the numbers of its edges, in one array with offsets: small and quick at a million edges. */
function adjacency() {
  const count = N.key.length;
  const offsets = new Uint32Array(count + 1);
  for (const end of [E.source, E.target]) for (const node of end) offsets[node + 1]++;
  for (let i = 0; i < count; i++) offsets[i + 1] += offsets[i];
  const fill = offsets.slice();
  const list = new Uint32Array(2 * E.source.length);
  for (let e = 0; e < E.source.length; e++) {
    list[fill[E.source[e]]++] = e;
    list[fill[E.target[e]]++] = e;
  }
  return (node) => list.subarray(offsets[node], offsets[node + 1]);
}

const other = (edge, node) => (E.source[edge] === node ? E.target[edge] : E.source[edge]);
const typeOf = (node) => core.types[N.type[node]];
const isPaper = (node) => node < papersCount;
const relationOf = (edge) => core.relations[E.predicate[edge]];
const allNodes = () => Array.from(N.key.keys());

/** A claim is a row of the packed table; these name its columns. */
const claimOf = ([
  ...[paper, method, baseline, dataset, metric, value, unit, kind, better, onBoard, rank, score, from, to]
]) => {
  const things = { paper, method, baseline, dataset, metric };
  return { ...things, value, unit, kind, better, onBoard, rank, score: Math.round(100 * score), from, to };
};

function textsOf(number) {
  if (!chunks.has(number)) chunks.set(number, unpack(`texts-${number}`));
  return chunks.get(number);
}

async function textOf(paper) {
  const texts = await textsOf(Math.floor(paper / core.chunk));
  return texts[paper % core.chunk];
}

// Offsets count code points; a string of this language counts UTF-16 units.
const pointsOf = (text) => Array.from(`${text.title}\n${text.abstract}`);
const slice = (points, from, to) => points.slice(from, to).join('');

async function sentenceOf(paper, from, length) {
  return slice(pointsOf(await textOf(paper)), from, from + length).trim();
}

/** Evidence of an edge, from the mentions of its paper or, if the edge is derived, from its reasons. */
const evidenceOf = (edge) => (relationOf(edge).derived ? reasonsBehind(edge) : mentionsBehind(edge));

function reasonsBehind(edge) {
  const rows = reasonsOf.get(edge) || [];
  return Promise.all(
    rows.map(async ([, paper, from, length, extractor]) => {
      const sentence = paper < 0 ? '' : await sentenceOf(paper, from, length);
      return { paper, extractor, score: E.score[edge], sentence };
    }),
  );
}

async function mentionsBehind(edge) {
  const paper = E.source[edge];
  const text = await textOf(paper);
  const points = pointsOf(text);
  const seen = new Set(); // one mention a sentence, the surest
  const rows = [];
  for (const [entity, start, end, from, to, extractor, score] of [...text.mentions].sort(
    (a, b) => b[6] - a[6],
  )) {
    if (entity !== E.target[edge] || seen.has(from)) continue;
    seen.add(from);
    const [sentence, surface] = [slice(points, from, to), slice(points, start, end)];
    rows.push({ paper, sentence, surface, extractor: core.extractors[extractor], score });
  }
  return rows;
}
