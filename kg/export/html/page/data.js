// The packed graph, unpacked: numbers of nodes and edges everywhere; texts of papers unpack when asked for.
async function unpack(id) {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

let core, N, E, papersCount, byKey, aliasesOf, edgesOf, reasonsOf;
const chunks = new Map();

function indexCore(data) {
  core = data;
  N = core.nodes;
  E = core.edges;
  papersCount = N.type.lastIndexOf(0) + 1;
  byKey = new Map(N.key.map((key, node) => [key, node]));
  aliasesOf = new Map(core.aliases.map(([node, ...names]) => [node, names]));
  edgesOf = adjacency();
  reasonsOf = new Map();
  for (const row of core.reasons) {
    if (!reasonsOf.has(row[0])) reasonsOf.set(row[0], []);
    reasonsOf.get(row[0]).push(row);
  }
}

// For each node the numbers of its edges, in one array with offsets: small and quick at a million edges.
function adjacency() {
  const count = N.key.length, offsets = new Uint32Array(count + 1);
  for (const end of [E.source, E.target]) for (const node of end) offsets[node + 1]++;
  for (let i = 0; i < count; i++) offsets[i + 1] += offsets[i];
  const fill = offsets.slice(), list = new Uint32Array(2 * E.source.length);
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

function textsOf(number) {
  if (!chunks.has(number)) chunks.set(number, unpack(`texts-${number}`));
  return chunks.get(number);
}

async function textOf(paper) {
  const texts = await textsOf(Math.floor(paper / core.chunk));
  return texts[paper % core.chunk];
}

// Offsets count code points; a string of this language counts UTF-16 units.
const pointsOf = (text) => Array.from(text);
const slice = (points, from, to) => points.slice(from, to).join('');

async function sentenceOf(paper, from, length) {
  const text = await textOf(paper);
  return slice(pointsOf(`${text.title}\n${text.abstract}`), from, from + length).trim();
}

// Evidence of an edge: [{paper, sentence, extractor, score, surface}], from the mentions of its paper or, if derived, its reasons.
async function evidenceOf(edge) {
  if (relationOf(edge).derived) {
    return Promise.all((reasonsOf.get(edge) || []).map(async ([, paper, from, length, extractor]) => ({
      paper, extractor, score: E.score[edge], sentence: paper < 0 ? '' : await sentenceOf(paper, from, length),
    })));
  }
  const paper = E.source[edge], text = await textOf(paper), points = pointsOf(`${text.title}\n${text.abstract}`);
  const seen = new Set(), rows = [];
  for (const [entity, start, end, from, to, extractor, score] of text.mentions) {
    if (entity !== E.target[edge] || seen.has(from)) continue;
    seen.add(from);
    rows.push({ paper, sentence: slice(points, from, to), surface: slice(points, start, end), extractor: core.extractors[extractor], score });
  }
  return rows;
}
