// What is under the mouse on the map, in words: what a node is, or what an edge says and the sentence that says so.
const MOST_QUOTED = 220; // letters of a sentence
let hoverTurn = 0;

function hoverWords() {
  network.on('hoverNode', ({ node, event }) => {
    hovered = node;
    showTip(event, nodeWords(node));
  });
  network.on('hoverEdge', ({ edge, event }) => edgeTip(edge, event));
  for (const left of ['blurNode', 'blurEdge', 'dragStart', 'zoom', 'click']) network.on(left, hideTip);
  network.on('blurNode', () => (hovered = undefined));
  byId('map').addEventListener('mouseleave', hideTip);
}

function nodeWords(node) {
  const facts = [
    typeOf(node).name,
    isPaper(node) ? N.year[node] && String(N.year[node]) : counted(N.papers[node], 'paper'),
  ];
  const topic = core.communities.find((c) => c.id === N.community[node]);
  if (topic && topic.size >= CLOUD_SIZE) facts.push(`topic: ${topic.name.split(' · ')[0]}`);
  return [make('strong', { dir: 'auto' }, short(N.label[node], 120)), soft(facts.filter(Boolean).join(' · '))];
}

async function edgeTip(edge, event) {
  const head = make('strong', { dir: 'auto' }, edgeSays(edge));
  const turn = showTip(event, [head]);
  byId('tip').setAttribute('aria-busy', 'true');
  const [first, ...rest] = await evidenceOf(edge);
  if (turn !== hoverTurn) return;
  const sentence = first?.sentence ? short(first.sentence, MOST_QUOTED) : NO_SENTENCE;
  const more = rest.length ? `, and ${counted(rest.length, 'more sentence')}` : '';
  showTip(event, [
    head,
    make('span', { dir: 'auto' }, sentence),
    soft(`${E.score[edge]} %${first ? `, ${first.extractor}` : ''}${more} · click for all`),
  ]);
}

const edgeSays = (e) =>
  `${short(N.label[E.source[e]], 60)} ${relationOf(e).label} ${short(N.label[E.target[e]], 60)}`;

/** Beside the mouse, within the map; returns its turn, which changes once it is gone. */
function showTip(event, parts) {
  const [map, tip] = [byId('map').getBoundingClientRect(), byId('tip')];
  tip.removeAttribute('aria-busy');
  tip.replaceChildren(...parts);
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const [x, y] = [event.clientX - map.left, event.clientY - map.top];
  tip.style.left = `${Math.max(4, Math.min(x + 14, map.width - width - 4))}px`;
  tip.style.top = `${y + 18 + height > map.height ? Math.max(4, y - height - 12) : y + 18}px`;
  return ++hoverTurn;
}

function hideTip() {
  hoverTurn++;
  byId('tip').removeAttribute('aria-busy');
  byId('tip').hidden = true;
}
