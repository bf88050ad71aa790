// Every fault, by name. Each is an object:
//   name, kind      the name for --faults, and the kind under which it is counted
//   lasts           shortest and longest time in milliseconds between start and stop; `long` ones are rarer in short runs
//   start, stop     do it and undo it; stop gets the result of start
//   from            'start' if clients must recover although the fault lasts, e.g. from a dead node to a living one
//   alone           begins when all clients have recovered from the last fault, and the next one waits until they have from it: nodes
//                   and clients append again the messages that the store lost, and no promise covers their loss or a wipe meanwhile
//   recoversIn      promised: after this many milliseconds, 99 times of 100, all clients have caught up
//   mayRewind, mayReset, hides, drains      effects that the checker must allow, or look at
//   wantsOneStore   left out where several servers share the rooms
//   expected        effects that users may notice
import { applicationFaults } from './faults-application.mjs';
import { clientFaults } from './faults-clients.mjs';
import { linkFaults } from './faults-links.mjs';
import { nodeFaults } from './faults-nodes.mjs';

/** @param Store one of stores.mjs, whose own faults are among them */
export const faultsOn = (Store) => [...nodeFaults, ...Store.faults, ...linkFaults, ...clientFaults, ...applicationFaults];

/** Those with these names, all if none is given. */
export function faultsNamed(names, Store) {
  const faults = faultsOn(Store);
  if (!names) return faults;
  return names.map((name) => {
    const fault = faults.find((one) => one.name === name);
    if (!fault) throw new Error(`there is no fault "${name}"; --faults list tells all`);
    return fault;
  });
}
