/** A language that sentences are said in; what has no words in it is said in English. */
export type Language = 'en' | 'de';
