// Questions that the graph answers by itself: what is near, what joins two nodes, what is named together.

const papersOf = (node) => [...new Set(Array.from(edgesOf(node), (e) => other(e, node)).filter(isPaper))];
const codeOf = (paper) =>
  Array.from(edgesOf(paper))
    .filter((e) => relationOf(e).name === 'hasCode')
    .map((e) => E.target[e]);
const hasCode = (paper) => edgesOf(paper).some((e) => relationOf(e).name === 'hasCode');
const claimsWith = (node) =>
  core.claims.map(claimOf).filter((c) => [c.paper, c.method, c.baseline, c.dataset, c.metric].includes(node));
const topOf = (type, most) => {
  const found = Array.from(order.filter((n) => typeOf(n).name === type));
  return found.sort((a, b) => N.papers[b] - N.papers[a] || N.degree[b] - N.degree[a] || a - b).slice(0, most);
};

/** All nodes within so many steps, the node itself included. */
function neighbours(node, hops) {
  let front = [node];
  const seen = new Set(front);
  for (let hop = 0; hop < hops; hop++) {
    const next = front.flatMap((n) => Array.from(edgesOf(n), (e) => other(e, n)));
    front = next.filter((n) => !seen.has(n) && seen.add(n));
  }
  return seen;
}

const BUSIEST = 60; // edges; a path through what everyone names says little

/** The shortest path between two nodes, around what is named everywhere if there is one; null if nothing joins them. */
const shortestPath = (from, to) => pathWithin(from, to, BUSIEST) || pathWithin(from, to, Infinity);

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

/** The surest edge between two neighbours. */
const edgeBetween = (a, b) =>
  Array.from(edgesOf(a))
    .filter((e) => other(e, a) === b)
    .sort((x, y) => E.score[y] - E.score[x])[0];

/** What a paper names, or what the papers that name an entity name beside it: node → in how many papers. */
function namedBy(node) {
  const counts = new Map();
  for (const paper of isPaper(node) ? [node] : papersOf(node)) {
    const named = new Set(Array.from(edgesOf(paper), (e) => other(e, paper)));
    for (const n of named) if (n !== node && !isPaper(n)) counts.set(n, (counts.get(n) || 0) + 1);
  }
  return counts;
}

/** Shared papers over the root of both counts, so that what is everywhere does not lead: best first. */
function namedTogether(node) {
  const worth = ([n, count]) => count / Math.sqrt(N.papers[n] || 1);
  const found = [...namedBy(node)].filter(([n]) => N.papers[n] > 1);
  return found.sort((a, b) => worth(b) - worth(a) || a[0] - b[0]);
}

/** Methods that papers which evaluate on a dataset propose, else what they use: [method, its edge, paper]. */
function methodsOn(dataset) {
  const rows = [];
  for (const e of edgesOf(dataset)) {
    if (!['evaluatesOn', 'introduces'].includes(relationOf(e).name)) continue;
    const paper = E.source[e];
    const edges = Array.from(edgesOf(paper)).filter((f) => E.source[f] === paper);
    const own = edges.filter((f) => relationOf(f).name === 'proposes');
    const chosen = own.length ? own : edges.filter((f) => relationOf(f).name === 'usesMethod');
    rows.push(...chosen.map((f) => ({ method: E.target[f], edge: f, paper, own: own.length > 0 })));
  }
  const first = [...new Map(rows.map((row) => [row.method, row])).values()];
  return first.sort((a, b) => b.own - a.own || E.score[b.edge] - E.score[a.edge] || a.method - b.method);
}

/** Papers that name the same rare things: [paper, the things they share], closest first. */
function closestPapers(paper, most = 6) {
  const shared = new Map();
  for (const thing of namedBy(paper).keys()) {
    if (N.papers[thing] > BUSIEST) continue;
    for (const there of papersOf(thing)) {
      if (there === paper) continue;
      if (!shared.has(there)) shared.set(there, []);
      shared.get(there).push(thing);
    }
  }
  const worth = (things) => things.reduce((sum, n) => sum + 1 / Math.log2(1 + N.papers[n]), 0);
  const rows = [...shared].map(([there, things]) => [there, things, worth(things)]);
  return rows.sort((a, b) => b[2] - a[2] || a[0] - b[0]).slice(0, most);
}
