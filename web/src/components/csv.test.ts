import { expect, it } from 'vitest';
import { csvOf } from './csv.ts';

it('writes what a spreadsheet takes for what it is', () => {
  const rows = [
    ['=1+1', -5, null],
    ['@SUM(A1)', true, 'says "no", twice'],
    ['\tx', 1.5, '-'],
  ];
  expect(csvOf(['name', 'a, b', 'c'], rows)).toBe(
    'name,"a, b",c\r\n' +
      "'=1+1,-5,\r\n" +
      `'@SUM(A1),true,"says ""no"", twice"\r\n` +
      "'\tx,1.5,'-\r\n",
  );
});
