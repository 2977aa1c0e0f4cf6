import type { Beside } from './lazy';
import acting from './styles/acting.css?sheet';
import door from './styles/door.css?sheet';
import files from './styles/files.css?sheet';
import home from './styles/home.css?sheet';
import lists from './styles/lists.css?sheet';
import paper from './styles/paper.css?sheet';
import paying from './styles/paying.css?sheet';
import people from './styles/people.css?sheet';

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

/** What stands beside the sign-in. */
export const ENTERING: Beside = { words: ['signIn'], sheets: [door] };

/** What stands beside the answer to an invitation. */
export const ANSWERING: Beside = { words: ['invitation', 'acting'], sheets: [door, people, acting] };
