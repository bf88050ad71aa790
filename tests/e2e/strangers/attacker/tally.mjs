// Counts the server's answers. It only searches for short patterns, so that counting does not slow the attack.

const CODE = /(bad_request|unknown_type|bad_room|not_joined|too_many_rooms|too_large|rate_limited|busy|unavailable|out_of_sequence|internal)(?=[":])/g;
const ACK = /type(?:":"|\xa3)ack/g;
const DUPLICATE = /duplicate(?:":true|\xc3)/g;
const STATUS = /HTTP\/1\.1 (\d\d\d)/g;

export class Tally {
  bytes = 0;                    // written
  shots = 0;
  opened = 0;                   // TCP connections
  failed = {};                  // socket errors: code → count
  status = {};                  // HTTP status → count
  codes = {};                   // error code → count
  closes = {};                  // WebSocket close code → count
  acks = 0;
  duplicates = 0;

  count(what, key) { this[what][key] = (this[what][key] ?? 0) + 1; }

  /** Counts the answers in one chunk. */
  read(chunk) {
    const text = chunk.latin1Slice();
    for (const [, code] of text.matchAll(CODE)) this.count('codes', code);
    for (const [, status] of text.matchAll(STATUS)) this.count('status', status);
    const acks = text.match(ACK)?.length ?? 0;
    this.acks += acks;
    if (acks > 0) this.duplicates += text.match(DUPLICATE)?.length ?? 0;
    return text;
  }

  /** Counts the close frame at the end of a WebSocket's last bytes. */
  end(tail) {
    for (let at = tail.length - 2; at >= 0; --at) {
      if (tail[at] !== 0x88 || at + 2 + tail[at + 1] !== tail.length) continue;
      return this.count('closes', tail[at + 1] >= 2 ? tail.readUInt16BE(at + 2) : 'empty');
    }
    this.count('closes', 'cut');
  }
}
