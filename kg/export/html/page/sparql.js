// The query that gives what is selected, for the store or the Turtle file of the same graph.
const QUERY_PREFIXES = [
  'dcat',
  'fabio',
  'foaf',
  'kg',
  'lpwc-c',
  'lpwc-p',
  'mls',
  'rdf',
  'rdfs',
  'schema',
  'xsd',
];

/** A SELECT of ?thing, ?type and ?name; from the filters where they alone tell what is selected, else from a list. */
function sparqlOf([nodes, words, byFilters]) {
  const parts = byFilters
    ? filterPatterns(state)
    : [`  VALUES ?thing {\n${nodes.map((n) => `    <${iriOf(n)}>`).join('\n')}\n  }`];
  const types =
    byFilters && state.types.length ? core.types.filter((t) => state.types.includes(t.name)) : core.types;
  const used = QUERY_PREFIXES.map((name) => `PREFIX ${name}: <${core.prefixes[name]}>`);
  return [
    ...used,
    '',
    `# ${controlFree(words).replace(/\s+/g, ' ')}`,
    'SELECT DISTINCT ?thing ?type ?name WHERE {',
    ...parts,
    `  VALUES (?class ?type) { ${types.map((t) => `(${t.class} "${t.name}")`).join(' ')} }`,
    '  ?thing a ?class ; rdfs:label ?name .',
    '  FILTER NOT EXISTS { ?thing a kg:Benchmark . FILTER(?class = dcat:Dataset) }',
    '} ORDER BY ?type ?name ?thing',
    '',
  ].join('\n');
}

function filterPatterns(of) {
  return [
    ...(of.code || of.from || of.to ? paperPattern(of) : []),
    ...(of.roles.length ? relationPattern(of.roles) : []),
    ...(of.papers > 1
      ? [onlyEntities(`?thing lpwc-p:numberPapers ?papers . FILTER(?papers >= ${Number(of.papers)})`)]
      : []),
    ...(of.sure ? [onlyEntities(surePattern(of.sure))] : []),
  ];
}

const onlyEntities = (pattern) => `  FILTER(EXISTS { ?thing a fabio:Preprint } || EXISTS { ${pattern} })`;

// Scores in the page are percent, rounded: 80 there is 0.795 and more here.
const surePattern = (percent) =>
  `{ ?statement rdf:subject ?thing } UNION { ?statement rdf:object ?thing } ?statement kg:belief ?belief . FILTER(?belief >= ${((percent - 0.5) / 100).toFixed(3)})`;

/** Papers of these years, with code, and what such papers name. */
function paperPattern({ code, from, to }) {
  const year = '?year_';
  const bounds = [from && `${year} >= ${Number(from)}`, to && `${year} <= ${Number(to)}`].filter(Boolean);
  return [
    '  { ?thing a fabio:Preprint . BIND(?thing AS ?paper) }',
    '  UNION { ?paper a fabio:Preprint ; ?link ?thing . FILTER NOT EXISTS { ?thing a fabio:Preprint } }',
    ...(code ? ['  ?paper kg:hasCode ?code .'] : []),
    ...(bounds.length
      ? [
          '  ?paper fabio:hasPublicationYear ?year .',
          `  BIND(xsd:integer(STR(?year)) AS ${year}) FILTER(${bounds.join(' && ')})`,
        ]
      : []),
  ];
}

function relationPattern(roles) {
  const known = core.relations.filter((r) => roles.includes(r.name)).map((r) => `kg:${r.name}`);
  return [
    `  VALUES ?relation { ${known.join(' ')} }`,
    '  { ?thing ?relation ?end } UNION { ?start ?relation ?thing }',
  ];
}
