// Search over names, aliases and titles (ranked, typos forgiven), then over abstracts as far as they are unpacked.
// Both are indexes from words to numbers; a query word matches every known word that holds it.
const SHORT_WORD = 3; // a shorter query word must start a word, for it is inside most
const FIRST_HITS = 5; // with fewer, slips are mended and tried as well
let names, nameIndex, abstractIndex;

const fold = (text) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[-_/]+/g, ' ');
const wordsOf = (text) => text.split(/[\s()[\]{},;:!?"]+|\.(?=\s|$)/).filter(Boolean);

const makeIndex = () => ({ words: new Map(), marks: new Uint8Array(0), last: { word: '', found: null } });

/** Add a text under a number; numbers come in rising order. */
function addText(index, id, text) {
  for (const word of wordsOf(text)) {
    const ids = index.words.get(word);
    if (!ids) index.words.set(word, [id]);
    else if (ids[ids.length - 1] !== id) ids.push(id);
  }
  index.last = { word: '', found: null };
}

/** Known words that hold this one; what is typed on narrows what was found for the shorter word. */
function wordsWith(index, word) {
  const { last } = index;
  const narrows = last.found && last.word.length >= SHORT_WORD && word.startsWith(last.word);
  const fits = word.length < SHORT_WORD ? (known) => known.startsWith(word) : (known) => known.includes(word);
  const found = [];
  for (const known of narrows ? last.found : index.words.keys()) if (fits(known)) found.push(known);
  index.last = { word, found };
  return found;
}

/** The numbers of all texts that hold every word, in rising order. */
function lookUp(index, words, size) {
  if (index.marks.length < size) index.marks = new Uint8Array(size);
  const marks = index.marks.fill(0);
  words.slice(0, 200).forEach((word, at) => {
    for (const known of wordsWith(index, word)) {
      for (const id of index.words.get(known)) if (marks[id] === at) marks[id] = at + 1;
    }
  });
  const found = [];
  for (let id = 0; id < size; id++) if (marks[id] === words.length) found.push(id);
  return found;
}

function indexNames() {
  nameIndex = makeIndex();
  abstractIndex = makeIndex();
  names = N.label.map((label, node) => {
    const also = aliasesOf.get(node);
    return fold(also ? [label, ...also].join('\n') : label);
  });
  names.forEach((text, node) => addText(nameIndex, node, text));
}

/** Numbers of nodes that fit what was typed, best first. */
function search(text, limit = 30) {
  const words = wordsOf(fold(text));
  if (!words.length) return [];
  let hits = rank(words, limit);
  if (hits.length < FIRST_HITS) {
    const mended = words.map(mend);
    if (mended.join(' ') !== words.join(' ')) hits = [...new Set([...hits, ...rank(mended, limit)])];
  }
  if (hits.length < limit)
    hits = [...new Set([...hits, ...lookUp(abstractIndex, words, papersCount).slice(0, limit)])];
  return hits.slice(0, limit);
}

function rank(words, limit) {
  const query = words.join(' ');
  const best = []; // [score, node], falling, never more than the limit
  for (const node of lookUp(nameIndex, words, names.length)) {
    const worth = nearness(names[node], query, words) + Math.log1p(N.degree[node]) / 10;
    if (best.length === limit && worth <= best[limit - 1][0]) continue;
    let at = best.length;
    while (at > 0 && best[at - 1][0] < worth) at--;
    best.splice(at, 0, [worth, node]);
    if (best.length > limit) best.pop();
  }
  return best.map(([, node]) => node);
}

function nearness(text, query, words) {
  if (text.startsWith(query)) return text.length === query.length || text[query.length] === '\n' ? 5 : 4;
  const at = text.indexOf(`\n${query}`);
  if (at >= 0) return at + 1 + query.length === text.length || text[at + 1 + query.length] === '\n' ? 5 : 3.5;
  if (text.includes(` ${query}`)) return 3;
  const starts = (word) => text.startsWith(word) || text.includes(` ${word}`) || text.includes(`\n${word}`);
  return words.every(starts) ? 2 : 1;
}

/** The most frequent known word within one slip (two in long words) of a word that is not known. */
function mend(word) {
  if (word.length < 4 || nameIndex.words.has(word)) return word;
  const slips = word.length > 7 ? 2 : 1;
  const own = lettersOf(word);
  let best = word;
  let most = 0;
  for (const [known, ids] of nameIndex.words) {
    if (ids.length <= most || Math.abs(known.length - word.length) > slips) continue;
    if (bits(own ^ lettersOf(known)) > 2 * slips || distance(word, known, slips) > slips) continue;
    [best, most] = [known, ids.length];
  }
  return best;
}

// Which letters a word has, one bit each (all others share a few): one slip changes two bits at most, so most words are
// ruled out without looking at them letter by letter.
function lettersOf(word) {
  let letters = 0;
  for (let i = 0; i < word.length; i++) letters |= 1 << (word.charCodeAt(i) & 31);
  return letters;
}

function bits(number) {
  let count = 0;
  for (let rest = number; rest; rest &= rest - 1) count++;
  return count;
}

/** Damerau-Levenshtein distance (a swap of neighbours is one slip), given up past a bound. */
function distance(a, b, bound) {
  let before = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, before[j - 2] + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least > bound) return bound + 1;
    [before, row] = [row, next];
  }
  return row[b.length];
}

const SLICE = 50; // abstracts indexed at once: a few milliseconds

/** Unpacks all texts when the page has nothing else to do, so that abstracts can be searched. */
async function readAbstracts() {
  const idle = window.requestIdleCallback || ((run) => setTimeout(run, 50));
  const pause = () => new Promise((done) => idle(done));
  for (let first = 0; first < papersCount; first += core.chunk) {
    await pause();
    const texts = await textsOf(first / core.chunk);
    for (let at = 0; at < texts.length; at++) {
      if (at % SLICE === 0) await pause();
      addText(abstractIndex, first + at, fold(texts[at].abstract));
    }
    if (papersCount > 5000) chunks.delete(first / core.chunk); // 100 MB and more otherwise
  }
  document.documentElement.dataset.searchable = 'true';
}
