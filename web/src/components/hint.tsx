import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';

/** A sentence about what stands here, on hover, focus and touch. Loaded when it is first needed. */
export function Hint({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactElement;
}) {
  return (
    <Tooltip label={label} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      {children}
    </Tooltip>
  );
}
