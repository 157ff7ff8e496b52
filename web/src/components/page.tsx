import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

/** Whether somebody has gone from one screen to another since the page was loaded. */
let hasMoved = false;

/** One screen: its heading, which takes the focus when somebody comes here, and what can be done. */
export function Page({
  title,
  lead,
  badges,
  actions,
  children,
}: {
  readonly title: string;
  /** A sentence on what this screen is for. */
  readonly lead?: ReactNode;
  readonly badges?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (hasMoved) heading.current?.focus();
    hasMoved = true;
  }, []);
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} miw={0} flex="1 1 16rem">
          <Group gap="sm">
            <Title order={1} ref={heading} tabIndex={-1}>
              {title}
            </Title>
            {badges}
          </Group>
          {lead !== undefined && (
            <Text c="dimmed" maw="70ch">
              {lead}
            </Text>
          )}
        </Stack>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
