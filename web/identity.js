// The actions by which a user signs in and out. The token stays in this tab: in its storage and in the client, nowhere else.

import { claimsOf, tidyToken } from './claims.js';
import { load } from './settings.js';

/** @typedef {ReturnType<typeof createIdentity>} IdentityActions */

/** @param {{
 *   chat: import('./client.js').ChatClient,
 *   state: () => import('./store.js').State,
 *   dispatch: (event: any) => void,
 *   storage: import('./outbox.js').Storage,
 * }} page */
export function createIdentity({ chat, state, dispatch, storage }) {
  /** @param {string} token @param {import('./claims.js').Claims} claims */
  const keep = (token, claims) => {
    storage.save(token);
    dispatch({ type: 'signed-in', claims });
  };

  return {
    /** @param {string} pasted @returns {Promise<string>} the problem, a key of the words; '' if there is none */
    async signIn(pasted) {
      const token = tidyToken(pasted);
      const claims = claimsOf(token);
      if (!claims) return 'badToken';
      const { claims: before, link } = state();
      if (before && before.subject === claims.subject && link === 'online') {
        try {
          await chat.refresh(token);
          keep(token, claims);
          return '';
        } catch (why) {
          if (/** @type {any} */ (why).code === 'unauthorized') return 'tokenNotTaken';
        }
      }
      keep(token, claims);
      chat.setToken(token);
      return '';
    },

    signOut() {
      storage.save('');
      dispatch({ type: 'signed-out', name: load('name', '') });
      chat.setToken('');
    },
  };
}
