// The query page: named questions, the editor, the answer. The address's fragment holds the query, so it can be sent.
import { Editor } from './editor.js';
import { Questions } from './questions.js';
import { Names, Table, draw, readAnswer } from './result.js';
import { suggest } from './suggest.js';

const get = (id) => document.getElementById(id);
const FIRST = `# The datasets that most papers name
SELECT ?dataset ?name ?papers WHERE {
  ?dataset a lpwc-c:dataset ; skos:prefLabel ?name ; lpwc-p:numberPapers ?papers .
}
ORDER BY DESC(?papers) ?name
LIMIT 20
`;
const ABOUT = 'SELECT ?title ?says ?triples { ?graph a void:Dataset ; dcterms:title ?title ; dcterms:description ?says ; void:triples ?triples } LIMIT 1';
const ACCEPT = 'application/sparql-results+json, application/ld+json;q=0.9';

const editor = new Editor(get('query'), get('colours'), get('completions'), () => run());
const ready = Promise.all(['/terms', '/queries'].map((place) => fetch(place).then((found) => found.json())));
const list = new Questions(get('sought'), get('unfound'));
let names, table, answer, asked = '', running = null, questions = [], chosen = '';

async function post(text, accept, signal) {
  const response = await fetch('/sparql', { method: 'POST', body: text, signal, headers: { 'Content-Type': 'application/sparql-query', Accept: accept } });
  if (!response.ok) throw new Error(await response.text());
  return response;
}

async function run({ push = true } = {}) {
  running?.abort();
  const mine = running = new AbortController();
  const text = editor.text, start = performance.now();
  if (push) { choose(''); history.pushState(null, '', `#query=${encodeURIComponent(text)}`); }
  for (const id of ['wrong', 'tools', 'table', 'more', 'drawing']) get(id).hidden = true;
  editor.mark(0);
  get('status').textContent = 'Asking …';
  get('stop').hidden = false;
  try {
    const data = await (await post(text, ACCEPT, mine.signal)).json();
    if (mine !== running) return;
    asked = text;
    show(readAnswer(data), performance.now() - start);
  } catch (error) {
    if (mine !== running) return;
    get('status').textContent = error.name === 'AbortError' ? 'Stopped.' : 'No answer.';
    if (error.name !== 'AbortError') complain(error.message);
  } finally {
    if (mine === running) { running = null; get('stop').hidden = true; }
  }
}

function complain(message) {
  const line = Number(/^query:(\d+):/.exec(message)?.[1] ?? 0);
  get('wrong').textContent = line ? message.replace(/^query:(\d+):/, 'Line $1:') : message;
  get('wrong').hidden = false;
  editor.mark(line);
}

function show(found, took) {
  answer = found;
  const count = answer.rows.length, what = answer.triples ? 'triple' : 'row';
  get('status').textContent = `${count.toLocaleString()} ${what}${count === 1 ? '' : 's'} in ${Math.round(took)} ms`;
  if (!count) get('status').textContent += chosen ? ': nothing in the graph fits. Try other values, or begin to type a name to see what there is.' : ': nothing in the graph fits.';
  table.show(answer);
  get('tools').hidden = false;
  get('views').hidden = !answer.triples;
  for (const button of document.querySelectorAll('[data-save]')) button.hidden = /turtle|ld\+json/.test(button.dataset.save) !== Boolean(answer.triples);
  look(answer.triples && count <= 200 ? 'drawing' : 'table');
}

async function look(view) {
  for (const button of document.querySelectorAll('[data-view]')) button.setAttribute('aria-pressed', String(button.dataset.view === view));
  get('table').hidden = view !== 'table';
  get('more').hidden = view !== 'table' || answer.rows.length <= table.shown;
  get('drawing').hidden = view !== 'drawing';
  if (view === 'drawing') await draw(answer, get('canvas'), get('picked'), names).catch(() => { get('picked').textContent = 'The drawing library did not come; see the table.'; });
}

async function save(accept) {
  const ending = { 'text/csv': 'csv', 'text/turtle': 'ttl', 'application/ld+json': 'jsonld' }[accept] ?? 'json';
  try {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await (await post(asked, accept)).blob());
    link.download = `answer.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (error) { complain(error.message); }
}

// Make a named question the one that is asked; none if there is no such question.
function choose(name, values = {}) {
  const question = questions.find((entry) => entry.name === name);
  chosen = question ? name : '';
  list.mark(chosen);
  get('title').textContent = question?.title ?? 'Your own query';
  get('says').textContent = question?.description ?? 'Choose a question, or write SPARQL.';
  get('parameters').hidden = !question?.parameters.length;
  get('fields').replaceChildren(...(question?.parameters ?? []).map((parameter) => field(parameter, values[parameter.name])));
  return question;
}

function field({ name, type, doc, default: usual }, value = usual) {
  const label = document.createElement('label'), input = document.createElement('input'), says = document.createElement('small');
  Object.assign(input, { name, value, autocomplete: 'off', spellcheck: false });
  if (type === 'integer' || type === 'year') input.inputMode = 'numeric';
  says.textContent = doc;
  label.append(name, input, says);
  if (type === 'name') { input.dataset.suggest = name; suggest(input); }
  return label;
}

// Ask the chosen question with what its fields hold.
async function ask({ push = true } = {}) {
  const name = chosen, values = new URLSearchParams(new FormData(get('parameters')));
  const set = [...values].map(([key, value]) => `&set.${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('');
  if (push) history.pushState(null, '', `#name=${encodeURIComponent(name)}${set}`);
  const response = await fetch(`/queries/${encodeURIComponent(name)}?${values}`);
  if (name !== chosen) return;
  if (!response.ok) { get('status').textContent = 'No answer.'; complain(await response.text()); return; }
  editor.text = plain(await response.text());
  await run({ push: false });
}

const PREFIX = /^PREFIX\s+([\w-]*):\s*<([^>]*)>\s*\n/gim;

// The text of a named question without what the page says elsewhere and what the server knows.
function plain(text) {
  return text.replace(/^# (title|description|topic|param):.*\n/gm, '').replace(PREFIX, (line, name, space) => (names.known[name] === space ? '' : line)).trim();
}

// The query as a client elsewhere needs it: with the prefixes that it uses.
function whole() {
  const text = editor.text, declared = new Set([...text.matchAll(PREFIX)].map(([, name]) => name));
  const used = Object.keys(names.known).filter((name) => !declared.has(name) && new RegExp(`(^|[^\\w:.-])${name}:`, 'm').test(text)).sort();
  return used.map((name) => `PREFIX ${name}: <${names.known[name]}>\n`).join('') + text;
}

async function copy() {
  await navigator.clipboard.writeText(whole()).then(() => { get('copy').textContent = 'Copied'; }, () => { get('copy').textContent = 'Not allowed'; });
  setTimeout(() => { get('copy').textContent = 'Copy'; }, 2000);
}

// What the address asks for: a query of one's own, or a named one with its parameters; a first one if nothing.
async function restore() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const values = Object.fromEntries([...wanted].filter(([key]) => key.startsWith('set.')).map(([key, value]) => [key.slice(4), value]));
  if (!wanted.has('query') && choose(wanted.get('name'), values)) { await ask({ push: false }); return; }
  choose('');
  editor.text = wanted.get('query') ?? FIRST;
  await Promise.all([run({ push: false }), wanted.has('query') || welcome()]);
}

// What the graph says of itself, in place of a question.
async function welcome() {
  const { results } = await (await post(ABOUT, ACCEPT)).json().catch(() => ({ results: { bindings: [] } }));
  const [about] = results.bindings;
  if (!about || chosen) return;
  get('title').textContent = about.title.value;
  get('says').textContent = `${about.says.value} ${Number(about.triples.value).toLocaleString()} triples. Choose a question, or write SPARQL.`;
}

get('run').addEventListener('click', () => run());
get('stop').addEventListener('click', () => running?.abort());
get('copy').addEventListener('click', copy);
get('parameters').addEventListener('submit', (event) => { event.preventDefault(); ask(); });
for (const button of document.querySelectorAll('[data-view]')) button.addEventListener('click', () => look(button.dataset.view));
for (const button of document.querySelectorAll('[data-save]')) button.addEventListener('click', () => save(button.dataset.save));
for (const link of document.querySelectorAll('.topic a')) {
  link.addEventListener('click', () => { // the address does the rest
    if (link.hash === location.hash) restore();
    if (matchMedia('(max-width: 800px)').matches) { get('title').focus({ preventScroll: true }); get('title').scrollIntoView(); }
  });
}
window.addEventListener('popstate', restore);

const [terms, found] = await ready;
questions = found;
names = new Names(terms);
editor.terms = terms;
table = new Table(get('table'), get('more'), names);
await restore();
document.documentElement.dataset.ready = '';
