// The list of named questions: searched by words, the chosen one marked. Each is a link; the address says which is asked.

const list = [...document.querySelectorAll('.topic')];

export class Questions {
  constructor(input, none) {
    Object.assign(this, { input, none });
    input.addEventListener('input', () => this.search());
    if (matchMedia('(max-width: 800px)').matches) for (const topic of list.slice(1)) topic.open = false;
  }

  search() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const topic of list) {
      const name = topic.querySelector('h3').textContent;
      const items = [...topic.querySelectorAll('li')];
      for (const item of items) item.hidden = !words.every((word) => `${name} ${item.textContent}`.toLowerCase().includes(word));
      const shown = items.filter((item) => !item.hidden).length;
      topic.hidden = !shown;
      if (words.length) topic.open = true;
      left += shown;
    }
    this.none.textContent = left ? '' : 'No question has these words. Find things by their name above, or write SPARQL.';
  }

  mark(name) {
    for (const link of document.querySelectorAll('.topic a')) {
      if (link.dataset.name === name) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    const chosen = document.querySelector('.topic a[aria-current]');
    if (!chosen) return;
    chosen.closest('details').open = true;
    const home = chosen.closest('.questions'), from = home.getBoundingClientRect(), to = chosen.getBoundingClientRect();
    // On a wide screen the list scrolls by itself; the page must not.
    if (to.top < from.top || to.bottom > Math.min(from.bottom, innerHeight)) home.scrollTop += to.top - from.top - home.clientHeight / 3;
  }
}
