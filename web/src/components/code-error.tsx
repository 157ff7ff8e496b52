import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isOutdated, OFFLINE, problemOf } from '../api/problem.ts';

/**
 * What went wrong, in words, with its code and what helps.
 * @param isPlain without the frame, where there is one already
 */
export function CodeError({
  error,
  onRetry,
  isPlain = false,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
  readonly isPlain?: boolean;
}) {
  const { t } = useTranslation();
  const { code, title, detail, next } = problemOf(error);
  const isOffline = code === OFFLINE;
  const help = isOffline ? t('offlineNext') : next;
  const said = (
    <Stack gap={4}>
      {(isOffline || detail !== '') && <Text size="sm">{isOffline ? t('offline') : detail}</Text>}
      {help !== null && (
        <Text size="sm">
          <strong>{t('next')}:</strong> {help}
        </Text>
      )}
      <Group gap="sm">
        {!isOffline && (
          <Anchor size="xs" underline="always" c="inherit" href={`./help/errors/${code}`}>
            {t('help', { code })}
          </Anchor>
        )}
        {onRetry !== undefined && (
          <Button size="compact-xs" variant="default" onClick={onRetry}>
            {t(isOutdated(error) ? 'lookAgain' : 'retry')}
          </Button>
        )}
      </Group>
    </Stack>
  );
  if (isPlain) return said;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={title || t('failed')}
      role="alert"
    >
      {said}
    </Alert>
  );
}
