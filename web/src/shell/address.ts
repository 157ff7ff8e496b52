import { useNavigate, useSearch } from '@tanstack/react-router';

/** What follows the ? of an address, as plain words: every filter of a list is a link. */
export type Address = Readonly<Record<string, string>>;

export function readAddress(search: string): Address {
  return Object.fromEntries(new URLSearchParams(search));
}

export function writeAddress(address: Record<string, unknown>): string {
  const entries = Object.entries(address).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  const text = new URLSearchParams(entries).toString();
  return text === '' ? '' : `?${text}`;
}

/** The filters of this screen and how to change them; an empty text takes one away. */
export function useAddress(): readonly [Address, (change: Record<string, string>) => void] {
  const address = useSearch({ strict: false }) as Address;
  const navigate = useNavigate();
  const change = (wanted: Record<string, string>): void => {
    void navigate({
      to: '.',
      search: ((before: Address) => ({ ...before, ...wanted })) as never,
      replace: true,
    });
  };
  return [address, change];
}
