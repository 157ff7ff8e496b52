import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface TermsPanelProps {
  /** Where they are accepted, or null where Meta did not say. */
  readonly link: string | null;
  readonly isBusy: boolean;
  readonly onRecheck: () => void;
}

/** Nothing goes to an ad account before a person of its business accepted the terms (features.md C-07). */
export function TermsPanel({ link, isBusy, onRecheck }: TermsPanelProps) {
  const { t } = useTranslation('connect');
  return (
    <Alert color="orange" title={t('terms.title')} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t('terms.why')}</Text>
        {link !== null && (
          <Anchor href={link} target="_blank" rel="noreferrer" size="sm" underline="always">
            {t('terms.accept')}
          </Anchor>
        )}
        <Group gap="sm">
          <Button size="compact-sm" variant="default" loading={isBusy} onClick={onRecheck}>
            {t('terms.recheck')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
