/** What of an OpenAPI document a client relies on; wide, since it is read from a file. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Contents };
  readonly responses?: Readonly<Record<string, { readonly content?: Contents }>>;
}

type Contents = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/**
 * What a client of the document before would stumble over in the one after: what is gone, what is
 * needed that was not, what has another type. Whatever was only added is fine.
 */
export function breakingChanges(before: ApiDocument, after: ApiDocument): string[] {
  const schemas = { before: before.components?.schemas, after: after.components?.schemas };
  return Object.entries(before.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, old]) => {
      const now = after.paths[path]?.[method];
      const place = `${method.toUpperCase()} ${path}`;
      if (now === undefined) return [`${place} is gone`];
      return [
        ...(old.operationId === now.operationId ? [] : [`${place} has another operationId`]),
        ...parametersBroken(old, now, place),
        ...bodyBroken(old, now, place, schemas),
        ...answersBroken(old, now, place, schemas),
      ];
    }),
  );
}

function parametersBroken(old: Operation, now: Operation, place: string): string[] {
  const key = (one: { in: string; name: string }) => `${one.in} ${one.name}`;
  const known = new Map((old.parameters ?? []).map((one) => [key(one), one]));
  const still = new Map((now.parameters ?? []).map((one) => [key(one), one]));
  return [
    ...[...known.keys()].filter((one) => !still.has(one)).map((one) => `${place}: ${one} is gone`),
    ...[...still]
      .filter(([one, { required }]) => required === true && known.get(one)?.required !== true)
      .map(([one]) => `${place}: ${one} is needed now`),
    ...[...known].flatMap(([one, { schema }]) =>
      valuesGone(schema, still.get(one)?.schema).map(
        (value) => `${place}: ${one} no longer takes ${value}`,
      ),
    ),
  ];
}

interface Schemas {
  readonly before: Readonly<Record<string, Schema>> | undefined;
  readonly after: Readonly<Record<string, Schema>> | undefined;
}

function bodyBroken(old: Operation, now: Operation, place: string, schemas: Schemas): string[] {
  const media = Object.keys(old.requestBody?.content ?? {});
  const gone = media.filter((type) => now.requestBody?.content?.[type] === undefined);
  const newlyNeeded = now.requestBody?.required === true && old.requestBody?.required !== true;
  return [
    ...gone.map((type) => `${place} no longer takes ${type}`),
    ...(newlyNeeded ? [`${place} needs a body now`] : []),
    ...media.flatMap((type) =>
      takenBroken(
        resolved(old.requestBody?.content?.[type]?.schema, schemas.before),
        resolved(now.requestBody?.content?.[type]?.schema, schemas.after),
        `${place} body`,
        schemas,
      ),
    ),
  ];
}

function answersBroken(old: Operation, now: Operation, place: string, schemas: Schemas): string[] {
  return Object.entries(old.responses ?? {}).flatMap(([status, { content = {} }]) => {
    const answer = now.responses?.[status];
    if (answer === undefined) return [`${place} no longer answers ${status}`];
    return Object.entries(content).flatMap(([type, { schema }]) =>
      givenBroken(
        resolved(schema, schemas.before),
        resolved(answer.content?.[type]?.schema, schemas.after),
        `${place} ${status}`,
        schemas,
      ),
    );
  });
}

/** Of what is sent: nothing more may be needed, and nothing be refused that was taken. */
function takenBroken(old: Schema, now: Schema, place: string, schemas: Schemas): string[] {
  const needed = (now.required ?? []).filter((name) => !(old.required ?? []).includes(name));
  return [
    ...needed.map((name) => `${place}: ${name} is needed now`),
    ...valuesGone(old, now).map((value) => `${place} no longer takes ${value}`),
    ...Object.entries(old.properties ?? {}).flatMap(([name, schema]) => {
      const still = now.properties?.[name];
      if (still === undefined) return [`${place}: ${name} is gone`];
      const [before, after] = [resolved(schema, schemas.before), resolved(still, schemas.after)];
      return takenBroken(before, after, `${place}.${name}`, schemas);
    }),
  ];
}

/** Of what is answered: everything is still there, and of the same type. */
function givenBroken(
  old: Schema,
  now: Schema,
  place: string,
  schemas: Schemas,
  depth = 12,
): string[] {
  if (depth === 0) return [];
  const types = (schema: Schema) => [schema.type ?? []].flat().toSorted().join(' or ');
  if (types(old) !== types(now)) return [`${place} was ${types(old)} and is ${types(now)}`];
  const items =
    old.items === undefined || now.items === undefined
      ? []
      : givenBroken(
          resolved(old.items, schemas.before),
          resolved(now.items, schemas.after),
          `${place}[]`,
          schemas,
          depth - 1,
        );
  const properties = Object.entries(old.properties ?? {}).flatMap(([name, schema]) => {
    const still = now.properties?.[name];
    if (still === undefined) return [`${place}.${name} is gone`];
    const [before, after] = [resolved(schema, schemas.before), resolved(still, schemas.after)];
    return givenBroken(before, after, `${place}.${name}`, schemas, depth - 1);
  });
  return [...items, ...properties];
}

function valuesGone(old: Schema | undefined, now: Schema | undefined): string[] {
  if (old?.enum === undefined || now?.enum === undefined) return [];
  return old.enum.filter((value) => !now.enum?.includes(value)).map(String);
}

function resolved(
  schema: Schema | undefined,
  schemas: Readonly<Record<string, Schema>> | undefined,
): Schema {
  const name = schema?.$ref?.split('/').at(-1);
  return (name === undefined ? schema : schemas?.[name]) ?? {};
}
