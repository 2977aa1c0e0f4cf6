import { useState } from 'preact/hooks';
import type { RewardsOf } from '../api';
import { isZero } from '../decimal';
import { Day, Money, Said } from '../ui/text';
import { month, t } from '../words';

export type Lot = RewardsOf['lots'][number];

/** What a lot is of, in words. */
export function lotName(lot: Pick<Lot, 'period' | 'manual' | 'earned'>): string {
  const about = lot.period ? month(lot.period) : '';
  if (!lot.manual) return about;
  if (about) return t('rewards.correctionOf', { month: about });
  return t(lot.earned.amount.startsWith('-') ? 'rewards.correction' : 'rewards.byHand');
}

/** How many lots are shown before more are asked for. */
const FIRST = 13;

/** Every month's rewards, in the order in which they are used. */
export function Lots({ plan }: { plan: RewardsOf }) {
  const [all, setAll] = useState(false);
  const shown = all ? plan.lots : plan.lots.slice(0, FIRST);
  return (
    <div class="card reward-lots">
      <h3>{t('rewards.lots')}</h3>
      <table class="table cards" role="table">
        <caption class="hidden">{t('rewards.lots')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('rewards.for')}</th>
            <th role="columnheader" scope="col">{t('rewards.until')}</th>
            <th role="columnheader" scope="col" class="figure">{t('rewards.earned')}</th>
            <th role="columnheader" scope="col" class="figure">{t('rewards.used')}</th>
            <th role="columnheader" scope="col" class="figure">{t('rewards.left')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">{shown.map((lot) => <Row key={lot.id} lot={lot} />)}</tbody>
      </table>
      {shown.length < plan.lots.length && (
        <p class="more"><button type="button" class="button screen-only" onClick={() => setAll(true)}>{t('rewards.allLots', { n: plan.lots.length })}</button></p>
      )}
    </div>
  );
}

function Row({ lot }: { lot: Lot }) {
  const name = lotName(lot);
  return (
    <tr role="row" class={isZero(lot.available.amount) || lot.expired ? 'nothing' : undefined}>
      <th role="rowheader" scope="row">
        {lot.manual ? <span>{name}</span> : <a class="row-link" href={`/rewards/${encodeURIComponent(lot.id)}`}>{name}</a>}
        {lot.rate && lot.eligible && <span class="row-title">{t('rewards.atRate', { rate: lot.rate })} <Money value={lot.eligible} /></span>}
        {lot.note && <Said class="row-title">{lot.note}</Said>}
      </th>
      <td role="cell" data-label={t('rewards.until')}>
        <span>
          {lot.expiresOn ? <Day on={lot.expiresOn} /> : '–'}
          {lot.endingSoon && <> <span class="badge badge-late">{t('rewards.soon')}</span></>}
          {lot.expired && <> <span class="badge badge-quiet">{t('rewards.ended')}</span></>}
        </span>
      </td>
      <td role="cell" class="figure" data-label={t('rewards.earned')}><Money value={lot.earned} bare /></td>
      <td role="cell" class="figure" data-label={t('rewards.used')}><Money value={lot.used} bare /></td>
      <td role="cell" class="figure" data-label={t('rewards.left')}><Money value={lot.available} bare /></td>
    </tr>
  );
}
