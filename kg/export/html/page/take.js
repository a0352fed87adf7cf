// Taking away: pictures, tables, queries and references of what is selected, in one dialog.
function saveBlob(blob, name) {
  const link = make('a', { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

const saveText = (text, name, type) => saveBlob(new Blob([text], { type: `${type};charset=utf-8` }), name);
const saveBibtex = async (papers) => saveText(await bibtexOf(papers), 'papers.bib', 'application/x-bibtex');

function savePicture() {
  const canvas = document.querySelector('#map canvas');
  const copy = make('canvas', { width: canvas.width, height: canvas.height });
  const ctx = copy.getContext('2d');
  ctx.fillStyle = css('--back');
  ctx.fillRect(0, 0, copy.width, copy.height);
  ctx.drawImage(canvas, 0, 0);
  copy.toBlob((blob) => saveBlob(blob, 'graph.png'));
}

/** What can be taken of a selection: name, what it is good for, what a click does. */
function takings([nodes, words, byFilters]) {
  const papers = nodes.filter(isPaper);
  return [
    state.view === 'map' && ['PNG', 'the map as a picture', savePicture],
    state.view === 'map' && [
      'SVG',
      'the map as a drawing that scales',
      () => saveText(svgOf(), 'graph.svg', 'image/svg+xml'),
    ],
    ['CSV', 'a table for spreadsheets', () => saveText(csvOf(nodes), 'selection.csv', 'text/csv')],
    [
      'JSON',
      'nodes and the edges among them',
      () => saveText(jsonOf(nodes, words), 'selection.json', 'application/json'),
    ],
    [
      'SPARQL',
      'the query that gives it',
      () => saveText(sparqlOf([nodes, words, byFilters]), 'selection.rq', 'application/sparql-query'),
    ],
    papers.length > 0 && [
      'BibTeX',
      `references of ${counted(papers.length, 'paper')}`,
      () => saveBibtex(papers),
    ],
  ].filter(Boolean);
}

function openTake() {
  const dialog = byId('take');
  const chosen_ = selection();
  const item = ([name, doc, run]) => [
    button(
      name,
      () => {
        run();
        dialog.close();
      },
      { 'data-take': name },
    ),
    ' ',
    soft(doc),
  ];
  const address = make('input', { id: 'address', readonly: true, value: location.href });
  address.addEventListener('focus', () => address.select());
  dialog.replaceChildren(
    make('h2', {}, 'Take away'),
    make('p', {}, `${counted(chosen_[0].length, 'node')}: ${chosen_[1]}.`),
    listOf(takings(chosen_).map(item)),
    make('label', { for: 'address' }, 'This view, to be sent with the file:'),
    make(
      'div',
      { class: 'row' },
      address,
      button('Copy', () => copyAddress(address)),
    ),
    make(
      'p',
      {},
      button('Close', () => dialog.close()),
    ),
  );
  dialog.showModal();
}

function copyAddress(address) {
  address.select();
  if (navigator.clipboard) navigator.clipboard.writeText(address.value).catch(() => {}); // what is selected can be copied by hand
}
