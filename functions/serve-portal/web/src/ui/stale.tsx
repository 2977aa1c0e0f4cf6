import { t } from '../words';
import { Blank } from './states';

/** A part of the portal could not be fetched: it is another version now, or the connection is gone. */
export function Stale() {
  return (
    <Blank icon="alert" title={t('app.updated')}>
      <button type="button" class="button button-main" onClick={() => location.reload()}>{t('app.reload')}</button>
    </Blank>
  );
}
