// The lesson of the Lab: one step at a time, ticked by what really happened, and the learner's own numbers at the end.

import { NODES_WANTED, STEPS, TRIALS, isDone, victim } from '../lab-lesson.js';
import { NEEDS } from '../lab-doer.js';
import { moodOf } from '../lab-trial.js';
import { h, icon, renew, sentence } from './dom.js';
import { outcome, tell, telling } from './lab-buttons.js';

/** @typedef {import('../lab-lesson.js').Step} Step */

const GUESSES = ['none', 'some', 'all'];
/** The files of the source that each step is about. @type {Record<Step, string[]>} */
const SOURCES = {
  hello: ['src/protocols/chat_v1/', 'src/rooms/'], second: ['src/backplane/redis/lua/append.lua'], store: ['src/backplane/README.md'], kill: ['web/link.js', 'src/rooms/room_log.cpp'],
  twice: ['src/backplane/redis/lua/append.lua', 'web/outbox.js'], drop: ['web/memberships.js'], scale: ['deploy/local', 'deploy/nginx/generate'],
};

/** @param {import('./lab.js').Context} context @param {(event: any) => void} see @param {(kind: import('../lab-trial.js').Kind) => void} begin @returns {import('./lab.js').LabPart} */
export function lessonView(context, see, begin) {
  const { app, t, nodeName } = context;
  const body = h('div', { class: 'lesson-body' });
  /** @type {HTMLButtonElement | null} begins the experiment of the step */ let go = null;
  let isTurning = false; // the user goes on to another step: the focus goes with it
  const said = h('p', { class: 'try-result', role: 'status', 'data-testid': 'lesson-status' });
  const foot = h('div', { class: 'choices' });
  const start = h('button', { type: 'button', class: 'primary', 'data-testid': 'start-lesson', onclick: () => turn({ type: 'lesson', isOpen: true }) }, t('lessonStart'));
  const steps = h('ol', { class: 'steps', 'aria-label': t('lessonSteps') });
  const card = h('div', { class: 'lesson', 'data-testid': 'lesson' }, h('h2', { id: 'lesson-title' }, t('lessonTitle')), steps, body, said, foot);
  const el = h('section', { class: 'lab-part', 'aria-labelledby': 'lesson-title' }, start, card);
  const plain = (/** @type {string} */ id, /** @type {string} */ words, /** @type {() => void} */ onclick, kind = 'plain') => h('button', { type: 'button', class: kind, 'data-testid': id, onclick }, words);

  /** @param {any} event */
  function turn(event) {
    isTurning = true;
    see(event);
  }

  /** @param {Record<string, any>} numbers */
  const numbersOf = (numbers) => ({ ...numbers, ...(numbers.node && { node: nodeName(numbers.node) }), ...(numbers.own && { own: nodeName(numbers.own) }) });
  /** What a step showed. @param {Step} step @param {Record<string, any>} numbers @returns {import('./lab-buttons.js').Told} */
  const shown = (step, numbers) => {
    const kind = TRIALS[step];
    return kind && step !== 'scale' ? outcome(context, /** @type {any} */ ({ kind, state: 'done', result: numbers })) : [[`done_${step}`, numbersOf(numbers)]];
  };

  /** The buttons that make a step happen. @param {Step} step @param {import('../lab-state.js').Lab} lab @returns {(Node | string)[]} */
  function actions(step, lab) {
    if (step === 'hello') return [plain('lesson-hello', t('sayHello'), () => app.chat.send(app.state().active, t('hello')))];
    if (step === 'second') {
      const other = app.state().nodes.find((n) => n.active && n.id !== lab.tab.node);
      return [other ? plain('lesson-open', t('openOn', { node: nodeName(other.id) }), () => void window.open(app.act.nodePage(other))) : h('p', { class: 'note' }, t('oneNode'))];
    }
    const kind = /** @type {import('../lab-trial.js').Kind} */ (TRIALS[step]);
    const isMissing = NEEDS[kind] !== '' && !lab.agent.actions.includes(NEEDS[kind]);
    if (isMissing) return [h('p', { class: 'note', 'data-testid': 'lesson-needs' }, ...sentence(t, step === 'scale' ? 'needsScale' : 'needsAgent', { command: step === 'scale' ? `docker-compose up -d --scale chat=${NODES_WANTED}` : './deploy/local up --lab' }))];
    go = plain(`lesson-${step}`, t(`try_${kind}`), () => begin(kind), 'primary');
    return [...(step === 'kill' ? [guesses(lab.lesson.guess)] : []), go];
  }

  /** @param {string} chosen */
  const guesses = (chosen) => h('fieldset', { class: 'guesses' }, h('legend', {}, t('guessTitle')), ...GUESSES.map((guess) => h('label', { class: 'choice' },
    h('input', { type: 'radio', name: 'guess', value: guess, 'data-testid': `guess-${guess}`, ...(guess === chosen && { checked: true }), onchange: () => see({ type: 'guess', guess }) }), t(`guess_${guess}`))));

  /** @param {import('../lab-state.js').Lab} lab */
  function results({ lesson }) {
    return h('dl', { class: 'lesson-results', 'data-testid': 'lesson-results' }, ...STEPS.flatMap((step) => {
      const numbers = lesson.done.get(step);
      return [h('dt', {}, t(`step_${step}`)), h('dd', { 'data-step': step, 'data-done': String(numbers !== undefined) }, ...(numbers ? telling(t, shown(step, numbers)) : [t('notSeen')]),
        ...(step === 'kill' && numbers && lesson.guess ? [h('span', { class: 'guessed' }, t('guessed', { guess: t(`guess_${lesson.guess}`) }))] : []), h('span', { class: 'sources' }, ...SOURCES[step].map((file) => h('code', {}, file))))];
    }));
  }

  return {
    el,
    render(lab) {
      const { lesson, trial } = lab;
      start.hidden = lesson.isOpen;
      card.hidden = !lesson.isOpen;
      if (!lesson.isOpen) return;
      const { step } = lesson;
      const kind = step === 'results' ? undefined : TRIALS[step];
      const numbers = step === 'results' ? undefined : lesson.done.get(step);
      const subject = step === 'kill' ? victim(lab) : lab.tab.node;
      renew(steps, [step, [...lesson.done.keys()], [...lesson.skipped]], () => STEPS.map((one) => h('li', { 'data-step': one, 'data-done': String(lesson.done.has(one)), ...(one === step && { 'aria-current': 'step' }) },
        lesson.done.has(one) ? icon('tick', t('ticked')) : '', h('span', { class: one === step ? '' : 'unseen' }, t(`step_${one}`)))));
      if (step === 'results') renew(body, [step, lesson.done.size], () => [h('h3', { tabindex: '-1' }, t('resultsTitle')), results(lab)]);
      else renew(body, [step, subject, lab.agent.actions, numbers, app.state().nodes.filter((n) => n.active).map((n) => n.id)], () => [h('h3', { tabindex: '-1' }, t(`step_${step}`)), h('p', {}, ...sentence(t, `learn_${step}`, { node: nodeName(subject) })), ...(step === 'kill' && numbers?.lost === 0 ? [h('p', { 'data-testid': 'lesson-why' }, ...sentence(t, 'why_kill', numbersOf(numbers)))] : []),
        ...(numbers ? [] : [h('div', { class: 'choices' }, ...actions(step, lab))])]);
      if (isTurning) body.querySelector('h3')?.focus();
      isTurning = false;
      if (go) go.disabled = trial?.state === 'runs' || lab.agent.busy !== null || !lab.tab.isUp || (step === 'kill' && !lesson.guess);
      const own = trial && trial.kind === kind && (trial.state !== 'done' || step === 'twice') ? trial : null;
      if (numbers && step !== 'results') tell(said, t, shown(step, numbers), 'good');
      else if (own) tell(said, t, outcome(context, own), moodOf(own));
      else tell(said, t, kind && lab.agent.busy ? [['refused_busy', {}]] : [], 'wait');
      renew(foot, [step, isDone(lesson)], () => [
        ...(step === 'results' ? [] : isDone(lesson) ? [plain('lesson-next', t('next'), () => turn({ type: 'next' }), 'primary')] : [plain('lesson-skip', t('skip'), () => turn({ type: 'skip' }), 'link')]),
        plain('lesson-end', t(step === 'results' ? 'lessonEnd' : 'lessonStop'), () => see({ type: 'lesson', isOpen: false }), step === 'results' ? 'primary' : 'link')]);
    },
  };
}
