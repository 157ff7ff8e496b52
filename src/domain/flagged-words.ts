/**
 * Words for which Meta flags an audience (operation status 471) since 2025-09-02: what its name, its
 * description or its rule says about the health or the money of the people in it. The first of each
 * row are Meta's own examples; it publishes no list, so the others are of the same kinds and ours.
 * https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/lookalike-audiences
 * (2025-11-07, read 2026-11-22)
 */
const flagged = [
  ...['arthritis', 'diabetes', 'diabetic', 'diabetics', 'cancer', 'hiv', 'asthma', 'depression'],
  ...['anxiety', 'epilepsy', 'obesity', 'obese', 'infertility', 'pregnant', 'addiction'],
  ...['dementia', 'alzheimer', 'psoriasis', 'migraine', 'hepatitis', 'heart disease', 'disability'],
  ...['patient', 'patients', 'diagnosis', 'diagnosed', 'medication', 'prescription', 'chronic'],
  ...['credit score', 'high income', 'low income', 'income', 'net worth', 'bankruptcy', 'bankrupt'],
  ...['debt', 'insolvent', 'insolvency', 'overdue', 'payday loan', 'mortgage', 'unemployed'],
];

const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${flagged.join('|')})(?![\\p{L}\\p{N}])`, 'giu');

/** The words of a text that may get an audience flagged, each once, as they are written there. */
export function flaggedWords(text: string): string[] {
  const plain = text.replaceAll(/[_\-\s]+/g, ' ');
  return [...new Set((plain.match(pattern) ?? []).map((word) => word.toLowerCase()))];
}
