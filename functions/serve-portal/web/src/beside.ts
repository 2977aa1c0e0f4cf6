import type { Beside } from './lazy';
import acting from './styles/acting.css?sheet';
import imports from './styles/imports.css?sheet';
import paying from './styles/paying.css?sheet';

/** What stands beside every page and part that pays. */
export const PAYING: Beside = { words: ['paying', 'acting'], sheets: [paying, acting] };

/** What the list of invoices needs for choosing some to pay. */
export const CHOOSING: Beside = { words: ['invoices'], sheets: [paying] };

/** What stands beside an operator's imports. */
export const IMPORTING: Beside = { words: ['imports'], sheets: [imports] };
