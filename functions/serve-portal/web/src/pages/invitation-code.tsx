import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, asRefusal, Refusal } from '../api';
import { foldDigits } from '../decimal';
import { currentLanguage } from '../preferences';
import { Resend } from '../ui/fresh-code';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { Refused } from '../ui/refused';
import { rich, t } from '../words';
import type { Link } from './invitation';

const CODE_LENGTH = 8;
const SECOND_MS = 1000;

/** Refusals after which the invitation itself has to be looked at again. */
const ENDING = ['invitation-not-found'];

/** Proves the invited mailbox with a code that is mailed there; a right one accepts and signs in. */
export function AcceptCode({ link, email, onDone, onEnded, onBack }: {
  link: Link; email: string; onDone: () => Promise<void>; onEnded: (failure: Refusal) => void; onBack: () => void;
}) {
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | Refusal>();
  const [resendAt, setResendAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const refused = (cause: unknown) => {
    const failure = asRefusal(cause);
    if (ENDING.includes(failure.slug)) onEnded(failure);
    else setFault(failure.status === 422 ? t('code.wrong') : failure);
  };
  const mail = async () => {
    setFault(undefined);
    try {
      const sent = await ask('post', '/v1/invitation/code', { json: { ...link, locale: currentLanguage() } });
      setResendAt(Date.now() + sent.resendInSeconds * SECOND_MS);
    } catch (cause) {
      refused(cause);
    }
  };
  useEffect(() => {
    void mail();
    field.current?.focus();
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const digits = foldDigits(code).replace(/\D/g, '');
    if (digits.length !== CODE_LENGTH) {
      setFault(t('code.short'));
      field.current?.focus();
      return;
    }
    setBusy(true);
    try {
      await ask('post', '/v1/invitation/accept', { json: { ...link, code: digits } });
      await onDone();
    } catch (cause) {
      refused(cause);
      setBusy(false);
      field.current?.select();
    }
  };
  const title = t('invitation.codeTitle');
  return (
    <form onSubmit={submit} noValidate>
      <PageTitle title={fault ? `${t('error.label')}: ${title}` : title}>{title}</PageTitle>
      <p class="lead">{rich('invitation.codeSent', { email: <bdi dir="ltr" class="strong">{email}</bdi> })}</p>
      {fault instanceof Refusal && <Refused failure={fault} />}
      {typeof fault === 'string' && <div id="code-fault" class="notice notice-late" role="alert"><Icon name="alert" /><p class="notice-text">{fault}</p></div>}
      <label class="field">
        <span>{t('code.label', { length: CODE_LENGTH })}</span>
        <input ref={field} class="input input-code" name="code" dir="ltr" inputMode="numeric" autoComplete="one-time-code" maxLength={40}
          required value={code} aria-invalid={fault ? 'true' : undefined} aria-describedby={typeof fault === 'string' ? 'code-fault' : undefined}
          onInput={(event) => { setCode(event.currentTarget.value); setFault(undefined); }} />
      </label>
      <button class="button button-main button-wide" type="submit" aria-disabled={busy}>{busy ? t('code.checking') : t('invitation.enter')}</button>
      <Resend at={resendAt} onAgain={() => void mail()} />
      <button type="button" class="link" onClick={onBack}>{t('invitation.back')}</button>
    </form>
  );
}
