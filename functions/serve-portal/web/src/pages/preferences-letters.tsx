import { useState } from 'preact/hooks';
import { ask, type Letters, type OptionalLetter } from '../api';
import { announce } from '../live';
import { keep, useResource } from '../resource';
import { useMe } from '../session';
import { useGuarded } from '../ui/guarded';
import { Reach } from '../ui/reach';
import { Refused } from '../ui/refused';
import { Section } from '../ui/states';
import { t } from '../words';

/** Which letters a person gets: those that are hers to choose, and what always comes. */
export default function LetterChoice() {
  const me = useMe();
  const at = `letters ${me.account.id} ${me.contact.id}`;
  const letters = useResource(at, (signal) => ask('get', '/v1/letters', { signal }));
  return (
    <section class="card settings letters" aria-labelledby="letters">
      <h2 id="letters">{t('letters.title')}</h2>
      <Section resource={letters}>{(value) => <Choice value={value} onChosen={(chosen) => keep(at, chosen)} />}</Section>
    </section>
  );
}

function Choice({ value, onChosen }: { value: Letters; onChosen: (chosen: Letters) => void }) {
  const guarded = useGuarded();
  const [declined, setDeclined] = useState(value.declined);
  const choose = (kind: OptionalLetter, wanted: boolean) => guarded.run(async () => {
    const before = declined;
    const next = wanted ? before.filter((one) => one !== kind) : [...before, kind];
    setDeclined(next);
    try {
      await ask('put', '/v1/letters', { json: { declined: next } });
    } catch (cause) {
      setDeclined(before);
      throw cause;
    }
    onChosen({ ...value, declined: next });
    announce(t(wanted ? 'letters.on' : 'letters.off', { what: t(`letters.kind.${kind}`) }));
  }, t('letters.title'));
  return (
    <>
      {value.unreachable && <Reach why={value.unreachable} />}
      {guarded.window}
      {guarded.failure && <Refused failure={guarded.failure} />}
      <fieldset class="choices">
        <legend>{t('letters.choose')}</legend>
        {value.optional.map((kind) => (
          <label key={kind} class="check">
            <input type="checkbox" checked={!declined.includes(kind)} aria-disabled={guarded.busy}
              onChange={(event) => void choose(kind, event.currentTarget.checked)} />
            <span>{t(`letters.kind.${kind}`)}<span class="hint">{t(`letters.about.${kind}`)}</span></span>
          </label>
        ))}
      </fieldset>
      <p class="hint">{t('letters.always')}</p>
    </>
  );
}
