import { describe, expect, test } from 'vitest';
import { renderFormat } from '../../../../../src/secrets/domain/formats/render.js';
import { marker, pointers, values } from '../secret.builder.js';

describe.each(['env', 'dotenv', 'docker'] as const)('%s', (format) => {
  test('refuses keys that are no variable, unless names=upper maps them', () => {
    const entries = { 'mongodb-root-password': 'x', 'tls.crt': 'y', b: 'z' };
    const both = ['/data/mongodb-root-password', '/data/tls.crt'];
    expect(pointers(() => variables(entries))).toEqual(both);
    expect(variables(entries, 'upper')).toBe('B=z\nMONGODB_ROOT_PASSWORD=x\nTLS_CRT=y\n');
    expect(pointers(() => variables({ '1a': marker }, 'upper'))).toEqual(['/data/1a']);
  });

  test('refuses two keys on one name', () => {
    const act = () => variables({ 'a-b': marker, 'a.b': marker, a_b: marker }, 'upper');
    expect(pointers(act)).toEqual(['/data/a.b', '/data/a_b']);
  });

  test('refuses NUL and names the key', () => {
    expect(pointers(() => variables({ a: `${marker}\0` }))).toEqual(['/data/a']);
  });

  function variables(entries: Record<string, string>, names?: 'upper'): string {
    return renderFormat(values(entries), { format, names });
  }
});
