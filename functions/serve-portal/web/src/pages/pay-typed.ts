import { compareDecimals, typedIn } from '../amounts';
import { decimalsOf, isZero } from '../decimal';
import { t } from '../words';

const EXAMPLE = { whole: '1250', fraction: '5' };

/** The amount that was typed, above zero and at most what is owed; else the words that say what is wrong with it. */
export function readTyped(text: string, owed: string, tooMuch: string): { amount: string; fault: '' } | { amount: null; fault: string } {
  const n = decimalsOf(owed);
  const amount = typedIn(text, n);
  if (amount !== null && !isZero(amount)) {
    return compareDecimals(amount, owed) > 0 ? { amount: null, fault: tooMuch } : { amount, fault: '' };
  }
  const fault = n === 0 ? t('pay.amountWhole', { example: EXAMPLE.whole })
    : t('pay.amountWrong', { n, example: `${EXAMPLE.whole}.${EXAMPLE.fraction.padEnd(n, '0')}` });
  return { amount: null, fault };
}
