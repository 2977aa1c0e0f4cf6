import { useRef, useState } from 'preact/hooks';
import { ask, type Held } from '../api';
import { announce } from '../live';
import { outdate } from '../resource';
import { useGuarded } from '../ui/guarded';
import { Refused } from '../ui/refused';
import { number, t } from '../words';
import { Decide } from './reviews-decide';

/** One line of what is held: a kind of thing, how many of them, and whether they go. */
interface Line { kind: Held['kind']; kept: Held['kept']; count: number }

function linesOf(held: Held[]): Line[] {
  const lines = new Map<string, Line>();
  for (const { kind, kept } of held) {
    const name = `${kind} ${kept}`;
    lines.set(name, { kind, kept, count: (lines.get(name)?.count ?? 0) + 1 });
  }
  return [...lines.values()];
}

/** Everything that is held on a person, whichever accounts know her. */
async function lookUp(email: string): Promise<Held[]> {
  const all: Held[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask('post', '/v1/operator/people/held', { json: { email, cursor } });
    all.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return all;
}

/** For operators: what is held on a person, as a file too, and erasing it. */
export default function PersonalData() {
  const guarded = useGuarded();
  const [found, setFound] = useState<{ email: string; held: Held[] }>();
  const [asked, setAsked] = useState(false);
  const [done, setDone] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const look = (event: Event) => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget as HTMLFormElement).get('email') ?? '').trim();
    setFound(undefined);
    setDone(false);
    void guarded.run(async () => setFound({ email, held: await lookUp(email) }), t('held.look'));
  };
  const erase = async (email: string, reason: string, heirs: { account: string; email: string }[]) => {
    setAsked(false);
    await guarded.run(async () => {
      let cursor: string | undefined;
      do {
        cursor = (await ask('post', '/v1/operator/people/erase', { json: { email, reason, confirm: email, heirs, cursor } })).next;
      } while (cursor);
      outdate();
      setFound({ email, held: await lookUp(email) });
      setDone(true);
      announce(t('held.done'));
      heading.current?.focus();
    }, t('held.erase'));
  };
  return (
    <section class="card personal-data" aria-labelledby="personal-data">
      <h2 id="personal-data" ref={heading} tabIndex={-1}>{t('held.title')}</h2>
      <p>{t('held.lead')}</p>
      <form class="account-form" onSubmit={look}>
        <label class="field">
          <span>{t('held.email')}</span>
          <input class="input" name="email" dir="ltr" inputMode="email" autoComplete="off" autoCapitalize="off" spellcheck={false} required />
        </label>
        <button type="submit" class="button" aria-disabled={guarded.busy}>{t(guarded.busy ? 'app.loading' : 'held.look')}</button>
      </form>
      {guarded.window}
      {guarded.failure && <Refused failure={guarded.failure} />}
      {done && <p class="notice notice-good">{t('held.done')}</p>}
      {found && <What {...found} busy={guarded.busy} onErase={() => setAsked(true)} />}
      {found && asked && <Confirm {...found} onErase={(reason, heirs) => void erase(found.email, reason, heirs)} onClose={() => setAsked(false)} />}
    </section>
  );
}

function What({ email, held, busy, onErase }: { email: string; held: Held[]; busy: boolean; onErase: () => void }) {
  const download = () => {
    const file = new Blob([JSON.stringify({ email, held }, null, 2)], { type: 'application/json' });
    const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: 'personal-data.json' });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  if (held.length === 0) return <p class="quiet" role="status">{t('held.none')}</p>;
  return (
    <>
      <table class="plain">
        <caption class="strong"><bdi dir="ltr" class="wraps">{email}</bdi></caption>
        <thead><tr><th scope="col">{t('held.what')}</th><th scope="col" class="figure">{t('held.count')}</th><th scope="col">{t('held.fate')}</th></tr></thead>
        <tbody>
          {linesOf(held).map(({ kind, kept, count }) => (
            <tr key={`${kind} ${kept}`}>
              <th scope="row">{t(`held.is_${kind}`)}</th><td class="figure">{number(count)}</td><td>{t(kept ? `held.${kept}` : 'held.goes')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="actions">
        <button type="button" class="button" onClick={download}>{t('held.download')}</button>
        {held.some(({ kept }) => !kept) && <button type="button" class="button" aria-disabled={busy} onClick={() => { if (!busy) onErase(); }}>{t('held.erase')}</button>}
      </p>
    </>
  );
}

function Confirm({ email, held, onErase, onClose }: {
  email: string; held: Held[]; onErase: (reason: string, heirs: { account: string; email: string }[]) => void; onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  const [heirs, setHeirs] = useState<Record<string, string>>({});
  const alone = held.filter(({ kind, facts }) => kind === 'membership' && facts['lastPrimary'] === 'true');
  const named = alone.every(({ account }) => /^\S+@\S+\.\S+$/.test(heirs[account!]?.trim() ?? ''));
  return (
    <Decide title={t('held.eraseTitle')} action={t('held.erase')} ready={typed.trim().toLowerCase() === email.toLowerCase() && named}
      onDecide={(reason) => onErase(reason, Object.entries(heirs).map(([account, heir]) => ({ account, email: heir.trim() })))} onClose={onClose}>
      <p>{t('held.eraseDetail', { email })}</p>
      <label class="field"><span>{t('held.confirm')}</span><input class="input" name="confirm" dir="ltr" autofocus autoComplete="off" autoCapitalize="off" spellcheck={false} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} /></label>
      {alone.map(({ account, facts }) => (
        <label key={account} class="field">
          <span>{t('held.heir', { account: facts['accountName'] ?? account! })}</span>
          <input class="input" type="email" dir="ltr" autoComplete="off" autoCapitalize="off" spellcheck={false} required value={heirs[account!] ?? ''}
            onInput={(event) => { const heir = event.currentTarget.value; setHeirs((was) => ({ ...was, [account!]: heir })); }} />
        </label>
      ))}
    </Decide>
  );
}
