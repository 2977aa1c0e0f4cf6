import type { Beside } from './lazy';
import acting from './styles/acting.css?sheet';
import agreements from './styles/agreements.css?sheet';
import imports from './styles/imports.css?sheet';
import paper from './styles/paper.css?sheet';
import people from './styles/people.css?sheet';
import rewards from './styles/rewards.css?sheet';

/** What stands beside every page about people, their access and what they did, oneself among them. */
export const PEOPLE: Beside = { words: ['people', 'acting'], sheets: [people, acting] };

/** What stands beside the pages of imports. */
export const IMPORTING: Beside = { words: ['imports'], sheets: [imports] };

/** What stands beside the papers that look like others. */
export const NEARING: Beside = { words: ['imports', 'acting'], sheets: [imports, acting] };

/** What stands beside contracts, orders and what is due. */
export const AGREEING = (...words: Beside['words']): Beside => ({ words: ['agreements', ...words], sheets: [paper, agreements] });

/** What stands beside the billing profile. */
export const BILLING: Beside = { words: ['billing', 'acting'], sheets: [people, agreements, acting] };

/** What stands beside rewards and who may redeem them. */
export const REWARDING: Beside = { words: ['rewards', 'acting'], sheets: [people, agreements, acting, rewards] };
