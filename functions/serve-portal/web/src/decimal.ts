/**
 * Money arrives as an exact decimal string with the currency's own decimals. It is never turned
 * into a floating-point number: arithmetic is on whole minor units, formatting on the string.
 */
export function minorUnits(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

export function isZero(amount: string): boolean {
  return minorUnits(amount) === 0n;
}

export function decimalsOf(amount: string): number {
  const point = amount.indexOf('.');
  return point < 0 ? 0 : amount.length - point - 1;
}

const SHARE_UNITS = 1000n;
const SMALLEST_VISIBLE = 8;

/** Shares of a whole in thousandths, for drawing only: what is not nothing stays visible. */
export function sharesOf(amounts: string[]): number[] {
  const units = amounts.map((amount) => {
    const minor = minorUnits(amount);
    return minor > 0n ? minor : 0n;
  });
  const whole = units.reduce((sum, unit) => sum + unit, 0n);
  if (whole === 0n) return units.map(() => 0);
  return units.map((unit) =>
    unit === 0n ? 0 : Math.max(SMALLEST_VISIBLE, Number((unit * SHARE_UNITS) / whole)),
  );
}

const ARABIC_ZERO = 0x660;
const PERSIAN_ZERO = 0x6f0;

/** Turns Arabic-Indic and Persian digits and separators, as typed, into plain ones. */
export function foldDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9\u066b\u066c]/g, (mark) => {
    if (mark === '\u066b') return '.';
    if (mark === '\u066c') return ',';
    const code = mark.charCodeAt(0);
    return String(code - (code >= PERSIAN_ZERO ? PERSIAN_ZERO : ARABIC_ZERO));
  });
}

/**
 * A typed amount as the API takes it, or null where it is not a plain number. Commas only part
 * thousands: "12,50" is no number here, since taking it for 1250 would be a hundred times too much.
 */
export function typedAmount(text: string): string | null {
  const plain = foldDigits(text).replace(/\s/g, '');
  return /^(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,4})?$/.test(plain) ? plain.replaceAll(',', '') : null;
}

/** The exact sum of two decimal strings of one currency. */
export function addDecimals(one: string, other: string): string {
  const decimals = Math.max(decimalsOf(one), decimalsOf(other));
  const sum = scaled(one, decimals) + scaled(other, decimals);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const sign = sum < 0n ? '-' : '';
  return decimals === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-decimals)}`;
}

function scaled(amount: string, decimals: number): bigint {
  return minorUnits(amount) * 10n ** BigInt(decimals - decimalsOf(amount));
}
