// The editor: a textarea whose text is drawn in colours behind it, and completions at the caret.

const KEYWORDS = ('ADD ALL AS ASC ASK AVG BASE BIND BOUND BY COALESCE CONCAT CONSTRUCT CONTAINS COUNT DESC DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH ' +
  'GROUP GROUP_CONCAT HAVING IF IN LANG LCASE LIMIT MAX MIN MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED REGEX REPLACE SAMPLE SELECT ' +
  'SEPARATOR SERVICE SILENT STR STRENDS STRLEN STRSTARTS SUBSTR SUM UCASE UNDEF UNION VALUES WHERE YEAR a false true').split(' ');
const WORDS = new Set(KEYWORDS);
const TOKEN = new RegExp([
  '(?<note>#[^\\n]*)',
  `(?<text>"""(?:[^"\\\\]|\\\\[^]|"(?!""))*"""|'''(?:[^'\\\\]|\\\\[^]|'(?!''))*'''|"(?:[^"\\\\\\n]|\\\\.)*"?|'(?:[^'\\\\\\n]|\\\\.)*'?)`,
  '(?<name><[^<>"{}|^`\\\\\\s]*>|[\\w-]*:[\\w.%/:+~@-]*)',
  '(?<variable>[?$]\\w+)',
  '(?<word>[A-Za-z_]+)',
  '[^]',
].join('|'), 'gu');
const MOST = 40; // completions shown

export class Editor {
  // `terms`: {prefixes, classes, properties}, filled in once they have come.
  constructor(area, colours, list, onRun) {
    Object.assign(this, { area, colours, list, onRun, terms: null, bad: 0, chosen: -1, found: [] });
    area.addEventListener('input', () => { this.bad = 0; this.draw(); this.complete(); });
    area.addEventListener('keydown', (event) => this.key(event));
    area.addEventListener('blur', () => this.close());
    area.addEventListener('click', () => this.close());
    list.addEventListener('mousedown', (event) => {
      event.preventDefault();
      const item = event.target.closest('li');
      if (item) this.take(this.found[[...list.children].indexOf(item)]);
    });
  }

  get text() { return this.area.value; }

  set text(value) { this.area.value = value; this.bad = 0; this.draw(); this.close(); }

  mark(line) { this.bad = line; this.draw(); }

  draw() {
    const lines = [[]];
    for (const found of this.text.matchAll(TOKEN)) {
      const kind = Object.keys(found.groups).find((name) => found.groups[name] !== undefined);
      found[0].split('\n').forEach((part, at) => {
        if (at) lines.push([]);
        if (part) lines.at(-1).push(span(part, kind === 'word' && !WORDS.has(part) && !WORDS.has(part.toUpperCase()) ? '' : kind));
      });
    }
    this.colours.replaceChildren(...lines.map((spans, at) => {
      const line = document.createElement('div');
      line.className = at + 1 === this.bad ? 'line bad' : 'line';
      line.append(...spans);
      return line;
    }));
  }

  key(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.close(); this.onRun(); return; }
    if (event.key === ' ' && event.ctrlKey) { event.preventDefault(); this.complete(true); return; }
    if (this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose((this.chosen + step + this.found.length) % this.found.length);
    else if (event.key === 'Tab' && !event.shiftKey) this.take(this.found[Math.max(this.chosen, 0)]);
    else if (event.key === 'Enter' && this.chosen >= 0) this.take(this.found[this.chosen]);
    else if (event.key === 'Escape') this.close();
    else { if (event.key === 'Enter' || event.key.startsWith('Arrow')) this.close(); return; }
    event.preventDefault();
  }

  // The word that ends at the caret.
  word() { return /[?$]?[\w:./~+@-]*$/.exec(this.text.slice(0, this.area.selectionStart))[0]; }

  complete(asked = false) {
    const word = this.word();
    this.found = word || asked ? candidates(word, this.text, this.terms).slice(0, MOST) : [];
    if (!this.found.length || (this.found.length === 1 && this.found[0] === word)) { this.close(); return; }
    this.list.replaceChildren(...this.found.map((text, at) => {
      const item = document.createElement('li');
      Object.assign(item, { textContent: text, id: `completion-${at}`, role: 'option', ariaSelected: 'false' });
      return item;
    }));
    this.chosen = -1;
    this.list.hidden = false;
    this.place();
  }

  // Put the list under the caret, which is where the same text is drawn in colours.
  place() {
    const before = this.text.slice(0, this.area.selectionStart).split('\n');
    const line = this.colours.children[before.length - 1];
    let left = before.at(-1).length, box = line.getBoundingClientRect();
    for (const part of line.childNodes) {
      if (left <= part.textContent.length) {
        const range = document.createRange();
        range.setStart(part.firstChild, left);
        range.collapse(true);
        box = range.getBoundingClientRect();
        break;
      }
      left -= part.textContent.length;
    }
    const home = this.list.offsetParent.getBoundingClientRect();
    this.list.style.top = `${box.bottom - home.top + 4}px`;
    this.list.style.left = `${Math.max(0, Math.min(box.left - home.left, home.width - this.list.offsetWidth))}px`;
  }

  choose(at) {
    this.list.children[this.chosen]?.setAttribute('aria-selected', 'false');
    this.chosen = at;
    this.list.children[at].setAttribute('aria-selected', 'true');
    this.list.children[at].scrollIntoView({ block: 'nearest' });
    this.area.setAttribute('aria-activedescendant', `completion-${at}`);
  }

  take(text) {
    const end = this.area.selectionStart;
    this.area.setSelectionRange(end - this.word().length, end);
    // The browser's own command keeps its undo; where it has gone, the text is put in without.
    if (!document.execCommand('insertText', false, text)) this.area.setRangeText(text, end - this.word().length, end, 'end');
    this.draw();
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.area.removeAttribute('aria-activedescendant');
  }
}

function span(text, kind) {
  const out = document.createElement('span');
  out.textContent = text;
  if (kind) out.className = kind;
  return out;
}

function candidates(word, text, terms) {
  if (/^[?$]/.test(word)) return [...new Set(text.match(/[?$]\w+/g))].filter((name) => name.startsWith(word) && name !== word).sort();
  const names = terms ? [...terms.properties, ...terms.classes, ...Object.keys(terms.prefixes).map((name) => `${name}:`)] : [];
  const wanted = word.toLowerCase(), all = [...new Set([...names, ...KEYWORDS])];
  const starts = all.filter((name) => name.toLowerCase().startsWith(wanted));
  const within = wanted.length > 2 ? all.filter((name) => !starts.includes(name) && name.toLowerCase().includes(wanted)) : [];
  return [...starts, ...within];
}
