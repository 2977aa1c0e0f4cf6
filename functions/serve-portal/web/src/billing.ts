import type { BillingProfile, BillingProfileChange, ProfileAddress } from './api';
import { foldDigits, typedAmount } from './decimal';

export const KINDS = ['invoices', 'reminders', 'statements', 'receipts'] as const;
export type Kind = (typeof KINDS)[number];

/** The profile as it is typed: every field a text, so that nothing typed is lost. */
export interface Draft {
  legalName: string;
  taxIds: { country: string; number: string }[];
  billTo: ProfileAddress | null;
  shipTo: ProfileAddress | null;
  po: { number: string; budget: string; currency: string; expiresOn: string };
  documentLanguage: BillingProfile['documentLanguage'];
  recipients: Record<Kind, string>;
  beforeDueDays: string;
  monthlyStatement: boolean;
  oneDigest: boolean;
}

export function draftOf(profile: BillingProfile): Draft {
  const { defaultPo: po, recipients, dunning } = profile;
  return {
    legalName: profile.legalName, taxIds: profile.taxIds, billTo: profile.billTo, shipTo: profile.shipTo,
    po: { number: po?.number ?? '', budget: po?.budget?.amount ?? '', currency: po?.budget?.currency ?? '', expiresOn: po?.expiresOn ?? '' },
    documentLanguage: profile.documentLanguage,
    recipients: Object.fromEntries(KINDS.map((kind) => [kind, (recipients[kind] ?? []).join('\n')])) as Draft['recipients'],
    beforeDueDays: String(dunning.beforeDueDays ?? 0), monthlyStatement: dunning.monthlyStatement ?? false, oneDigest: dunning.oneDigest ?? false,
  };
}

/** The addresses of a text, each once. */
export function addressesOf(text: string): string[] {
  const seen = new Map(text.split(/[\s,;]+/).filter((part) => part !== '').map((part) => [part.toLowerCase(), part]));
  return [...seen.values()];
}

/** What is sent for a draft. Its lists keep the order of what is typed, so that a fault's pointer finds its field. */
export function changeOf(draft: Draft, version: number): BillingProfileChange {
  const { po } = draft;
  const budget = po.budget.trim() ? { amount: typedAmount(po.budget) ?? po.budget.trim(), currency: po.currency.trim().toUpperCase() } : null;
  return {
    legalName: draft.legalName, taxIds: draft.taxIds.filter((id) => !isEmpty(id)), billTo: draft.billTo, shipTo: draft.shipTo,
    defaultPo: po.number.trim() || budget || po.expiresOn ? { number: po.number, budget, expiresOn: po.expiresOn } : null,
    documentLanguage: draft.documentLanguage,
    recipients: Object.fromEntries(KINDS.map((kind) => [kind, addressesOf(draft.recipients[kind])])),
    dunning: { beforeDueDays: Math.trunc(Number(foldDigits(draft.beforeDueDays))) || 0, monthlyStatement: draft.monthlyStatement, oneDigest: draft.oneDigest },
    version,
  };
}

export function isEmpty({ country, number }: { country: string; number: string }): boolean {
  return country.trim() === '' && number.trim() === '';
}

export const PARTS = ['legalName', 'taxIds', 'billTo', 'shipTo', 'defaultPo', 'documentLanguage', 'recipients', 'dunning'] as const;
export type Part = (typeof PARTS)[number];

/** The parts in which two profiles differ. */
export function changedParts(before: BillingProfile, after: BillingProfile): Part[] {
  return PARTS.filter((part) => JSON.stringify(before[part]) !== JSON.stringify(after[part]));
}
