import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isOffline, isOutdated, problemOf } from '../api/problem.ts';

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
  const isSilent = isOffline(error);
  // What is read again by itself need not say so at each of its places: the screen does above.
  if (isSilent && onRetry !== undefined) {
    return (
      <Group gap="sm">
        <Text size="sm">{t('offline')}</Text>
        <Button size="compact-xs" variant="default" onClick={onRetry}>
          {t('retry')}
        </Button>
      </Group>
    );
  }
  const help = isSilent ? t('offlineTyped') : next;
  const said = (
    <Stack gap={4}>
      {(isSilent || detail !== '') && <Text size="sm">{isSilent ? t('offline') : detail}</Text>}
      {help !== null && (
        <Text size="sm">
          <strong>{t('next')}:</strong> {help}
        </Text>
      )}
      <Group gap="sm">
        {!isSilent && (
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
