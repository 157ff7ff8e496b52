import { Accordion, Anchor, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { connectGuideQuery } from '../api/connections.ts';
import { CodeError } from '../components/code-error.tsx';
import { Section } from '../components/section.tsx';

/** How to come by an ad account id, an app, a system user and a token, step by step, with the links. */
export function Guide() {
  const { t } = useTranslation('connect');
  const { data, error, refetch } = useQuery(connectGuideQuery);
  return (
    <Section title={t('guide')} lead={t('guideLead')}>
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={200} />}
      <Accordion variant="contained" order={3}>
        {data?.map(({ title, words, links }, i) => (
          <Accordion.Item key={title} value={title}>
            <Accordion.Control>
              {i + 1}. {title}
            </Accordion.Control>
            <Accordion.Panel>
              <Stack gap="xs">
                <Text size="sm">{words}</Text>
                <Group gap="sm">
                  {links.map((link) => (
                    <Anchor
                      key={link.url}
                      href={link.url}
                      target="_blank"
                      rel="noreferrer"
                      size="sm"
                      underline="always"
                    >
                      {link.title}
                    </Anchor>
                  ))}
                </Group>
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Section>
  );
}
