import { useState } from 'preact/hooks';
import { ACTING } from '../beside';
import { lazy } from '../lazy';
import { announce } from '../live';
import { outdate } from '../resource';
import { useMe } from '../session';
import { rich, t } from '../words';
import { Icon } from './icons';

const FreshCode = lazy<{ action: string; onDone: () => void; onClose: () => void }>(
  async () => ({ default: (await import('./fresh-code')).FreshCode }), ACTING, 0);

/** Says that letters are held back from the reader's own address, and how she puts it right: a code that arrives shows that the mailbox works. */
export function Reach({ why }: { why: 'bounced' | 'complained' }) {
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState(false);
  const arrived = () => {
    setAsking(false);
    setDone(true);
    announce(t('reach.done'));
    outdate();
  };
  return (
    <div class="notice notice-late" role="status">
      <Icon name="alert" />
      <div class="notice-text">
        <p class="strong">{t(`reach.${why}`)}</p>
        <p>{rich(`reach.${why}Detail`, { email: <bdi dir="ltr" class="strong">{me.contact.email}</bdi> })}</p>
        {done && <p>{t('reach.done')}</p>}
        {why === 'bounced' && !done && <button type="button" class="button button-small" onClick={() => setAsking(true)}>{t('reach.send')}</button>}
      </div>
      {asking && <FreshCode action={t('reach.check')} onDone={arrived} onClose={() => setAsking(false)} />}
    </div>
  );
}
