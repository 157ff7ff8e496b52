import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export type Language = 'en' | 'de';

const KEY = 'muster.language';

const loaders: Record<Language, () => Promise<object>> = {
  en: async () => (await import('./english.ts')).english,
  de: async () => (await import('./german.ts')).german,
};

const lateLoaders: Record<Language, () => Promise<object>> = {
  en: async () => (await import('./late-english.ts')).lateEnglish,
  de: async () => (await import('./late-german.ts')).lateGerman,
};

/** What was chosen here last, else what the browser asks for, else English. */
function preferredLanguage(): Language {
  const chosen = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2);
  return chosen === 'de' ? 'de' : 'en';
}

/** Loads one language and makes it that of the page; the others are not loaded. */
async function useWords(language: Language): Promise<void> {
  add(language, await loaders[language]());
  if (isLateWanted) add(language, await lateLoaders[language]());
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

function add(language: Language, areas: object): void {
  for (const [area, words] of Object.entries(areas))
    i18next.addResourceBundle(language, area, words);
}

let isLateWanted = false;

/** Gives a screen once the words that are not there from the beginning are, too. */
export async function withLateWords<T>(screen: Promise<T>): Promise<T> {
  isLateWanted = true;
  const language = i18next.language === 'de' ? 'de' : 'en';
  add(language, await lateLoaders[language]());
  return await screen;
}

/** Before anything is shown. */
export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    interpolation: { escapeValue: false },
    defaultNS: 'shell',
  });
  await useWords(preferredLanguage());
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await useWords(language);
}
