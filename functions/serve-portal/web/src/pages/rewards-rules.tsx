import { ask, type Me } from '../api';
import { useResource } from '../resource';
import { Section } from '../ui/states';
import { Identifier } from '../ui/text';
import { rich, t } from '../words';

const RULES = ['earn', 'not', 'life', 'order', 'support', 'currency', 'back'] as const;

/** The rules in plain words. */
export function Rules() {
  return (
    <section class="card" aria-labelledby="rules">
      <h2 id="rules">{t('rewards.rules')}</h2>
      <dl class="reward-rules">
        {RULES.map((rule) => <div key={rule}><dt>{t(`rewards.rule.${rule}`)}</dt><dd>{t(`rewards.ruleAnswer.${rule}`)}</dd></div>)}
      </dl>
    </section>
  );
}

/** Who may redeem, in short; the page of redeemers says and changes more. */
export function WhoMay({ me }: { me: Me }) {
  const list = useResource(`redeemers ${me.account.id}`, (signal) => ask('get', '/v1/redeemers', { signal }));
  return (
    <section class="card" aria-labelledby="who">
      <h2 id="who">{t('redeemers.title')}</h2>
      <Section resource={list}>
        {({ subscriptions }) => (
          <ul class="linked">
            {subscriptions.map((plan) => (
              <li key={plan.id}>
                <span class="strong">{rich('redeemers.plan', { number: <Identifier>{plan.number}</Identifier> })}</span>
                <span class="linked-what">
                  {plan.redeemers.length === 0 ? <span class="quiet">{t('redeemers.nobody')}</span>
                    : plan.redeemers.map((person, index) => <>{index > 0 && ' · '}<bdi>{person.name || person.email}</bdi></>)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </section>
  );
}
