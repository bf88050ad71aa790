// Polled connections of Engine.IO that are misused: two polls at once, WebSockets that are offered and not used, and several that
// claim the same connection.
import { setTimeout as pause } from 'node:timers/promises';
import { frame, opcode, request, upgrade } from './frames.mjs';
import { Line } from './line.mjs';

const TO_ANSWER = 1000;
const PATH = '/socket.io/?EIO=4&transport=';

/** Each opens lines to the connection `sid` and says how; all are dropped after a moment. */
const tricks = {
  'two polls': (line, sid) => [0, 1].map(() => line(request('GET', `${PATH}polling&sid=${sid}`))),
  'two POSTs': (line, sid) => [0, 1].map(() => line(request('POST', `${PATH}polling&sid=${sid}`, '40'))),
  'half upgrades': (line, sid) => [line(request('GET', `${PATH}polling&sid=${sid}`)), line(upgrade(`${PATH}websocket&sid=${sid}`), frame(opcode.text, '2probe'))],
  'upgrade races': (line, sid) => [0, 1, 2].map(() => line(upgrade(`${PATH}websocket&sid=${sid}`), frame(opcode.text, '2probe'), frame(opcode.text, '5'), frame(opcode.text, '40'))),
};

/** Plan: { trick, sockets: lanes side by side } */
export async function upgrades(plan, { tally, over, left }) {
  const place = (i) => ({ port: plan.ports[i % plan.ports.length], from: plan.from, tally });
  await Promise.all(Array.from({ length: plan.sockets }, async (_, i) => {
    while (!over()) {
      const sid = await begin(place(i));
      if (!sid) {
        await pause(Math.min(20, left()));
        continue;
      }
      ++tally.shots;
      const lines = [];
      tricks[plan.trick]((...bytes) => lines.push(speak(place(i + lines.length), bytes)), sid);
      await Promise.all(lines.map(async (line) => (await line).until(() => false, Math.min(100, left()))));
      for (const line of lines) (await line).drop();
    }
  }));
}

/** The id of a new polled connection; undefined: the node takes none. */
async function begin(place) {
  let text = '';
  const line = new Line({ ...place, onText: (piece) => { text += piece; } });
  const sid = () => /"sid":"([\w-]+)"/.exec(text)?.[1];
  if (await line.up) {
    line.write(request('GET', `${PATH}polling`));
    await line.until(sid, TO_ANSWER);
  }
  line.drop();
  return sid();
}

async function speak(place, bytes) {
  const line = new Line(place);
  if (await line.up) for (const some of bytes) line.write(some);
  return line;
}
