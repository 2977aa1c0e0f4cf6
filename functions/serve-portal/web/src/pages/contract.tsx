import { ask, type Contract } from '../api';
import { lazy } from '../lazy';
import { ACTING, FILES } from '../beside';
import { useResource } from '../resource';
import { useMe } from '../session';
import { daysLeftWords, Fact, InvoiceList, OrderList, PlanBadge, Word } from '../ui/agreements';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Skeleton } from '../ui/states';
import { CopyButton, Day, Identifier, Said } from '../ui/text';
import { country, rich, t } from '../words';
import { Commitment } from './contract-commitment';
import { Plans } from './contract-plans';
import { Schedule } from './contract-schedule';
import { Term } from './contract-term';

const Files = lazy(() => import('./paper-files'), FILES, 1);
const Renewals = lazy(() => import('./contract-renewals'), ACTING, 3);

export default function ContractPage({ id }: { id: string }) {
  const me = useMe();
  const contract = useResource(`contract ${me.account.id} ${id}`, (signal) => ask('get', '/v1/contracts/{id}', { params: { id }, signal }));
  if (contract.failure) return <FullProblem failure={contract.failure} retry={contract.reload} />;
  return (
    <>
      <div class="trail screen-only"><a class="onward" href="/contracts"><Icon name="chevron" turns />{t('contracts.title')}</a></div>
      {contract.value ? <Whole contract={contract.value} /> : <Skeleton lines={12} tall />}
    </>
  );
}

function Whole({ contract }: { contract: Contract }) {
  const me = useMe();
  const number = contract.number ?? contract.subscriptions[0]?.number ?? '';
  return (
    <article class="invoice">
      <header class="page-head">
        <div>
          <div class="heading">
            <PageTitle title={`${t('contract.contract')} ${number}`}>{rich('contract.title', { number: <Identifier>{number}</Identifier> })}</PageTitle>
            {number && <CopyButton text={number} what={t('contracts.number')} />}
          </div>
          {contract.name && <Said as="p" class="lead">{contract.name}</Said>}
        </div>
        <Files contract={contract.id} />
      </header>
      <div class="invoice-body">
        <div class="invoice-main">
          <Term contract={contract} today={me.account.today} />
          {contract.renewals.length > 0 && <Renewals renewals={contract.renewals} poNumber={contract.poNumber} />}
          {contract.commitment && (
            <section class="card" aria-labelledby="commitment">
              <h2 id="commitment">{t('contract.commitment')}</h2>
              <Commitment use={contract.commitment} />
            </section>
          )}
          <Plans plans={contract.subscriptions} />
          <Schedule lines={contract.schedule} />
          {contract.invoices.length > 0 && (
            <section class="card" aria-labelledby="invoices">
              <h2 id="invoices">{t('contract.invoices')}</h2>
              <InvoiceList rows={contract.invoices} today={me.account.today} />
            </section>
          )}
          {contract.orders.length > 0 && (
            <section class="card" aria-labelledby="orders">
              <h2 id="orders">{t('contract.orders')}</h2>
              <OrderList rows={contract.orders} />
            </section>
          )}
        </div>
        <aside class="invoice-side">
          <Standing contract={contract} />
          <Parties contract={contract} />
          <People contract={contract} />
          <Documents contract={contract} />
        </aside>
      </div>
    </article>
  );
}

function Standing({ contract }: { contract: Contract }) {
  const unlinked = contract.orderNumbers.filter((number) => !contract.orders.some((order) => order.number === number));
  return (
    <section class="card standing" aria-labelledby="standing">
      <h2 id="standing" class="hidden">{t('contract.facts')}</h2>
      <p class="standing-status">
        <PlanBadge state={contract.state} />
        {contract.daysLeft !== undefined && contract.endOn && <span class="quiet">{daysLeftWords(contract.daysLeft)}</span>}
      </p>
      {contract.holdReason && <div class="notice"><Icon name="clock" /><Said as="p" class="notice-text">{contract.holdReason}</Said></div>}
      <dl class="facts">
        {contract.csi && <Fact label={t('contracts.csi')} copy={contract.csi}><Identifier>{contract.csi}</Identifier></Fact>}
        {contract.type && <Fact label={t('contract.type')}><Said>{contract.type}</Said></Fact>}
        {contract.poNumber && <Fact label={t('contract.po')} copy={contract.poNumber}><Identifier>{contract.poNumber}</Identifier></Fact>}
        {unlinked.map((number) => <Fact key={number} label={t('contract.order')} copy={number}><Identifier>{number}</Identifier></Fact>)}
        {contract.currency && <Fact label={t('contract.currency')}><Identifier>{contract.currency}</Identifier></Fact>}
        {contract.terminatedOn && <Fact label={t('contract.terminated')}><Day on={contract.terminatedOn} /></Fact>}
      </dl>
    </section>
  );
}

type Party = Contract['parties'][number];

function Parties({ contract }: { contract: Contract }) {
  if (contract.parties.length === 0) return null;
  return (
    <section class="card contract-parties" aria-labelledby="parties">
      <h2 id="parties">{t('contract.parties')}</h2>
      {contract.parties.map((party, index) => (
        <div key={index} class="party">
          <h3><Word as={`contract.role.${party.role}`} value={party.role} /></h3>
          {party.name && <Said as="p" class="strong">{party.name}</Said>}
          {linesOf(party).map((line) => <Said key={line} as="p" class="quiet">{line}</Said>)}
          {party.address?.country && <p class="quiet">{country(party.address.country)}</p>}
          {party.contact && <Said as="p" class="quiet">{party.contact}</Said>}
          {party.email && <p><a href={`mailto:${party.email}`}><bdi dir="ltr">{party.email}</bdi></a></p>}
        </div>
      ))}
    </section>
  );
}

function linesOf({ address }: Party): string[] {
  if (!address) return [];
  const { street, street2, building, district, city, postcode, region } = address;
  const joined = (...parts: (string | undefined)[]) => parts.filter((part) => part).join(' ');
  return [joined(building, street), street2, district, joined(postcode, city), region].filter((line): line is string => Boolean(line));
}

function People({ contract }: { contract: Contract }) {
  if (contract.contacts.length === 0) return null;
  return (
    <section class="card" aria-labelledby="people">
      <h2 id="people">{t('contract.contacts')}</h2>
      <ul class="linked">
        {contract.contacts.map((person) => (
          <li key={`${person.role} ${person.email} ${person.name}`}>
            <div>
              <p><bdi class="strong">{person.name || person.email}</bdi> <span class="quiet"><Word as={`contract.role.${person.role}`} value={person.role} /></span></p>
              {person.email && <p><a href={`mailto:${person.email}`}><bdi dir="ltr">{person.email}</bdi></a></p>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Documents({ contract }: { contract: Contract }) {
  if (contract.documents.length === 0) return null;
  return (
    <section class="card" aria-labelledby="documents">
      <h2 id="documents">{t('contract.documents')}</h2>
      <ul class="linked">
        {contract.documents.map((paper) => (
          <li key={paper.url}>
            {/^https?:\/\//.test(paper.url) ? <a href={paper.url} rel="noreferrer" target="_blank"><Said>{paper.name || paper.url}</Said> <span class="hidden">{t('contract.newWindow')}</span></a> : <Said>{paper.name}</Said>}
          </li>
        ))}
      </ul>
    </section>
  );
}
