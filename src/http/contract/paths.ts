import type { z } from '@hono/zod-openapi';
import type { problem } from './route.ts';

/** What is read of a route; wide, so that any route fits. */
export interface AnyRoute {
  readonly method: string;
  readonly path: string;
  readonly request?: object;
  readonly responses: object;
}

/**
 * Routes in the shape that openapi-fetch wants: by path, by method, with parameters, body and responses
 * (https://openapi-ts.dev/openapi-fetch/, 2026-11-22). Nothing is generated, so nothing can be stale.
 */
export type PathsOf<R extends AnyRoute> = {
  [P in R['path']]: { [M in Extract<R, { path: P }>['method']]: Operation<Matching<R, P, M>> };
};

type Matching<R extends AnyRoute, P, M> = Extract<R, { path: P; method: M }>;

type Operation<R> = R extends { responses: infer Answers }
  ? { parameters: Parameters<RequestOf<R>>; responses: Responses<Answers> } & Body<RequestOf<R>>
  : never;

type RequestOf<R> = R extends { request: infer Q } ? Q : object;

type Parameters<Q> = Part<Q, 'query', 'query'> &
  Part<Q, 'params', 'path'> &
  Part<Q, 'headers', 'header'>;

type Part<Q, From extends string, As extends string> = Q extends {
  [K in From]: infer S extends z.ZodType;
}
  ? object extends z.input<S>
    ? { [K in As]?: z.input<S> }
    : { [K in As]: z.input<S> }
  : { [K in As]?: never };

type Body<Q> = Q extends { body: { content: infer C; required: true } }
  ? { requestBody: { content: Contents<C, 'input'> } }
  : Q extends { body: { content: infer C } }
    ? { requestBody?: { content: Contents<C, 'input'> } }
    : { requestBody?: never };

type Responses<A> = {
  [Status in keyof A]: {
    headers: { [name: string]: unknown };
    content: A[Status] extends { content: infer C } ? Contents<C, 'output'> : never;
  };
} & {
  default: {
    headers: { [name: string]: unknown };
    content: { 'application/problem+json': z.output<typeof problem> };
  };
};

type Contents<C, Way extends 'input' | 'output'> = {
  [Media in keyof C]: C[Media] extends { schema: infer S extends z.ZodType }
    ? Way extends 'input'
      ? z.input<S>
      : z.output<S>
    : string;
};
