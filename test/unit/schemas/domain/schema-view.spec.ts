import { expect, it } from 'vitest';
import { builtInSchemas } from '../../../../src/schemas/domain/built-in-schemas.js';
import { compiledSpec } from '../../../../src/schemas/domain/compiled-spec.js';
import { schemaSpecSchema } from '../../../../src/schemas/domain/schema-spec.js';
import { builtInViews, listedViews, viewOf } from '../../../../src/schemas/domain/schema-view.js';
import { parseSchema } from '../../../../src/schemas/domain/secret-schemas.js';
import { aLocalSchema, aSchema } from '../schema.builder.js';

it('shows a schema as it was written, and whether it can be used', () => {
  const object = aSchema('login', { mode: 'strict' });
  const view = viewOf({ object, namespaceUid: '', ...compiledSpec('login', object.spec) });
  expect(view).toMatchObject({
    name: 'login',
    spec: object.spec,
    readOnly: { builtIn: false, state: 'Invalid', problems: [{ pointer: '/mode' }] },
    etag: '"uid-login.1"',
  });
});

it('shows built-in schemas in the form of a SecretSchema', () => {
  expect([...builtInViews.keys()]).toEqual([...builtInSchemas.keys()]);
  for (const { spec } of builtInViews.values()) {
    expect(schemaSpecSchema.safeParse(spec).error?.issues).toBeUndefined();
  }
  expect(builtInViews.get('tls')?.spec['keys']).toMatchObject({
    'tls.crt': { kind: 'certificate', required: true },
  });
});

it('lists a built-in schema once, though the cluster has a schema of its name', () => {
  const schemas = ['zoo', 'tls'].map((name) => parseSchema(aSchema(name, {})));
  const listed = listedViews(schemas, { builtIn: true });
  const names = listed.map(({ name }) => name);
  expect(names).toEqual([...builtInSchemas.keys(), 'zoo'].toSorted());
  expect(listed.find(({ name }) => name === 'tls')?.readOnly.builtIn).toBe(true);
});

it('lists no built-in schema with those of a namespace', () => {
  const schemas = ['tls', 'login'].map((name) => parseSchema(aLocalSchema('shop', name, {})));
  const listed = listedViews(schemas, { builtIn: false });
  expect(listed.map(({ name, readOnly }) => [name, readOnly.builtIn])).toEqual([
    ['login', false],
    ['tls', false],
  ]);
});
