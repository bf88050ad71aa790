// The measurements: chat-load's workloads, shortened so that all of it takes minutes, the servers that take part, and the figure that
// counts.

/** @typedef {'cost' | 'latency' | 'memory' | 'connect'} Figure the main one of a workload; see measure.mjs */

const peers = ['nchan', 'ws', 'socket.io'];

/** `seconds` are measured; `rounds` limits those of the run where more would only repeat the first. */
export const workloads = [
  { name: 'W1', figure: 'cost', says: 'one room of 1000, one speaks, window 64', seconds: 3, contenders: ['socketio', 'floor-64', 'floor-64-long', 'floor-redis', 'floor-1', ...peers] },
  { name: 'W1w1', figure: 'cost', says: 'the same, one message at a time', seconds: 3, contenders: ['floor-1', 'floor-redis', ...peers] },
  { name: 'W5', figure: 'cost', says: 'one room of 100, all speak, window 16', seconds: 3, contenders: ['socketio', 'floor-64', 'floor-64-long', 'floor-redis', 'floor-1', ...peers] },
  { name: 'W2sat', figure: 'cost', says: '1000 rooms of 10, one speaks in each, window 1', seconds: 4, contenders: ['socketio', 'floor-1', 'floor-redis', ...peers] },
  { name: 'W2', figure: 'latency', says: '1000 rooms of 10, all speak, 2000 messages/s', seconds: 5, contenders: ['floor-1', 'floor-redis', ...peers] },
  { name: 'W2fast', load: 'W2', rate: 9250, figure: 'latency', says: 'the same, 9250 messages/s: more than most of the others bear', seconds: 5, contenders: ['floor-1', 'floor-redis'] },
  { name: 'W3', figure: 'memory', says: '10,000 joined connections a process, idle', flags: ['--rooms', 2000, '--processes', 2], seconds: 5, rounds: 1, contenders: ['socketio', ...peers] },
  { name: 'W4', figure: 'connect', says: '10,000 connects and joins as fast as they are accepted, the room in the URL', byUrl: true, seconds: 0.1, contenders: ['floor-1', ...peers] },
  { name: 'W4req', load: 'W4', figure: 'connect', says: 'the same, joined by requests: hello and join', seconds: 0.1, contenders: ['socketio', 'socket.io', 'floor-1'] },
];

/** The flags of chat-load. */
export function loadFlags({ name, load = name, flags = [], rate, seconds, figure }, { payload = 128 }, quick) {
  const talks = figure === 'cost' || figure === 'latency';
  return ['--workload', load, '--payload', String(payload), '--seconds', String(quick ? Math.min(seconds, 1.5) : seconds),
    ...(talks ? ['--warmup', '1'] : []),
    ...(talks ? ['--connect-rate', '4000'] : []),
    ...(rate ? ['--rate', String(rate)] : []), ...flags.map(String)];
}
