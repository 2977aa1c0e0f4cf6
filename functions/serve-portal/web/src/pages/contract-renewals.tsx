import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ask, type Money as MoneyValue, type Renewal } from '../api';
import { isZero } from '../decimal';
import { announce } from '../live';
import { outdate } from '../resource';
import { navigate } from '../router';
import { acts, useMe } from '../session';
import { daysLeftWords, Fact, RenewalBadge, Word } from '../ui/agreements';
import { Dialog } from '../ui/dialog';
import { useGuarded, type Guarded } from '../ui/guarded';
import { Icon } from '../ui/icons';
import { Refused } from '../ui/refused';
import { Day, Identifier, Money, Said } from '../ui/text';
import { day, instant, moneyText, rich, t } from '../words';

/** The renewals of a contract: where each stands, and the way to answer what is offered. */
export default function Renewals({ renewals, poNumber }: { renewals: Renewal[]; poNumber: string | undefined }) {
  return (
    <section class="card renewals" aria-labelledby="renewals">
      <h2 id="renewals">{t('renewal.title')}</h2>
      {renewals.map((renewal) => <One key={renewal.id} renewal={renewal} poNumber={renewal.poNumber || poNumber || ''} />)}
    </section>
  );
}

type Step = 'rest' | 'how' | 'check' | 'decline';

function One({ renewal, poNumber }: { renewal: Renewal; poNumber: string }) {
  const [step, setStep] = useState<Step>('rest');
  const name = `${renewal.id}-name`;
  return (
    <article class="plan" id={renewal.id} aria-labelledby={name}>
      <header class="plan-head">
        <h3 id={name}>{renewal.title ? <Said>{renewal.title}</Said> : <Identifier>{renewal.number}</Identifier>}</h3>
        <RenewalBadge state={renewal.state} />
      </header>
      <dl class="facts">
        <Fact label={t('renewal.number')} copy={renewal.number}><Identifier>{renewal.number}</Identifier></Fact>
        <Fact label={t('renewal.termEnd')}><Day on={renewal.termEnd} /> <span class="hint">{daysLeftWords(renewal.daysLeft)}</span></Fact>
        {renewal.newTermStart && renewal.newTermEnd && <Fact label={t('renewal.newTerm')}>{t('contract.span', { from: day(renewal.newTermStart), to: day(renewal.newTermEnd) })}</Fact>}
        {renewal.price && <Fact label={t('renewal.price')}><Money value={renewal.price} />{renewal.estimatedTax && !isZero(renewal.estimatedTax.amount) && <span class="hint"> {rich('renewal.tax', { amount: <Money value={renewal.estimatedTax} bare /> })}</span>}</Fact>}
        {renewal.termsVersion && <Fact label={t('renewal.terms')}><Terms renewal={renewal} /></Fact>}
        {renewal.invoice && <Fact label={t('renewal.invoice')} copy={renewal.invoice}><Identifier>{renewal.invoice}</Identifier></Fact>}
      </dl>
      {renewal.mode === 'AUTO' && !renewal.answer && <p class="hint">{t('renewal.auto', { date: day(renewal.termEnd) })}</p>}
      <Answer renewal={renewal} />
      <Payment renewal={renewal} />
      {renewal.mayAnswer && step === 'rest' && (
        <div class="actions screen-only">
          <button type="button" class="button button-main" onClick={() => setStep('how')}>{t('renewal.accept')}</button>
          <button type="button" class="button" onClick={() => setStep('decline')}>{t('renewal.decline')}</button>
        </div>
      )}
      {renewal.mayAnswer && (step === 'how' || step === 'check') && <Accepting renewal={renewal} poNumber={poNumber} step={step} go={setStep} />}
      {renewal.mayAnswer && step === 'decline' && <Declining renewal={renewal} onClose={() => setStep('rest')} />}
    </article>
  );
}

function Terms({ renewal }: { renewal: Renewal }) {
  const name = <Identifier>{renewal.termsVersion}</Identifier>;
  if (!/^https?:\/\//.test(renewal.termsUrl ?? '')) return name;
  return <a href={renewal.termsUrl} rel="noreferrer" target="_blank">{name} <span class="hidden">{t('contract.newWindow')}</span></a>;
}

/** Who answered, how and when. */
function Answer({ renewal: { answer } }: { renewal: Renewal }) {
  const { account } = useMe();
  if (!answer) return null;
  const good = answer.kind !== 'declined';
  return (
    <div class={good ? 'notice notice-good' : 'notice'} role="status">
      <Icon name={good ? 'check' : 'close'} />
      <div class="notice-text">
        <p>{rich(answer.by ? `renewal.answered.${good ? 'accepted' : 'declined'}` : 'renewal.answered.auto', { who: <bdi>{answer.by}</bdi>, at: answer.at ? instant(answer.at, account.timeZone) : '' })}</p>
        {answer.method && <p><Word as={`renewal.method.${answer.method}`} value={answer.method} />{answer.poNumber && <>: <Identifier>{answer.poNumber}</Identifier></>}</p>}
        {answer.termsVersion && <p>{rich('renewal.termsAccepted', { version: <Identifier>{answer.termsVersion}</Identifier> })}</p>}
        {answer.reason && <Said as="p">{answer.reason}</Said>}
      </div>
    </div>
  );
}

/** What is open of an accepted renewal, and the way to pay it. */
function Payment({ renewal: { pay } }: { renewal: Renewal }) {
  if (!pay?.payable || isZero(pay.outstanding.amount) || !acts(useMe(), 'payments')) return null;
  return (
    <div class="actions screen-only">
      <a class="button button-main" href={`/pay?ids=${encodeURIComponent(pay.id)}`}>{t('renewal.pay', { amount: moneyText(pay.outstanding) })}</a>
    </div>
  );
}

const METHODS = ['card', 'po_number', 'invoice_terms'] as const;
type Method = (typeof METHODS)[number];
const MAX_PO = 60;

/** First how, then a check of what is accepted; nothing is done before its button. */
function Accepting({ renewal, poNumber, step, go }: { renewal: Renewal; poNumber: string; step: 'how' | 'check'; go: (step: Step) => void }) {
  const me = useMe();
  const offered = METHODS.filter((method) => method !== 'card' || (renewal.price && acts(me, 'payments')));
  const [method, setMethod] = useState<Method>('po_number');
  const [po, setPo] = useState(poNumber);
  const [read, setRead] = useState(false);
  const [tried, setTried] = useState(false);
  const guarded = useGuarded();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [step]);
  const accept = () => guarded.run(async () => {
    const answered = await ask('post', '/v1/renewals/{id}/acceptance', {
      params: { id: renewal.id },
      json: { contract: renewal.contract, method, termsVersion: renewal.termsVersion, price: renewal.price, ...(method === 'po_number' && { poNumber: po.trim() }) },
    });
    outdate();
    announce(t('renewal.done'));
    if (method === 'card' && answered.pay) navigate(`/pay?ids=${encodeURIComponent(answered.pay.id)}`);
  }, acceptWords(renewal));
  const onward = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if ((method !== 'po_number' || po.trim()) && (read || !renewal.termsVersion)) go('check');
    else box.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  };
  return (
    <div ref={box} class="answering" tabIndex={-1} aria-label={t(step === 'how' ? 'renewal.howTitle' : 'renewal.checkTitle')} role="group">
      <h4>{t(step === 'how' ? 'renewal.howTitle' : 'renewal.checkTitle')}</h4>
      {step === 'how' ? (
        <form onSubmit={onward} noValidate>
          <How offered={offered} method={method} setMethod={setMethod} id={renewal.id} />
          {method === 'po_number' && <PoField value={po} onType={setPo} fault={tried && !po.trim()} />}
          {renewal.termsVersion && <TermsBox renewal={renewal} read={read} onRead={setRead} fault={tried && !read} />}
          <div class="actions">
            <button type="submit" class="button button-main">{t('renewal.onward')}</button>
            <button type="button" class="button" onClick={() => go('rest')}>{t('renewal.leave')}</button>
          </div>
        </form>
      ) : <Check renewal={renewal} method={method} po={po.trim()} guarded={guarded} accept={() => void accept()} back={() => { guarded.clear(); go('how'); }} />}
      {guarded.window}
    </div>
  );
}

function acceptWords(renewal: Renewal): string {
  return renewal.price ? t('renewal.acceptFor', { amount: moneyText(renewal.price) }) : t('renewal.acceptYes');
}

function How({ offered, method, setMethod, id }: { offered: readonly Method[]; method: Method; setMethod: (method: Method) => void; id: string }) {
  return (
    <fieldset class="renewal-methods">
      <legend class="hidden">{t('renewal.howTitle')}</legend>
      {offered.map((one) => (
        <label key={one} class="check">
          <input type="radio" name={`${id}-method`} value={one} checked={method === one} onChange={() => setMethod(one)} />
          <span>{t(`renewal.method.${one}`)}<span class="row-title">{t(`renewal.means.${one}`)}</span></span>
        </label>
      ))}
    </fieldset>
  );
}

function PoField({ value, onType, fault }: { value: string; onType: (value: string) => void; fault: boolean }) {
  const hint = useId();
  return (
    <label class="field renewal-po">
      <span>{t('renewal.po')}</span>
      <input class="input" name="po" dir="ltr" maxLength={MAX_PO} value={value} aria-invalid={fault || undefined} aria-describedby={fault ? hint : undefined}
        onInput={(event) => onType(event.currentTarget.value)} />
      {fault && <span id={hint} class="fault" role="alert">{t('renewal.poMissing')}</span>}
    </label>
  );
}

function TermsBox({ renewal, read, onRead, fault }: { renewal: Renewal; read: boolean; onRead: (read: boolean) => void; fault: boolean }) {
  const hint = useId();
  return (
    <div>
      <label class="check">
        <input type="checkbox" name="terms" checked={read} aria-invalid={fault || undefined} aria-describedby={fault ? hint : undefined}
          onChange={(event) => onRead(event.currentTarget.checked)} />
        <span>{rich('renewal.acceptTerms', { version: <Terms renewal={renewal} /> })}</span>
      </label>
      {fault && <p id={hint} class="fault" role="alert">{t('renewal.termsMissing')}</p>}
    </div>
  );
}

function Check({ renewal, method, po, guarded, accept, back }: {
  renewal: Renewal; method: Method; po: string; guarded: Guarded; accept: () => void; back: () => void;
}) {
  return (
    <>
      <dl class="terms">
        <Line label={t('renewal.number')}><Identifier>{renewal.number}</Identifier>{renewal.title && <> · <Said>{renewal.title}</Said></>}</Line>
        {renewal.newTermStart && renewal.newTermEnd && <Line label={t('renewal.newTerm')}>{t('contract.span', { from: day(renewal.newTermStart), to: day(renewal.newTermEnd) })}</Line>}
        <Line label={t('renewal.price')}><Price value={renewal.price} /></Line>
        <Line label={t('renewal.how')}>{t(`renewal.method.${method}`)}{method === 'po_number' && <>: <Identifier>{po}</Identifier></>}</Line>
        {renewal.termsVersion && <Line label={t('renewal.terms')}><Terms renewal={renewal} /></Line>}
      </dl>
      <p class="hint">{t(`renewal.next.${method}`)}</p>
      {guarded.failure && <Refused failure={guarded.failure}><button type="button" class="button" onClick={outdate}>{t('renewal.look')}</button></Refused>}
      <div class="actions">
        <button type="button" class="button button-main" aria-disabled={guarded.busy} onClick={accept}>{guarded.busy ? t('act.working') : acceptWords(renewal)}</button>
        <button type="button" class="button" onClick={back}>{t('renewal.back')}</button>
      </div>
    </>
  );
}

function Price({ value }: { value: MoneyValue | undefined }) {
  return value ? <Money value={value} /> : <>{t('renewal.free')}</>;
}

function Line({ label, children }: { label: string; children: ComponentChildren }) {
  return <div><dt>{label}</dt><dd>{children}</dd></div>;
}

const MAX_REASON = 500;

function Declining({ renewal, onClose }: { renewal: Renewal; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const guarded = useGuarded();
  const decline = () => guarded.run(async () => {
    await ask('post', '/v1/renewals/{id}/refusal', { params: { id: renewal.id }, json: { contract: renewal.contract, ...(reason.trim() && { reason: reason.trim() }) } });
    onClose();
    outdate();
    announce(t('renewal.declined'));
  }, t('renewal.declineYes'));
  return (
    <Dialog title={t('renewal.declineTitle')} onClose={onClose}>
      <p>{t('renewal.declineDetail', { date: day(renewal.termEnd, 'long') })}</p>
      <label class="field renewal-reason">
        <span>{t('renewal.reason')}</span>
        <textarea class="input" name="reason" rows={3} maxLength={MAX_REASON} dir="auto" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      {guarded.failure && <Refused failure={guarded.failure} />}
      <div class="actions">
        <button type="button" class="button button-main" aria-disabled={guarded.busy} onClick={() => void decline()}>{guarded.busy ? t('act.working') : t('renewal.declineYes')}</button>
        <button type="button" class="button" onClick={onClose}>{t('act.back')}</button>
      </div>
    </Dialog>
  );
}
