import type { ReactNode } from 'react';
import { useMay, type Wanted } from '../api/may.ts';

/** Buttons of those who may press them; the others do not see them, as the API would refuse. */
export function ForRole({ children, ...wanted }: Wanted & { readonly children: ReactNode }) {
  return useMay(wanted) === true ? children : null;
}
