import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, asRefusal, Refusal } from '../api';
import { foldDigits } from '../decimal';
import { currentLanguage } from '../preferences';
import { renew, useMe } from '../session';
import { rich, t } from '../words';
import { Dialog } from './dialog';
import { Icon } from './icons';
import { Refused } from './refused';

const CODE_LENGTH = 8;
const SECOND_MS = 1000;

/**
 * Asks for a new code before money or a method moves, or somebody's access changes, over the page, so that nothing typed there is
 * lost. `action` is what follows a right code, in the words of the button.
 */
export function FreshCode({ action, onDone, onClose }: { action: string; onDone: () => void; onClose: () => void }) {
  const me = useMe();
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | Refusal>();
  const [resendAt, setResendAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);

  const mail = async () => {
    setFault(undefined);
    try {
      const sent = await ask('post', '/v1/sign-in/code', { json: { email: me.contact.email, locale: currentLanguage() } });
      setResendAt(Date.now() + sent.resendInSeconds * SECOND_MS);
    } catch (cause) {
      setFault(asRefusal(cause));
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
      const again = await ask('post', '/v1/sign-in/verify', { json: { code: digits } });
      renew(again);
      onDone();
    } catch (cause) {
      const failure = asRefusal(cause);
      const wrong = failure.status >= 400 && failure.status < 500 && failure.status !== 429;
      setFault(wrong ? t('code.wrong') : failure);
      setBusy(false);
      field.current?.select();
    }
  };
  return (
    <Dialog title={t('code.title')} onClose={onClose}>
      <form class="code-form" onSubmit={submit} noValidate>
        <p>{rich('code.sent', { email: <bdi dir="ltr" class="strong">{me.contact.email}</bdi> })}</p>
        {fault instanceof Refusal && <Refused failure={fault} />}
        {typeof fault === 'string' && (
          <div id="code-fault" class="notice notice-late" role="alert"><Icon name="alert" /><p class="notice-text">{fault}</p></div>
        )}
        <label class="field">
          <span>{t('code.label', { length: CODE_LENGTH })}</span>
          <input ref={field} class="input input-code" name="code" dir="ltr" inputMode="numeric" autoComplete="one-time-code" maxLength={40}
            required value={code} aria-invalid={fault ? 'true' : undefined}
            aria-describedby={typeof fault === 'string' ? 'code-fault' : undefined}
            onInput={(event) => { setCode(event.currentTarget.value); setFault(undefined); }} />
        </label>
        <button class="button button-main button-wide" type="submit" aria-disabled={busy}>{busy ? t('code.checking') : action}</button>
        <Resend at={resendAt} onAgain={() => void mail()} />
      </form>
    </Dialog>
  );
}

/** The way to another code, once the count-down is over. */
export function Resend({ at, onAgain }: { at: number; onAgain: () => void }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(clock);
  }, []);
  const left = Math.ceil((at - now) / SECOND_MS);
  if (left > 0) return <p class="hint">{t('code.resendIn', { n: left })}</p>;
  return <p><button type="button" class="link" onClick={onAgain}>{t('code.resend')}</button></p>;
}
