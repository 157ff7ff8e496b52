import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

/** So long nothing is typed before the list is searched. */
const REST_MS = 120;

/** A letter shows at once, however long the list is: who searches hears of it when the typing rests. */
export function SearchField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  /** What was handed on, oldest first: it comes back as `value`, perhaps when more is typed already. */
  const said = useRef([value]);
  useEffect(() => {
    const place = said.current.indexOf(value);
    said.current = place === -1 ? [value] : said.current.slice(place);
    // Nobody typed it here: another link was followed, or all filters were cleared.
    if (place === -1) setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed === said.current.at(-1)) return;
    const timer = setTimeout(() => {
      said.current.push(typed);
      onChange(typed);
    }, REST_MS);
    return () => clearTimeout(timer);
  });
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      flex="1 1 12rem"
      maw={320}
    />
  );
}
