import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../ui/dialog';
import { t } from '../words';

const LONGEST_REASON = 300;

/** A decision is taken with its reason, which the account's log keeps. */
export function Decide({ title, action, ready = true, onDecide, onClose, children }: {
  title: string; action: string; ready?: boolean; onDecide: (reason: string) => void; onClose: () => void; children: ComponentChildren;
}) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    if (reason.trim() === '') setMissing(true);
    else if (ready) onDecide(reason.trim());
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="act-form" onSubmit={submit} noValidate>
        {children}
        <label class="field">
          <span>{t('reviews.reason')}</span>
          <textarea class="input" rows={3} dir="auto" maxLength={LONGEST_REASON} value={reason} aria-invalid={missing ? 'true' : undefined} aria-describedby="reason-hint"
            onInput={(event) => { setReason(event.currentTarget.value); setMissing(false); }} />
        </label>
        <p id="reason-hint" class={missing ? 'fault' : 'hint'} role={missing ? 'alert' : undefined}>{t(missing ? 'reviews.reasonMissing' : 'reviews.reasonHint')}</p>
        <div class="actions">
          <button type="submit" class="button button-main" aria-disabled={!ready}>{action}</button>
          <button type="button" class="button" onClick={onClose}>{t('act.back')}</button>
        </div>
      </form>
    </Dialog>
  );
}
