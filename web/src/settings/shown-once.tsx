import { Alert, Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface ShownOnceProps {
  readonly title: string;
  readonly secret: string;
  readonly children?: string;
}

/** A secret that nobody can show again, to be copied now. */
export function ShownOnce({ title, secret, children }: ShownOnceProps) {
  const { t } = useTranslation('settings');
  return (
    <Alert title={title} role="status">
      <Text size="sm" mb="xs">
        {children ?? t('shownOnce')}
      </Text>
      <Copied text={secret} />
    </Alert>
  );
}

/** A text as it stands, and a button that copies it. */
export function Copied({ text }: { readonly text: string }) {
  const { t } = useTranslation('settings');
  return (
    <Group gap="xs" align="flex-start">
      <Code
        block
        flex="1 1 12rem"
        translate="no"
        tabIndex={0}
        style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {t(copied ? 'copied' : 'copy')}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
