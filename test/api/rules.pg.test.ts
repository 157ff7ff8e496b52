import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiDesk, openApiDesk } from './_desk.ts';

let desk: ApiDesk;
const isGold = { trait: 'plan', op: 'equals', value: 'gold' };
const path = { databaseId: '1' };

beforeAll(async () => {
  desk = await openApiDesk();
  await desk.place.receive(
    'id,email,plan,spent\nA,a@example.com,gold,10\nB,b@example.com,free,20\nC,c@example.com,gold,30\n',
  );
  await desk.place.createAudience('gold', isGold);
});
afterAll(async () => await desk[Symbol.asyncDispose]());

it('explains a rule, or says where its slip is', async () => {
  const ask = (rule: Record<string, unknown>) =>
    desk.owner.POST('/databases/{databaseId}/rules/check', { params: { path }, body: { rule } });
  const { data } = await ask({ all: [isGold, { member_of: 'gold' }] });
  expect(data).toMatchObject({
    sentence: expect.stringContaining('plan is "gold"'),
    audiences: ['gold'],
  });
  const slip = await ask({ all: [isGold, { trait: 'plan', op: 'is_like', value: 'x' }] });
  expect(slip.error).toMatchObject({ status: 422, code: 'RULE_OPERATOR_UNKNOWN' });
  expect(slip.error?.detail).toContain('all[1]');
});

it('counts line by line, and shows some of them by their shapes', async () => {
  const rule = { all: [isGold, { trait: 'spent', op: 'at_least', value: 20 }] };
  const { data } = await desk.owner.POST('/databases/{databaseId}/rules/count', {
    params: { path },
    body: { rule, overlapWith: ['gold'], samples: 5 },
  });
  expect(data).toMatchObject({ count: 1, error: 0, people: 3 });
  expect(data?.lines.map(({ count, left }) => [count, left])).toEqual([
    [1, null],
    [2, 2],
    [2, 1],
  ]);
  expect(data?.samples).toEqual([
    { externalId: 'A', identifiers: expect.objectContaining({ email: 'a@aaaaaaa.aaa' }) },
  ]);
  expect(data?.overlap).toMatchObject([{ audience: 'gold' }]);
});

it('names what can be asked about', async () => {
  const { data } = await desk.owner.GET('/databases/{databaseId}/rules/vocabulary', {
    params: { path },
  });
  expect(data?.traits).toContainEqual(
    expect.objectContaining({ name: 'spent', type: 'number', computed: false }),
  );
  expect(data?.audiences).toEqual([{ id: '1', name: 'gold' }]);
  expect(data?.operators).toContain('within_last');
});

it('knows nothing of another database', async () => {
  const elsewhere = desk.as({ databases: [77] });
  const { error } = await elsewhere.GET('/databases/{databaseId}/rules/vocabulary', {
    params: { path },
  });
  expect(error?.status).toBe(404);
});
