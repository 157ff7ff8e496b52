import { Anchor, Paper, SimpleGrid, Text, ThemeIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../components/page.tsx';
import { sections } from './sections.ts';

/** All that can be set, each with a sentence on what it is. */
export function SettingsScreen() {
  const { t } = useTranslation('settings');
  return (
    <Page title={t('title')} lead={t('lead')}>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} component="ul" p={0} m={0}>
        {sections.map(({ to, word, Icon }) => (
          <Paper key={to} component="li" withBorder p="md" style={{ listStyle: 'none' }}>
            <ThemeIcon variant="light" size="lg" mb="xs">
              <Icon size={20} stroke={1.6} aria-hidden />
            </ThemeIcon>
            <Anchor component={Link} to={to} display="block" fw={600} underline="always">
              {t(`${word}.title`)}
            </Anchor>
            <Text size="sm" mt={4}>
              {t(`${word}.lead`)}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
    </Page>
  );
}
