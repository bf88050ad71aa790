// The documented defaults that the attacks run against, in one place. A burst is what a silent client may send at once;
// after it the rate holds.

/** What one limit lets through in `seconds`. */
export const allowed = ({ rate, burst }, seconds) => rate * seconds + burst;

export const messages = {
  person: { rate: 10, burst: 20 },              // over all its connections and all nodes
  address: { rate: 100, burst: 200 },           // as much as 10 people; each started KiB counts one; over all nodes
  addressInRoom: { rate: 1000 / 300, burst: 50 },  // the history of a room lasts 300 s against one address
};

export const requests = {
  person: { rate: 20, burst: 100 },             // units of everything but messages
  address: { rate: 200, burst: 1000 },
};

export const newRooms = { rate: 1, burst: 50 };       // by their first message, an address
export const newSenders = { rate: 10, burst: 500 };   // dedup entries, an address

export const http = {
  requests: { rate: 500, burst: 5000 },         // an address at a node
  connects: { rate: 100, burst: 2000 },
};

export const connectionsPerAddress = 1000;
export const historySize = 1000;

/** Accepted above the documented limit before a test fails. */
export const TOLERANCE = 1.1;

/** What bystanders, nodes and Redis may feel. */
export const bounds = {
  ackP99: 200,                  // ms, on the attacked node
  otherNodeP99: 100,            // ms, on the other node; 50 ms would be the scheduler's share on two cores
  normalAfter: 5000,            // ms
  normalAck: 200,               // ms
  memoryGrowth: 64,             // MB of a node
  killNodeAt: 3072,             // MB: a node that grows further is killed and the attack has succeeded
  redisGrowth: 20,              // MB of one address in 60 s
  logLinesPerMinute: 10,
};
