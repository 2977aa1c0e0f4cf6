import { lazy } from '../lazy';
import { prefer, preferences } from '../preferences';
import { useMe } from '../session';
import { useStore } from '../use-store';
import { DigitsChoice, LanguageChoice, ThemeChoice } from '../ui/choices';
import { PageTitle } from '../ui/page';
import { listed, t } from '../words';
import { AccessPanel } from './access-panel';
import { Sessions } from './preferences-sessions';

const LetterChoice = lazy(() => import('./preferences-letters'), { words: ['letters'] });

export default function Preferences() {
  const me = useMe();
  const { shortcuts } = useStore(preferences);
  return (
    <div class="narrow">
      <header class="page-head">
        <div><PageTitle title={t('preferences.title')} /><p class="lead">{t('preferences.lead')}</p></div>
      </header>
      <section class="card settings" aria-label={t('preferences.title')}>
        <LanguageChoice at="page" />
        <div>
          <DigitsChoice at="page" />
          <p class="hint">{t('preferences.digitsHint')}</p>
        </div>
        <ThemeChoice at="page" />
        <fieldset class="choices">
          <legend>{t('preferences.shortcuts')}</legend>
          <label class="check">
            <input type="checkbox" checked={shortcuts} onChange={(event) => prefer({ shortcuts: event.currentTarget.checked })} />
            <span>{t('preferences.shortcutsOn')}</span>
          </label>
        </fieldset>
      </section>
      <section class="card" aria-labelledby="you">
        <h2 id="you">{t('preferences.you')}</h2>
        <dl class="facts">
          <div class="fact"><dt>{t('preferences.name')}</dt><dd><bdi>{me.contact.name}</bdi></dd></div>
          <div class="fact"><dt>{t('preferences.email')}</dt><dd><bdi dir="ltr">{me.contact.email}</bdi></dd></div>
          <div class="fact"><dt>{t('preferences.types')}</dt><dd>{listed(me.contact.types.map((type) => t(`contact.${type}`)))}</dd></div>
          <div class="fact"><dt>{t('preferences.account')}</dt><dd><bdi>{me.account.name}</bdi></dd></div>
          <div class="fact">
            <dt>{t('preferences.zone')}</dt>
            <dd><bdi dir="ltr">{me.account.timeZone}</bdi><p class="hint">{t('preferences.zoneHint')}</p></dd>
          </div>
        </dl>
      </section>
      <LetterChoice />
      <AccessPanel me={me} />
      <Sessions me={me} />
    </div>
  );
}
