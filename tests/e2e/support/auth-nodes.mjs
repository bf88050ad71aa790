import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './browser.mjs';
import { Node } from './node.mjs';
import { freshFolder } from './places.mjs';
import { TokenMaker } from './tokens.mjs';

/** Three nodes of their own, one for each setting of `--auth`, and a Chromium that reaches them as chat.example, too. */
export class AuthNodes {
  /** @param {string} suite @param {object[]} [rules] rules of rooms, of the node `optional` */
  static async start(suite, rules) {
    const all = new AuthNodes();
    const folder = freshFolder(suite);
    const start = (id, settings) => Node.start({ id, folder, settings });
    try {
      all.maker = new TokenMaker(folder);
      const rooms = rules && join(folder, 'rooms.json');
      if (rooms) writeFileSync(rooms, JSON.stringify({ rules }));
      all.optional = await start('chat-1', { auth: 'optional', ...(rooms && { rooms }), ...all.maker.settings });
      all.required = await start('chat-2', { auth: 'required', ...all.maker.settings });
      all.off = await start('chat-3', { auth: 'off' });
      all.browser = await launch(['--host-resolver-rules=MAP chat.example 127.0.0.1']);
    } catch (error) {
      await all.stop();
      throw error;
    }
    return all;
  }

  /** A token of the user "ana". */
  ana(claims) { return this.maker.make('ana', { name: 'Ana Sousa', ...claims }); }

  async stop() {
    await this.browser?.close();
    for (const node of [this.optional, this.required, this.off]) await node?.stop();
  }
}
