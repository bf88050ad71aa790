import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

const timeout = 30_000;
const numbers = [1, 2, 3];

export default (shared) => describe('an application', () => {
  test('writes into a conversation: all clients of all nodes see its messages in the order of the room', { timeout }, async () => {
    const clients = await Promise.all(numbers.map((number) => shared.client(number)));
    const hubs = await Promise.all(numbers.map((number) => shared.hub(number)));
    await Promise.all([...clients.map((client) => client.join('hall')), ...hubs.map((hub) => hub.invoke('JoinRoom', 'hall'))]);
    const texts = [];
    for (let i = 0; i < 12; ++i) {
      texts.push(`message ${i}`);
      if (i % 2 === 0) await clients[i % 3].say('hall', texts[i]);
      else assert.equal((await shared.app(1 + (i % 3)).call('publish', { room: 'hall', text: texts[i] })).offset, i + 1);
    }
    for (const client of clients) {
      await client.hears('hall', texts.at(-1));
      assert.deepEqual(client.messages('hall').map(({ text }) => text), texts);
      assert.deepEqual(client.messages('hall')[1].from, { id: 'app.shop', name: 'shop' });
    }
    for (const hub of hubs) {
      await hub.hears('hall', texts.at(-1));
      assert.deepEqual(hub.messages('hall').map(([, text]) => text), texts);
      assert.equal(hub.messages('hall')[1][0], 'shop');
    }
  });

  test('names the author of a message: a user, a name', { timeout }, async () => {
    const ana = await shared.client(2, { user: 'ana@example.org' });
    await ana.join('authors');
    const from = async (parameters) => {
      const { offset } = await shared.app().call('publish', { room: 'authors', text: 'hello', ...parameters });
      return (await ana.push('the message', (push) => push.type === 'message' && push.offset === offset)).from;
    };
    assert.deepEqual(await from({ user: 'ana@example.org', name: 'Ana' }), { id: ana.user.id, name: 'Ana' });
    assert.deepEqual(await from({ user: ana.user.id }), { id: ana.user.id, name: ana.user.id });
    assert.deepEqual(await from({ user: 'bob' }), { id: 'bob', name: 'bob' });
    assert.deepEqual(await from({ name: 'The shop' }), { id: 'app.shop', name: 'The shop' });
  });

  test('publishes any JSON as data, of which {"text": "…"} alone is a text', { timeout }, async () => {
    const client = await shared.client(3);
    await client.join('contents');
    for (const data of [{ order: 7, items: ['a', 'b'] }, ['list'], 5, 'word', false, { text: 'hello', bold: true }, { text: 7 }]) {
      const { offset } = await shared.app().call('publish', { channel: 'contents', data });
      const message = await client.push('the message', (push) => push.type === 'message' && push.offset === offset);
      assert.deepEqual([message.data, message.text], [data, undefined]);
    }
    await shared.app().call('publish', { channel: 'contents', data: { text: 'Olá' } });
    await client.hears('contents', 'Olá');
    const { publications } = await shared.app().call('history', { room: 'contents', limit: 1, reverse: true });
    assert.deepEqual(publications[0].data, { text: 'Olá' });
  });

  test('stores a repeated call once, on whichever node it arrives', { timeout }, async () => {
    const call = { room: 'once', text: 'order 7 is on its way', idempotency_key: 'order-7' };
    const first = await shared.app(1).call('publish', call);
    assert.deepEqual(await shared.app(2).call('publish', call), { ...first, duplicate: true });
    const other = await shared.app(3).call('publish', { ...call, idempotency_key: 'order-8' });
    assert.equal(other.offset, first.offset + 1);
  });

  test('broadcasts one message to several rooms', { timeout }, async () => {
    const clients = await Promise.all(numbers.map((number) => shared.client(number)));
    await Promise.all(clients.map((client, i) => client.join(`shop-${i}`)));
    const rooms = ['shop-0', 'shop-1', 'shop-2', 'shop-0'];
    const { responses } = await shared.app(2).call('broadcast', { rooms, text: 'we close' });
    assert.deepEqual(responses.map(({ result }) => result.offset), [1, 1, 1, 2]);
    await Promise.all(clients.map((client, i) => client.hears(`shop-${i}`, 'we close')));
    const { responses: [first] } = await shared.app(2).call('broadcast', { channels: ['shop-2'], data: { closed: true } });
    assert.equal(first.result.offset, 2);
  });

  test('is refused content that clients cannot read', { timeout }, async () => {
    const nested = (depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    const many = (members) => Object.fromEntries(Array.from({ length: members }, (_, i) => [`m${i}`, i]));
    const client = await shared.client(1);
    const hub = await shared.hub(1);
    await client.join('limits');
    await hub.invoke('JoinRoom', 'limits');
    for (const data of [nested(7), many(512)]) {
      await shared.app().call('publish', { room: 'limits', data });
      await hub.hears('limits', data);
    }
    for (const [parameters, sentence] of [
      [{ data: nested(8) }, /nest/], [{ data: many(513) }, /members/],
      [{ text: 'é'.repeat(2049) }, /4096/], [{ data: { text: 'x'.repeat(4097) } }, /4096/], [{ data: 'x'.repeat(17 * 1024) }, /17 KiB/],
      [{ text: '' }, /empty/], [{ data: null }, /"text" or "data"/], [{ text: 'a', data: 1 }, /one of them/], [{}, /"text" or "data"/],
      [{ text: 'a', name: '\u202e' }, /"name"/], [{ text: 'a', name: 'x'.repeat(65) }, /64 bytes/], [{ text: 'a', user: 'x'.repeat(513) }, /512/],
    ]) {
      const error = await shared.app().refusal('publish', { room: 'limits', ...parameters });
      assert.equal(error.code, 107);
      assert.match(error.sentence, sentence);
    }
    assert.equal((await shared.app().call('history', { room: 'limits' })).offset, 2);
  });

  describe('batches calls', () => {
    const publish = (text) => ({ publish: { room: 'batch', text } });
    test('one after the other, answered in their order', { timeout }, async () => {
      const { replies } = await shared.app().call('batch', { commands: [publish('a'), { history: { room: 'batch', limit: 10 } }, publish('b'), { presence_stats: { room: 'batch' } }] });
      assert.deepEqual(replies.map((reply) => Object.keys(reply)[0]), ['publish', 'history', 'publish', 'presence_stats']);
      assert.deepEqual(replies[1].history.publications.map(({ data }) => data.text), ['a']);
      assert.equal(replies[2].publish.offset, 2);
    });
    test('all at once', { timeout }, async () => {
      const commands = Array.from({ length: 100 }, (_, i) => ({ publish: { room: `batch-${i % 5}`, text: `${i}` } }));
      const { replies } = await shared.app(3).call('batch', { commands, parallel: true });
      assert.deepEqual(replies.map(({ publish: { offset } }) => offset), commands.map((_, i) => 1 + Math.floor(i / 5)));
    });
    test('of which one fails, and the others are done', { timeout }, async () => {
      for (const parallel of [false, true]) {
        const { replies } = await shared.app().try('batch', { commands: [publish('c'), { publish: { room: 'Not A Room', text: 'd' } }, publish('e')], parallel });
        assert.deepEqual(replies.map((reply) => Object.keys(reply)[0]), ['publish', 'error', 'publish']);
        assert.equal(replies[1].error.code, 107);
      }
    });
    test('but no batch in a batch, no unknown method, and none too many', { timeout }, async () => {
      const codes = async (commands) => (await shared.app().refusal('batch', { commands })).code;
      assert.equal(await codes([{ batch: { commands: [] } }]), 104);
      assert.equal(await codes([{ fly: {} }]), 104);
      assert.equal(await codes([]), 107);
      assert.equal(await codes(Array.from({ length: 101 }, () => publish('x'))), 107);
      assert.equal(await codes([{ ...publish('x'), info: {} }]), 107);
      assert.equal(await codes('publish'), 107);
    });
  });
});
