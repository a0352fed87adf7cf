// The panel of a paper: its record, its abstract with every mention marked, what it states, and what it is joined to.
const LINKS = ['hasCode', 'hasData', 'hasModel', 'hasProject', 'hasDemo', 'linksTo'];
const isLink = (e) => LINKS.includes(relationOf(e).name);

async function paperPanel(node) {
  const text = await textOf(node);
  return [
    make('h2', { dir: 'auto' }, N.label[node]),
    make(
      'p',
      { class: 'soft', dir: 'auto' },
      [text.authors.join(', '), text.date].filter(Boolean).join(' · '),
    ),
    recordLinks(node, text),
    actions(node),
    make('h3', {}, 'Abstract'),
    make('p', { class: 'abstract', dir: 'auto' }, ...marked(text)),
    ...claimsTable(claimsWith(node), node),
    ...edgeLists(node, (e) => !isLink(e)),
    ...closest(node),
    make(
      'p',
      {},
      button('Save as BibTeX', () => saveBibtex([node])),
    ),
  ];
}

function recordLinks(node, text) {
  const links = Array.from(edgesOf(node)).filter(isLink);
  const named = (e) => {
    const there = other(e, node);
    return [
      `${relationOf(e).label.replace('has ', '')}: `,
      outside(N.url[there] || N.label[there], N.label[there]),
      ' ',
      why(e),
    ];
  };
  const record = [
    text.arxiv && outside(`https://arxiv.org/abs/${text.arxiv}`, `arXiv:${text.arxiv}`),
    text.doi && outside(`https://doi.org/${text.doi}`, `doi:${text.doi}`),
    N.url[node] && outside(N.url[node], 'page'),
  ].filter(Boolean);
  const items = [...(record.length ? [record.flatMap((link) => [link, ' '])] : []), ...links.map(named)];
  return items.length ? listOf(items, { class: 'links' }) : null;
}

/** The abstract with each mention as a button in its type's colour. */
function marked(text) {
  const points = pointsOf(text);
  const parts = [];
  let at = Array.from(text.title).length + 1;
  for (const [entity, start, end, , , , score, role] of [...text.mentions].sort((a, b) => a[1] - b[1])) {
    if (start < at) continue;
    const style = `--type:${inkOf(typeOf(entity))}`;
    const title = `${typeOf(entity).name}, ${role}, ${score} %`;
    parts.push(slice(points, at, start));
    parts.push(
      make(
        'mark',
        {},
        button(slice(points, start, end), () => choose(entity), { style, title }),
      ),
    );
    at = end;
  }
  parts.push(slice(points, at, points.length));
  return parts;
}

/** Edges by relation, the surest first; each opens to its evidence. */
function edgeLists(node, wanted) {
  const groups = new Map();
  for (const e of Array.from(edgesOf(node)).filter(wanted)) {
    const heading = E.source[e] === node ? relationOf(e).label : passive(relationOf(e));
    if (!groups.has(heading)) groups.set(heading, []);
    groups.get(heading).push(e);
  }
  const surest = (a, b) =>
    E.score[b] - E.score[a] || N.degree[other(b, node)] - N.degree[other(a, node)] || a - b;
  const item = (e) => [dot(other(e, node)), ' ', nodeLink(other(e, node)), ' ', why(e)];
  return [...groups].flatMap(([heading, edges]) => [
    make('h3', {}, `${heading} (${edges.length})`),
    foldedList(edges.sort(surest), item, 12),
  ]);
}

const PASSIVE = {
  proposes: 'proposed by',
  usesMethod: 'used by',
  comparesWith: 'compared with by',
  introduces: 'introduced by',
  evaluatesOn: 'evaluated on by',
  addresses: 'addressed by',
  reports: 'reported by',
  mentions: 'mentioned by',
  hasCode: 'code of',
  outperforms: 'outperformed by',
  broader: 'wider than',
  buildsOn: 'built on by',
  discusses: 'compared with by',
};
const passive = (relation) => PASSIVE[relation.name] || `${relation.label}: from`;

function closest(node) {
  const rows = closestPapers(node);
  if (!rows.length) return [];
  const item = ([paper, things]) => [
    dot(paper),
    ' ',
    nodeLink(paper),
    ' ',
    soft(
      `both name ${things
        .map((n) => N.label[n])
        .slice(0, 5)
        .join(', ')}`,
    ),
  ];
  return [make('h3', {}, 'Closest papers'), listOf(rows.map(item))];
}
