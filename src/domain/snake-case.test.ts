import { expect, it } from 'vitest';
import { snakeCase, splitHumps } from './snake-case.ts';

it.each([
  ['Order Completed Last 30days', 'order_completed_last_30days'],
  ['VIP (Köln) – "gold"', 'vip_köln_gold'],
  ['iPhone users', 'iphone_users'],
  ['gold', 'gold'],
  ['  ', ''],
])('%j has the key %j', (name, key) => {
  expect(snakeCase(name)).toBe(key);
});

it.each([
  ['postalCode', 'postal_code'],
  ['firstName', 'first_name'],
  ['first_name', 'first_name'],
  ['dateOfBirth', 'date_of_birth'],
])('%j is written %j in a file', (name, written) => {
  expect(splitHumps(name)).toBe(written);
});
