import { Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import mark from '../shell/mark.svg';
import { NoAnswer } from '../shell/no-answer.tsx';
import { LooksMenu } from '../shell/looks-menu.tsx';

/** What stands around everything that is asked before somebody is signed in. */
export function LoginFrame({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={420}>
        <Stack>
          <Group justify="space-between">
            <Group gap="xs">
              <img src={mark} width={28} height={28} alt="" />
              <Text fw={700} translate="no">
                {'Muster'}
              </Text>
            </Group>
            <LooksMenu />
          </Group>
          <Title order={1} fz="h2">
            {title}
          </Title>
          {lead !== undefined && <Text size="sm">{lead}</Text>}
          <NoAnswer />
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
