import type { Audience } from '../api/audiences.ts';
import { answered, api } from '../api/client.ts';
import { editMembers } from '../api/hand.ts';
import {
  creationOf,
  type Draft,
  draftOf,
  editOf,
  fillingOf,
  handEditOf,
  isOtherWay,
} from './draft.ts';
import { editOfHand } from './hand.ts';

export interface Saving {
  readonly draft: Draft;
  /** What the draft was made from: an edit of somebody else in between is never lost. */
  readonly seen: Audience;
  /** What becomes of who is in it, where it is filled another way. */
  readonly members: 'keep' | 'drop';
  readonly isClosing: boolean;
}

/**
 * Everything that differs, in the order in which nothing is done on top of somebody else's edit.
 * @throws ProblemError AUDIENCE_CHANGED (412) when somebody else saved meanwhile
 */
export async function saveAudience({ draft, seen, members }: Saving): Promise<SavedPeople> {
  const saved = draftOf(seen);
  const path = { audienceId: seen.id };
  const edit = editOf(draft, saved);
  if (Object.keys(edit).length > 0) {
    await answered(
      api.PATCH('/audiences/{audienceId}', {
        params: { path, header: { 'if-match': `"${seen.version}"` }, query: {} },
        body: edit,
      }),
    );
  }
  if (isOtherWay(draft, saved)) {
    await answered(
      api.POST('/audiences/{audienceId}/way', {
        params: { path },
        body: { ...fillingOf(draft), members },
      }),
    );
  }
  if (draft.name !== saved.name) {
    await answered(
      api.POST('/audiences/{audienceId}/rename', { params: { path }, body: { name: draft.name } }),
    );
  }
  return await savePeople(seen.id, draft);
}

/** Makes it, and puts in whom was named or found by hand. */
export async function makeAudience(
  draft: Draft,
): Promise<{ readonly made: Audience; readonly people: SavedPeople }> {
  const made = await answered(api.POST('/audiences', { body: creationOf(draft) }));
  return { made, people: await savePeople(made.id, draft) };
}

/** What a change by hand did; null: there was none. */
export type SavedPeople = { readonly added: number; readonly removed: number } | null;

async function savePeople(audienceId: string, draft: Draft): Promise<SavedPeople> {
  const hand = handEditOf(draft);
  return hand === null ? null : await editMembers(audienceId, editOfHand(hand));
}
