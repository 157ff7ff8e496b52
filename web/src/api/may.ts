import { useQuery } from '@tanstack/react-query';
import { meQuery } from './auth.ts';
import { type Role, roles } from './people.ts';

/** What a route of the API asks of whoever calls it. */
export interface Wanted {
  /** The least role. */
  readonly role: Role;
  /** The right to handle credentials, too. */
  readonly credentials?: boolean;
  /** The right to see personal data, too. */
  readonly personalData?: boolean;
}

/** Whether the one who is signed in has it; undefined while nobody knows. */
export function useMay({
  role,
  credentials = false,
  personalData = false,
}: Wanted): boolean | undefined {
  const { data: me } = useQuery(meQuery);
  if (me === undefined) return undefined;
  const reaches = roles.indexOf(me.role) >= roles.indexOf(role);
  return reaches && (me.credentials || !credentials) && (me.personalData || !personalData);
}
