import type { english } from './english.ts';
import type { lateEnglish } from './late-english.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    resources: typeof english & typeof lateEnglish;
  }
}
