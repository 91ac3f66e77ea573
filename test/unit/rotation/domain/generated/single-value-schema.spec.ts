import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  singleValueGenerator,
  singleValueKinds,
  singleValueSchemas,
} from '../../../../../src/rotation/domain/generated/single-value-schema.js';

type Json = Readonly<Record<string, unknown>>;

/** Members by which definitions and the gateway may differ in words alone. */
const compared = ['type', 'minimum', 'maximum', 'maxLength', 'maxItems', 'enum', 'description'];

const memberAt = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((found, name) => (found as Json | undefined)?.[name], value);

function crdSpec(file: string): unknown {
  const text = readFileSync(`deploy/crds/${file}.yaml`, 'utf8');
  const definition: unknown = parse(text, { maxAliasCount: -1 });
  const schema = ['spec', 'versions', '0', 'schema', 'openAPIV3Schema', 'properties', 'spec'];
  return memberAt(definition, ...schema, 'properties');
}

const definitions: readonly (readonly [string, unknown])[] = [
  ['secretrotations', memberAt(crdSpec('secretrotations'), 'generate', 'items')],
  [
    'secretschemas',
    memberAt(crdSpec('secretschemas'), 'keys', 'additionalProperties', 'properties', 'generate'),
  ],
];

/** The rules of a generator and of each of its members, by name. */
function rulesOf(schema: unknown, names: readonly string[]): Json {
  const { properties = {}, ...own } = schema as { properties?: Json };
  const members = Object.entries(properties).map(([name, member]) => [
    name,
    rulesOf(member, names),
  ]);
  const items = memberAt(own, 'items', 'enum');
  const rules = Object.entries(own).filter(([name]) => names.includes(name));
  return { ...Object.fromEntries(rules), items, ...Object.fromEntries(members) } as Json;
}

describe.each(singleValueKinds)('the generator %s', (kind) => {
  const own = z.toJSONSchema(singleValueSchemas[kind], { io: 'input' });

  it.each(definitions)('has the limits and words of %s in the cluster', (_file, generators) => {
    const theirs = memberAt(generators, 'properties', kind);
    expect(rulesOf(own, compared)).toEqual(rulesOf(theirs, compared));
  });

  it('has defaults that the cluster adds to a schema as well', () => {
    const [, [, generators] = []] = definitions;
    const theirs = memberAt(generators, 'properties', kind);
    expect(rulesOf(own, ['default'])).toEqual(rulesOf(theirs, ['default']));
  });
});

describe('a generator as it is written', () => {
  const { password, bytes } = singleValueSchemas;

  it('is read with its defaults', () => {
    expect(singleValueGenerator({ password: password.parse({ length: 40 }) })).toEqual({
      kind: 'password',
      password: { length: 40, classes: ['lower', 'upper', 'digits'], allow: '', forbid: '' },
    });
    expect(singleValueGenerator({ bytes: bytes.parse({}) })).toEqual({
      kind: 'bytes',
      bytes: { sizeBytes: 32, encoding: 'base64' },
    });
    expect(singleValueGenerator({ uuid: {} })).toEqual({ kind: 'uuid' });
  });

  it('is absent if it makes more than one value', () => {
    expect(singleValueGenerator({})).toBeUndefined();
  });
});
