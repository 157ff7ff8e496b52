import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { snakeCase } from '#domain/snake-case.ts';
import { createAudience } from '#store/audiences.ts';
import { createLink } from '#store/links.ts';
import { type Model, setModelAudience, updateModel } from '#store/models.ts';
import { ensureLink } from './activate.ts';
import { previewModel } from './models.ts';
import { checkLinkable } from './meta-audiences.ts';
import type { Muster } from './muster.ts';

/** The audience of a model's people, as --json prints it. */
export interface ModelAudience {
  readonly model: string;
  readonly audience: string;
  readonly metaAudienceId: string;
  /** Made for it, or there already. */
  readonly operation: 'create' | 'connect';
  /** What the model gives its people, and the audience asks for. */
  readonly trait: string;
}

interface AudienceWish {
  readonly name: string;
  readonly integrationId: number;
  /** An audience at Meta to connect to; null: one is made. */
  readonly connect: string | null;
}

/**
 * Makes an audience of the people that a model gives, and creates its counterpart at Meta or connects
 * to one that is there (features.md §3.3-24). The model's mapping gets a trait that the audience asks for.
 * @throws MusterError MODEL_AUDIENCE_SET, AUDIENCE_EXISTS, IMPORT_MAP_INVALID, and META_…
 */
export async function giveAudience(
  muster: Muster,
  model: Model,
  { name, integrationId, connect }: AudienceWish,
): Promise<ModelAudience> {
  const { store } = muster;
  if (model.audience !== null) throw new MusterError('MODEL_AUDIENCE_SET', `“${model.audience}”`);
  if (model.mode === 'delete') {
    throw new MusterError('MODEL_AUDIENCE_SET', 'in mode delete it only takes people away');
  }
  const trait = `in_${snakeCase(model.name)}`;
  const map = [model.map, `traits.${trait}='yes'`].filter((part) => part !== null).join(', ');
  await previewModel(muster, { ...model, map }, await muster.openSource(model.sourceId));
  const client = await muster.openClient(integrationId);
  const link = connect === null ? null : await checkLinkable(client, connect, false);
  const rule = { trait, op: 'exists' };
  const made = await store.tx(async (tx) => {
    const { databaseId } = model;
    const audience = await createAudience(tx, {
      ...{ databaseId, integrationId, name, rule, ruleVersion: ruleVersion(parseRule(rule)) },
      customerFileSource: 'USER_PROVIDED_ONLY',
    });
    if (link !== null) await createLink(tx, { audienceId: audience.id, databaseId, ...link });
    await updateModel(tx, { ...model, map });
    await setModelAudience(tx, model.id, audience.id);
    return audience;
  });
  const { metaAudienceId } = await ensureLink(muster, client, made);
  const operation = connect === null ? 'create' : 'connect';
  return { model: model.name, audience: name, metaAudienceId, operation, trait };
}
