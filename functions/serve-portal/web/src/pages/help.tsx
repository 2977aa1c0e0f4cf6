import { PageTitle } from '../ui/page';
import { StatusBadge } from '../ui/text';
import { t } from '../words';

const STATUSES = ['OPEN', 'PAST_DUE', 'PAYMENT_SUBMITTED', 'CLOSED'] as const;

export default function Help() {
  return (
    <div class="narrow">
      <header class="page-head"><PageTitle title={t('help.title')} /></header>
      <section class="card" aria-labelledby="statuses">
        <h2 id="statuses">{t('help.statuses')}</h2>
        <dl class="meanings">
          {STATUSES.map((status) => (
            <div key={status}><dt><StatusBadge status={status} /></dt><dd>{t(`help.${status}`)}</dd></div>
          ))}
        </dl>
      </section>
      <section class="card" aria-labelledby="currencies">
        <h2 id="currencies">{t('help.currencies')}</h2>
        <p>{t('help.currenciesAnswer')}</p>
      </section>
      {(['reminders', 'disputes', 'mailing', 'reach'] as const).map((part) => (
        <section key={part} class="card" aria-labelledby={part}>
          <h2 id={part}>{t(`help.${part}`)}</h2>
          <p>{t(`help.${part}Answer`)}</p>
        </section>
      ))}
      <section class="card" aria-labelledby="access">
        <h2 id="access">{t('help.access')}</h2>
        <p>{t('help.accessAnswer')}</p>
      </section>
      <section class="card" aria-labelledby="rewards">
        <h2 id="rewards">{t('help.rewards')}</h2>
        <p>{t('help.rewardsAnswer')}</p>
      </section>
      <section class="card" aria-labelledby="keys">
        <h2 id="keys">{t('help.keys')}</h2>
        <dl class="meanings">
          <div><dt><kbd>/</kbd> <kbd>Ctrl K</kbd></dt><dd>{t('help.keySearch')}</dd></div>
          <div><dt><kbd>Esc</kbd></dt><dd>{t('help.keyEscape')}</dd></div>
        </dl>
        <p class="hint">{t('help.keysOff')}</p>
      </section>
    </div>
  );
}
