import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { environmentSpecSchema } from '../../../../src/environments/domain/environment-spec.js';
import {
  mergeEnvironments,
  pointerToValue,
} from '../../../../src/environments/domain/merge-environments.js';

const literal = (value: string) => ({ value });

function merge(
  name: string,
  specs: Readonly<Record<string, object>>,
  imports: Readonly<Record<string, readonly string[]>> = {},
  failures: Readonly<Record<string, Error>> = {},
  failed?: (error: unknown) => void,
) {
  const loads: string[] = [];
  const merged = mergeEnvironments(name, {
    ...(failed && { failed }),
    environment: async (one) => {
      loads.push(one);
      if (failures[one] !== undefined) throw failures[one];
      const spec = specs[one];
      if (spec === undefined) throw new Error(`${one} is absent`);
      return environmentSpecSchema.parse(spec);
    },
    importedKeys: async (one) => {
      loads.push(`import ${one}`);
      return imports[one] ?? [];
    },
  });
  return { merged, loads };
}

async function valuesOf(name: string, specs: Readonly<Record<string, object>>) {
  const merged = await merge(name, specs).merged;
  return Object.fromEntries([...merged].map(([key, { value }]) => [key, value]));
}

describe('a merge', () => {
  it('takes all keys of a SecretImport, in its place among the imports', async () => {
    const specs = {
      app: { imports: ['one', 'secretimports/db', 'two'] },
      one: { values: { USER: literal('one') } },
      two: { imports: ['secretimports/db'], values: { PORT: literal('two') } },
    };
    const { merged, loads } = merge('app', specs, { db: ['USER', 'PASSWORD', 'PORT'] });
    expect(Object.fromEntries(await merged)).toEqual({
      USER: { import: { name: 'db', key: 'USER' } },
      PASSWORD: { import: { name: 'db', key: 'PASSWORD' } },
      PORT: literal('two'),
    });
    expect(loads).toEqual(['app', 'one', 'import db', 'two']);
  });

  it('refuses a key of an import that cannot be the name of a value', async () => {
    const { merged } = merge('app', { app: { imports: ['secretimports/db'] } }, { db: ['-x'] });
    await expect(merged).rejects.toMatchObject({
      errors: [
        { pointer: '/imports', reason: expect.stringContaining('"-x" of secretimports/db') },
      ],
    });
  });

  it('names the way to an import that is not there, or may not be read', async () => {
    const specs = { app: { imports: ['base'] }, base: { imports: ['gone'] } };
    const failure = new SallyportError('NotFound', 'gone is not there');
    const { merged } = merge('app', specs, {}, { gone: failure });
    await expect(merged).rejects.toMatchObject({
      code: 'NotFound',
      errors: [{ pointer: '/imports', reason: 'app → base → gone: gone is not there' }],
    });
  });

  it('leaves out imports that fail, and tells each failure, if that is wanted', async () => {
    const specs = {
      app: { imports: ['gone', 'one'], values: { B: literal('app') } },
      one: { imports: ['app', 'lost'], values: { A: literal('one') } },
    };
    const failures: unknown[] = [];
    const failing = { gone: new Error('gone'), lost: new Error('lost') };
    const { merged } = merge('app', specs, {}, failing, (error) => failures.push(error));
    expect(Object.fromEntries(await merged)).toEqual({ A: literal('one'), B: literal('app') });
    expect(failures).toMatchObject([
      { message: 'gone' },
      { message: expect.stringContaining('app → one → app') as string },
      { message: 'lost' },
    ]);
  });

  it('counts imports among the environments', async () => {
    const many = (from: number) =>
      Array.from({ length: 16 }, (_, at) => `secretimports/i${from + at}`);
    const specs = {
      app: { imports: ['other', ...many(0).slice(1)] },
      other: { imports: many(16) },
    };
    const { merged, loads } = merge('app', specs);
    await expect(merged).rejects.toMatchObject({
      errors: [{ reason: 'uses more than 32 environments and imports' }],
    });
    expect(loads).toHaveLength(32);
  });

  it('lets later imports win over earlier ones, and own values over all', async () => {
    const specs = {
      app: { imports: ['one', 'two'], values: { C: literal('app') } },
      one: { values: { A: literal('one'), B: literal('one'), C: literal('one') } },
      two: { values: { B: literal('two'), C: literal('two') } },
    };
    expect(await valuesOf('app', specs)).toEqual({ A: 'one', B: 'two', C: 'app' });
  });

  it('loads each environment once, however many import it', async () => {
    const both = { imports: ['base'] };
    const specs = { app: { imports: ['one', 'two'] }, one: both, two: both, base: {} };
    const { merged, loads } = merge('app', specs);
    await merged;
    expect(loads).toEqual(['app', 'one', 'base', 'two']);
  });

  it('refuses a circle with its path', async () => {
    const specs = { a: { imports: ['b'] }, b: { imports: ['c'] }, c: { imports: ['b'] } };
    await expect(merge('a', specs).merged).rejects.toMatchObject({
      errors: [{ pointer: '/imports', reason: 'imports itself: a → b → c → b' }],
    });
  });

  it('begins no load beyond its bound, because nobody would see it fail', async () => {
    const named = (from: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${from}-${at}`);
    const leaves = [...named('a', 15), ...named('b', 14)];
    const specs: Record<string, object> = Object.fromEntries(leaves.map((name) => [name, {}]));
    specs['top'] = { imports: ['g0', 'g1', 'missing'] };
    specs['g0'] = { imports: named('a', 15) };
    specs['g1'] = { imports: named('b', 14) };
    const { merged, loads } = merge('top', specs);
    await expect(merged).rejects.toMatchObject({
      errors: [{ reason: 'uses more than 32 environments and imports' }],
    });
    expect(loads).toHaveLength(32);
    expect(loads).not.toContain('missing');
  });

  it('is bounded in depth, in environments and in values', async () => {
    const deep = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`e${at}`, { imports: [`e${at + 1}`] }]),
    );
    await expect(merge('e0', deep).merged).rejects.toMatchObject({
      errors: [{ reason: expect.stringContaining('deeper than 8') as string }],
    });
    const names = (from: string) => Array.from({ length: 16 }, (_, at) => `${from}-${at}`);
    const many: Record<string, object> = { root: { imports: names('a') } };
    for (const name of names('a')) many[name] = { imports: names(name).slice(0, 3) };
    for (const name of names('a')) for (const leaf of names(name)) many[leaf] = {};
    await expect(merge('root', many).merged).rejects.toMatchObject({
      errors: [{ reason: 'uses more than 32 environments and imports' }],
    });
    const full = (from: string) => ({
      values: Object.fromEntries(
        Array.from({ length: 100 }, (_, at) => [`${from}${at}`, literal('x')]),
      ),
    });
    const large = { root: { imports: ['x', 'y', 'z'] }, x: full('X'), y: full('Y'), z: full('Z') };
    await expect(merge('root', large).merged).rejects.toMatchObject({
      errors: [{ reason: 'has more than 200 values after its imports' }],
    });
  });
});

it('points into a definition', () => {
  expect(pointerToValue('a.b', 'template')).toBe('/values/a.b/template');
});
