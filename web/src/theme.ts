import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** White text is readable on shade 7 and above (contrast 5.9 and more), dark text on shade 3 and below. */
const pine: MantineColorsTuple = [
  '#e6f6f4',
  '#cfe9e5',
  '#a0d3cc',
  '#6dbcb1',
  '#46a99c',
  '#2c9d8f',
  '#17837a',
  '#0b6b63',
  '#075750',
  '#02423d',
];

export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.24,
  colors: { pine },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.6rem' }, h2: { fontSize: '1.2rem' } },
  },
});
