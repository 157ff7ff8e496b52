import { Anchor, Box, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Check } from '../api/connections.ts';
import type { lateEnglish } from '../words/late-english.ts';
import { StateBadge, type Tone } from '../components/state-badge.tsx';

const tones = {
  pass: 'good',
  warn: 'attention',
  fail: 'bad',
  unknown: 'waiting',
} satisfies Record<Check['state'], Tone>;

/** As the API names what it looks at. */
type CheckName = keyof typeof lateEnglish.connect.checks;

/** What was looked at, what was found, and what helps where it does not pass. */
export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  const { t } = useTranslation('connect');
  return (
    <Stack gap="xs" role="list">
      {checks.map(({ name, state, found, next, link }) => (
        <Group key={name} gap="sm" wrap="nowrap" align="flex-start" role="listitem">
          <Box flex="none" miw={{ base: 0, sm: '7rem' }}>
            <StateBadge tone={tones[state]} label={t(`check_${state}`)} size="sm" />
          </Box>
          <Box miw={0}>
            <Text size="sm">
              <strong>{t(`checks.${name as CheckName}`)}:</strong> {found}
            </Text>
            {next !== null && <Text size="sm">{next}</Text>}
            {link !== null && (
              <Anchor href={link} target="_blank" rel="noreferrer" size="sm" underline="always">
                {link}
              </Anchor>
            )}
          </Box>
        </Group>
      ))}
    </Stack>
  );
}
