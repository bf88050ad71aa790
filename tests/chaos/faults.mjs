// Every fault, by name. Each is an object:
//   name, kind      what is chosen by --faults, and under what it is counted
//   lasts           shortest and longest time in milliseconds between start and stop; `long` ones are rarer in short runs
//   start, stop     do it and undo it; what start returns is handed to stop
//   from            'start' where people must recover although the fault lasts, e.g. from a dead node to a living one
//   alone           begins when everybody has recovered from what was before, and the next waits until they have from it: what Redis
//                   lost comes back from nodes and clients, and to take those away or to wipe Redis meanwhile is more than is promised
//   recoversIn      promised: after this many milliseconds 99 times of 100 everybody has caught up
//   mayRewind, mayReset, hides, drains      what the checker must allow, or look at, because of it
//   expected        what people may notice
import { clientFaults } from './faults-clients.mjs';
import { linkFaults } from './faults-links.mjs';
import { nodeFaults } from './faults-nodes.mjs';
import { redisFaults } from './faults-redis.mjs';

export const faults = [...nodeFaults, ...redisFaults, ...linkFaults, ...clientFaults];

/** Those with these names, all if none is given. */
export function faultsNamed(names) {
  if (!names) return faults;
  return names.map((name) => {
    const fault = faults.find((one) => one.name === name);
    if (!fault) throw new Error(`there is no fault "${name}"; --faults list tells all`);
    return fault;
  });
}
