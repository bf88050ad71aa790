// The screen of each client: no message twice (2), the order of the log and no hole in it (3), no message taken back that was
// not lost, no start over without a reason (9), and in the end all messages (1). A client that was recovered goes on where it was (14).

export function checkScreens(history, index, verdict) {
  for (const screen of history.screens) new Replay(history, index, verdict, screen).run();
}

/** Shows one screen's history again, from the first message to the last content. */
class Replay {
  #visible = [];             // places in the screen's columns
  #onScreen = new Set();     // the messages of #visible
  #begun = 0;                // where the shown messages begin, in the screen's columns
  #base = 0;                 // the shown messages begin behind this offset
  #life = 0;
  #resets = 0;

  constructor(history, index, verdict, screen) {
    this.history = history;
    this.index = index;
    this.verdict = verdict;
    this.screen = screen;
    this.where = `${history.people[screen.client].name} (client ${screen.client}) in ${history.rooms[screen.room]}`;
  }

  run() {
    const { offsets, marks } = this.screen;
    let mark = 0;
    for (let i = 0; i <= offsets.length; ++i) {
      while (marks[mark]?.index === i) this.#take(marks[mark++]);
      if (i < offsets.length) this.#show(i);
    }
    this.#compare(this.index.length - 1);
    this.#complete();
  }

  #last() { return this.#visible.length > 0 ? this.screen.offsets[this.#visible.at(-1)] : this.#base; }

  #text(i) { return this.history.sends[this.screen.messages[i]]?.text ?? '?'; }

  /** Whether the screen goes on from a recovery, and not from a later join. */
  #isRecovered(i) { return this.screen.recoveries.some((at) => at <= i && at >= this.#begun); }

  #show(i) {
    const offset = this.screen.offsets[i];
    const message = this.screen.messages[i];
    const due = this.#last() + 1;
    const again = message >= 0 && this.#onScreen.has(message);
    const [invariant, since] = this.#isRecovered(i) ? [14, ' after it was recovered'] : [null, ''];
    if (again) this.verdict.add('duplicated', invariant ?? 2, `${this.where} sees "${this.#text(i)}" twice${since}`, `${this.screen.room} ${message}`);
    else if (offset < due) this.verdict.add('reordered', invariant ?? 3, `${this.where} sees ${offset} "${this.#text(i)}" after ${due - 1}${since}`);
    if (offset > due) this.verdict.add('silentGaps', invariant ?? 3, `${this.where} sees ${offset} where ${due} is due${since}`);
    this.#visible.push(i);
    this.#onScreen.add(message);
  }

  #take(mark) {
    const { history, where } = this;
    if (mark.type === 'rewound') {
      if (!history.faults.some((fault) => fault.mayRewind && fault.start <= mark.at)) this.verdict.add('other', 9, `${where} is rewound to ${mark.to} although the store lost nothing`);
      while (this.#visible.length > 0 && this.#last() > mark.to) this.#onScreen.delete(this.screen.messages[this.#visible.pop()]);
      if (this.#visible.length === 0) this.#base = Math.min(this.#base, mark.to);
      return;
    }
    if (mark.type === 'reset') {
      const reasons = history.faults.filter((fault) => fault.mayReset && fault.start <= mark.at).length;
      if (++this.#resets > reasons) this.verdict.add('other', 9, `${where} is reset (${mark.reason}) for the ${this.#resets}. time with ${reasons} reasons`);
      this.#compareEnded(mark.at);
    } else if (mark.lost) {
      this.verdict.add('silentGaps', 9, `${where} starts over and nobody said why`, `${where} ${mark.at}`);
    }
    this.#visible = [];
    this.#onScreen.clear();
    this.#begun = mark.index;
    this.#base = mark.base ?? 0;
  }

  /** A reset cleared the log of an earlier life, but for a tail that the store had lost before. Messages that nodes and clients append
   * again may have the same offsets in two lives: it is the one of which all are. */
  #compareEnded(at) {
    if (this.#visible.length === 0) return;
    const end = this.#visible.at(-1);
    const { offsets, messages, room } = this.screen;
    const lives = this.index.flatMap((logs, life) => (life >= this.#life && logs[room].messageAt(offsets[end]) === messages[end] ? [life] : []));
    if (lives.length > 0) {
      this.#life = lives.find((life) => this.#difference(life) === undefined) ?? lives[0];
      this.#compare(this.#life);
    } else if (!this.history.faults.some((fault) => fault.mayRewind && fault.start <= at)) {
      this.verdict.add('reordered', 3, `${this.where} saw "${this.#text(end)}" at ${offsets[end]}, which is in no log`);
    }
  }

  /** The first message shown that is not in the log at its place. */
  #difference(life) {
    const { room, offsets, messages } = this.screen;
    const log = this.index[life][room];
    return this.#visible.find((i) => offsets[i] >= log.first && log.messageAt(offsets[i]) !== messages[i]);
  }

  #compare(life) {
    const i = this.#difference(life);
    if (i === undefined) return;
    const { room, offsets, messages } = this.screen;
    const log = this.index[life][room];
    const kind = log.offsetOf.has(messages[i]) ? 'reordered' : 'phantom';
    this.verdict.add(kind, 3, `${this.where} has "${this.#text(i)}" at ${offsets[i]}, where the log has "${this.history.sends[log.messageAt(offsets[i])]?.text ?? 'nothing'}"`);
  }

  /** At the end every client has all messages from the beginning of its screen. */
  #complete() {
    const { room, marks } = this.screen;
    const log = this.index.at(-1)[room];
    for (let offset = this.#last() + 1; offset <= log.top; ++offset) {
      const message = log.messageAt(offset);
      this.verdict.add('lost', 1, `${this.where} never sees "${this.history.sends[message]?.text}", stored at ${offset}`, message);
    }
    if (this.#base > 0 && !marks.some(({ type }) => type === 'reset')) this.verdict.add('silentGaps', 9, `${this.where} begins behind ${this.#base} and nobody said why`);
  }
}
