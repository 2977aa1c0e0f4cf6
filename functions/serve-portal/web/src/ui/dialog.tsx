import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { asRefusal, type Refusal } from '../api';
import { t } from '../words';
import { Icon } from './icons';
import { Refused } from './refused';

/** A window over the page: it holds the focus, Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  const name = useId();
  useLayoutEffect(() => {
    const dialog = box.current!;
    const before = document.activeElement as HTMLElement | null;
    dialog.showModal();
    return () => {
      dialog.close();
      before?.focus();
    };
  }, []);
  return (
    <dialog ref={box} class="dialog" aria-labelledby={name} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <header class="dialog-head">
        <h2 id={name}>{title}</h2>
        <button type="button" class="button button-icon" aria-label={t('act.close')} onClick={onClose}><Icon name="close" /></button>
      </header>
      {children}
    </dialog>
  );
}

/** Asks before something that is not undone by going back. The action's own words are on the button. */
export function Confirm({ title, detail, action, onConfirm, onClose }: {
  title: string; detail: ComponentChildren; action: string; onConfirm: () => Promise<void>; onClose: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Refusal>();
  const stays = useRef(true);
  useEffect(() => () => { stays.current = false; }, []);
  const confirm = async () => {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await onConfirm();
    } catch (cause) {
      if (stays.current) setFailure(asRefusal(cause));
    }
    if (stays.current) setBusy(false);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{detail}</p>
      {failure && <Refused failure={failure} />}
      <div class="actions">
        <button type="button" class="button button-main" aria-disabled={busy} onClick={() => void confirm()}>{busy ? t('act.working') : action}</button>
        <button type="button" class="button" autofocus onClick={onClose}>{t('act.back')}</button>
      </div>
    </Dialog>
  );
}
