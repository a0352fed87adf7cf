// Search over names, aliases and titles (ranked, typos forgiven), then over abstracts as far as they are unpacked.
let names, vocabulary, abstracts;

const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[-_/]+/g, ' ');

function indexSearch() {
  names = N.label.map((label, node) => [label, ...(aliasesOf.get(node) || [])].map(fold).join('\n'));
  vocabulary = null;
  abstracts = new Map();
}

function search(text, limit = 30) {
  const query = fold(text).trim();
  if (!query) return [];
  let words = query.split(/\s+/);
  let hits = rank(query, words, limit);
  if (hits.length < 5) {
    const mended = words.map(mend);
    if (mended.join(' ') !== words.join(' ')) hits = merge(hits, rank(mended.join(' '), mended, limit));
  }
  if (hits.length < limit) hits = merge(hits, inAbstracts(words, limit - hits.length));
  return hits.slice(0, limit);
}

function rank(query, words, limit) {
  const found = [];
  for (let node = 0; node < names.length; node++) {
    const text = names[node];
    if (!words.every((word) => text.includes(word))) continue;
    found.push([score(text, query, words) + Math.log1p(N.degree[node]) / 10, node]);
  }
  found.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  return found.slice(0, limit).map(([, node]) => node);
}

function score(text, query, words) {
  if (text.split('\n').includes(query)) return 5;
  if (text.startsWith(query)) return 4;
  if (text.includes(`\n${query}`)) return 3.5;
  if (text.includes(` ${query}`)) return 3;
  return words.every((word) => text.startsWith(word) || text.includes(` ${word}`) || text.includes(`\n${word}`)) ? 2 : 1;
}

function merge(first, second) {
  return [...new Set([...first, ...second])];
}

// The most frequent known word within one slip (two in long words) of a word that is not known.
function mend(word) {
  if (word.length < 4) return word;
  vocabulary = vocabulary || countWords();
  if (vocabulary.has(word)) return word;
  const slips = word.length > 7 ? 2 : 1;
  let best = word, most = 0;
  const own = lettersOf(word);
  for (const [known, [count, letters]] of vocabulary) {
    if (Math.abs(known.length - word.length) > slips || count <= most || bits(own ^ letters) > 2 * slips) continue;
    if (distance(word, known, slips) <= slips) [best, most] = [known, count];
  }
  return best;
}

function countWords() {
  const counts = new Map();
  for (const text of names) for (const word of text.split(/[\s\n]+/)) if (word.length > 2) counts.set(word, (counts.get(word) || 0) + 1);
  return new Map([...counts].map(([word, count]) => [word, [count, lettersOf(word)]]));
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

// Damerau-Levenshtein distance, given up past a bound.
function distance(a, b, bound) {
  let before = [], row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least > bound) return bound + 1;
    [before, row] = [row, next];
  }
  return row[b.length];
}

function inAbstracts(words, limit) {
  const hits = [];
  for (const [paper, text] of abstracts) {
    if (words.every((word) => text.includes(word))) hits.push(paper);
    if (hits.length === limit) break;
  }
  return hits;
}

// Unpacks all texts when the page has nothing else to do, so that abstracts can be searched.
async function readAbstracts() {
  const idle = window.requestIdleCallback || ((run) => setTimeout(run, 50));
  await new Promise((done) => idle(done));
  vocabulary = vocabulary || countWords(); // so that the first slip need not wait for it
  for (let number = 0; number * core.chunk < papersCount; number++) {
    await new Promise((done) => idle(done));
    const texts = await textsOf(number);
    texts.forEach((text, at) => abstracts.set(number * core.chunk + at, fold(text.abstract)));
    if (papersCount > 5000) chunks.delete(number);
  }
}
