import { expect, it } from 'vitest';
import { csvCell } from './csv-cell.ts';

it.each([
  ['C-1042', 'C-1042'],
  ['a,b', '"a,b"'],
  ['a "b"', '"a ""b"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['', ''],
])('writes %j as %s', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});
