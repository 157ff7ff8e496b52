import { expect, test } from 'vitest';
import { conditionOf } from './conditions.ts';

function status(code: number | null) {
  return code === null ? null : { code, description: '' };
}

test.each([
  [200, 200, null],
  [null, null, null],
  [471, 400, [471, 'stop audience']],
  [414, 200, [414, 'wait']],
  [415, 200, [415, 'retry']],
  [100, 200, [100, 'human']],
  [411, 300, [411, null]],
  [499, 200, [499, null]],
  [200, 300, [300, null]],
  [200, 400, [400, 'human']],
  [200, 404, [404, 'human']],
])('operation %s and delivery %s', (operation, delivery, expected) => {
  const condition = conditionOf({
    operationStatus: status(operation),
    deliveryStatus: status(delivery),
  });
  expect(condition === null ? null : [condition.code, condition.class]).toEqual(expected);
  if (condition !== null) expect(condition.words).toMatch(/^[A-Z].*\.$/);
});
