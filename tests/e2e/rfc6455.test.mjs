// Our own conformance suite: the requirements of RFC 6455 for a server, case by case, over raw sockets. The cases stand in rfc6455/, a file a group.
import { after, before, describe, test } from 'node:test';
import { closing } from './rfc6455/closing.mjs';
import { fragmentation } from './rfc6455/fragmentation.mjs';
import { framing } from './rfc6455/framing.mjs';
import { openingHandshake } from './rfc6455/handshake.mjs';
import { limits } from './rfc6455/limits.mjs';
import { pings } from './rfc6455/pings.mjs';
import { opcodes, reservedBits } from './rfc6455/reserved.mjs';
import { utf8 } from './rfc6455/utf8.mjs';
import { Bystanders } from './support/bystanders.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { RawSocket } from './support/raw.mjs';

const groups = { openingHandshake, framing, reservedBits, opcodes, pings, fragmentation, utf8, closing, limits };

let node;
let bystanders;
before(async () => {
  node = await Node.start({ id: 'chat-1', folder: freshFolder('rfc6455') });
  bystanders = await Bystanders.on(node);
});
after(() => node?.stop());

for (const [group, cases] of Object.entries(groups)) {
  describe(group, () => {
    for (const { name, open, run } of cases) {
      test(name, { timeout: 20_000 }, async (t) => run(await RawSocket.forTest(t, node.port, open)));
    }
    test(`after ${group} others on the node still chat, and nothing was lost meanwhile`, () => bystanders.stillChat());
  });
}
