const longestMask = 40;
const hexadecimal = /^[0-9a-f]{32,128}$/i;

/**
 * The shape of a value without the value: letters become a or A, digits 9, other alphabets x; signs
 * and spaces stay, since they are mostly what is wrong. `+49 (0)151 x` → `+99 (9)999 a`.
 */
export function mask(raw: string): string {
  if (hexadecimal.test(raw)) return `${raw.length} hexadecimal digits`;
  const shape = raw
    .slice(0, longestMask + 1)
    .replace(/[\p{L}\p{N}]/gu, (character) => {
      if (/[a-z]/.test(character)) return 'a';
      if (/[A-Z]/.test(character)) return 'A';
      return /\p{N}/u.test(character) ? '9' : 'x';
    })
    .replace(/\p{C}/gu, '·');
  return shape.length <= longestMask ? shape : `${shape.slice(0, longestMask)}…`;
}
