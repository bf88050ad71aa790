// The card of a room without messages: it explains the page in two sentences.

import { badge } from './badge.js';
import { h, icon, sentence } from './dom.js';
import { openLesson, openShare } from './lazy.js';

/** @param {import('./page.js').App} app */
export function welcomeCard(app) {
  const { t, act } = app;
  const state = app.state();
  return h('div', { class: 'welcome', 'data-testid': 'welcome' },
    h('strong', {}, ...sentence(t, 'welcomeTitle', { room: app.roomName(state.rooms.get(state.active)) })),
    h('p', {}, t('welcome')),
    state.node && h('p', { class: 'you-are' }, t('youAreOn'), ' ', badge(app, state.node)),
    h('div', { class: 'choices' },
      h('button', { type: 'button', class: 'primary', 'data-testid': 'welcome-lesson', onclick: () => openLesson(app) }, icon('flask'), t('lesson')),
      h('button', { type: 'button', class: 'plain', 'data-testid': 'welcome-open-all', onclick: act.openAll }, icon('tab'), t('openAll')),
      h('button', { type: 'button', class: 'plain', 'data-testid': 'welcome-share', onclick: () => openShare(app) }, icon('share'), t('share'))));
}
