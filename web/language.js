// The language of this visit. The page starts this module first, so that the words come together with the other modules.

import { LANGUAGES, choose, wordsOf } from './i18n/index.js';
import { load } from './settings.js';

const spoken = load('language', '');
export const language = LANGUAGES.includes(spoken) ? spoken : choose(navigator.languages);
export const words = wordsOf(language);
words.catch(() => {}); // the page reports it where it waits for them
