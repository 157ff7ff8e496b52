import { catalogue, type ErrorCode } from '#domain/errors/catalogue.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import * as contract from '../contract/errors.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { wordsOf } from './error-words.ts';

/** Open to strangers: signing in fails with codes, too, and the catalogue is no secret. */
export function serveErrors(api: Api, parts: ApiParts): void {
  answer(api, parts, contract.explainError, async ({ params: { code } }, context) => {
    if (!Object.hasOwn(catalogue, code)) throw new MusterError('API_NOT_FOUND', 'no such code');
    const known = code as ErrorCode;
    const { exitCode } = catalogue[known];
    return await Promise.resolve({ code, exitCode, ...wordsOf(context, known) });
  });
}
