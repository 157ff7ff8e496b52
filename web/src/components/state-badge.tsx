import { Badge, type BadgeProps } from '@mantine/core';

export type Tone = 'good' | 'busy' | 'waiting' | 'attention' | 'bad' | 'quiet';

/** Never by colour alone: the words inside say the same. */
const colors: Record<Tone, string> = {
  good: 'teal.9',
  busy: 'blue.9',
  waiting: 'gray.6',
  attention: 'orange.9',
  bad: 'red.9',
  quiet: 'gray.7',
};

export function StateBadge({
  tone,
  label,
  size = 'md',
}: {
  readonly tone: Tone;
  readonly label: string;
  readonly size?: BadgeProps['size'];
}) {
  return (
    <Badge
      variant="dot"
      color={colors[tone]}
      size={size ?? 'md'}
      tt="none"
      fw={500}
      // A table would cut it to three dots.
      miw="max-content"
    >
      {label}
    </Badge>
  );
}
