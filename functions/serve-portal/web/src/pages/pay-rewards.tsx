import { useEffect, useRef, useState } from 'preact/hooks';
import type { Money as Amount, Plan } from '../api';
import { addDecimals, decimalsOf, minorUnits } from '../decimal';
import type { RewardsChosen } from '../paying';
import { Icon } from '../ui/icons';
import { Day, Identifier, Money } from '../ui/text';
import { moneyText, rich, t } from '../words';
import type { Way } from './pay';
import { readTyped } from './pay-typed';

type Offer = NonNullable<Plan['rewards']>[number];

/** Rewards of one subscription are used on invoices of one currency. */
const nameOf = (offer: Offer) => `${offer.subscription} ${offer.most.currency}`;

function offerOf(offers: Offer[], chosen: RewardsChosen | undefined): Offer | undefined {
  return offers.find((offer) => offer.subscription === chosen?.subscription && offer.most.currency === chosen.currency) ?? offers[0];
}

/** The step between what is paid and how: how much of it rewards cover, and what that does. */
export default function Rewards({ way }: { way: Way }) {
  const { plan, planning, draft, change, after, before, go } = way;
  const form = useRef<HTMLFormElement>(null);
  // The plan with what was chosen is not there yet when the form is sent: it goes on when it is.
  const onward = useRef(false);
  const [picked, pick] = useState<string>();
  const offers = plan.rewards ?? [];
  const offer = offers.find((entry) => nameOf(entry) === picked) ?? offerOf(offers, draft.rewards);
  const [typed, setTyped] = useState<string>();
  const [code, setCode] = useState(draft.rewards?.code ?? '');
  const [faults, setFaults] = useState<{ amount?: string; code?: string }>({});
  useEffect(() => {
    if (planning.loading) return;
    if (onward.current && !planning.failure) go(after('rewards'));
    onward.current = false;
  }, [planning.loading]);
  if (!offer) return null;
  const most = offer.most;
  const kept = draft.rewards?.subscription === offer.subscription && draft.rewards.currency === most.currency ? draft.rewards.amount : most.amount;
  const text = typed ?? kept;
  const read = readTyped(text, most.amount, t('redeem.tooMuch'));
  const amount = read.amount ?? most.amount;
  const leave = (rewards: RewardsChosen | undefined) => {
    const same = JSON.stringify(rewards) === JSON.stringify(draft.rewards);
    change({ rewards });
    if (same) go(after('rewards'));
    else onward.current = true;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const wrong = { amount: read.fault || undefined, code: code.trim() === '' ? t('redeem.codeMissing') : undefined };
    setFaults(wrong);
    if (wrong.amount) form.current?.querySelector<HTMLElement>('#rewards-amount')?.focus();
    else if (wrong.code) form.current?.querySelector<HTMLElement>('#rewards-code')?.focus();
    else leave({ subscription: offer.subscription, currency: most.currency, amount, code: code.trim() });
  };
  return (
    <form ref={form} class="pay-rewards" onSubmit={submit} noValidate aria-busy={planning.loading}>
      {offers.length > 1 && <Which offers={offers} chosen={offer} onPick={(name) => { pick(name); setTyped(undefined); }} />}
      <section class="card" aria-label={t('pay.rewardsOf', { number: offer.number })}>
        <p>{rich('redeem.available', { amount: <Money value={offer.available} />, number: <Identifier>{offer.number}</Identifier> })}</p>
        <p class="quiet">{rich('redeem.most', { amount: <Money value={most} /> })}</p>
        <div class="rewards-amount">
          <label for="rewards-amount">{t('redeem.amount')} <Identifier>{most.currency}</Identifier></label>
          <input type="range" class="rewards-slider" aria-label={t('redeem.slider')} min={0} max={Number(minorUnits(most.amount))}
            value={Number(minorUnits(amount))} aria-valuetext={moneyText({ amount, currency: most.currency })}
            onInput={(event) => setTyped(decimal(BigInt(event.currentTarget.value), decimalsOf(most.amount)))} />
          <input id="rewards-amount" class="input figure" dir="ltr" inputMode="decimal" autoComplete="off" value={text}
            aria-invalid={faults.amount ? 'true' : undefined} aria-describedby={faults.amount ? 'rewards-amount-fault' : undefined}
            onInput={(event) => { setTyped(event.currentTarget.value); setFaults({}); }} />
        </div>
        {faults.amount && <p id="rewards-amount-fault" class="fault" role="alert">{faults.amount}</p>}
        <Effect plan={plan} offer={offer} amount={amount} />
      </section>
      <div class="field">
        <label for="rewards-code">{rich('redeem.code', { number: <Identifier>{offer.number}</Identifier> })}</label>
        <input id="rewards-code" class="input" dir="ltr" autoComplete="off" autoCapitalize="characters" spellcheck={false} value={code}
          aria-invalid={faults.code ? 'true' : undefined} aria-describedby={faults.code ? 'rewards-code-fault rewards-code-hint' : 'rewards-code-hint'}
          onInput={(event) => { setCode(event.currentTarget.value); setFaults({}); }} />
        {faults.code && <p id="rewards-code-fault" class="fault" role="alert">{faults.code}</p>}
        <p id="rewards-code-hint" class="hint">{t('redeem.codeHint')}</p>
      </div>
      <div class="actions pay-actions">
        <button class="button button-main" type="submit" aria-disabled={planning.loading}>{t('redeem.use', { amount: moneyText({ amount, currency: most.currency }) })}</button>
        <button class="button" type="button" onClick={() => leave(undefined)}>{t('redeem.without')}</button>
        <button class="button" type="button" onClick={() => go(before('rewards'))}>{t('pay.back')}</button>
      </div>
    </form>
  );
}

function Which({ offers, chosen, onPick }: { offers: Offer[]; chosen: Offer; onPick: (name: string) => void }) {
  return (
    <fieldset class="method-choices">
      <legend>{t('redeem.which')}</legend>
      {offers.map((offer) => (
        <div key={nameOf(offer)} class="method-choice">
          <label class="check">
            <input type="radio" name="rewards" value={nameOf(offer)} checked={offer === chosen} onChange={() => onPick(nameOf(offer))} />
            <span>{rich('redeem.upTo', { number: <Identifier>{offer.number}</Identifier>, amount: <Money value={offer.most} /> })}</span>
          </label>
        </div>
      ))}
    </fieldset>
  );
}

/** What using so much does: what is still to pay, what it costs, and which months give it, the first to end first. */
function Effect({ plan, offer, amount }: { plan: Plan; offer: Offer; amount: string }) {
  const { currency } = offer.most;
  const payments = plan.payments.filter((payment) => payment.charge.currency === currency);
  const whole = payments.map((payment) => addDecimals(payment.charge.amount, payment.rewards?.amount.amount ?? '0')).reduce(addDecimals, '0');
  const toPay: Amount = { amount: addDecimals(whole, `-${amount}`), currency };
  const units = costOf(offer, amount);
  const decimals = decimalsOf(offer.available.amount);
  const base = (minor: bigint): Amount => ({ amount: decimal(minor, decimals), currency: offer.available.currency });
  const left = minorUnits(offer.available.amount) - units;
  return (
    <div class="rewards-effect" aria-live="polite">
      <dl class="sums">
        <div class="sums-credit"><dt><Icon name="coin" /> {t('redeem.taken')}</dt><dd>−<Money value={{ amount, currency }} /></dd></div>
        {offer.available.currency !== currency && <div><dt>{rich('redeem.costs', { rate: <bdi>{offer.fxRate}</bdi> })}</dt><dd><Money value={base(units)} /></dd></div>}
        <div><dt>{t('redeem.left')}</dt><dd><Money value={base(left > 0n ? left : 0n)} /></dd></div>
        <div class="sums-end"><dt>{t('pay.toPay')}</dt><dd><Money value={toPay} /></dd></div>
      </dl>
      <p class="hint">{t('redeem.order')}</p>
      <ul class="plain-list">
        {drawn(offer, units).map(({ expiresOn, minor }) => (
          <li key={expiresOn} class="quiet">{rich('redeem.lot', { amount: <Money value={base(minor)} />, date: <Day on={expiresOn} /> })}</li>
        ))}
      </ul>
    </div>
  );
}

/** What an amount costs in rewards, in their smallest units, rounded up as the server does. */
function costOf(offer: Offer, amount: string): bigint {
  const [num = '1', den = '1'] = offer.fxRate.split('/');
  const up = minorUnits(amount) * BigInt(den) * 10n ** BigInt(decimalsOf(offer.available.amount));
  const down = BigInt(num) * 10n ** BigInt(decimalsOf(offer.most.amount));
  return (up + down - 1n) / down;
}

function drawn({ lots }: Offer, units: bigint): { expiresOn: string; minor: bigint }[] {
  let need = units;
  return lots.flatMap(({ expiresOn, available }) => {
    const has = minorUnits(available.amount);
    const minor = has < need ? has : need;
    need -= minor;
    return minor > 0n ? [{ expiresOn, minor }] : [];
  });
}

function decimal(minor: bigint, decimals: number): string {
  const digits = minor.toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
