import { ask } from '../api';
import { useResource } from '../resource';
import { opens, useMe } from '../session';
import { Icon } from '../ui/icons';
import { Reach } from '../ui/reach';
import { t } from '../words';

/** Says on Home that mail does not reach the reader, or others of the account whom she looks after. Where all is well it is nothing. */
export default function HomeReach() {
  const me = useMe();
  const own = useResource(`letters ${me.account.id} ${me.contact.id}`, (signal) => ask('get', '/v1/letters', { signal }));
  return (
    <>
      {own.value?.unreachable && <Reach why={own.value.unreachable} />}
      {opens(me, 'invitations') && <Others />}
    </>
  );
}

function Others() {
  const me = useMe();
  const people = useResource(`home-people ${me.account.id}`, (signal) => ask('get', '/v1/contacts', { signal }));
  const held = (people.value?.items ?? []).filter(({ unreachable, self }) => unreachable && !self);
  if (held.length === 0) return null;
  return (
    <div class="notice notice-late">
      <Icon name="alert" />
      <div class="notice-text">
        <p class="strong">{t('reach.others', { n: held.length })}</p>
        <p>{t('reach.othersDetail')}</p>
        <ul>{held.map(({ id, name, email }) => <li key={id}><bdi>{name || email}</bdi>{name && <> · <bdi dir="ltr">{email}</bdi></>}</li>)}</ul>
        <a class="button button-small" href="/users">{t('reach.see')}</a>
      </div>
    </div>
  );
}
