import { currentLanguage, prefer, preferences } from '../preferences';
import { useStore } from '../use-store';
import { t } from '../words';
import { Choices } from './menu';

/** `at` keeps the radio groups of two places on one page apart. */
export function LanguageChoice({ at }: { at: string }) {
  return (
    <Choices legend={t('tools.choose')} name={`${at}-language`} value={currentLanguage()}
      choices={[{ value: 'en', label: 'English', lang: 'en' }, { value: 'ar', label: 'العربية', lang: 'ar' }]}
      onChoose={(language) => prefer({ language })} />
  );
}

export function DigitsChoice({ at }: { at: string }) {
  const { digits } = useStore(preferences);
  return (
    <Choices legend={t('tools.digits')} name={`${at}-digits`} value={digits}
      choices={[{ value: 'latn', label: '123' }, { value: 'arab', label: '١٢٣' }]}
      onChoose={(chosen) => prefer({ digits: chosen })} />
  );
}

export function ThemeChoice({ at }: { at: string }) {
  const { theme } = useStore(preferences);
  return (
    <Choices legend={t('tools.theme')} name={`${at}-theme`} value={theme}
      choices={[
        { value: 'system', label: t('theme.system') },
        { value: 'light', label: t('theme.light') },
        { value: 'dark', label: t('theme.dark') },
      ]}
      onChoose={(chosen) => prefer({ theme: chosen })} />
  );
}
