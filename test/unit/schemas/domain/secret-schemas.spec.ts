import { expect, it } from 'vitest';
import {
  clusterSchema,
  localSchemaKind,
  parseSchema,
  schemaKind,
  schemaKindOf,
  schemaName,
} from '../../../../src/schemas/domain/secret-schemas.js';
import { checkedTypes } from '../../../../src/secrets/domain/secret-types.js';
import { aLocalSchema, aSchema } from '../schema.builder.js';

it('keeps schemas of a namespace apart from those of the cluster with the same name', () => {
  expect(schemaName(clusterSchema('login'))).toBe('login');
  expect(schemaName({ namespace: 'shop', name: 'login' })).toBe('shop/login');
  expect(parseSchema(aSchema('login', {})).rules?.name).toBe('login');
  expect(parseSchema(aLocalSchema('shop', 'login', {})).rules?.name).toBe('shop/login');
});

it('gives no schema of a namespace the name of a type with rules', () => {
  for (const type of checkedTypes) expect(type.split('/')[0]).toContain('.');
});

it('has a kind for schemas of the cluster, and one for those of a namespace', () => {
  expect(schemaKindOf(clusterSchema('login'))).toBe(schemaKind);
  expect(schemaKindOf({ namespace: 'shop' })).toBe(localSchemaKind);
});
