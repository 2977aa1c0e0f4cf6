import type { RedeemersOf } from '../api';
import { Confirm, Dialog } from '../ui/dialog';
import { CopyButton, Identifier } from '../ui/text';
import { rich, t } from '../words';
import type { Redeemer } from './redeemers';

/** Asks before a person may redeem no longer. */
export function RemoveWindow({ plan, redeemer, onConfirm, onClose }: {
  plan: RedeemersOf; redeemer: Redeemer; onConfirm: () => Promise<void>; onClose: () => void;
}) {
  return (
    <Confirm title={t('redeemers.removeTitle')} action={t('redeemers.removeYes')} onConfirm={onConfirm} onClose={onClose}
      detail={rich('redeemers.removeDetail', { name: <bdi class="strong">{redeemer.name || redeemer.email}</bdi>, number: <Identifier>{plan.number}</Identifier> })} />
  );
}

/** Asks before the code that people know is worth nothing any more. */
export function RotateWindow({ plan, onConfirm, onClose }: { plan: RedeemersOf; onConfirm: () => Promise<void>; onClose: () => void }) {
  return (
    <Confirm title={t('redeemers.rotateTitle')} action={t('redeemers.rotateYes')} onConfirm={onConfirm} onClose={onClose}
      detail={rich('redeemers.rotateDetail', { number: <Identifier>{plan.number}</Identifier> })} />
  );
}

/** The code, for as long as the window is open. */
export function CodeWindow({ plan, code, onClose }: { plan: RedeemersOf; code: string; onClose: () => void }) {
  return (
    <Dialog title={t('redeemers.codeTitle')} onClose={onClose}>
      <p>{rich('redeemers.codeOf', { number: <Identifier>{plan.number}</Identifier> })}</p>
      <p class="redemption-code"><bdi dir="ltr">{code}</bdi><CopyButton text={code} what={t('redeemers.code')} /></p>
      <p class="hint">{t('redeemers.codeHint')}</p>
      <div class="actions"><button type="button" class="button" autofocus onClick={onClose}>{t('act.close')}</button></div>
    </Dialog>
  );
}
