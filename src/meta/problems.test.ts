import { expect, test } from 'vitest';
import { catalogue } from '#domain/errors/catalogue.ts';
import { readAnswer } from './answer.ts';
import { meanings } from './meanings.ts';
import { problemCodes } from './problem-codes.ts';
import { problemError, problemOf, redact } from './problems.ts';

/** Judges an error as the client does, from the bytes of an answer. */
function judge(error: Record<string, unknown>) {
  const text = JSON.stringify({ error: { message: 'm', type: 'T', fbtrace_id: 'A1', ...error } });
  const result = { kind: 'answered', status: 400, headers: new Headers(), text } as const;
  const answer = readAnswer(result, { account: 'act_7' }, () => null);
  if (answer.outcome === 'clean') throw new Error('an error was taken for clean');
  return answer;
}

const no = 'refused';
const maybe = 'uncertain';

/** By hand from Meta's error reference and what others met: never from the table under test. */
const rows: readonly (readonly [number, number | null, string, string])[] = [
  // limits
  [4, null, no, 'wait'],
  [4, 1504022, no, 'wait'],
  [4, 1504039, no, 'wait'],
  [17, null, no, 'wait'],
  [17, 2446079, no, 'wait'],
  [32, null, no, 'wait'],
  [341, null, no, 'wait'],
  [429, null, no, 'wait'],
  [613, null, no, 'wait'],
  [613, 1487742, no, 'wait'],
  [613, 1996, no, 'wait'],
  [613, 5044001, no, 'wait'],
  [80000, null, no, 'wait'],
  [80003, null, no, 'wait'],
  [80003, 2446079, no, 'wait'],
  [80004, 2446079, no, 'wait'],
  [80014, null, no, 'wait'],
  // faults
  [1, null, maybe, 'retry'],
  [1, 99, maybe, 'retry'],
  [2, null, maybe, 'retry'],
  [80015, null, maybe, 'retry'],
  [999, null, maybe, 'retry'],
  [999, 190, maybe, 'retry'],
  [0, null, maybe, 'retry'],
  [-3, null, maybe, 'retry'],
  // token and app
  [101, null, no, 'stop connection'],
  [102, null, no, 'stop connection'],
  [104, null, no, 'stop connection'],
  [190, null, no, 'stop connection'],
  [190, 458, no, 'stop connection'],
  [190, 459, no, 'stop connection'],
  [190, 460, no, 'stop connection'],
  [190, 463, no, 'stop connection'],
  [190, 464, no, 'stop connection'],
  [190, 467, no, 'stop connection'],
  [190, 492, no, 'stop connection'],
  [190, 493, no, 'stop connection'],
  [190, 12345, no, 'stop connection'],
  [2635, null, no, 'stop connection'],
  [100, 36007, no, 'human'],
  [100, 36009, no, 'human'],
  [191, null, no, 'human'],
  // permissions
  [3, null, no, 'stop connection'],
  [10, null, no, 'stop connection'],
  [200, null, no, 'stop connection'],
  [215, null, no, 'stop connection'],
  [270, null, no, 'stop connection'],
  [278, null, no, 'stop connection'],
  [294, null, no, 'stop connection'],
  [299, null, no, 'stop connection'],
  // the ad account
  [200, 1870034, no, 'stop account'],
  [200, 1870090, no, 'stop account'],
  [100, 1815089, no, 'stop account'],
  [2655, null, no, 'stop account'],
  [2663, null, no, 'stop account'],
  [2664, null, no, 'stop account'],
  [1870034, null, no, 'stop account'],
  [1870090, null, no, 'stop account'],
  [1870092, null, no, 'stop account'],
  [100, 1870092, no, 'stop account'],
  [999, 1870090, no, 'stop account'],
  [200, 1870050, no, 'stop account'],
  [368, null, no, 'stop account'],
  [2654, 1713092, no, 'stop account'],
  // the audience
  [100, 33, no, 'stop audience'],
  [803, null, no, 'stop audience'],
  [1487301, null, no, 'stop audience'],
  [1487366, null, no, 'stop audience'],
  [100, 1487366, no, 'stop audience'],
  [1870065, null, no, 'stop audience'],
  [100, 1713228, no, 'stop audience'],
  [100, 1713230, no, 'stop audience'],
  [100, 1713231, no, 'stop audience'],
  [2650, null, no, 'stop audience'],
  [100, 1713232, no, 'human'],
  [200, 1870047, no, 'human'],
  [2654, null, no, 'human'],
  [2656, null, no, 'human'],
  // replacing
  [2650, 1870144, no, 'human'],
  [2650, 1870145, no, 'wait'],
  [2650, 1870147, no, 'retry'],
  [2650, 1870148, maybe, 'retry'],
  [2650, 1870158, no, 'wait'],
  [2650, 1870159, no, 'wait'],
  // ours
  [100, null, no, 'bug'],
  [100, 1713098, no, 'bug'],
  [105, null, no, 'retry'],
  [194, null, no, 'bug'],
  [2500, null, no, 'bug'],
];

test.each(rows)('%i/%s is %s: %s', (code, subcode, outcome, problemClass) => {
  const answer = judge({ code, ...(subcode === null ? {} : { error_subcode: subcode }) });
  expect([answer.outcome, answer.problem.class]).toEqual([outcome, problemClass]);
  expect(answer.problem).toMatchObject({ code, subcode, traceId: 'A1', httpStatus: 400 });
});

test.each(rows.filter(([, , , kind]) => kind.startsWith('stop') || kind === 'human'))(
  '%i/%s comes with words for a marketer and the link that helps',
  (code, subcode) => {
    const { problem } = judge({ code, ...(subcode === null ? {} : { error_subcode: subcode }) });
    expect(problem.words).toMatch(/^[A-Z][^{}]+\.$/);
    expect(problem.words).not.toMatch(/subcode|OAuth(?! Redirect)|payload|exception/i);
    // What can only be begun anew, or done otherwise, has no page at Meta.
    const without = new Set([10036007, 10036009, 26501870144]);
    if (without.has(Number(`${code}${subcode ?? ''}`))) return;
    expect(problem.link).toMatch(/^https:\/\/[a-z.]+\.?(facebook|metastatus)\.com/);
    expect(problem.link).not.toContain('{');
  },
);

test('every code of the table has a row above', () => {
  const tried = rows.map(([code, subcode]) =>
    subcode === null ? `${code}` : `${code}/${subcode}`,
  );
  expect(Object.keys(problemCodes).filter((code) => !tried.includes(code))).toEqual([]);
});

test.each([
  [2650, maybe, 'fault at Meta'],
  [190, maybe, 'fault at Meta'],
  [100, maybe, 'fault at Meta'],
  [1, maybe, 'unknown at Meta'],
  [999, maybe, 'unlisted'],
  [613, no, 'volume unusual'],
  [4, no, 'app throttled'],
])('%i called transient is %s: %s', (code, outcome, meaning) => {
  const answer = judge({ code, is_transient: true });
  expect([answer.outcome, answer.problem.meaning]).toEqual([outcome, meaning]);
});

test.each([
  ['app', 4],
  ['app', 341],
  ['account', 17],
  ['account', 613],
  ['account', 80003],
  [null, 368],
])('%s has to rest after %i', (throttled, code) => {
  expect(judge({ code }).problem.throttled).toBe(throttled);
});

test.each([
  [1, null],
  [1, 99],
  [105, null],
])('%i/%s may pass in smaller requests', (code, subcode) => {
  expect(judge({ code, error_subcode: subcode }).problem.smaller).toBe(true);
  expect(judge({ code: 190 }).problem.smaller).toBe(false);
});

test('what is seen just after creating says so, what is gone does not', () => {
  expect(judge({ code: 803 }).problem.afterCreate).toBe(true);
  expect(judge({ code: 100, error_subcode: 33 }).problem.afterCreate).toBe(true);
  expect(judge({ code: 1487366 }).problem.afterCreate).toBe(false);
});

test('every meaning has words that end as sentences do, an error and filled-in links', () => {
  for (const meaning of Object.keys(meanings) as (keyof typeof meanings)[]) {
    const problem = problemOf(meaning, { account: 'act_7', httpStatus: null });
    expect(problem.words, meaning).toMatch(/^[A-Z].{20,}\.$/);
    expect(problem.words, meaning).not.toMatch(/\{|OAuth(?! Redirect)|HTTP \d/);
    expect(catalogue, meaning).toHaveProperty(meanings[meaning].error);
    if (problem.link !== null) expect(problem.link, meaning).toMatch(/^https:\/\/[^{}]+$/);
  }
});

test('an unclear meaning is always one to retry, so that nothing else ends uncertain', () => {
  for (const row of Object.values(meanings)) {
    if (row.executed === 'unknown') expect(row.class).toBe('retry');
  }
});

test('as an error it has the code, what Meta said and the next step', () => {
  const { problem } = judge({
    code: 200,
    error_subcode: 1870090,
    error_user_title: 'Custom Audience Terms Not Accepted',
  });
  const error = problemError(problem);
  expect(error.code).toBe('META_TERMS');
  expect(error.next).toBe(
    'Have a person of the business accept them, then try again; what waits is kept. See https://business.facebook.com/ads/manage/customaudiences/tos/?act=7',
  );
  expect(error.message).toContain("Meta's error 200/1870090, trace A1");
  expect(error.message).toContain('Custom Audience Terms Not Accepted');
  expect(error.exitCode).toBe(1);
});

test.each([
  ['Invalid e-mail mary.smith+x@example.co.uk given', 'Invalid e-mail … given'],
  ['Row ["f1904cf1","",""] does not match', 'Row … does not match'],
  ['Value "Mary Smith" is bad', 'Value … is bad'],
  ["Value 'Mary Smith' is bad", 'Value … is bad'],
  ["You can't upload", "You can't upload"],
  ['Call +49 (151) 555-98 76 now', 'Call … now'],
  ['Object 23849182047670582 is missing', 'Object … is missing'],
  ['hash f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79 bad', 'hash … bad'],
  ['token EAABsbCS1iHgBAKZC8abcdefgh|x', 'token …'],
  ['(#80003) There have been too many calls', '(#80003) There have been too many calls'],
  ['a  \n b', 'a b'],
])('%s is told as: %s', (said, told) => {
  expect(redact(said)).toBe(told);
});

test('what is told has a bound', () => {
  expect(redact('ab '.repeat(200))).toHaveLength(200);
});
