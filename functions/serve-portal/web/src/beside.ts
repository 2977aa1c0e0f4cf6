import type { Beside } from './lazy';
import acting from './styles/acting.css?sheet';
import agreements from './styles/agreements.css?sheet';
import door from './styles/door.css?sheet';
import files from './styles/files.css?sheet';
import home from './styles/home.css?sheet';
import imports from './styles/imports.css?sheet';
import lists from './styles/lists.css?sheet';
import paper from './styles/paper.css?sheet';
import paying from './styles/paying.css?sheet';
import people from './styles/people.css?sheet';
import rewards from './styles/rewards.css?sheet';

/** What stands beside Home. */
export const HOME: Beside = { words: ['home'], sheets: [home] };

/** What stands beside one invoice. */
export const INVOICE: Beside = { words: ['invoice', 'papers'], sheets: [paper] };

/** What stands beside every page and part that pays. */
export const PAYING: Beside = { words: ['paying', 'acting'], sheets: [paying, acting] };

/** What stands beside a part that asks before it acts. */
export const ACTING: Beside = { words: ['acting'], sheets: [paying, acting] };

/** What stands beside a menu of files. */
export const FILES: Beside = { words: ['files'], sheets: [files] };

/** What the list of invoices needs for choosing some to pay. */
export const CHOOSING: Beside = { words: ['invoices', 'papers'], sheets: [lists, paying] };

/** What stands beside every page about people, their access and what they did, oneself among them. */
export const PEOPLE: Beside = { words: ['people', 'acting'], sheets: [people, acting] };

/** What stands beside the pages of imports. */
export const IMPORTING: Beside = { words: ['imports'], sheets: [imports] };

/** What stands beside the papers that look like others. */
export const NEARING: Beside = { words: ['imports', 'acting'], sheets: [imports, acting] };

/** What stands beside the sign-in. */
export const ENTERING: Beside = { words: ['signIn'], sheets: [door] };

/** What stands beside the answer to an invitation. */
export const ANSWERING: Beside = { words: ['invitation', 'acting'], sheets: [door, people, acting] };

/** What stands beside contracts, orders and what is due. */
export const AGREEING = (...words: Beside['words']): Beside => ({ words: ['agreements', ...words], sheets: [paper, agreements] });

/** What stands beside the billing profile. */
export const BILLING: Beside = { words: ['billing', 'acting'], sheets: [people, agreements, acting] };

/** What stands beside rewards and who may redeem them. */
export const REWARDING: Beside = { words: ['rewards', 'acting'], sheets: [people, agreements, acting, rewards] };
