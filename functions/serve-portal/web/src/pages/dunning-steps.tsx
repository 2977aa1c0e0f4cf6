import type { DunningPolicy } from '../api';
import { number, t } from '../words';

type Step = DunningPolicy['steps'][number];

const MOST = 12;
const EARLIEST = -60;
const LATEST = 365;

/** The reminders of one invoice, each by its days before or after the due day or the day of issue. */
export function DunningSteps({ steps, onChange }: { steps: Step[]; onChange: (steps: Step[]) => void }) {
  const set = (at: number, part: Partial<Step>) => onChange(steps.map((step, index) => (index === at ? { ...step, ...part } : step)));
  return (
    <fieldset class="choices">
      <legend>{t('dunning.steps')}</legend>
      {steps.length === 0 && <p class="quiet">{t('dunning.noSteps')}</p>}
      <ol class="dunning-steps">
        {steps.map((step, at) => {
          const name = t('dunning.step', { n: number(at + 1) });
          return (
            // A step has no other name than its place.
            <li key={at}><div role="group" aria-label={name}>
              <label class="field">
                <span>{t('dunning.days')}</span>
                <input class="input figure" type="number" dir="ltr" min={EARLIEST} max={LATEST} required value={step.days} onChange={(event) => set(at, { days: Number(event.currentTarget.value) })} />
              </label>
              <label class="field">
                <span>{t('dunning.base')}</span>
                <select class="input" value={step.base} onChange={(event) => set(at, { base: event.currentTarget.value as Step['base'] })}>
                  <option value="due">{t('dunning.due')}</option>
                  <option value="issued">{t('dunning.issued')}</option>
                </select>
              </label>
              <label class="check"><input type="checkbox" checked={step.executives} onChange={(event) => set(at, { executives: event.currentTarget.checked })} /><span>{t('dunning.executives')}</span></label>
              <label class="check"><input type="checkbox" checked={step.final} onChange={(event) => set(at, { final: event.currentTarget.checked })} /><span>{t('dunning.final')}</span></label>
              <button type="button" class="button button-small" aria-label={`${t('dunning.remove')}: ${name}`} onClick={() => onChange(steps.filter((_, index) => index !== at))}>{t('dunning.remove')}</button>
            </div></li>
          );
        })}
      </ol>
      <p class="hint">{t('dunning.daysHint')}</p>
      {steps.length < MOST && (
        <button type="button" class="button button-small dunning-add" onClick={() => onChange([...steps, { base: 'due', days: 0, executives: false, final: false }])}>{t('dunning.add')}</button>
      )}
    </fieldset>
  );
}
