import { ask, type Me, type Rewards, type RewardsOf } from '../api';
import { useResource } from '../resource';
import { acts, useMe } from '../session';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Blank, Section } from '../ui/states';
import { Identifier } from '../ui/text';
import { rich, t } from '../words';
import { Balance } from './rewards-balance';
import { Ledger } from './rewards-ledger';
import { Lots } from './rewards-lots';
import { Outlook } from './rewards-outlook';
import { Rules, WhoMay } from './rewards-rules';

/** What usage has earned, what is left of it and until when, how it is used and by whom. */
export function AllRewards() {
  const me = useMe();
  const rewards = useResource(`rewards ${me.account.id}`, (signal) => ask('get', '/v1/rewards', { signal }));
  if (rewards.failure?.status === 403) return <FullProblem failure={rewards.failure} />;
  return (
    <div class="rewards">
      <header class="page-head">
        <div>
          <PageTitle title={t('rewards.title')} ready={rewards.value !== undefined || rewards.failure !== undefined} />
          <p class="lead">{t('rewards.lead')}</p>
        </div>
        <a class="button screen-only" href="/rewards/redeemers">{t(acts(me, 'redeemers') ? 'rewards.manage' : 'redeemers.title')}</a>
      </header>
      <Section resource={rewards}>{(value) => <All me={me} value={value} />}</Section>
      <Rules />
    </div>
  );
}

function All({ me, value }: { me: Me; value: Rewards }) {
  if (value.subscriptions.length === 0) return <Blank icon="coin" title={t('rewards.none')} detail={t('rewards.noneDetail')} />;
  return (
    <>
      {value.subscriptions.map((plan) => <Plan key={plan.id} plan={plan} />)}
      <Ledger me={me} />
      <WhoMay me={me} />
    </>
  );
}

function Plan({ plan }: { plan: RewardsOf }) {
  const name = `plan-${plan.id}`;
  return (
    <section class="reward-plan" aria-labelledby={name}>
      <h2 id={name}>{rich('redeemers.plan', { number: <Identifier>{plan.number}</Identifier> })}</h2>
      <div class="reward-parts">
        <Balance plan={plan} />
        <Outlook plan={plan} />
      </div>
      <Lots plan={plan} />
    </section>
  );
}
