// The frames of this tab's messages, kept while the Lab is open: the cluster traces the messages of this tab for as long.

import { noLog, record, seenOf } from '../xray-log.js';

let log = noLog();

/** @param {import('../client.js').ChatClient} chat @returns {() => void} ends it */
export function watchFrames(chat) {
  chat.trace(true);
  const { stop } = chat.tap((text, out) => {
    log = record(log, text, out, performance.timeOrigin + performance.now());
  });
  return () => {
    stop();
    chat.trace(false);
  };
}

/** @param {string} room @param {number} offset */
export const framesOf = (room, offset) => seenOf(log, room, offset);
