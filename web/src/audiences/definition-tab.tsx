import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { Facts } from '../components/facts.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';

/** View definition: what the audience is and who belongs. */
export function DefinitionTab({ audience }: { readonly audience: Audience }) {
  const { t, i18n } = useTranslation(['audience', 'audiences', 'place']);
  const { name, database, entity, createdAt, activatedAt, members, membersChangedAt } = audience;
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Section title={t('audience:tabDefinition')} lead={audience.definition}>
      <Facts
        facts={[
          [t('audiences:name'), name],
          [t('audiences:description'), audience.description || '–'],
          [t('audiences:database'), database],
          [t('audiences:entity'), entity],
          [t('audiences:way'), t(`audiences:way_${audience.way}`)],
          ...(audience.eventKey === null
            ? []
            : [[t('audience:eventKey'), <code key="event">{audience.eventKey}</code>] as const]),
          [t('audiences:created'), <Moment key="created" at={createdAt} />],
          [t('audiences:activatedOn'), <Moment key="activated" at={activatedAt} />],
          [
            t('audiences:members'),
            audience.evaluated ? number.format(members) : t('audiences:notCounted'),
          ],
          [t('audiences:membersChangedOn'), <Moment key="changed" at={membersChangedAt} />],
          [t('audiences:integration'), audience.integration ?? '–'],
          [t('audiences:adAccount'), audience.adAccount ?? '–'],
          [
            t('audience:source'),
            t(`place:sources.${audience.customerFileSource}` as never, audience.customerFileSource),
          ],
          [t('audience:optOutLink'), audience.optOutLink ?? '–'],
          [t('audiences:folder'), audience.folder ?? '–'],
          [t('audiences:labels'), audience.labels.join(', ') || '–'],
        ]}
      />
    </Section>
  );
}
