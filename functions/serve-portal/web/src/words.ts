import type { ComponentChildren } from 'preact';
import type areas from '../i18n/areas.json';
import type english from '../i18n/en.json';
import { decimalsOf } from './decimal';
import { currentLanguage, preferences, type Language } from './preferences';
import { createStore } from './store';

type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Key = keyof typeof english;
type Catalogue = Record<Key, string | Plural>;
type Values = Record<string, string | number>;

/** The parts of the catalogue that single pages need; the rest is always there. */
export type Area = keyof typeof areas;

const catalogues: Record<Language, Partial<Catalogue>> = { en: {}, ar: {} };
const loaded = new Map<string, Promise<void>>();
const wanted = new Set<Area | 'core'>(['core']);

/** Counts up when another catalogue is in use, so that the page is drawn again. */
export const wordsVersion = createStore(0);

/** Loads the words of the current language for every page opened so far, and for more. */
export async function loadWords(...areas: Area[]): Promise<void> {
  for (const area of areas) wanted.add(area);
  const language = currentLanguage();
  await Promise.all([...wanted].map((part) => once(loaded, `${language}.${part}`, () => fetchWords(language, part))));
  wordsVersion.set(wordsVersion.get() + 1);
}

async function fetchWords(language: Language, part: Area | 'core'): Promise<void> {
  try {
    const words = await import(`../.generated/words/${language}.${part}.json`) as { default: Partial<Catalogue> };
    Object.assign(catalogues[language], words.default);
  } catch (cause) {
    // What did not come is asked for again with the next page.
    loaded.delete(`${language}.${part}`);
    throw cause;
  }
}

/** What the map holds for the name; made and kept where it holds nothing. */
function once<T>(made: Map<string, T>, name: string, make: () => T): T {
  let value = made.get(name);
  if (value === undefined) {
    value = make();
    made.set(name, value);
  }
  return value;
}

function spoken(): Language {
  const language = currentLanguage();
  // Until the words of a language just chosen are there, the page stays in the other one.
  if (catalogues[language]['app.name']) return language;
  return language === 'ar' ? 'en' : 'ar';
}

/** The locale with digits and calendar named outright: engines disagree on Arabic's defaults. */
function locale(): string {
  return `${spoken()}-u-ca-gregory-nu-${preferences.get().digits}`;
}

const formatters = new Map<string, unknown>();

/** Building an Intl formatter costs far more than using one, so each is built once. */
function formatter<T>(name: string, make: () => T): T {
  return once(formatters as Map<string, T>, `${locale()} ${name}`, make);
}

function pattern(key: Key, values: Values): string {
  const entry = catalogues[spoken()][key];
  if (entry === undefined) return '';
  if (typeof entry === 'string') return entry;
  const rules = formatter('plural', () => new Intl.PluralRules(spoken()));
  return entry[rules.select(Number(values['n'] ?? 0))] ?? entry.other;
}

function shown(value: string | number): string {
  return typeof value === 'number' ? number(value) : value;
}

/** The words for a key. `n` chooses the plural form; numbers take the chosen digits. */
export function t(key: Key, values: Values = {}): string {
  return pattern(key, values).replace(/\{(\w+)\}/g, (_, name: string) => shown(values[name] ?? ''));
}

/** As t, with elements in the places. */
export function rich(key: Key, places: Record<string, ComponentChildren>): ComponentChildren[] {
  const values = Object.fromEntries(Object.entries(places).filter(([, place]) => typeof place === 'number')) as Values;
  return pattern(key, values)
    .split(/\{(\w+)\}/)
    .map((part, index) => {
      if (index % 2 === 0) return part;
      const place = places[part];
      return typeof place === 'number' ? number(place) : place;
    });
}

/** Whether a key exists: slugs and codes come from outside. */
export function known(key: string): key is Key {
  return catalogues[spoken()][key as Key] !== undefined;
}

export function number(value: number): string {
  return formatter('number', () => new Intl.NumberFormat(locale())).format(value);
}

/** An exact decimal string in the chosen digits, with all its decimals. */
export function decimal(amount: string): string {
  const decimals = decimalsOf(amount);
  const format = formatter(`decimal ${decimals}`, () => new Intl.NumberFormat(locale(), {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }));
  return format.format(amount as Intl.StringNumericLiteral);
}

/** Isolates plain text that reads from left to right within Arabic. */
export function leftToRight(text: string): string {
  return spoken() === 'ar' ? `\u2066${text}\u2069` : text;
}

/** An amount with its currency code as plain text, for where no element can stand. */
export function moneyText({ amount, currency }: { amount: string; currency: string }): string {
  return leftToRight(`${currency}\u00a0${decimal(amount)}`);
}

/** A calendar day with the month's name: figures alone read backwards in Arabic. */
export function day(iso: string, month: 'short' | 'long' = 'short'): string {
  const format = formatter(`day ${month}`, () => new Intl.DateTimeFormat(locale(), {
    day: 'numeric', month: spoken() === 'ar' ? 'long' : month, year: 'numeric', timeZone: 'UTC',
  }));
  return dayFirst(format, new Date(`${iso}T00:00:00Z`));
}

/** A month, `yyyy-mm`, by its name and year. */
export function month(iso: string): string {
  const format = formatter('month', () => new Intl.DateTimeFormat(locale(), { month: 'long', year: 'numeric', timeZone: 'UTC' }));
  return format.format(new Date(`${iso}-01T00:00:00Z`));
}

/** The day of the week, day, month and year. */
export function fullDay(iso: string): string {
  const weekday = formatter('weekday', () => new Intl.DateTimeFormat(locale(), { weekday: 'long', timeZone: 'UTC' }));
  const comma = spoken() === 'ar' ? '،' : ',';
  return `${weekday.format(new Date(`${iso}T00:00:00Z`))}${comma} ${day(iso, 'long')}`;
}

/** An instant, in the account's time zone. */
export function instant(iso: string, timeZone: string): string {
  const date = new Date(iso);
  const days = formatter(`instant-day ${timeZone}`, () => new Intl.DateTimeFormat(locale(), {
    day: 'numeric', month: spoken() === 'ar' ? 'long' : 'short', year: 'numeric', timeZone,
  }));
  const time = formatter(`instant-time ${timeZone}`, () => new Intl.DateTimeFormat(locale(), {
    hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone,
  }));
  const comma = spoken() === 'ar' ? '،' : ',';
  return `${dayFirst(days, date)}${comma} ${time.format(date)}`;
}

/** Day, month, year in this order, in both languages. */
function dayFirst(format: Intl.DateTimeFormat, date: Date): string {
  const parts = Object.fromEntries(format.formatToParts(date).map((part) => [part.type, part.value]));
  return `${parts['day']} ${parts['month']} ${parts['year']}`;
}

/** A percentage from an exact decimal string such as "15" or "7.50". */
export function percent(rate: string): string {
  const trimmed = rate.includes('.') ? rate.replace(/\.?0+$/, '') : rate;
  return `${decimal(trimmed)}${spoken() === 'ar' && preferences.get().digits === 'arab' ? '٪' : '%'}`;
}

/** The name of a country by its code; the code itself where it names none. */
export function country(code: string): string {
  const names = formatter('country', () => new Intl.DisplayNames(spoken(), { type: 'region' }));
  return /^[A-Z]{2}$/.test(code) ? names.of(code) ?? code : code;
}

/** The name of a currency by its code. */
export function currencyName(code: string): string {
  const names = formatter('currency', () => new Intl.DisplayNames(spoken(), { type: 'currency' }));
  return names.of(code) ?? code;
}

/** A list in words: "a, b and c". */
export function listed(items: string[]): string {
  return formatter('list', () => new Intl.ListFormat(spoken(), { type: 'conjunction' })).format(items);
}
