import type { Beside } from './lazy';
import acting from './styles/acting.css?sheet';
import door from './styles/door.css?sheet';
import imports from './styles/imports.css?sheet';
import paying from './styles/paying.css?sheet';
import people from './styles/people.css?sheet';

/** What stands beside every page and part that pays. */
export const PAYING: Beside = { words: ['paying', 'acting'], sheets: [paying, acting] };

/** What the list of invoices needs for choosing some to pay. */
export const CHOOSING: Beside = { words: ['invoices'], sheets: [paying] };

/** What stands beside every page about people and their access. */
export const PEOPLE: Beside = { words: ['people', 'acting'], sheets: [people, acting] };

/** What stands beside the pages of imports. */
export const IMPORTING: Beside = { words: ['imports'], sheets: [imports] };

/** What stands beside the sign-in. */
export const ENTERING: Beside = { words: ['signIn'], sheets: [door] };

/** What stands beside the answer to an invitation. */
export const ANSWERING: Beside = { words: ['invitation', 'acting'], sheets: [door, people, acting] };
