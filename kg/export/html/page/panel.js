// The panel: everything known of what is chosen, or, at first, what there is and where to begin.
let panelTurn = 0;

async function showPanel() {
  const turn = ++panelTurn;
  byId('panel').setAttribute('aria-busy', 'true');
  const parts = await panelParts();
  if (turn === panelTurn) fillPanel(parts); // else something else was chosen meanwhile
}

function panelParts() {
  const [node, to] = [chosen(), partner()];
  if (node === undefined) return topicPanel() || welcome();
  if (to !== undefined) return joinPanel(node, to);
  return isPaper(node) ? paperPanel(node) : entityPanel(node);
}

function fillPanel(parts) {
  const panel = byId('panel');
  panel.replaceChildren(...parts.filter(Boolean));
  panel.removeAttribute('aria-busy');
  panel.scrollTop = 0;
}

function welcome() {
  const coded = Array.from({ length: papersCount }, (_, n) => n).filter(hasCode).length;
  const facts = [
    counted(papersCount, 'paper'),
    coded ? `${coded.toLocaleString('en')} with code` : '',
    core.claims.length ? counted(core.claims.length, 'stated figure') : '',
  ].filter(Boolean);
  return [
    make('h2', {}, 'What is in these papers'),
    make(
      'p',
      { class: 'soft' },
      `${facts.join(', ')}. Search above, click what is drawn, or begin with a question:`,
    ),
    listOf(firstQuestions(), { class: 'questions' }),
    ...topics(),
    ...mostNamed(),
  ];
}

/** Questions that this graph can answer, each one click away from its answer. */
function firstQuestions() {
  const [method] = topOf('Method', 1);
  const [winner, loser] = bestKnownRivals();
  const [data] = topOf('Dataset', 1);
  const [task] = topOf('Task', 1);
  const ask = (text, change) => button(text, () => go(change), { class: 'question' });
  const known = (node) => node !== undefined;
  return [
    known(data) && ask(`Which methods were evaluated on ${N.label[data]}?`, { at: N.key[data] }),
    known(task) &&
      ask(`Which papers work on ${N.label[task]}, and where is their code?`, { at: N.key[task] }),
    known(method) &&
      ask(`What is ${N.label[method]} used together with?`, { at: N.key[method], focus: true, hops: 1 }),
    known(winner) &&
      ask(`How do ${N.label[winner]} and ${N.label[loser]} compare?`, {
        at: N.key[winner],
        with: N.key[loser],
        view: 'compare',
      }),
    core.claims.length > 0 && ask('What figures do the abstracts state?', { view: 'leaderboards' }),
  ].filter(Boolean);
}

/** The best known two methods of which one is said to beat the other. */
function bestKnownRivals() {
  let best = -1;
  const known = (e) => N.papers[E.source[e]] * N.papers[E.target[e]];
  for (let e = 0; e < E.source.length; e++) {
    if (relationOf(e).name === 'outperforms' && (best < 0 || known(e) > known(best))) best = e;
  }
  return best < 0 ? [] : [E.source[best], E.target[best]];
}

function topics() {
  const found = core.communities.filter((c) => c.size >= CLOUD_SIZE);
  if (!found.length) return [];
  const item = ({ id, name, size }) => {
    const [first, ...rest] = name.split(' · ');
    const to = button(first, () => go({ community: id, view: 'map', at: '', focus: false }), {
      class: 'link',
      dir: 'auto',
    });
    return [swatch(id), to, ' ', soft(rest.length ? `${rest.join(', ')} · ${size}` : String(size))];
  };
  const about = soft('What is named together, with the number of papers and entities in it.');
  return [make('h3', {}, `Topics (${found.length})`), about, foldedList(found, item, 12)];
}

/** The panel of a topic that is filtered for: what it is about, by type, and its papers. */
function topicPanel() {
  const topic = core.communities.find((c) => c.id === state.community);
  if (!topic) return null;
  const nodes = Array.from(order.filter((n) => N.community[n] === topic.id));
  const item = (n) => [dot(n), ' ', nodeLink(n), ' ', isPaper(n) ? '' : soft(counted(N.papers[n], 'paper'))];
  const parts = [...core.types.slice(1), core.types[0]].flatMap((type) => {
    const found = nodes.filter((n) => typeOf(n) === type);
    return found.length
      ? [
          make('h3', {}, `${type.plural} (${found.length})`),
          foldedList(found, item, type.name === 'Paper' ? 12 : 6),
        ]
      : [];
  });
  return [
    make('h2', { dir: 'auto' }, topic.name.split(' · ')[0]),
    make(
      'p',
      { class: 'soft' },
      `A topic: what is more linked within than without. Also ${topic.name.split(' · ').slice(1).join(', ') || 'nothing else'}.`,
    ),
    make(
      'div',
      { class: 'row' },
      button('All topics', () => go({ community: -1 })),
    ),
    ...parts,
  ];
}

function mostNamed() {
  const item = (n) => [dot(n), ' ', nodeLink(n), ' ', soft(counted(N.papers[n], 'paper'))];
  return core.types.slice(1).flatMap((type) => {
    const best = topOf(type.name, 5).filter((n) => N.papers[n] > 1);
    return best.length ? [make('h3', {}, type.plural), listOf(best.map(item))] : [];
  });
}

/** What can be done with a node. */
function actions(node) {
  const key = N.key[node];
  const here = (hops) => String(state.focus && state.hops === hops && !state.with);
  const onMap = (change) => go({ view: 'map', ...change });
  const opened = state.open.includes(key);
  const pinned = pins().has(node);
  return make(
    'div',
    { class: 'row', role: 'group', 'aria-label': 'What to do with it' },
    button('Focus', () => onMap({ focus: true, hops: 1, with: '' }), {
      'aria-pressed': here(1),
      title: 'Draw it and its neighbours alone',
    }),
    button('2 steps', () => onMap({ focus: true, hops: 2, with: '' }), {
      'aria-pressed': here(2),
      title: 'Draw what is two steps away, too',
    }),
    button('Compare or connect with …', () => chooseOther(node)),
    button('Expand', () => onMap({ focus: false, open: toggled(state.open, key, !opened) }), {
      'aria-pressed': String(opened),
      title: 'Draw all its neighbours on the map',
    }),
    button('Pin', () => (pinned ? unpin(node) : pin(node)), {
      'aria-pressed': String(pinned),
      title: 'Keep it drawn, whatever is filtered',
    }),
    button(
      'Hide',
      () =>
        go({
          hidden: toggled(state.hidden, key, true),
          pins: pinTexts([...pins()].filter(([n]) => n !== node)),
          at: '',
          focus: false,
        }),
      { title: 'Take it off the map' },
    ),
  );
}

/** The next search chooses what to compare with. */
function chooseOther(node) {
  const input = byId('search');
  input.dataset.compare = N.key[node];
  input.value = '';
  input.placeholder = `Compare or connect “${short(N.label[node], 40)}” with …`;
  input.focus();
}
