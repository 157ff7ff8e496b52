/** What people are told of, each with how it reads in a list. */
export const alertKinds = {
  'run failed': 'A run failed, or does not come along',
  'run partial': 'A run was done in part',
  'guard held': 'Removals are held until somebody looks',
  'approval asked': 'A run waits for a second person',
  'model failed': 'A model could not be read',
  'connection stopped': 'A connection or an ad account takes nothing until somebody acts',
  'token ends': 'A token ends soon, or has ended',
  'delivery low': 'Meta accepts too few rows',
  'size jump': 'An audience grew or shrank by a lot within a day',
  'audience ends': 'Meta is about to delete an audience',
  'audience flagged': 'Meta objects to an audience, or has lost it',
  'source silent': 'No people come in where they are expected',
  'opt-out refused': 'Meta refuses to take out people who must leave',
  'erasure overdue': 'Somebody who asked to be forgotten is still not out everywhere',
} as const;

export type AlertKind = keyof typeof alertKinds;
