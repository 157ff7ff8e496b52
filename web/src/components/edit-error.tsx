import { useState } from 'react';
import { isOutdated } from '../api/problem.ts';
import { CodeError } from './code-error.tsx';

interface EditErrorProps {
  /** Of saving; null: nothing went wrong. */
  readonly error: unknown;
  /** Begins anew from what is there now; what was typed is given up. */
  readonly onLookAgain: () => void;
}

/** What an edit was refused for; where somebody else was faster, with a way to what they made of it. */
export function EditError({ error, onLookAgain }: EditErrorProps) {
  if (error === null) return null;
  return <CodeError error={error} onRetry={isOutdated(error) ? onLookAgain : undefined} />;
}

/** `key` for a form that keeps what it began with; `lookAgain` reads anew, and then the form begins anew. */
export function useLookAgain(read: () => Promise<unknown>): {
  readonly key: number;
  readonly lookAgain: () => void;
} {
  const [key, setKey] = useState(0);
  return { key, lookAgain: () => void read().then(() => setKey((times) => times + 1)) };
}
