import { useCallback, useEffect, useReducer } from 'react';
import type { Draft } from './draft.ts';
import { type DraftPlace, keepDraft } from './kept-drafts.ts';

const UNDO_MAX = 100;

interface History {
  readonly draft: Draft;
  readonly before: readonly Draft[];
  readonly after: readonly Draft[];
}

type Step =
  | { readonly kind: 'change'; readonly change: Partial<Draft> }
  | { readonly kind: 'undo' | 'redo' }
  | { readonly kind: 'replace'; readonly draft: Draft };

function next(history: History, step: Step): History {
  const { draft, before, after } = history;
  switch (step.kind) {
    case 'change':
      return {
        draft: { ...draft, ...step.change },
        before: [...before, draft].slice(-UNDO_MAX),
        after: [],
      };
    case 'undo': {
      const last = before.at(-1);
      if (last === undefined) return history;
      return { draft: last, before: before.slice(0, -1), after: [draft, ...after] };
    }
    case 'redo': {
      const [first, ...rest] = after;
      if (first === undefined) return history;
      return { draft: first, before: [...before, draft], after: rest };
    }
    case 'replace':
      return { draft: step.draft, before: [], after: [] };
  }
}

/** A draft with its steps back and forth, kept in this tab while it differs from `saved`. */
export function useDraft({ userId, of }: DraftPlace, saved: Draft, start: Draft) {
  const [history, go] = useReducer(next, { draft: start, before: [], after: [] });
  const { draft, before, after } = history;
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved);
  useEffect(
    () => keepDraft({ userId, of }, isChanged ? draft : null),
    [userId, of, draft, isChanged],
  );
  return {
    draft,
    isChanged,
    change: useCallback((change: Partial<Draft>) => go({ kind: 'change', change }), []),
    replace: useCallback((whole: Draft) => go({ kind: 'replace', draft: whole }), []),
    undo: before.length === 0 ? null : () => go({ kind: 'undo' }),
    redo: after.length === 0 ? null : () => go({ kind: 'redo' }),
  };
}
