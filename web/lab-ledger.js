// What this tab was given, counted by offsets: which messages came, which came again, and which never did. Pure.

/** @typedef {{ epoch: string, offset: number }} Place */
/** @typedef {{ received: number, recovered: number, lost: number, doubled: number }} Totals recovered: with a join behind a cursor */
/** @typedef {Totals & { places: ReadonlyMap<string, Place> }} Ledger places: the last offset of each room */

/** @param {{ room: string, epoch: string, offset: number }[]} rooms @returns {Ledger} */
export const startLedger = (rooms) => ({ received: 0, recovered: 0, lost: 0, doubled: 0, places: new Map(rooms.map(({ room, epoch, offset }) => [room, { epoch, offset }])) });

/** @param {Ledger} ledger @param {any} event of client.js @returns {Ledger} */
export function reduceLedger(ledger, event) {
  switch (event.type) {
    case 'message': return received(ledger, event.message);
    case 'joined': {
      const { room, epoch, offset, messages, fresh, lost } = event;
      const before = ledger.places.get(room);
      if (!fresh) return { ...messages.reduce(received, ledger), recovered: ledger.recovered + messages.length };
      const missing = lost && before && before.epoch === epoch ? Math.max(0, (messages[0]?.offset ?? offset + 1) - before.offset - 1) : 0;
      return { ...ledger, lost: ledger.lost + missing, places: new Map(ledger.places).set(room, { epoch, offset }) };
    }
    case 'rewound': {
      const place = ledger.places.get(event.room);
      return place ? { ...ledger, places: new Map(ledger.places).set(event.room, { ...place, offset: Math.min(place.offset, event.to) }) } : ledger;
    }
    case 'reset': return { ...ledger, places: new Map([...ledger.places].filter(([room]) => room !== event.room)) };
  }
  return ledger;
}

/** @param {Ledger} ledger @param {import('./types.js').Message} message @returns {Ledger} */
function received(ledger, { room, epoch, offset }) {
  const place = ledger.places.get(room);
  const isNext = !place || offset > place.offset || (place.epoch !== epoch && place.epoch !== '');
  const missing = place && isNext && place.epoch === epoch ? offset - place.offset - 1 : 0;
  return { ...ledger, received: ledger.received + 1, lost: ledger.lost + missing, doubled: ledger.doubled + (isNext ? 0 : 1),
    places: isNext ? new Map(ledger.places).set(room, { epoch, offset }) : ledger.places };
}
