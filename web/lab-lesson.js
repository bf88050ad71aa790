// The lesson: seven steps that tick themselves when what they teach has really happened. A pure state machine over the events of the Lab.

/** @typedef {'hello' | 'second' | 'store' | 'kill' | 'twice' | 'drop' | 'scale'} Step */
/** @typedef {{ isOpen: boolean, step: Step | 'results', done: ReadonlyMap<Step, Record<string, any>>, skipped: ReadonlySet<Step>, guess: string, heard: ReadonlyMap<string, number> }} Lesson
 * done: the numbers of each step; guess: the learner's own, about the kill; heard: the last offset of this tab's node in each room */

/** @type {readonly Step[]} */
export const STEPS = ['hello', 'second', 'store', 'kill', 'twice', 'drop', 'scale'];
/** The experiment of each step. @type {Partial<Record<Step, import('./lab-trial.js').Kind>>} */
export const TRIALS = { store: 'pause', kill: 'kill', twice: 'twice', drop: 'drop', scale: 'scale' };
export const NODES_WANTED = 5;

/** @returns {Lesson} */
export const noLesson = () => ({ isOpen: false, step: 'hello', done: new Map(), skipped: new Set(), guess: '', heard: new Map() });

/** @param {Lesson} lesson @param {any} event @param {import('./lab-trial.js').Trial | null} ended the experiment that this event ended
 * @param {string} node of this tab @param {number | null} ms that its last own message took @returns {Lesson} */
export function reduceLesson(lesson, event, ended, node, ms) {
  if (event.type === 'lesson') return { ...(lesson.step === 'results' && event.isOpen ? noLesson() : lesson), isOpen: event.isOpen };
  if (!lesson.isOpen) return lesson;
  const step = STEPS.find((one) => ended && TRIALS[one] === ended.kind);
  if (ended && step && step !== 'scale' && proves(ended)) return ticked(lesson, step, ended.result);
  switch (event.type) {
    case 'next': return moved(lesson, lesson.skipped);
    case 'skip': return lesson.step === 'results' ? lesson : moved(lesson, new Set([...lesson.skipped, lesson.step]));
    case 'guess': return { ...lesson, guess: event.guess };
    case 'sent': return event.offset ? ticked(lesson, 'hello', { offset: event.offset, room: event.room, node, ms: ms ?? 0 }) : lesson;
    case 'message': return heard(lesson, event.message, node);
    case 'cluster': {
      const count = event.nodes.filter((/** @type {any} */ n) => n.state === 'ready').length;
      return count >= NODES_WANTED ? ticked(lesson, 'scale', { count }) : lesson;
    }
  }
  return lesson;
}

/** A repetition that was stored a second time would be no proof. @param {import('./lab-trial.js').Trial} trial */
const proves = ({ kind, result }) => kind !== 'twice' || result.duplicate === 'true';

/** Whether the step that is shown may be left by "next". @param {Lesson} lesson */
export const isDone = (lesson) => lesson.step !== 'results' && lesson.done.has(lesson.step);

/** The node that the kill is about: it stays the one that died when this tab is on another. @param {import('./lab-state.js').Lab} lab */
export function victim({ lesson, trial, tab }) {
  const numbers = lesson.done.get('kill');
  return numbers ? numbers.was : trial?.kind === 'kill' && trial.state === 'runs' ? trial.node : tab.node;
}

/** Only the step that is shown ticks, because its words say what to look at. @param {Lesson} lesson @param {Step} step @param {Record<string, any>} numbers @returns {Lesson} */
const ticked = (lesson, step, numbers) => (lesson.step !== step || lesson.done.has(step) ? lesson : { ...lesson, done: new Map(lesson.done).set(step, numbers) });

/** Two messages in a row that two nodes took are one order. @param {Lesson} lesson @param {import('./types.js').Message} message @param {string} node @returns {Lesson} */
function heard(lesson, { room, offset, node: by }, node) {
  if (by === node) return { ...lesson, heard: new Map(lesson.heard).set(room, offset) };
  return ticked(lesson, 'second', { offset, room, node: by, own: node, before: lesson.heard.get(room) ?? 0 });
}

/** @param {Lesson} lesson @param {ReadonlySet<Step>} skipped @returns {Lesson} */
function moved(lesson, skipped) {
  const at = STEPS.indexOf(/** @type {Step} */ (lesson.step));
  return { ...lesson, skipped, step: at < 0 ? 'results' : STEPS[at + 1] ?? 'results' };
}
