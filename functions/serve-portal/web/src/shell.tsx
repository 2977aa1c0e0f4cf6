import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Me } from './api';
import { announce } from './live';
import { currentLanguage, prefer, preferences } from './preferences';
import { navigate, type Place } from './router';
import { enterAccount, opens, reads, signOut } from './session';
import { useSummary } from './summary';
import { DigitsChoice, ThemeChoice } from './ui/choices';
import { Icon, Mark, type IconName } from './ui/icons';
import { Menu } from './ui/menu';
import { number, t } from './words';

interface Item {
  href: string;
  icon: IconName;
  label: string;
}

/** What stands around every page: brand, account, navigation, tools, help. */
export function Shell({ me, here, children }: { me: Me; here: Place; children: ComponentChildren }) {
  useShortcuts(opens(me, 'invoices'));
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus(); }}>
        {t('app.skip')}
      </a>
      <header class="side">
        <div class="brand"><Mark /><span>{t('app.name')}</span></div>
        <AccountChooser me={me} here={here} />
        <nav class="nav" aria-label={t('nav.label')}>
          <ul>
            {itemsOf(me).map((item) => (
              <li key={item.href}><NavLink item={item} here={here}>{item.href === '/invoices' && <PastDueCount me={me} />}</NavLink></li>
            ))}
          </ul>
        </nav>
        <div class="side-foot">
          <NavLink item={{ href: '/help', icon: 'help', label: t('app.help') }} here={here} />
        </div>
      </header>
      <div class="stage">
        <Tools me={me} here={here} />
        <OfflineBanner />
        <main id="main" tabIndex={-1}>{children}</main>
      </div>
      <div id="live" class="hidden" aria-live="polite" />
    </div>
  );
}

function itemsOf(me: Me): Item[] {
  const items: Item[] = [];
  if (opens(me, 'imports')) items.push({ href: '/imports', icon: 'upload', label: t('nav.imports') });
  else items.push({ href: '/', icon: 'home', label: t('nav.home') });
  if (opens(me, 'invoices')) items.push({ href: '/invoices', icon: 'invoice', label: t('nav.invoices') });
  if (opens(me, 'payments')) items.push({ href: '/payments', icon: 'card', label: t('nav.payments') });
  else if (opens(me, 'payment-methods')) items.push({ href: '/payment-methods', icon: 'card', label: t('nav.methods') });
  if (reads(me, 'payments-due')) items.push({ href: '/payments-due', icon: 'calendar', label: t('nav.due') });
  if (reads(me, 'contracts')) items.push({ href: '/contracts', icon: 'contract', label: t('nav.contracts') });
  if (reads(me, 'orders')) items.push({ href: '/orders', icon: 'box', label: t('nav.orders') });
  if (opens(me, 'rewards')) items.push({ href: '/rewards', icon: 'coin', label: t('nav.rewards') });
  if (opens(me, 'billing-profile')) items.push({ href: '/billing', icon: 'bank', label: t('nav.billing') });
  if (opens(me, 'invitations')) items.push({ href: '/users', icon: 'user', label: t('nav.people') });
  if (opens(me, 'audit')) items.push({ href: '/activity', icon: 'clock', label: t('nav.activity') });
  if (opens(me, 'review')) items.push({ href: '/reviews', icon: 'check', label: t('nav.reviews') });
  return items;
}

function NavLink({ item, here, children }: { item: Item; here: Place; children?: ComponentChildren }) {
  const current = item.href === '/' ? here.path === '/' : here.path === item.href || here.path.startsWith(`${item.href}/`);
  // Operators have their imports at the root as well; stored methods are reached by the payments.
  const alias = (item.href === '/payments-due' && here.path === '/schedule') || (item.href === '/imports' && here.path === '/') || (item.href === '/payments' && here.path === '/payment-methods');
  return (
    <a class="nav-link" href={item.href} aria-current={current || alias ? 'page' : undefined}>
      <Icon name={item.icon} />
      <span>{item.label}</span>
      {children}
    </a>
  );
}

function PastDueCount({ me }: { me: Me }) {
  const { value } = useSummary(me);
  const n = value?.counts.pastDue ?? 0;
  if (n === 0) return null;
  return (
    <span class="count count-late">
      <span aria-hidden="true">{number(n)}</span>
      <span class="hidden">{t('nav.pastDue', { n })}</span>
    </span>
  );
}

function AccountChooser({ me, here }: { me: Me; here: Place }) {
  const name = <bdi class="account-name">{me.account.name}</bdi>;
  if (me.accounts.length < 2) {
    return <p class="account-only"><span class="hidden">{t('account.label')}: </span>{name}</p>;
  }
  const enter = async (id: string) => {
    const next = await enterAccount(id);
    navigate('/');
    announce(t('account.switched', { name: next.account.name }));
  };
  return (
    <Menu class="account" label={`${t('account.choose')}: ${me.account.name}`} face={name} here={here}>
      <p class="menu-title">{t('account.choose')}</p>
      <ul>
        {me.accounts.map((account) => {
          const current = account.id === me.account.id;
          return (
            <li key={account.id}>
              <button type="button" class="menu-item" aria-current={current ? 'true' : undefined} onClick={() => void enter(account.id)}>
                <bdi>{account.name}</bdi>
                {current && <Icon name="check" />}
              </button>
            </li>
          );
        })}
      </ul>
    </Menu>
  );
}

export function LanguageSwitch() {
  const other = currentLanguage() === 'ar' ? 'en' : 'ar';
  return (
    <button type="button" class="button button-quiet" lang={other} onClick={() => prefer({ language: other })}>
      <Icon name="globe" />
      <span>{t('tools.language')}</span>
    </button>
  );
}

function Tools({ me, here }: { me: Me; here: Place }) {
  return (
    <section class="tools" aria-label={t('tools.label')}>
      <LanguageSwitch />
      <Menu class="menu-end" label={t('tools.display')} here={here} face={<><Icon name="display" /><span class="tool-word">{t('tools.display')}</span></>}>
        <DigitsChoice at="tools" />
        <ThemeChoice at="tools" />
      </Menu>
      <Menu class="menu-end" label={`${t('tools.person')}: ${me.contact.name}`} here={here}
        face={<><Icon name="user" /><bdi class="tool-word">{me.contact.name}</bdi></>}>
        <p class="menu-person">
          <bdi class="strong">{me.contact.name}</bdi>
          <bdi dir="ltr" class="quiet">{me.contact.email}</bdi>
          <span class="quiet">{me.contact.types.map((type) => t(`contact.${type}`)).join(' · ')}</span>
        </p>
        <a class="menu-item" href="/preferences">{t('tools.preferences')}</a>
        <button type="button" class="menu-item" onClick={() => void signOut()}>{t('tools.signOut')}</button>
      </Menu>
    </section>
  );
}

function OfflineBanner() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return <div role="status">{!online && <p class="offline">{t('app.offline')}</p>}</div>;
}

/** `/` and Ctrl+K lead to the search field, unless switched off or typed into a field. */
function useShortcuts(searchable: boolean) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!searchable || !preferences.get().shortcuts || event.defaultPrevented) return;
      const typing = (event.target as Element).closest('input, select, textarea');
      const slash = event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
      const palette = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
      if (!slash && !palette) return;
      event.preventDefault();
      const field = document.getElementById('search');
      if (field) field.focus();
      else navigate('/invoices', { focus: 'search' });
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [searchable]);
}
