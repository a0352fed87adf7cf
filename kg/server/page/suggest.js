// Names of the graph offered while one is typed: every input with `data-suggest` gets a list of them.
let count = 0;

export function suggest(input) {
  const list = document.createElement('datalist');
  list.id = `suggestions-${count++}`;
  input.after(list);
  input.setAttribute('list', list.id);
  let asking, timer;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    asking?.abort();
    const words = input.value.trim();
    if (!words) { list.replaceChildren(); return; }
    timer = setTimeout(async () => {
      asking = new AbortController();
      const place = `/suggest?${new URLSearchParams({ words, kind: input.dataset.suggest })}`;
      const found = await fetch(place, { signal: asking.signal }).then((answer) => (answer.ok ? answer.json() : [])).catch(() => null);
      if (found) list.replaceChildren(...found.map(({ name, says }) => Object.assign(new Option(says, name), { label: says })));
    }, 150);
  });
}

for (const input of document.querySelectorAll('input[data-suggest]')) suggest(input);
