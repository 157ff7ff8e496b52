import { expect, it } from 'vitest';
import { findingsOf } from './audit-findings.ts';

it('knows what is grave, and an answer that is none', () => {
  const answer = {
    auditReportVersion: 2,
    vulnerabilities: {
      'some-parser': { name: 'some-parser', severity: 'high', range: '<1.2.3' },
      'some-colour': { name: 'some-colour', severity: 'moderate', range: '*' },
    },
  };
  expect(findingsOf(JSON.stringify(answer))).toEqual([
    { text: 'high: some-parser <1.2.3', isGrave: true },
    { text: 'moderate: some-colour *', isGrave: false },
  ]);
  expect(findingsOf('{"auditReportVersion":2,"vulnerabilities":{}}')).toEqual([]);
  for (const none of [
    '',
    'npm error',
    '{"message":"request failed","error":{"code":"ENOTFOUND"}}',
  ]) {
    expect(findingsOf(none)).toBeNull();
  }
});
