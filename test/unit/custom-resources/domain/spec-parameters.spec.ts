import { expect, it } from 'vitest';
import { nameSchema } from '../../../../src/custom-resources/domain/spec-parameters.js';

const name = nameSchema('Name of the share.', 'db-for-shop');

it.each(['db', 'db.for-shop', 'a'.repeat(253)])('a custom resource may be named %j', (text) => {
  expect(name.safeParse(text).success).toBe(true);
});

it.each(['', 'Db', 'db_x', '-db', 'a'.repeat(254)])('no custom resource is named %j', (text) => {
  expect(name.safeParse(text).success).toBe(false);
});
