import type { Subscription } from '../api';
import { daysLeftWords, Fact, PlanBadge, Word } from '../ui/agreements';
import { Icon } from '../ui/icons';
import { Blank } from '../ui/states';
import { Day, Identifier, Money, Said } from '../ui/text';
import { day, decimal, rich, t } from '../words';
import { Commitment, Usage } from './contract-commitment';

/** What runs under the contract. */
export function Plans({ plans }: { plans: Subscription[] }) {
  return (
    <section class="card plans" aria-labelledby="plans">
      <h2 id="plans">{t('contract.plans')}</h2>
      {plans.length === 0 && <Blank icon="contract" title={t('contract.noPlans')} />}
      {plans.map((plan) => <Plan key={plan.id} plan={plan} />)}
    </section>
  );
}

function Plan({ plan }: { plan: Subscription }) {
  const name = plan.service ?? plan.plan;
  return (
    <article class="plan" id={plan.id} aria-labelledby={`${plan.id}-name`}>
      <header class="plan-head">
        <h3 id={`${plan.id}-name`}>{name ? <Said>{name}</Said> : <Identifier>{plan.number}</Identifier>}</h3>
        <PlanBadge state={plan.state} />
      </header>
      {plan.holdReason && (
        <div class="notice">
          <Icon name="clock" />
          <p class="notice-text"><Said>{plan.holdReason}</Said>{plan.holdReleaseOn && <> {t('contract.release', { date: day(plan.holdReleaseOn) })}</>}</p>
        </div>
      )}
      <dl class="facts">
        <Fact label={t('contract.subscription')} copy={plan.number}><Identifier>{plan.number}</Identifier></Fact>
        {plan.csi && <Fact label={t('contracts.csi')} copy={plan.csi}><Identifier>{plan.csi}</Identifier></Fact>}
        {plan.plan && plan.plan !== name && <Fact label={t('contract.plan')}><Said>{plan.plan}</Said></Fact>}
        {plan.price && <Fact label={t('contract.price')}><Money value={plan.price} /></Fact>}
        {plan.billingFrequency && <Fact label={t('contract.frequency')}><Word as={`contract.every.${plan.billingFrequency}`} value={plan.billingFrequency} /></Fact>}
        <Fact label={t('contract.nextInvoice')}><Next plan={plan} /></Fact>
        {plan.endOn && <Fact label={t('contracts.end')}><Day on={plan.endOn} />{plan.daysLeft !== undefined && <span class="hint"> {daysLeftWords(plan.daysLeft)}</span>}</Fact>}
        <Fact label={t('contract.renews')}>{t(plan.autoRenew ? 'contract.renewsAuto' : plan.eligibleToRenew ? 'contract.renewsByYou' : 'contract.renewsNot')}</Fact>
        {plan.overagePolicy && <Fact label={t('contract.overagePolicy')}><Word as={`contract.over.${plan.overagePolicy}`} value={plan.overagePolicy} /></Fact>}
      </dl>
      {plan.commitment && <Commitment use={plan.commitment} />}
      {plan.usage && plan.usage.length > 0 && <Usage usage={plan.usage} />}
      {plan.lines.length > 0 && <Lines plan={plan} />}
    </article>
  );
}

function Next({ plan: { nextInvoice: next } }: { plan: Subscription }) {
  if (!next) return <span class="quiet">{t('contract.noNext')}</span>;
  return <>{rich('contract.nextOn', { amount: <Money value={next.amount} />, date: next.invoiceOn ? <Day on={next.invoiceOn} /> : '' })}</>;
}

/** Lines that say more than a name. */
function Lines({ plan }: { plan: Subscription }) {
  return (
    <table class="table cards plan-lines" role="table" aria-label={t('contract.lines')}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">{t('contract.line')}</th>
          <th role="columnheader" scope="col" class="figure">{t('contract.quantity')}</th>
          <th role="columnheader" scope="col" class="figure">{t('contract.unitPrice')}</th>
          <th role="columnheader" scope="col" class="figure">{t('contract.amount')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {plan.lines.map((line, index) => (
          <tr key={line.id ?? index} role="row">
            <th role="rowheader" scope="row">
              <Said>{line.product ?? line.partNumber ?? line.id}</Said>
              <span class="row-title">
                {line.partNumber && <Identifier>{line.partNumber}</Identifier>}
                {line.csi && line.csi !== plan.csi && <> · {t('contracts.csi')} <Identifier>{line.csi}</Identifier></>}
                {line.status && <> · <Said>{line.status}</Said></>}
              </span>
            </th>
            <td role="cell" class="figure" data-label={t('contract.quantity')}><Figure value={line.quantity} /></td>
            <td role="cell" class="figure" data-label={t('contract.unitPrice')}><Figure value={line.netUnitPrice} /></td>
            <td role="cell" class="figure" data-label={t('contract.amount')}><Figure value={line.amount} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Figure({ value }: { value: string | undefined }) {
  return value ? <bdi dir="ltr">{decimal(value)}</bdi> : <span class="quiet">–</span>;
}
