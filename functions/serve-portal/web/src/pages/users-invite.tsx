import { useRef, useState } from 'preact/hooks';
import { ask, Refusal, type Access, type ContactType, type Invited, type Me, type OrderRow, type PeoplePage } from '../api';
import { newKey } from '../key';
import { announce } from '../live';
import { readPasted } from '../paste';
import { outdate, useResource } from '../resource';
import { useMe } from '../session';
import { useGuarded, type Guarded } from '../ui/guarded';
import { Icon } from '../ui/icons';
import { Choices } from '../ui/menu';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Refused } from '../ui/refused';
import { Section } from '../ui/states';
import { Identifier, Said } from '../ui/text';
import { known, listed, number, rich, t, type Key } from '../words';
import { TypeChoice } from './users-parts';

const MOST_AT_ONCE = 25;
const MOST_ORDERS = 10;
const MOST_SHOWN = 100;
const MOST_WORDS = 500;

/** What the inviter has typed. It stays while it is checked, sent and refused. */
interface Draft {
  addresses: string;
  type: ContactType | undefined;
  orders: string[];
  scoped: boolean;
  message: string;
  locale: 'en' | 'ar';
}

interface Known {
  people: PeoplePage;
  access: Access;
  /** The newest orders that the inviter sees: she can share no others. */
  orders: OrderRow[];
}

/** One or many are invited by a pasted list: typed, checked, sent; each address has its own outcome. */
export default function Invite() {
  const me = useMe();
  const data = useResource<Known>(`inviting ${me.account.id}`, async (signal) => {
    const sees = me.modules['orders']?.read;
    const [people, access, orders] = await Promise.all([
      ask('get', '/v1/contacts', { signal }), ask('get', '/v1/access', { signal }),
      sees ? ask('get', '/v1/orders', { query: { limit: MOST_SHOWN }, signal }) : { items: [] },
    ]);
    return { people, access, orders: orders.items.filter((order) => order.kind === 'order') };
  });
  if (data.failure?.status === 403) return <FullProblem failure={data.failure} />;
  return (
    <div class="narrow inviting">
      <p class="trail"><a class="onward back" href="/users"><Icon name="chevron" turns />{t('users.title')}</a></p>
      <header class="page-head"><div><PageTitle title={t('invite.title')} /><p class="lead">{t('invite.lead')}</p></div></header>
      <Section resource={data}>{(value) => <Steps me={me} known={value} />}</Section>
    </div>
  );
}

function Steps({ me, known }: { me: Me; known: Known }) {
  const types = known.people.invite;
  const [draft, setDraft] = useState<Draft>(() => ({
    addresses: '', type: types.length === 1 ? types[0] : undefined, orders: [], scoped: !wholeOpen(known.access), message: '', locale: me.account.locale,
  }));
  const [key, setKey] = useState<string>();
  const [results, setResults] = useState<Invited[]>();
  const guarded = useGuarded();
  if (results) {
    const again = () => {
      setDraft({ ...draft, addresses: '', message: '' });
      setKey(undefined);
      setResults(undefined);
    };
    return <Results results={results} onAgain={again} />;
  }
  if (key) {
    const send = () => guarded.run(async () => {
      const { addresses, type, message, locale } = draft;
      const orders = type === 'purchasing' && draft.scoped ? draft.orders : [];
      const answer = await ask('post', '/v1/invitations', { json: { addresses, type: type!, orders, message: message.trim(), locale }, headers: { 'idempotency-key': key } });
      outdate();
      setResults(answer.items);
      announce(t('invite.sentCount', { n: answer.items.filter((one) => one.result === 'sent').length }));
    }, t('invite.send', { n: readPasted(draft.addresses).list.length }));
    const change = () => {
      guarded.clear();
      setKey(undefined);
    };
    return <Check draft={draft} orders={known.orders} guarded={guarded} onSend={() => void send()} onChange={change} />;
  }
  return <Form draft={draft} types={types} known={known} onDraft={setDraft} onDone={() => setKey(newKey())} />;
}

/** Whether the reader may let somebody see the orders of the whole account. */
function wholeOpen({ grants }: Access): boolean {
  return grants.some((grant) => grant.type === 'primary' || (grant.type === 'purchasing' && !grant.ordersOnly));
}

type Faults = Partial<Record<'addresses' | 'type' | 'orders' | 'message', string>>;

function faultsOf(draft: Draft): Faults {
  const faults: Faults = {};
  const { list, bad } = readPasted(draft.addresses);
  if (bad.length > 0) faults.addresses = t('invite.badAddresses', { n: bad.length });
  else if (list.length === 0) faults.addresses = t('invite.noAddress');
  else if (list.length > MOST_AT_ONCE) faults.addresses = t('invite.tooMany', { n: list.length, most: MOST_AT_ONCE });
  if (!draft.type) faults.type = t('invite.noType');
  if (draft.type === 'purchasing' && draft.scoped && draft.orders.length === 0) faults.orders = t('invite.noOrder');
  if (draft.orders.length > MOST_ORDERS) faults.orders = t('invite.manyOrders', { n: MOST_ORDERS });
  if ([...draft.message].length > MOST_WORDS) faults.message = t('invite.longMessage', { n: MOST_WORDS });
  else if (/:\/\/|@/.test(draft.message)) faults.message = t('invite.linkedMessage');
  return faults;
}

function Form({ draft, types, known, onDraft, onDone }: {
  draft: Draft; types: ContactType[]; known: Known; onDraft: (draft: Draft) => void; onDone: () => void;
}) {
  const [tried, setTried] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  const faults = tried ? faultsOf(draft) : {};
  const set = (change: Partial<Draft>) => onDraft({ ...draft, ...change });
  const submit = (event: Event) => {
    event.preventDefault();
    const [first] = Object.keys(faultsOf(draft));
    if (!first) return onDone();
    setTried(true);
    box.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };
  return (
    <form ref={box} class="card invite-form" onSubmit={submit} noValidate>
      <Addresses draft={draft} fault={faults.addresses} tried={tried} onChange={(addresses) => set({ addresses })} />
      <div>
        <TypeChoice legend={t('invite.type')} name="type" types={types} value={draft.type} onChoose={(type) => set({ type })} />
        {faults.type && <p class="fault" role="alert">{faults.type}</p>}
      </div>
      {draft.type === 'purchasing' && <Scope draft={draft} orders={known.orders} whole={wholeOpen(known.access)} fault={faults.orders} onChange={set} />}
      <div class="field-block">
        <label class="field">
          <span>{t('invite.message')}</span>
          <textarea class="input" name="message" rows={3} dir="auto" value={draft.message} aria-invalid={faults.message ? 'true' : undefined}
            aria-describedby="message-hint" onInput={(event) => set({ message: event.currentTarget.value })} />
        </label>
        <p id="message-hint" class={faults.message ? 'fault' : 'hint'}>{faults.message ?? t('invite.messageHint', { left: number(MOST_WORDS - [...draft.message].length) })}</p>
      </div>
      <Choices legend={t('invite.language')} name="mail-language" value={draft.locale}
        choices={[{ value: 'en', label: 'English', lang: 'en' }, { value: 'ar', label: 'العربية', lang: 'ar' }]} onChoose={(locale) => set({ locale })} />
      <p class="actions"><button type="submit" class="button button-main">{t('invite.check')}</button></p>
    </form>
  );
}

function Addresses({ draft, fault, tried, onChange }: { draft: Draft; fault: string | undefined; tried: boolean; onChange: (text: string) => void }) {
  const { list, bad } = readPasted(draft.addresses);
  return (
    <div class="field-block">
      <label class="field">
        <span>{t('invite.addresses')}</span>
        <textarea class="input" name="addresses" rows={4} dir="ltr" autoCapitalize="off" spellcheck={false} value={draft.addresses}
          aria-invalid={fault ? 'true' : undefined} aria-describedby="addresses-hint addresses-fault" onInput={(event) => onChange(event.currentTarget.value)} />
      </label>
      <p id="addresses-hint" class="hint">{list.length > 0 ? t('invite.count', { n: list.length }) : t('invite.addressesHint')} {t('invite.limits', { most: MOST_AT_ONCE })}</p>
      <div id="addresses-fault" class="faults" role="alert">
        {fault && <p class="fault">{fault}</p>}
        {tried && bad.length > 0 && <ul>{bad.map((one) => <li key={`${one.line} ${one.piece}`} class="fault">{rich('invite.badLine', { line: one.line, piece: <bdi dir="ltr">{one.piece}</bdi> })}</li>)}</ul>}
      </div>
    </div>
  );
}

function Scope({ draft, orders, whole, fault, onChange }: {
  draft: Draft; orders: OrderRow[]; whole: boolean; fault: string | undefined; onChange: (change: Partial<Draft>) => void;
}) {
  const toggle = (id: string) => onChange({ orders: draft.orders.includes(id) ? draft.orders.filter((other) => other !== id) : [...draft.orders, id] });
  return (
    <fieldset class="options">
      <legend>{t('invite.scope')}</legend>
      {whole && (
        <label class="option"><input type="radio" name="scope" checked={!draft.scoped} onChange={() => onChange({ scoped: false })} /><span>{t('invite.whole')}</span></label>
      )}
      {(orders.length > 0 || !whole) && (
        <label class="option"><input type="radio" name="scope" checked={draft.scoped} onChange={() => onChange({ scoped: true })} /><span>{t('invite.some')}</span></label>
      )}
      {draft.scoped && (
        <ul class="orders">
          {orders.map((order) => (
            <li key={order.id}>
              <label class="check"><input type="checkbox" name="orders" checked={draft.orders.includes(order.id)} onChange={() => toggle(order.id)} /><span><Identifier>{order.number}</Identifier>{order.title && <Said class="row-title">{order.title}</Said>}</span></label>
            </li>
          ))}
        </ul>
      )}
      {draft.scoped && orders.length === 0 && <p class="hint">{t('invite.noneKnown')}</p>}
      {fault && <p class="fault" role="alert">{fault}</p>}
    </fieldset>
  );
}

function Check({ draft, orders, guarded, onSend, onChange }: {
  draft: Draft; orders: OrderRow[]; guarded: Guarded; onSend: () => void; onChange: () => void;
}) {
  const { list } = readPasted(draft.addresses);
  const scoped = draft.type === 'purchasing' && draft.scoped;
  const failure = guarded.failure;
  return (
    <section class="card" aria-labelledby="check">
      <h2 id="check">{t('invite.checkTitle')}</h2>
      {guarded.window}
      {failure && (failure.status === 422 ? <Unacceptable failure={failure} /> : <Refused failure={failure} />)}
      <dl class="facts check-facts">
        <div class="fact"><dt>{t('invite.who')}</dt><dd><ul>{list.map((one) => <li key={one.email}>{one.name && <><bdi>{one.name}</bdi> </>}<bdi dir="ltr" class={one.name ? 'quiet' : ''}>{one.email}</bdi></li>)}</ul></dd></div>
        <div class="fact"><dt>{t('invite.type')}</dt><dd>{t(`contact.${draft.type!}`)}<p class="hint">{t(`can.${draft.type as Exclude<ContactType, 'operator'>}`)}</p></dd></div>
        {draft.type === 'purchasing' && (
          <div class="fact"><dt>{t('invite.scope')}</dt><dd>{scoped ? <bdi>{listed(orders.filter((order) => draft.orders.includes(order.id)).map((order) => order.number))}</bdi> : t('invite.whole')}</dd></div>
        )}
        <div class="fact"><dt>{t('invite.language')}</dt><dd>{draft.locale === 'ar' ? 'العربية' : 'English'}</dd></div>
        {draft.message.trim() && <div class="fact"><dt>{t('invite.message')}</dt><dd><Said as="p" class="note">{draft.message.trim()}</Said></dd></div>}
      </dl>
      <p class="hint">{t('invite.next')}</p>
      <div class="actions">
        <button type="button" class="button button-main" aria-disabled={guarded.busy} onClick={onSend}>{guarded.busy ? t('act.working') : t('invite.send', { n: list.length })}</button>
        <button type="button" class="button" onClick={onChange}>{t('invite.change')}</button>
      </div>
    </section>
  );
}

/** What the center would not take of what was typed. */
function Unacceptable({ failure }: { failure: Refusal }) {
  const fields = new Set((failure.problem.errors ?? []).map((fault) => fault.pointer.replace('/', '')));
  return (
    <div class="notice notice-late" role="alert">
      <Icon name="alert" />
      <ul class="notice-text">
        {[...fields].map((field) => <li key={field}>{known(`invite.fault.${field}`) ? t(`invite.fault.${field}` as Key) : t('problem.400Detail')}</li>)}
      </ul>
    </div>
  );
}

const TONES = { sent: 'closed', member: 'quiet', refused: 'late' } as const;

function Results({ results, onAgain }: { results: Invited[]; onAgain: () => void }) {
  return (
    <section class="card" aria-labelledby="results">
      <h2 id="results">{t('invite.results')}</h2>
      <ul class="outcomes">
        {results.map((one) => (
          <li key={one.email}>
            <bdi dir="ltr" class="strong">{one.email}</bdi>
            <span class={`badge badge-${TONES[one.result]}`}>{t(`invite.${one.result}`)}</span>
            <p class="quiet">{outcomeWords(one)}</p>
          </li>
        ))}
      </ul>
      <p class="actions"><a class="button button-main" href="/users">{t('invite.toPeople')}</a><button type="button" class="button" onClick={onAgain}>{t('invite.again')}</button></p>
    </section>
  );
}

function outcomeWords(one: Invited): string {
  if (one.result !== 'refused') return t(`invite.${one.result}Detail`);
  const own = `invite.refused.${one.code ?? ''}`;
  return known(own) ? t(own) : t('invite.refusedDetail');
}
