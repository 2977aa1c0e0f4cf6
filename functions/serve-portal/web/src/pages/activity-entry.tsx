import type { ComponentChildren } from 'preact';
import type { AuditEntry } from '../api';
import { Identifier, Said } from '../ui/text';
import { known, listed, t, type Key } from '../words';

/** What the log tells of, in the order people look for it. */
export const KINDS = [
  'contact-invited', 'invitation-resent', 'invitation-revoked', 'invitation-accepted', 'invitation-declined',
  'contact-type-changed', 'contact-suspended', 'contact-reactivated', 'primary-transferred', 'contact-removed', 'contact-left',
  'contact-granted', 'contact-withdrawn', 'review-accepted', 'review-refused', 'person-erased', 'audit-erased',
  'payment-claimed', 'payment-recorded', 'payment-waits', 'payment-succeeded', 'payment-failed', 'payment-abandoned', 'payment-refunded',
  'method-added', 'method-replaced', 'method-default', 'method-removed', 'import',
  'rewards-redeemed', 'rewards-returned', 'rewards-granted', 'redeemer-authorised', 'redeemer-removed', 'redemption-code-shown', 'redemption-code-replaced',
] as const;

/** One entry: what was done, to whom or what, and what is known beside it. */
export function Entry({ entry }: { entry: AuditEntry }) {
  const kind = `did.${entry.kind}`;
  const facts = Object.entries(entry.facts).filter(([name]) => known(`fact.${name}`) && (name !== 'by' || entry.kind !== 'contact-invited'));
  return (
    <>
      <span>{known(kind) ? t(kind) : <Identifier>{entry.kind}</Identifier>}</span>
      {subjectOf(entry) && <span class="row-title">{subjectOf(entry)}</span>}
      {facts.map(([name, value]) => (
        <span key={name} class="row-title">{t(`fact.${name}` as Key)}: {name === 'reason' ? <Said>{value}</Said> : valueWords(value)}</span>
      ))}
    </>
  );
}

function subjectOf({ kind, subject }: AuditEntry): ComponentChildren {
  if (kind.startsWith('payment-')) return <a href={`/payments/${encodeURIComponent(subject)}`}>{t('activity.payment')}</a>;
  if (kind.startsWith('method-') || kind.startsWith('rewards-') || kind.endsWith('-erased') || kind === 'import' || kind === 'list-mailed') return null;
  return <bdi dir="ltr" class="wraps">{subject}</bdi>;
}

/** Contact types by their names; what is none as it stands. */
function valueWords(value: string): ComponentChildren {
  const pieces = value.split(', ').filter((piece) => piece !== '');
  if (pieces.length === 0) return t('activity.nothing');
  if (pieces.every((piece) => known(`contact.${piece}`))) return listed(pieces.map((piece) => t(`contact.${piece}` as Key)));
  return <bdi>{value}</bdi>;
}
