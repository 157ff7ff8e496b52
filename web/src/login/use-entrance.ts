import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useAddress } from '../shell/address.ts';

/** Goes in, to where somebody wanted to go, once they are signed in. */
export function useEntrance(): () => void {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [{ to = '/' }] = useAddress();
  return () => {
    // What was refused or belongs to whoever was here before.
    queries.clear();
    // Only a path of ours: `//` would leave, and browsers read `/\` as that.
    void navigate({ href: /^\/(?![/\\])/.test(to) ? to : '/', replace: true });
  };
}
