import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, asRefusal } from '../api';
import { foldDigits } from '../decimal';
import { announce } from '../live';
import { currentLanguage } from '../preferences';
import { begin, endedUnasked } from '../session';
import { LanguageSwitch } from '../shell';
import { Icon, Mark } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { refusalWords, RequestId } from '../ui/states';
import type { Refusal } from '../api';
import { rich, t } from '../words';

const CODE_LENGTH = 8;
const SECOND_MS = 1000;

interface Sent {
  email: string;
  minutes: number;
  resendAt: number;
}

export default function SignIn() {
  const [sent, setSent] = useState<Sent | null>(null);
  const [address, setAddress] = useState('');
  return (
    <div class="door">
      <header class="door-tools"><LanguageSwitch /></header>
      <main>
        <div class="door-card">
          <div class="brand"><Mark /><span>{t('app.name')}</span></div>
          {sent
            ? <CodeForm sent={sent} onAgain={setSent} onBack={() => setSent(null)} />
            : <AddressForm address={address} onAddress={setAddress} onSent={setSent} />}
        </div>
        <ul class="door-promises">
          {(['signin.promise1', 'signin.promise2', 'signin.promise3'] as const).map((key) => (
            <li key={key}><Icon name="check" />{t(key)}</li>
          ))}
        </ul>
      </main>
      <div id="live" class="hidden" aria-live="polite" />
    </div>
  );
}

async function requestCode(email: string): Promise<Sent> {
  const answer = await ask('post', '/v1/sign-in/code', { json: { email, locale: currentLanguage() } });
  return {
    email,
    minutes: Math.round(answer.expiresInSeconds / 60),
    resendAt: Date.now() + answer.resendInSeconds * SECOND_MS,
  };
}

function AddressForm({ address, onAddress, onSent }: {
  address: string; onAddress: (address: string) => void; onSent: (sent: Sent) => void;
}) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | Refusal | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const email = address.trim();
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
      setFault(t('signin.emailMissing'));
      field.current?.focus();
      return;
    }
    setBusy(true);
    try {
      onSent(await requestCode(email));
    } catch (cause) {
      setFault(asRefusal(cause));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <PageTitle title={fault ? `${t('error.label')}: ${t('signin.title')}` : t('signin.title')}>{t('signin.title')}</PageTitle>
      <p class="lead">{endedUnasked.get() ? t('signin.ended') : t('signin.lead')}</p>
      <Fault id="email-fault" fault={fault} />
      <label class="field">
        <span>{t('signin.email')}</span>
        <input ref={field} class="input" type="email" name="email" dir="ltr" autoComplete="username" autoCapitalize="off" spellcheck={false}
          required value={address} aria-invalid={fault ? 'true' : undefined} aria-describedby={fault ? 'email-fault' : undefined}
          onInput={(event) => { onAddress(event.currentTarget.value); setFault(null); }} />
      </label>
      <button class="button button-main button-wide" type="submit" aria-disabled={busy}>{busy ? t('signin.sending') : t('signin.send')}</button>
      <details class="aside">
        <summary>{t('signin.which')}</summary>
        <p>{t('signin.whichAnswer')}</p>
      </details>
    </form>
  );
}

function CodeForm({ sent, onAgain, onBack }: { sent: Sent; onAgain: (sent: Sent) => void; onBack: () => void }) {
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | Refusal | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const digits = foldDigits(code).replace(/\D/g, '');
    if (digits.length !== CODE_LENGTH) {
      setFault(t('signin.codeShort'));
      field.current?.focus();
      return;
    }
    setBusy(true);
    try {
      begin(await ask('post', '/v1/sign-in/verify', { json: { code: digits } }));
    } catch (cause) {
      const failure = asRefusal(cause);
      const wrong = failure.status >= 400 && failure.status < 500 && failure.status !== 429;
      setFault(wrong ? t('signin.codeWrong') : failure);
      setBusy(false);
      field.current?.select();
    }
  };
  return (
    <form onSubmit={submit} noValidate>
      <PageTitle title={fault ? `${t('error.label')}: ${t('signin.codeTitle')}` : t('signin.codeTitle')}>{t('signin.codeTitle')}</PageTitle>
      <p class="lead">
        {rich('signin.codeSent', {
          email: <bdi dir="ltr" class="strong">{sent.email}</bdi>,
          minutes: t('signin.minutes', { n: sent.minutes }),
        })}
      </p>
      <Fault id="code-fault" fault={fault} />
      <label class="field">
        <span>{t('signin.code', { length: CODE_LENGTH })}</span>
        <input ref={field} class="input input-code" name="code" dir="ltr" inputMode="numeric" autoComplete="one-time-code" maxLength={40}
          required value={code} aria-invalid={fault ? 'true' : undefined} aria-describedby={fault ? 'code-fault code-hint' : 'code-hint'}
          onInput={(event) => { setCode(event.currentTarget.value); setFault(null); }} />
      </label>
      <p id="code-hint" class="hint">{t('signin.codeHint')}</p>
      <button class="button button-main button-wide" type="submit" aria-disabled={busy}>{busy ? t('signin.verifying') : t('signin.verify')}</button>
      <Resend sent={sent} onAgain={onAgain} onFault={setFault} />
      <button type="button" class="link" onClick={onBack}>{t('signin.otherAddress')}</button>
    </form>
  );
}

/** The way to another code, once the count-down is over. */
function Resend({ sent, onAgain, onFault }: {
  sent: Sent; onAgain: (sent: Sent) => void; onFault: (fault: Refusal) => void;
}) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(clock);
  }, []);
  const left = Math.ceil((sent.resendAt - now) / SECOND_MS);
  if (left > 0) return <p class="hint">{t('signin.resendIn', { n: left })}</p>;
  const again = async () => {
    try {
      onAgain(await requestCode(sent.email));
      announce(t('signin.resent'));
    } catch (cause) {
      onFault(asRefusal(cause));
    }
  };
  return <p><button type="button" class="link" onClick={() => void again()}>{t('signin.resend')}</button></p>;
}

function Fault({ id, fault }: { id: string; fault: string | Refusal | null }) {
  if (!fault) return null;
  const words = typeof fault === 'string' ? fault : refusalWords(fault);
  return (
    <div id={id} class="notice notice-late" role="alert">
      <Icon name="alert" />
      <div class="notice-text">
        {typeof words === 'string' ? <p>{words}</p> : <p><strong>{words.title}.</strong> {words.detail}</p>}
        {typeof fault !== 'string' && <RequestId failure={fault} />}
      </div>
    </div>
  );
}
