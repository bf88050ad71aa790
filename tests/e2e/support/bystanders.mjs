import assert from 'node:assert/strict';
import { ChatClient } from './client.mjs';

/** Two users that chat on a node while a test attacks it. */
export class Bystanders {
  static async on(node) {
    const pair = new Bystanders();
    pair.node = node;
    pair.room = `bystanders-${node.id}`;
    [pair.ana, pair.bia] = await Promise.all(['Ana', 'Bia'].map((name) => ChatClient.connect(node.ws, { name })));
    for (const one of [pair.ana, pair.bia]) await one.join(pair.room);
    pair.said = 0;
    pair.turn = Promise.resolve();
    return pair;
  }

  /** Each says something the other hears; the process is the same, and every offset since the beginning was heard once by both. */
  stillChat() {
    this.turn = this.turn.then(() => this.#chat());      // one after the other, although tests may run side by side
    return this.turn;
  }

  async #chat() {
    assert.equal(this.node.program.result, undefined, `${this.node.id} ended:\n${this.node.log.slice(-2000)}`);
    for (const [speaker, listener] of [[this.ana, this.bia], [this.bia, this.ana]]) {
      const text = `line ${++this.said}`;
      await speaker.say(this.room, text);
      await listener.hears(this.room, text);
    }
    const offsets = Array.from({ length: this.said }, (_, i) => i + 1);
    for (const one of [this.ana, this.bia]) {
      await one.hears(this.room, `line ${this.said}`);
      assert.deepEqual(one.messages(this.room).map((message) => message.offset), offsets);
    }
  }
}
