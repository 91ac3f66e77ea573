import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { specSchema } from '../../../../src/rotation/domain/spec-schema.js';
import { type Members, passwordBody } from '../policy.builder.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema | readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly [bound: string]: unknown;
}

const lower = ['minimum', 'minLength', 'minItems'];
const upper = ['maximum', 'maxLength', 'maxItems'];

/** The schema of `spec` in the definition that is installed in clusters. */
function clusterSchema(): Schema {
  const text = readFileSync('deploy/crds/secretrotations.yaml', 'utf8');
  const definition = parse(text, { maxAliasCount: -1 }) as {
    readonly spec: { readonly versions: readonly [{ readonly schema: Schema }] };
  };
  const [{ schema }] = definition.spec.versions;
  const root = schema['openAPIV3Schema'] as Schema;
  return root.properties?.['spec'] ?? {};
}

/** Where the gateway takes what the cluster refuses. */
function wider(path: string, own: Schema, cluster: Schema | undefined): readonly string[] {
  if (cluster === undefined) return [`${path} is unknown`];
  const bounds = [...lower, ...upper].filter((name) => {
    const [mine, theirs] = [own[name], cluster[name]];
    if (typeof mine !== 'number' || typeof theirs !== 'number') return false;
    return lower.includes(name) ? mine < theirs : mine > theirs;
  });
  const isOther = own.enum?.some((one) => cluster.enum?.includes(one) === false) === true;
  const members = Object.entries(own.properties ?? {}).flatMap(([name, member]) =>
    wider(`${path}/${name}`, member, cluster.properties?.[name]),
  );
  return [
    ...bounds.map((name) => `${path} ${name}`),
    ...(isOther ? [`${path} enum`] : []),
    ...members,
    ...(own.oneOf ?? []).flatMap((one) => wider(path, one, cluster)),
    ...itemsWider(path, own, cluster),
  ];
}

function itemsWider(path: string, { items }: Schema, cluster: Schema): readonly string[] {
  const isOne = items !== undefined && !Array.isArray(items);
  return isOne ? wider(`${path}/0`, items as Schema, cluster.items as Schema) : [];
}

/** Names of members in a schema, at every depth. */
function places(path: string, schema: Schema): readonly string[] {
  const items = schema.items === undefined ? [] : [schema.items].flat();
  const inside = [...items, ...(schema.oneOf ?? [])].flatMap((one) => places(path, one as Schema));
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [
    `${path}/${name}`,
    ...places(`${path}/${name}`, member),
  ]);
  return [...inside, ...members];
}

describe('the schema of a spec', () => {
  const own = z.toJSONSchema(specSchema, { io: 'input', unrepresentable: 'any' }) as Schema;

  it('takes nothing that the definition in the cluster refuses', () => {
    expect(wider('', own, clusterSchema())).toEqual([]);
  });

  it('knows every member of the definition in the cluster', () => {
    const theirs = new Set(places('', clusterSchema()));
    theirs.delete('/secretName');
    const mine = new Set(places('', own));
    expect([...theirs].filter((one) => !mine.has(one))).toEqual([]);
  });

  it.each<[string, Members]>([
    ['/retireAfter', { retireAfter: '1' }],
    ['/retireAfter', { retireAfter: '721h' }],
    ['/consumers/timeout', { consumers: { timeout: '8d' } }],
    ['/schedule/every', { schedule: { every: '3661d' } }],
    ['/schedule/window', { schedule: { window: '59s' } }],
    ['/schedule/jitter', { schedule: { jitter: '169h' } }],
    ['/generate/0/certificate/lifetime', certificateFor('59m')],
    ['/generate/0/certificate/lifetime', certificateFor('3661d')],
  ])('bounds the duration at %s', (pointer, members) => {
    const { error } = specSchema.safeParse({ ...passwordBody, ...members });
    expect(error?.issues.map(({ path }) => `/${path.join('/')}`)).toEqual([pointer]);
  });

  it('says within which bounds a duration is', () => {
    const { error } = specSchema.safeParse({ ...passwordBody, schedule: { every: '1s' } });
    expect(error?.issues.map(({ message }) => message)).toEqual(['must be from 1m to 3660d']);
  });
});

function certificateFor(lifetime: string): Members {
  return { generate: [{ key: 'tls.key', certificate: { lifetime } }] };
}
