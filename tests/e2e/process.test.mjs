// The process: signals, closed pipes, no descriptor left, no secret in a core file.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ApiKeys } from './support/api.mjs';
import { http } from './support/http.mjs';
import { Node, cleanEnvironment } from './support/node.mjs';
import { chatd, freshFolder, top } from './support/places.mjs';
import { Program } from './support/program.mjs';
import { RawSocket, handshake } from './support/raw.mjs';
import { until, within } from './support/until.mjs';

const timeout = 30_000;
const folder = freshFolder('process');

/** A node that the test ends, started by `wrapper` if one is given. */
async function startNode(t, { settings = {}, wrapper = [] } = {}) {
  const flags = Object.entries({ listen: '127.0.0.1:0', 'node-id': 'chat-1', 'web-root': `${top}web`, threads: 1, ...settings }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const [command, ...args] = [...wrapper, chatd, ...flags];
  const program = new Program('chatd', command, args, { env: cleanEnvironment() });
  t.after(() => program.stop('SIGKILL'));
  const [, port] = await program.line(/event=listening .*?address="?[\d.]+:(\d+)/);
  return { program, port: Number(port), http: `http://127.0.0.1:${port}`, pid: program.child.pid };
}

/** Hundredths of a second of CPU that a process has used. */
function cpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

describe('signals', () => {
  test('SIGHUP, SIGUSR1 and SIGUSR2 leave a line in the log and nothing else', { timeout }, async (t) => {
    const node = await startNode(t);
    for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2']) {
      node.program.signal(signal);
      await node.program.line(signal === 'SIGHUP' ? /event=reloaded/ : new RegExp(`event=signal_ignored signal=${signal}`));
    }
    assert.equal((await http(`${node.http}/health`)).status, 200);
    assert.equal(await node.program.stop('SIGTERM'), 0);
  });

  test('the service manager hears that the node serves, and that it leaves', { timeout }, async (t) => {
    const socket = join(folder, 'notify');
    const manager = new Program('manager', '/usr/bin/python3', ['-uc', 'import socket, sys\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ns.bind(sys.argv[1])\nprint("bound")\nwhile True: print(s.recv(99).decode())', socket], {});
    t.after(() => manager.stop('SIGKILL'));
    await manager.line(/bound/);
    const node = await startNode(t, { wrapper: ['env', `NOTIFY_SOCKET=${socket}`] });
    await manager.line(/READY=1/);
    assert.equal((await http(`${node.http}/health`)).status, 200);
    assert.equal(await node.program.stop('SIGTERM'), 0);
    await manager.line(/READY=1\nSTOPPING=1/);
  });

  test('a service manager that does not listen is no reason not to serve', { timeout }, async (t) => {
    for (const name of [join(folder, 'nobody'), '@nobody-listens', 'x'.repeat(300), '']) {
      const node = await startNode(t, { wrapper: ['env', `NOTIFY_SOCKET=${name}`] });
      assert.equal((await http(`${node.http}/health`)).status, 200);
      assert.equal(await node.program.stop('SIGTERM'), 0);
    }
  });

  test('a second SIGTERM ends the drain, and the clients that are left are closed with 1012', { timeout }, async (t) => {
    const node = await startNode(t, { settings: { 'drain-seconds': 600 } });
    const client = await RawSocket.forTest(t, node.port);
    client.send({ type: 'hello', id: 1 });
    await client.object(({ type }) => type === 'welcome');
    node.program.signal('SIGTERM');
    await client.object(({ type }) => type === 'reconnect');
    node.program.signal('SIGTERM');
    assert.equal((await client.close()).code, 1012);
    assert.equal(await within('the node ends', node.program.exited), 0);
  });

  test('a third SIGTERM ends the node although a client does not let go', { timeout }, async (t) => {
    const node = await startNode(t, { settings: { 'drain-seconds': 600 } });
    const client = await RawSocket.forTest(t, node.port);
    client.send({ type: 'hello', id: 1 });
    node.program.signal('SIGTERM');
    await node.program.line(/event=draining/);
    node.program.signal('SIGTERM');
    await node.program.line(/event=hurrying/);
    node.program.signal('SIGTERM');
    assert.equal(await within('the node ends', node.program.exited, 5000), 0);
  });

  test('a node with an idle connection to its API ends as it should', { timeout }, async (t) => {
    const node = await startNode(t, { settings: { threads: 2, ...new ApiKeys(folder, { application: ['read'] }).settings } });
    const [, port] = await node.program.line(/event=api_listening port=(\d+)/);
    const idle = await RawSocket.forTest(t, Number(port), 'tcp');
    idle.write('GET /api/info HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await idle.head();
    node.program.signal('SIGTERM');
    assert.equal(await within('the node ends', node.program.exited), 0);
  });

  test('a reader of the log that ends takes neither the node nor its CPU with it', { timeout }, async (t) => {
    const node = await startNode(t);
    for (const stream of [node.program.child.stdout, node.program.child.stderr]) stream.destroy();
    const before = cpu(node.pid);
    for (let i = 0; i < 50; ++i) {
      node.program.signal('SIGHUP');                                   // a line that cannot be written
      assert.equal((await http(`${node.http}/health`)).status, 200);
    }
    assert.ok(cpu(node.pid) - before < 100, `${cpu(node.pid) - before} hundredths of a second`);
    assert.equal(await node.program.stop('SIGTERM'), 0);
  });
});

describe('descriptors', () => {
  test('at the limit newcomers get 503 and Retry-After at once, one warning is written, and who leaves makes place', { timeout }, async (t) => {
    const node = await startNode(t, { wrapper: ['bash', '-c', 'ulimit -n 40; exec "$0" "$@"'], settings: { 'max-connections-per-address': 0 } });
    const knock = async () => {
      const raw = await RawSocket.forTest(t, node.port, 'tcp');
      raw.write(handshake(node.port));
      return { raw, head: await raw.head(2000) };
    };
    const members = [];
    let last;
    while ((last = await knock()).head.status === 101) members.push(last.raw);
    assert.ok(members.length > 5, `${members.length} came in`);
    const before = cpu(node.pid);
    for (let i = 0; i < 50; ++i) {
      const { raw, head } = await knock();
      assert.equal(head.status, 503);
      assert.match(head.headers.get('retry-after'), /^\d+$/);
      await raw.end();
    }
    assert.ok(cpu(node.pid) - before < 100, 'the node spins');
    assert.equal(node.program.output.match(/event=accept_failed/g).length, 1, node.program.output);
    assert.match(node.program.output, /event=accept_failed .*--max-connections/);
    members.pop().destroy();
    await until('the place of one who left is taken', async () => (await knock()).head.status === 101);
  });
});

/** Tests run as root or not; these need a process of an ordinary user. */
const wrapper = process.getuid() === 0 ? ['setpriv', '--reuid', '65534', '--clear-groups', '--'] : [];

/** A folder with a page, outside the project, which that user may be unable to read. */
function folderWithPage(t, mode) {
  const web = mkdtempSync(join(tmpdir(), 'chat-web-'));
  t.after(() => { chmodSync(web, 0o700); rmSync(web, { recursive: true }); });
  writeFileSync(join(web, 'index.html'), '<!doctype html>');
  chmodSync(web, mode);
  return web;
}

test('a web folder that chatd may not read: it says so', { timeout }, async (t) => {
  const [command, ...args] = [...wrapper, chatd, '--web-root', folderWithPage(t, wrapper.length ? 0o700 : 0)];
  const program = new Program('chatd', command, args, { env: cleanEnvironment() });
  assert.equal(await within('it ends', program.exited, 5000), 2);
  assert.match(program.output, /--web-root: cannot read .*index\.html/);
});

describe('core files', () => {
  /** A process of an ordinary user shows by its files' owner whether it may be dumped. */
  const environOf = (pid) => statSync(`/proc/${pid}/environ`).uid;

  test('no core file is written, and no program of the same user may read the node\'s memory', { timeout }, async (t) => {
    const node = await startNode(t, { wrapper, settings: { 'web-root': folderWithPage(t, 0o755) } });
    assert.match(readFileSync(`/proc/${node.pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
    assert.equal(environOf(node.pid), 0);
  });
  test('unless the operator asks for core files', { timeout }, async (t) => {
    const node = await startNode(t, { wrapper, settings: { 'core-dumps': 'on', 'web-root': folderWithPage(t, 0o755) } });
    assert.equal(environOf(node.pid), wrapper.length ? 65534 : process.getuid());
  });
});

test('a taken port: chatd says who has it and what to do', { timeout }, async (t) => {
  const first = await Node.start({ id: 'chat-2', folder });
  t.after(() => first.stop());
  const second = new Program('chatd', chatd, ['--listen', `127.0.0.1:${first.port}`], { env: cleanEnvironment() });
  assert.equal(await within('it ends', second.exited, 5000), 2);
  assert.match(second.output, /another program/i);
  assert.match(second.output, /--listen/);
});
