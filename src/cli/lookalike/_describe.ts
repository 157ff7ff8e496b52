import type { Lookalike } from '#sync/lookalikes.ts';

const percents = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 0 });

/** Of whom it is: `DE, 1%`, and by value where it is. */
export function reachText({ countries, ratio, byValue }: Lookalike): string {
  const share = ratio === null ? null : percents.format(ratio);
  const parts = [countries.join(' and '), share, byValue ? 'by value' : null];
  return parts.filter((part) => part !== null && part !== '').join(', ');
}
