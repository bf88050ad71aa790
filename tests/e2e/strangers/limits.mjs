// The documented default limits. A client that was silent may use the burst at once; after that the rate applies.

/** The most that a limit accepts in `seconds`. */
export const allowed = ({ rate, burst }, seconds) => rate * seconds + burst;

export const messages = {
  person: { rate: 10, burst: 20 },              // over all its connections and all nodes
  address: { rate: 100, burst: 200 },           // each started KiB counts as one; over all nodes
  addressInRoom: { rate: 1000 / 300, burst: 50 },  // one address needs 300 s to replace a room's history; over all nodes
};

export const requests = {
  person: { rate: 20, burst: 100 },             // price units of all requests except messages
  address: { rate: 200, burst: 1000 },
};

export const newRooms = { rate: 1, burst: 50 };       // counted at the first message, per address
export const newSenders = { rate: 10, burst: 500 };   // idempotency entries, per address

export const http = {
  requests: { rate: 500, burst: 5000 },         // per address and node
  connects: { rate: 100, burst: 2000 },
};

export const connectionsPerAddress = 1000;
export const historySize = 1000;

/** A test fails if more than 110 % of a limit is accepted. */
export const TOLERANCE = 1.1;

/** The most that an attack may do to bystanders, nodes and Redis. */
export const bounds = {
  ackP99: 200,                  // ms, on the attacked node
  otherNodeP99: 100,            // ms, on the other node: the attacker competes with it for two cores
  normalAfter: 5000,            // ms
  normalAck: 200,               // ms
  memoryGrowth: 64,             // MB of a node
  killNodeAt: 3072,             // MB: the suite kills a node that grows further
  redisGrowth: 20,              // MB of one address in 60 s
  logLinesPerMinute: 10,
};
