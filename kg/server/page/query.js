// The query page: named questions, the editor, the answer. The address's fragment holds the query, so it can be sent.
import { Editor } from './editor.js';
import { Names, Table, draw, readAnswer } from './result.js';

const get = (id) => document.getElementById(id);
const FIRST = `# What do papers evaluate on most?
SELECT ?dataset ?name ?papers WHERE {
  ?dataset a lpwc-c:dataset ; skos:prefLabel ?name ; lpwc-p:numberPapers ?papers .
}
ORDER BY DESC(?papers) ?name
LIMIT 20
`;
const ACCEPT = 'application/sparql-results+json, application/ld+json;q=0.9';

const editor = new Editor(get('query'), get('colours'), get('completions'), () => run());
const ready = Promise.all(['/terms', '/queries'].map((place) => fetch(place).then((found) => found.json())));
let names, table, answer, asked = '', running = null, questions = [];

async function post(text, accept, signal) {
  const response = await fetch('/sparql', { method: 'POST', body: text, signal, headers: { 'Content-Type': 'application/sparql-query', Accept: accept } });
  if (!response.ok) throw new Error(await response.text());
  return response;
}

async function run({ push = true } = {}) {
  running?.abort();
  const mine = running = new AbortController();
  const text = editor.text, start = performance.now();
  if (push) history.pushState(null, '', `#query=${encodeURIComponent(text)}`);
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

function choose(name, values = {}) {
  const question = questions.find((entry) => entry.name === name);
  get('named').value = question ? name : '';
  get('named-says').textContent = question?.description ?? '';
  get('parameters').hidden = !question;
  get('fields').replaceChildren(...(question?.parameters ?? []).map((parameter) => {
    const label = document.createElement('label'), input = document.createElement('input'), says = document.createElement('small');
    Object.assign(input, { name: parameter.name, value: values[parameter.name] ?? parameter.default, autocomplete: 'off', spellcheck: false });
    if (parameter.type === 'integer' || parameter.type === 'year') Object.assign(input, { inputMode: 'numeric' });
    says.textContent = parameter.doc;
    label.append(parameter.name, input, says);
    return label;
  }));
  return question;
}

async function ask() {
  const name = get('named').value, values = new URLSearchParams(new FormData(get('parameters')));
  const response = await fetch(`/queries/${encodeURIComponent(name)}?${values}`);
  if (!response.ok) { get('status').textContent = 'No answer.'; complain(await response.text()); return; }
  editor.text = await response.text();
  const set = [...values].map(([key, value]) => `&set.${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('');
  history.pushState(null, '', `#name=${encodeURIComponent(name)}${set}`);
  await run({ push: false });
}

// What the address asks for: a query of one's own, or a named one with its parameters.
async function restore() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const values = Object.fromEntries([...wanted].filter(([key]) => key.startsWith('set.')).map(([key, value]) => [key.slice(4), value]));
  if (wanted.has('query')) { choose(''); editor.text = wanted.get('query'); await run({ push: false }); }
  else if (choose(wanted.get('name'), values)) await ask();
  else if (!editor.text) editor.text = FIRST;
}

get('run').addEventListener('click', () => run());
get('stop').addEventListener('click', () => running?.abort());
get('named').addEventListener('change', (event) => { if (choose(event.target.value) && !get('fields').children.length) ask(); });
get('parameters').addEventListener('submit', (event) => { event.preventDefault(); ask(); });
for (const button of document.querySelectorAll('[data-view]')) button.addEventListener('click', () => look(button.dataset.view));
for (const button of document.querySelectorAll('[data-save]')) button.addEventListener('click', () => save(button.dataset.save));
window.addEventListener('popstate', restore);

const [terms, found] = await ready;
questions = found;
names = new Names(terms);
editor.terms = terms;
table = new Table(get('table'), get('more'), names);
get('named').append(...questions.map((entry) => new Option(entry.title, entry.name)));
await restore();
document.documentElement.dataset.ready = '';
