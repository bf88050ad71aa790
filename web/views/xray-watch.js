// The frames of this tab's messages, kept while the Lab is open: the cluster traces the messages of this tab for as long.

import { noLog, record, seenOf, told } from '../xray-log.js';

let log = noLog();

/** @param {import('../client.js').ChatClient} chat @returns {{ see: (event: any) => void, stop: () => void }} see: an event of lab-doer.js, which knows what it dropped */
export function watchFrames(chat) {
  chat.trace(true);
  const unsubscribe = chat.subscribe((event) => {
    log = told(log, event);
  });
  return {
    see(event) {
      if (event.type === 'frame') log = record(log, event.text, event.out, performance.timeOrigin + performance.now(), event.lost);
    },
    stop() {
      unsubscribe();
      chat.trace(false);
    },
  };
}

/** @param {string} room @param {number} offset */
export const framesOf = (room, offset) => seenOf(log, room, offset);
