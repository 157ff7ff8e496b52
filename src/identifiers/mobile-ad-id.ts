import { withoutInvisible } from './characters.ts';
import { firstLook } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';

const label = 'mobile ad id';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hashLength = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
// What a phone gives whose owner has turned tracking off: the same for everybody.
const nobody = '00000000-0000-0000-0000-000000000000';

/** IDFA or Android advertising id: lower case, hyphens kept, never hashed. */
export function normaliseMobileAdId(raw: string): Outcome {
  const text = withoutInvisible(raw).trim();
  const early = firstLook(text, label);
  if (early !== null) return early;
  const id = text.toLowerCase().replace(/^\{|\}$/g, '');
  if (id === nobody) return unusable(`${label}: all zeros, tracking was off`);
  if (uuid.test(id)) return value(id);
  if (hashLength.test(id)) return unusable(`${label}: a hash, Meta takes it plain`);
  return unusable(`${label}: not five groups of hexadecimal digits with hyphens`);
}
