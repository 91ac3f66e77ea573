import { SecretValues } from '@sallyport/client';
import { describe, expect, it } from 'vitest';
import { isSameRun, runValues, type WantedRun } from '../../../../src/cli/process/run-values.js';
import { ReadValues } from '../../../../src/cli/values/read-values.js';

const db = { namespace: 'pay', name: 'db' };
const shop = { namespace: 'pay', name: 'shop' };
const base: WantedRun = {
  secrets: [],
  keys: [],
  environments: [],
  names: undefined,
  asFiles: false,
};

function read(texts: Readonly<Record<string, string>>, environment = texts): ReadValues {
  const values = new ReadValues();
  const of = (stringData: Readonly<Record<string, string>>) => new SecretValues({ stringData });
  const namespace = { kind: 'namespace', namespace: 'pay', entries: ['db'] } as const;
  values.add(namespace, new Map([['db', of(texts)]]));
  values.add({ kind: 'environment', ...shop }, new Map([['shop', of(environment)]]));
  return values;
}

describe('what a program gets', () => {
  it('are variables of whole Secrets, of environments and of single keys', () => {
    const keys = [{ ...db, key: 'user', variable: 'PGUSER' }];
    const wanted = { ...base, secrets: [db], environments: [shop], keys };
    expect(runValues(wanted, read({ user: 'app' }, { HOST: 'h' }))).toEqual({
      variables: { user: 'app', HOST: 'h', PGUSER: 'app' },
      files: new Map(),
    });
  });

  it('are files of whole Secrets where the user asks for files', () => {
    const { variables, files } = runValues(
      { ...base, secrets: [db], asFiles: true },
      read({ a: '1' }),
    );
    expect(variables).toEqual({});
    expect(files.get('db')?.get('a')?.revealText()).toBe('1');
  });

  it('has no variable, and no folder, twice', () => {
    const twice = { ...base, secrets: [db], environments: [shop] };
    expect(() => runValues(twice, read({ a: '1' }))).toThrow('the variable a is set twice');
    const folders = { ...twice, environments: [db], asFiles: true };
    expect(() => runValues(folders, read({ a: '1' }))).toThrow('two folders of files');
  });

  it('is the same if no variable and no file differs', () => {
    for (const asFiles of [false, true]) {
      const given = (texts: Readonly<Record<string, string>>) =>
        runValues({ ...base, secrets: [db], asFiles }, read(texts));
      expect(isSameRun(given({ a: '1' }), given({ a: '1' }))).toBe(true);
      expect(isSameRun(given({ a: '1' }), given({ a: '2' }))).toBe(false);
      expect(isSameRun(given({ a: '1' }), given({ a: '1', b: '2' }))).toBe(false);
      expect(isSameRun(given({ a: '1', b: '2' }), given({ a: '1' }))).toBe(false);
    }
  });
});
