import { describe, expect, it } from 'vitest';
import {
  environmentImportOf,
  environmentImportSchema,
} from '../../../../src/environments/domain/environment-import.js';

describe('an entry of imports', () => {
  it.each([
    ['base', { kind: 'SecretEnvironment', name: 'base' }],
    ['secretimports/pay-db', { kind: 'SecretImport', name: 'pay-db' }],
    ['secretimports', { kind: 'SecretEnvironment', name: 'secretimports' }],
  ])('%s', (text, named) => {
    expect(environmentImportOf(text)).toEqual(named);
    expect(environmentImportSchema.safeParse(text).success).toBe(true);
  });

  it.each([
    '',
    'Base',
    'secretimports/',
    'secretimports/a/b',
    'secrets/db',
    '/base',
    'a'.repeat(254),
  ])('is not "%s"', (text) => {
    expect(environmentImportSchema.safeParse(text).success).toBe(false);
  });
});
