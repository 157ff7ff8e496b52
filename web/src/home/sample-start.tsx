import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SampleProgress, startSample } from '../api/sample.ts';
import { CodeError } from '../components/code-error.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';
import { Section } from '../components/section.tsx';

const stages: readonly SampleProgress['stage'][] = ['sandbox', 'people', 'audience', 'send'];

/** One button from nothing to an audience that is in step with a simulated Meta. */
export function SampleStart() {
  const { t } = useTranslation('home');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [progress, setProgress] = useState<SampleProgress | null>(null);
  const start = useMutation({
    mutationFn: () => startSample(setProgress),
    meta: { isSaidInPlace: true },
    onSuccess: async (audienceId) => {
      await queries.invalidateQueries();
      await navigate({ to: '/audiences/$audienceId', params: { audienceId } });
    },
  });
  return (
    <Section title={t('sample')} lead={t('sampleLead')} actions={<SandboxBadge />}>
      {start.isPending && <Steps progress={progress} />}
      {start.error !== null && <CodeError error={start.error} onRetry={() => start.mutate()} />}
      {!start.isPending && start.error === null && (
        <Group>
          <Button
            leftSection={<IconFlask size={18} aria-hidden />}
            onClick={() => {
              setProgress(null);
              start.mutate();
            }}
          >
            {t('sampleStart')}
          </Button>
        </Group>
      )}
    </Section>
  );
}

function Steps({ progress }: { readonly progress: SampleProgress | null }) {
  const { t } = useTranslation('home');
  const stage = progress?.stage ?? 'sandbox';
  const { done = 0, total = null } = progress ?? {};
  const at = stages.indexOf(stage);
  const share = total === null || total === 0 ? 0 : Math.min(1, done / total);
  const words =
    total === null || done === 0
      ? t(`sample_${stage}`)
      : t('sampleAmount', { what: t(`sample_${stage}`), done, total });
  return (
    <Stack gap={6}>
      <Text role="status">{words}</Text>
      <Progress value={((at + share) / stages.length) * 100} animated aria-label={t('sample')} />
    </Stack>
  );
}
