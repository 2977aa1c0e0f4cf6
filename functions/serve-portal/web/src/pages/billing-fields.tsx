import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { BillingProfile, BillingProfileChange, ProfileAddress, Refusal } from '../api';
import { KINDS, type Draft, type Kind } from '../billing';
import { Icon } from '../ui/icons';
import { Said } from '../ui/text';
import { country, listed, t } from '../words';

/** What is wrong, by the name of the field it stands beside. */
export type Faults = Record<string, string>;

interface Fields {
  draft: Draft;
  change: (next: Partial<Draft>) => void;
  faults: Faults;
  /** The reader may not change anything. */
  off: boolean;
}

/** Turns the pointers of a refusal into words beside the fields. What points nowhere is left to the caller. */
export function faultsOf(failure: Refusal, sent: BillingProfileChange): Faults {
  const found: Faults = {};
  for (const { pointer } of failure.problem.errors ?? []) {
    const [, part = '', second = '', third] = pointer.split('/');
    const name = nameOf(part, second, third);
    if (name) found[name] = wordsOf(part, second, third, sent);
  }
  return found;
}

function nameOf(part: string, second: string, third: string | undefined): string | undefined {
  switch (part) {
    case 'legalName': return 'legalName';
    case 'taxIds': return second ? `tax-${second}-${third ?? 'number'}` : 'tax';
    case 'billTo': case 'shipTo': return `${part}-${second || 'street'}`;
    case 'defaultPo': return `po-${second || 'number'}`;
    case 'recipients': return `recipients-${second}`;
    case 'dunning': return 'beforeDueDays';
    default: return undefined;
  }
}

function wordsOf(part: string, second: string, third: string | undefined, sent: BillingProfileChange): string {
  if (part === 'taxIds' && second) {
    const code = sent.taxIds?.[Number(second)]?.country.trim().toUpperCase() ?? '';
    return third === 'country' ? t('billing.fault.country') : t('billing.fault.taxNumber', { country: country(code) });
  }
  if (part === 'recipients' && third) return t('billing.fault.email', { address: sent.recipients?.[second as Kind]?.[Number(third)] ?? '' });
  if (part === 'taxIds' || part === 'recipients') return t('billing.fault.many');
  if (second === 'country') return t('billing.fault.country');
  if (part === 'dunning') return t('billing.fault.days');
  if (part === 'defaultPo') return t(second.startsWith('budget') ? 'billing.fault.budget' : second === 'expiresOn' ? 'billing.fault.date' : 'billing.fault.po');
  return t('billing.fault.text');
}

/** All faults at once, each leading to its field; takes the focus when there are any. */
export function FaultList({ faults }: { faults: Faults }) {
  const box = useRef<HTMLDivElement>(null);
  const names = Object.keys(faults);
  useEffect(() => { if (names.length > 0) box.current?.focus(); }, [faults]);
  if (names.length === 0) return null;
  const lead = (event: Event, name: string) => {
    event.preventDefault();
    document.getElementById(`billing-${name}`)?.focus();
  };
  return (
    <div ref={box} class="notice notice-late faults" tabIndex={-1} role="alert">
      <Icon name="alert" />
      <div class="notice-text">
        <p class="strong">{t('billing.faults', { n: names.length })}</p>
        <ul>{names.map((name) => <li key={name}><a href={`#billing-${name}`} onClick={(event) => lead(event, name)}>{faults[name]}</a></li>)}</ul>
      </div>
    </div>
  );
}

function Field({ name, label, hint, faults, children }: {
  name: string; label: string; hint?: ComponentChildren; faults: Faults; children: (attributes: Record<string, string | undefined>) => ComponentChildren;
}) {
  const fault = faults[name];
  const id = `billing-${name}`;
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ') || undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'name': name, 'aria-invalid': fault ? 'true' : undefined, 'aria-describedby': described })}
      {hint && <span id={`${id}-hint`} class="hint">{hint}</span>}
      {fault && <span id={`${id}-fault`} class="fault">{fault}</span>}
    </div>
  );
}

function Card({ id, title, children, off }: { id: string; title: string; children: ComponentChildren; off: boolean }) {
  return (
    <fieldset class="card" disabled={off} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <div class="billing-fields">{children}</div>
    </fieldset>
  );
}

const MAX_TAX_IDS = 10;

export function Names({ draft, change, faults, off, vendor }: Fields & { vendor: BillingProfile['vendor'] }) {
  const setId = (index: number, next: Partial<Draft['taxIds'][number]>) => (
    change({ taxIds: draft.taxIds.map((id, at) => (at === index ? { ...id, ...next } : id)) }));
  return (
    <Card id="names" title={t('billing.names')} off={off}>
      <Field name="legalName" label={t('billing.legalName')} faults={faults} hint={<>{t('billing.vendorSays')} <Said>{vendor.name}</Said></>}>
        {(attributes) => <input {...attributes} class="input" dir="auto" maxLength={200} autoComplete="organization" value={draft.legalName} onInput={(event) => change({ legalName: event.currentTarget.value })} />}
      </Field>
      <div class="tax-ids" role="group" aria-label={t('billing.taxIds')}>
        <p class="label">{t('billing.taxIds')}</p>
        {vendor.taxIds.length > 0 && <p class="hint">{t('billing.vendorSays')} <bdi dir="ltr">{listed(vendor.taxIds)}</bdi></p>}
        {draft.taxIds.map((id, index) => (
          <div key={index} class="tax-id">
            <CountryField name={`tax-${index}-country`} value={id.country} faults={faults} onType={(code) => setId(index, { country: code })} />
            <Field name={`tax-${index}-number`} label={t('billing.taxNumber')} faults={faults}>
              {(attributes) => <input {...attributes} class="input" dir="ltr" maxLength={40} value={id.number} onInput={(event) => setId(index, { number: event.currentTarget.value })} />}
            </Field>
            {!off && (
              <button type="button" class="button button-icon" aria-label={t('billing.removeTax', { number: id.number || String(index + 1) })}
                onClick={() => change({ taxIds: draft.taxIds.filter((_, at) => at !== index) })}><Icon name="close" /></button>
            )}
          </div>
        ))}
        {faults['tax'] && <p class="fault">{faults['tax']}</p>}
        {!off && draft.taxIds.length < MAX_TAX_IDS && (
          <p><button type="button" class="button button-small" onClick={() => change({ taxIds: [...draft.taxIds, { country: vendor.address?.country ?? '', number: '' }] })}>{t('billing.addTax')}</button></p>
        )}
      </div>
    </Card>
  );
}

const CODE_LENGTH = 2;

/** A country by its two letters, with its name beside them. */
function CountryField({ name, value, faults, onType }: { name: string; value: string; faults: Faults; onType: (code: string) => void }) {
  const code = value.toUpperCase();
  return (
    <Field name={name} label={t('billing.country')} faults={faults} hint={code.length === CODE_LENGTH ? country(code) : t('billing.countryHint')}>
      {(attributes) => <input {...attributes} class="input" dir="ltr" maxLength={CODE_LENGTH} autoComplete="country" value={value} onInput={(event) => onType(event.currentTarget.value.toUpperCase())} />}
    </Field>
  );
}

const ADDRESS = ['street', 'building', 'street2', 'district', 'postcode', 'city', 'region'] as const;

export function Addresses({ draft, change, faults, off, vendor }: Fields & { vendor: BillingProfile['vendor'] }) {
  return (
    <Card id="addresses" title={t('billing.addresses')} off={off}>
      {(['billTo', 'shipTo'] as const).map((which) => (
        <div key={which} class="billing-address">
          <label class="check">
            <input type="checkbox" name={which} checked={draft[which] !== null}
              onChange={(event) => change({ [which]: event.currentTarget.checked ? vendor.address ?? {} : null })} />
            <span>{t(`billing.${which}`)}</span>
          </label>
          {draft[which] ? <AddressFields which={which} address={draft[which]} faults={faults} onType={(address) => change({ [which]: address })} />
            : <p class="hint">{vendor.address ? <>{t('billing.vendorSays')} <Said>{lineOf(vendor.address)}</Said></> : t('billing.noAddress')}</p>}
        </div>
      ))}
    </Card>
  );
}

function lineOf({ street, building, district, postcode, city, country: code }: ProfileAddress): string {
  return [building, street, district, postcode, city, code && country(code)].filter(Boolean).join(' · ');
}

function AddressFields({ which, address, faults, onType }: { which: string; address: ProfileAddress; faults: Faults; onType: (address: ProfileAddress) => void }) {
  return (
    <div class="address-fields">
      {ADDRESS.map((part) => (
        <Field key={part} name={`${which}-${part}`} label={t(`billing.address.${part}`)} faults={faults}>
          {(attributes) => <input {...attributes} class="input" dir="auto" maxLength={200} value={address[part] ?? ''} onInput={(event) => onType({ ...address, [part]: event.currentTarget.value })} />}
        </Field>
      ))}
      <CountryField name={`${which}-country`} value={address.country ?? ''} faults={faults} onType={(code) => onType({ ...address, country: code })} />
    </div>
  );
}

const MAX_CURRENCY = 3;

export function Po({ draft, change, faults, off, lapsed }: Fields & { lapsed: boolean }) {
  const { po } = draft;
  const set = (next: Partial<Draft['po']>) => change({ po: { ...po, ...next } });
  return (
    <Card id="po" title={t('billing.po')} off={off}>
      <p class="hint">{t('billing.poDetail')}</p>
      {lapsed && <p class="notice"><Icon name="alert" /><span class="notice-text">{t('billing.poLapsed')}</span></p>}
      <Field name="po-number" label={t('billing.poNumber')} faults={faults}>
        {(attributes) => <input {...attributes} class="input" dir="ltr" maxLength={200} value={po.number} onInput={(event) => set({ number: event.currentTarget.value })} />}
      </Field>
      <div class="address-fields">
        <Field name="po-budget" label={t('billing.budget')} faults={faults}>
          {(attributes) => <input {...attributes} class="input" dir="ltr" inputMode="decimal" maxLength={24} value={po.budget} onInput={(event) => set({ budget: event.currentTarget.value })} />}
        </Field>
        <Field name="po-currency" label={t('billing.currency')} faults={faults}>
          {(attributes) => <input {...attributes} class="input" dir="ltr" maxLength={MAX_CURRENCY} value={po.currency} onInput={(event) => set({ currency: event.currentTarget.value.toUpperCase() })} />}
        </Field>
        <Field name="po-expiresOn" label={t('billing.expiresOn')} faults={faults}>
          {(attributes) => <input {...attributes} class="input" type="date" value={po.expiresOn} onInput={(event) => set({ expiresOn: event.currentTarget.value })} />}
        </Field>
      </div>
    </Card>
  );
}

export function Recipients({ draft, change, faults, off }: Fields) {
  return (
    <Card id="recipients" title={t('billing.papers')} off={off}>
      <Field name="documentLanguage" label={t('billing.language')} faults={faults}>
        {(attributes) => (
          <select {...attributes} class="input" value={draft.documentLanguage} onChange={(event) => change({ documentLanguage: event.currentTarget.value as Draft['documentLanguage'] })}>
            <option value="">{t('billing.language.own')}</option>
            <option value="en">English</option>
            <option value="ar">العربية</option>
            <option value="both">{t('billing.language.both')}</option>
          </select>
        )}
      </Field>
      <p class="hint">{t('billing.recipientsDetail')}</p>
      <div class="address-fields address-wide">
        {KINDS.map((kind) => (
          <Field key={kind} name={`recipients-${kind}`} label={t(`billing.kind.${kind}`)} faults={faults}>
            {(attributes) => <textarea {...attributes} class="input" dir="ltr" rows={3} value={draft.recipients[kind]} onInput={(event) => change({ recipients: { ...draft.recipients, [kind]: event.currentTarget.value } })} />}
          </Field>
        ))}
      </div>
    </Card>
  );
}

const MAX_DAYS_TYPED = 2;

export function Reminders({ draft, change, faults, off }: Fields) {
  return (
    <Card id="reminders" title={t('billing.reminders')} off={off}>
      <Field name="beforeDueDays" label={t('billing.beforeDue')} faults={faults} hint={t('billing.beforeDueHint')}>
        {(attributes) => <input {...attributes} class="input input-days" dir="ltr" inputMode="numeric" maxLength={MAX_DAYS_TYPED} value={draft.beforeDueDays} onInput={(event) => change({ beforeDueDays: event.currentTarget.value })} />}
      </Field>
      <label class="check"><input type="checkbox" name="oneDigest" checked={draft.oneDigest} onChange={(event) => change({ oneDigest: event.currentTarget.checked })} /><span>{t('billing.oneDigest')}</span></label>
      <label class="check"><input type="checkbox" name="monthlyStatement" checked={draft.monthlyStatement} onChange={(event) => change({ monthlyStatement: event.currentTarget.checked })} /><span>{t('billing.monthlyStatement')}</span></label>
    </Card>
  );
}
