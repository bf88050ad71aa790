// Carries the experiments of the Lab out: asks the agent, loses pushes, writes messages. What comes of it is told as events, which
// lab-trial.js counts.

/** @typedef {import('./lab-trial.js').Kind} Kind */

const PAUSE = 5; // seconds
const CUT = 1_000; // ms without a connection
const BURST = 10_000; // ms
const STEP = 20; // ms between two messages of it
const MOST_WAITING = 40; // own messages: the outbox has place for 256
const SLOW_MESSAGES = 5;

/** What each experiment needs of the agent; '': nothing. @type {Record<Kind, string>} */
export const NEEDS = { kill: 'kill', drain: 'drain', pause: 'pause', scale: 'scale', cut: '', drop: '', twice: '', burst: '', slow: '' };

/** @param {{ chat: import('./client.js').ChatClient, ask: ReturnType<typeof import('./lab-agent.js').agentAt>['ask'], tell: (event: any) => void,
 *   words: (key: string, params?: Record<string, any>) => string, reader: typeof import('./lab-reader.js').slowReader, url: URL }} page tell: an event of the Lab; words: texts of the messages that it writes */
export function createDoer({ chat, ask, tell, words, reader, url }) {
  /** @type {Map<string, any>} the last message of this tab in each room, as it was sent */ const lastSent = new Map();
  let dropIn = ''; // the room whose next push is lost
  let number = 0;

  /** @type {import('./types.js').Tap} */
  const tap = (text, out) => {
    const frame = read(text);
    if (out && frame.type === 'send') lastSent.set(frame.room, frame);
    const isLost = !out && dropIn !== '' && frame.type === 'message' && frame.room === dropIn;
    tell({ type: 'frame', out, text, lost: isLost });
    if (isLost) {
      dropIn = '';
      tell({ type: 'dropped', room: frame.room, offset: frame.offset });
    }
    if (!out && frame.id === `lab-${number}`) tell(frame.type === 'ack' ? { type: 'answered', offset: frame.offset, duplicate: frame.duplicate } : { type: 'refusedTrial', code: frame.code });
    return isLost;
  };
  const wire = chat.tap(tap);

  /** @param {string} room @param {string} text @returns {boolean} */
  const write = (room, text) => {
    const key = chat.send(room, text);
    if (key) tell({ type: 'wrote', key });
    return key !== null;
  };

  /** @param {{ action: string, node?: string, seconds?: number }} wanted */
  const askAgent = async (wanted) => {
    const answer = await ask(wanted);
    if (answer.code) tell({ type: 'refusedTrial', code: answer.code, wait: answer.wait });
    return answer;
  };

  /** @type {Record<Kind, (room: string, node: string) => unknown>} */
  const experiments = {
    kill: (_, node) => askAgent({ action: 'kill', node }),
    drain: (_, node) => askAgent({ action: 'drain', node }),
    cut: () => chat.drop(CUT),
    async pause(room) {
      const { code } = await askAgent({ action: 'pause', seconds: PAUSE });
      if (!code) write(room, words('wrotePause'));
    },
    async scale() {
      const { code, nodes } = await askAgent({ action: 'scale' });
      if (!code) tell({ type: 'wants', nodes });
    },
    drop(room) {
      dropIn = room;
      write(room, words('wroteDrop', { count: 1 }));
      write(room, words('wroteDrop', { count: 2 }));
    },
    twice(room) {
      const again = () => wire.send({ ...lastSent.get(room), id: `lab-${++number}` });
      if (lastSent.has(room)) return again();
      const stop = chat.on('sent', (event) => {
        if (event.room !== room) return;
        stop();
        again();
      });
      write(room, words('wroteTwice'));
    },
    burst(room) {
      const waiting = new Set();
      const stop = chat.on('sent', ({ key }) => waiting.delete(key));
      const end = Date.now() + BURST;
      let count = 0;
      const timer = setInterval(() => {
        if (Date.now() >= end) {
          clearInterval(timer);
          stop();
          return tell({ type: 'over' });
        }
        if (waiting.size >= MOST_WAITING) return;
        const key = chat.send(room, words('wroteBurst', { count: ++count }));
        if (!key) return;
        waiting.add(key);
        tell({ type: 'wrote', key });
      }, STEP);
    },
    async slow(room) {
      const slow = await reader(url, room);
      if (!slow) return tell({ type: 'refusedTrial', code: 'no_reader' });
      const texts = Array.from({ length: SLOW_MESSAGES }, (_, i) => words('wroteSlow', { count: i + 1 }));
      for (const text of texts) {
        write(room, text);
        await new Promise((next) => setTimeout(next, 1_000));
      }
      tell({ type: 'over', result: { heard: await slow.read(texts), of: texts.length } });
    },
  };

  return {
    /** @param {Kind} kind @param {string} room @param {string} node of this tab */
    begin: (kind, room, node) => void experiments[kind](room, node),
    /** The frames of the connection are no longer looked at. */
    stop: wire.stop,
  };
}

/** @param {string} text @returns {any} */
function read(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
