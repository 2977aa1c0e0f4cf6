import { createStore } from './store';

export type Language = 'en' | 'ar';
export type Digits = 'latn' | 'arab';
export type Theme = 'system' | 'light' | 'dark';

/** What a person chose in this browser. `language` is null until it is chosen: the account's holds. */
export interface Preferences {
  language: Language | null;
  digits: Digits;
  theme: Theme;
  shortcuts: boolean;
}

const STORAGE_KEY = 'center.preferences';
const INITIAL: Preferences = { language: null, digits: 'latn', theme: 'system', shortcuts: true };

function stored(): Preferences {
  try {
    return { ...INITIAL, ...JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') };
  } catch {
    // Storage may be switched off or hold something else; preferences are never worth an error.
    return INITIAL;
  }
}

export const preferences = createStore<Preferences>(stored());

/** The language that holds before anybody chose one: the browser's, then the account's. */
export const fallbackLanguage = createStore<Language>(
  (globalThis.navigator?.language ?? '').toLowerCase().startsWith('ar') ? 'ar' : 'en',
);

export function currentLanguage(): Language {
  return preferences.get().language ?? fallbackLanguage.get();
}

export function prefer(change: Partial<Preferences>): void {
  const next = { ...preferences.get(), ...change };
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(next));
  } catch {
    // Without storage the choice holds until the page is closed.
  }
  preferences.set(next);
}

/** Shows the choice on the root element, where the style sheet reads it. */
export function applyToDocument(): void {
  const root = document.documentElement;
  const language = currentLanguage();
  root.lang = language;
  root.dir = language === 'ar' ? 'rtl' : 'ltr';
  const { theme } = preferences.get();
  if (theme === 'system') root.removeAttribute('data-theme');
  else root.dataset['theme'] = theme;
}
