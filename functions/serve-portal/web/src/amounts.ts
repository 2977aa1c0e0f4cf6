import { addDecimals, minorUnits, typedAmount } from './decimal';

/** A typed amount with exactly the decimals of its currency, or null where it has more or is no number. */
export function typedIn(text: string, decimals: number): string | null {
  const plain = typedAmount(text);
  if (plain === null) return null;
  const [whole = '', part = ''] = plain.split('.');
  if (/[1-9]/.test(part.slice(decimals))) return null;
  const kept = part.slice(0, decimals).padEnd(decimals, '0');
  return `${whole.replace(/^0+(?=\d)/, '')}${decimals > 0 ? `.${kept}` : ''}`;
}

/** Below, at or above zero as the first is less than, as much as or more than the second, which is not negative. */
export function compareDecimals(one: string, other: string): number {
  const difference = minorUnits(addDecimals(one, `-${other}`));
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
