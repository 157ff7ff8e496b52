/** An int8[] as a parameter: the driver would quote and escape each number. */
export function toBigints(ids: readonly number[]): string {
  return `{${ids.join(',')}}`;
}

/** An int8[] that was selected `::text`: the driver would make a string of each number first. */
export function fromBigints(text: string): number[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(Number);
}
