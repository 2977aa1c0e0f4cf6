import { useRef, useState } from 'preact/hooks';
import { ask, asRefusal, type MailPreview, type Refusal } from '../api';
import { newKey } from '../key';
import { announce } from '../live';
import { useResource } from '../resource';
import { sessionEnded, useMe } from '../session';
import { Dialog } from '../ui/dialog';
import { Refused } from '../ui/refused';
import { Section } from '../ui/states';
import { addressOf, questionOf, type View } from '../view';
import { listed, number, t } from '../words';

/** Mails the list as it is looked at: says what it is and who may get it, and sends nothing before the button is pressed. */
export default function MailList({ view, onClose }: { view: View; onClose: () => void }) {
  const me = useMe();
  const preview = useResource(`mail ${me.account.id} ${addressOf(view)}`, (signal) => ask('get', '/v1/invoices/mail', { query: questionOf(view), signal }));
  return (
    <Dialog title={t('mail.title')} onClose={onClose}>
      <Section resource={preview}>{(value) => <Readers preview={value} view={view} onClose={onClose} />}</Section>
    </Dialog>
  );
}

function Readers({ preview, view, onClose }: { preview: MailPreview; view: View; onClose: () => void }) {
  const self = preview.people.find((person) => person.self);
  const [chosen, setChosen] = useState<string[]>(self?.reachable ? [self.email] : []);
  const [others, setOthers] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Refusal>();
  const [sent, setSent] = useState<string[]>();
  // The same choice sent again is one mailing, another choice another.
  const key = useRef({ of: '', key: '' });
  const to = [...chosen, ...others.split(/[\s,;]+/).filter(Boolean)];
  const send = async () => {
    if (busy || to.length === 0) return;
    const of = JSON.stringify([addressOf(view), to]);
    if (key.current.of !== of) key.current = { of, key: newKey() };
    setBusy(true);
    setFailure(undefined);
    try {
      const answer = await ask('post', '/v1/invoices/mail', { query: questionOf(view), json: { to }, headers: { 'idempotency-key': key.current.key } });
      const who = answer.to.map((reader) => reader.email);
      setSent(who);
      announce(t('mail.sent', { who: listed(who) }));
    } catch (cause) {
      const refused = asRefusal(cause);
      if (refused.status === 401) return sessionEnded();
      setFailure(refused);
    }
    setBusy(false);
  };
  if (sent) {
    return (
      <>
        <p>{t('mail.sent', { who: listed(sent) })}</p>
        <div class="actions"><button type="button" class="button button-main" autofocus onClick={onClose}>{t('act.close')}</button></div>
      </>
    );
  }
  if (!preview.count.exact || preview.count.value === 0) {
    return (
      <>
        <p>{preview.count.exact ? t('mail.empty') : t('mail.tooMany', { limit: number(preview.limit) })}</p>
        <div class="actions"><button type="button" class="button" autofocus onClick={onClose}>{t('act.back')}</button></div>
      </>
    );
  }
  return (
    <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <p><strong>{t('mail.count', { n: preview.count.value })}</strong> <bdi>{preview.wish}</bdi></p>
      <p class="hint">{t('mail.files')}</p>
      <fieldset class="choices">
        <legend>{t('mail.to')}</legend>
        {preview.people.map((person) => (
          <label key={person.email} class="check">
            <input type="checkbox" checked={chosen.includes(person.email)} disabled={!person.reachable}
              onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, person.email] : chosen.filter((one) => one !== person.email))} />
            <span>
              {person.self ? t('mail.me') : <bdi>{person.name || person.email}</bdi>}
              <span class="hint"><bdi dir="ltr">{person.email}</bdi>{!person.reachable && ` · ${t('mail.unreachable')}`}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {preview.outside && (
        <label class="field">
          <span>{t('mail.outside')}</span>
          <textarea class="input" name="outside" dir="ltr" rows={2} value={others} disabled={preview.outside.left === 0} onInput={(event) => setOthers(event.currentTarget.value)} />
          <span class="hint">{t('mail.outsideHint')} {t('mail.outsideLeft', { n: preview.outside.left })}</span>
        </label>
      )}
      {failure && (failure.slug === 'validation' ? <p class="fault" role="alert">{faultOf(failure, to)}</p> : <Refused failure={failure} />)}
      <div class="actions">
        <button type="submit" class="button button-main" aria-disabled={busy || to.length === 0}>{busy ? t('act.working') : t('mail.send', { n: to.length })}</button>
        <button type="button" class="button" onClick={onClose}>{t('act.back')}</button>
      </div>
    </form>
  );
}

/** Which of the addresses is none, or that there are too many. */
function faultOf(failure: Refusal, to: string[]): string {
  const at = /^\/to\/(\d+)$/.exec(failure.problem.errors?.[0]?.pointer ?? '')?.[1];
  return at === undefined ? t('mail.tooManyReaders') : t('mail.noAddress', { address: to[Number(at)] ?? '' });
}
