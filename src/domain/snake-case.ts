/**
 * `Order Completed Last 30days` → `order_completed_last_30days`: the key of an audience
 * (features.md P-18). Empty when the name has neither letter nor digit.
 */
export function snakeCase(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_|_$/g, '');
}

/** `postalCode` → `postal_code`: a name of a program as one of a file. */
export function splitHumps(name: string): string {
  return snakeCase(name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2'));
}
