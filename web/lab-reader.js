// A second connection that does not read: an event stream whose body stays in the network until it is asked for.

const READ_FOR = 5_000; // ms

/** Joins a room and then reads nothing. @param {URL} url of the event stream @param {string} room
 * @returns {Promise<{ read: (texts: string[]) => Promise<number> } | null>} read: reads on, counts which of the texts come, each once, and closes; null: it did not open */
export async function slowReader(url, room) {
  const ending = new AbortController();
  try {
    const stream = await fetch(url, { headers: { Accept: 'text/event-stream' }, signal: ending.signal });
    const body = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!stream.ok || !body) return null;
    let text = '';
    while (!/"id":"([^"]+)"/.test(text)) {
      const { value, done } = await body.read();
      if (done) return null;
      text += value;
    }
    const at = new URL(url);
    at.searchParams.set('id', /** @type {RegExpExecArray} */ (/"id":"([^"]+)"/.exec(text))[1]);
    const requests = [{ type: 'hello', id: 1, name: 'slow reader' }, { type: 'join', id: 2, room, history: 0 }];
    const reply = await fetch(at, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(requests) });
    if (!reply.ok) return null;
    return { read: (texts) => readOn(body, room, texts, ending) };
  } catch {
    return null;
  }
}

/** @param {ReadableStreamDefaultReader<string>} body @param {string} room @param {string[]} texts @param {AbortController} ending */
async function readOn(body, room, texts, ending) {
  const timer = setTimeout(() => ending.abort(), READ_FOR);
  /** @type {Set<string>} */ const heard = new Set();
  let rest = '';
  try {
    while (heard.size < texts.length) {
      const { value, done } = await body.read();
      if (done) break;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('data:')) {
        const frame = JSON.parse(line.slice(5));
        if (frame.type === 'message' && frame.room === room && texts.includes(frame.text)) heard.add(frame.text);
      }
    }
  } catch { /* it was ended: what was heard until then counts */ }
  clearTimeout(timer);
  ending.abort();
  return heard.size;
}
