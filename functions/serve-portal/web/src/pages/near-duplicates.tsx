import { useRef, useState } from 'preact/hooks';
import { ask, type NearDuplicate } from '../api';
import { announce } from '../live';
import { outdate, useResource } from '../resource';
import { useMe } from '../session';
import { useGuarded } from '../ui/guarded';
import { Refused } from '../ui/refused';
import { Section } from '../ui/states';
import { Day, Identifier, Money } from '../ui/text';
import { instant, rich, t } from '../words';

type Verdict = 'accept' | 'refuse';

/** Papers whose number differs from another's in zeros only: an operator says whether each is another paper. */
export default function NearDuplicates() {
  const me = useMe();
  const list = useResource('near duplicates', (signal) => ask('get', '/v1/operator/near-duplicates', { query: { limit: 100 }, signal }));
  if (list.value?.items.length === 0 && !list.value.next) return null;
  return (
    <section class="near" aria-labelledby="near">
      <h2 id="near">{t('near.title')}</h2>
      <p class="quiet">{t('near.lead')}</p>
      <Section resource={list}>{(page) => <List papers={page.items} zone={me.account.timeZone} />}</Section>
    </section>
  );
}

function List({ papers, zone }: { papers: NearDuplicate[]; zone: string }) {
  const guarded = useGuarded();
  const [done, setDone] = useState<string>();
  const notice = useRef<HTMLParagraphElement>(null);
  const decide = (verdict: Verdict, { id, number }: NearDuplicate) => void guarded.run(async () => {
    await ask('post', verdict === 'accept' ? '/v1/operator/near-duplicates/accept' : '/v1/operator/near-duplicates/refuse', { json: { id } });
    const words = t(`near.${verdict}Done`, { number });
    outdate();
    setDone(words);
    announce(words);
    notice.current?.focus();
  }, t(`near.${verdict}`));
  return (
    <>
      {guarded.window}
      {guarded.failure && <Refused failure={guarded.failure} />}
      <p ref={notice} tabIndex={-1} class={done ? 'notice notice-good' : 'hidden'}>{done}</p>
      <ul class="imports">
        {papers.map((paper) => (
          <li key={paper.id} class="card import">
            <div class="import-what">
              <p class="strong">{t(`near.kind.${paper.kind}`)} <Identifier>{paper.number}</Identifier></p>
              <p class="late">{rich('near.like', { twin: <Identifier>{paper.twin}</Identifier> })}</p>
              <p><bdi>{paper.accountName}</bdi> · <bdi>{paper.supplier}</bdi></p>
              <p class="quiet"><Day on={paper.issuedOn} /> · <Money value={paper.amount} /></p>
              <p class="quiet"><bdi dir="ltr">{paper.by}</bdi> · {instant(paper.at, zone)}</p>
            </div>
            <div class="actions">
              {(['accept', 'refuse'] as const).map((verdict) => (
                <button key={verdict} type="button" class="button" aria-disabled={guarded.busy} aria-label={`${t(`near.${verdict}`)}: ${paper.number}`}
                  onClick={() => { if (!guarded.busy) decide(verdict, paper); }}>{t(`near.${verdict}`)}</button>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
