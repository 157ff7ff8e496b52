import { Paper, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A figure beside the sentence of what it is, and what it is not. */
export function NumberWithMeaning({
  label,
  value,
  meaning,
  children,
}: {
  readonly label: string;
  /** Undefined: still being read. A text is shown as it is. */
  readonly value: number | string | null | undefined;
  readonly meaning: string;
  /** What more there is: a badge, a moment, a link. */
  readonly children?: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const shown =
    typeof value === 'number' ? new Intl.NumberFormat(i18n.language).format(value) : (value ?? '–');
  return (
    <Paper withBorder p="md" component="section" aria-label={label}>
      <Stack gap={2}>
        <Text size="sm" fw={600}>
          {label}
        </Text>
        {value === undefined ? (
          <Skeleton h={34} w="50%" role="status" aria-label={t('loading')} />
        ) : (
          <Text fz={26} fw={650} lh={1.3}>
            {shown}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {meaning}
        </Text>
        {children}
      </Stack>
    </Paper>
  );
}
