import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliWorld } from './cli-world.js';

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
});
afterAll(() => world?.stop());

const value = async (name: string, key = 'password') => {
  const { out } = await world.as('owner', `key ${name} ${key}`);
  return out;
};

describe('sallyport set', () => {
  it('creates a Secret, and then changes it: from input, from a file and by a prompt', async () => {
    const created = await world.as('owner', 'set db password=-', { input: 'first-value' });
    expect(created).toMatchObject({
      ...{ code: 0, out: '', err: 'pay/db: added password (version 1)\n' },
    });
    const file = join(world.folder, 'value');
    writeFileSync(file, 'second-value');
    const changed = await world.as('owner', `set pay/db password=@${file} user=@${file}`);
    expect(changed.err).toBe('pay/db: added user; changed password (version 2)\n');
    const asked = await world.as('owner', 'set db password', { typed: ['third-value'] });
    expect(asked).toMatchObject({ code: 0, prompts: ['hidden password: '] });
    expect(await value('db')).toBe('third-value');
    expect(await value('db', 'user')).toBe('second-value');
  });

  it('says how to end a value that is typed as standard input', async () => {
    const wish = { typed: [], input: 'typed-value' };
    const { code, err } = await world.as('owner', 'set typed password=-', wish);
    expect([code, err.split('\n')[0]]).toEqual([
      ...[0, 'type the value of password, then Ctrl-D; password alone asks without echo'],
    ]);
  });

  it('takes bytes as they are', async () => {
    const file = join(world.folder, 'bytes');
    writeFileSync(file, Uint8Array.of(0, 255, 10, 13));
    await world.as('owner', `set bytes value=@${file}`);
    const { content } = await world.as('owner', 'get bytes -o json').then(({ out }) => ({
      content: JSON.parse(out) as { keys: { sizeBytes: number }[] },
    }));
    expect(content.keys[0]?.sizeBytes).toBe(4);
  });

  it('changes nothing in a dry run', async () => {
    const planned = await world.as('owner', 'set dry password=- --dry-run', { input: 'a-value' });
    expect(planned.err).toMatch(/^dry run: pay\/dry: added password/);
    expect(await world.as('owner', 'get dry')).toMatchObject({ code: 4 });
  });

  it('takes no literal value without a consent', async () => {
    const refused = await world.as('owner', 'set literal password=literal-value');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).not.toContain('literal-value');
    const allowed = 'set literal password=literal-value --insecure-literal';
    expect(await world.as('owner', allowed)).toMatchObject({ code: 0 });
    expect(await value('literal')).toBe('literal-value');
  });

  it.each([
    ['set db password=@/does/not/exist', 2, 'the file /does/not/exist cannot be read: ENOENT'],
    ['set db password', 2, 'there is no terminal to ask for password'],
    ['set a/b/c password=-', 2, 'a/b/c is not NAME or NAMESPACE/NAME'],
  ])('%s ends with %i', async (line, code, message) => {
    const ended = await world.as('owner', line, { input: 'x' });
    expect([ended.code, ended.err.split('\n')[0]]).toEqual([
      code,
      expect.stringContaining(message),
    ]);
  });
});

describe('sallyport generate', () => {
  it('sets a random value, which no output has', async () => {
    const { code, out, err } = await world.as('owner', 'generate generated salt --length 40');
    expect([code, out, err]).toEqual([0, '', 'pay/generated: added salt (version 1)\n']);
    const first = await value('generated', 'salt');
    expect(first).toMatch(/^[A-Za-z0-9]{40}$/);
    await world.as('owner', 'generate generated salt --characters hexadecimal');
    expect(await value('generated', 'salt')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('refuses values that can be guessed', async () => {
    const { code, err } = await world.as('owner', 'generate generated salt --length 4');
    expect([code, err]).toEqual([2, expect.stringContaining('a number from 8 to 4096')]);
  });
});

describe('sallyport get', () => {
  it('shows metadata, and values only with --reveal', async () => {
    await world.as('owner', 'set shown password=-', { input: 'shown-value' });
    for (const form of ['table', 'json', 'yaml', 'name']) {
      const { code, out } = await world.as('owner', `get shown -o ${form}`);
      expect([code, out.includes('shown-value')]).toEqual([0, false]);
    }
    expect((await world.as('owner', 'get shown')).out).toContain('password  11     1');
  });

  it.each([
    ['json', '{"password":"form-value"}\n'],
    ['yaml', '"password": "form-value"\n'],
    ['env', 'password=form-value\n'],
    ['dotenv', 'password=form-value\n'],
    ['docker', 'password=form-value\n'],
    ['properties', 'password=form-value\n'],
  ])('reveals as %s', async (form, expected) => {
    await world.as('owner', 'set forms password=-', { input: 'form-value' });
    const { code, out } = await world.as('owner', `get forms --reveal -o ${form}`);
    expect([code, out]).toEqual([0, expected]);
  });

  it('has no form of values without --reveal', async () => {
    const { code, err } = await world.as('owner', 'get forms -o env');
    expect([code, err]).toEqual([2, expect.stringContaining('it needs --reveal')]);
  });
});

describe('sallyport list', () => {
  it('lists names for programs, and a table for people', async () => {
    await world.as('owner', 'set listed password=-', { input: 'listed-value' });
    const { out } = await world.as('reader', 'list -o name');
    expect(out.split('\n')).toContain('listed');
    const table = await world.as('reader', 'list');
    expect(table.out).toMatch(/^NAME +TYPE +KEYS +VERSION +CHANGED\n/);
    expect(table.out).toMatch(/^listed +Opaque +1 +1 +20/m);
  });
});

describe('sallyport copy', () => {
  it('copies a Secret, and replaces none without being told', async () => {
    await world.as('owner', 'set source password=-', { input: 'copied-value' });
    const copied = await world.as('owner', 'copy source target');
    expect(copied).toMatchObject({ code: 0, err: 'pay/target: added password (version 1)\n' });
    expect(await value('target')).toBe('copied-value');
    expect(await world.as('owner', 'copy source target')).toMatchObject({ code: 5 });
    expect(await world.as('owner', 'copy source target --replace')).toMatchObject({ code: 0 });
  });
});

describe('a Secret that is deleted', () => {
  it('needs a consent, and comes back', async () => {
    await world.as('owner', 'set gone password=-', { input: 'gone-value' });
    expect(await world.as('owner', 'delete gone')).toMatchObject({ code: 2 });
    const asked = await world.as('owner', 'delete gone', { typed: ['n'] });
    expect(asked).toMatchObject({
      ...{ code: 0, err: 'nothing was done\n', prompts: ['delete pay/gone? [y/N] '] },
    });
    expect(await value('gone')).toBe('gone-value');
    const deleted = await world.as('owner', 'delete gone', { typed: ['y'] });
    expect(deleted.err).toContain('sallyport undelete pay/gone');
    expect(await world.as('owner', 'get gone')).toMatchObject({ code: 4 });
    expect((await world.as('owner', 'list --deleted -o name')).out.split('\n')).toContain('gone');
    expect(await world.as('owner', 'undelete gone')).toMatchObject({ code: 0 });
    expect(await value('gone')).toBe('gone-value');
    expect(await world.as('owner', 'undelete gone')).toMatchObject({ code: 5 });
  });
});

describe('the history', () => {
  it('is listed and compared, and an earlier version comes back', async () => {
    for (const input of ['one-value', 'two-value']) {
      await world.as('owner', 'set past password=- --reason quarterly', { input });
    }
    const { out } = await world.as('owner', 'history past');
    expect(out).toMatch(/^2 +current +20\S+ +system:serviceaccount\S+ +rest +quarterly$/m);
    const compared = await world.as('owner', 'diff past --from 1 --to 2');
    expect(compared.out).toMatch(/^changed +password +9 +9$/m);
    expect((await world.as('owner', 'key past password --version 1')).out).toBe('one-value');
    const back = await world.as('owner', 'rollback past --to 1 --yes');
    expect(back).toMatchObject({ code: 0, err: 'pay/past: changed password (version 3)\n' });
    expect(await value('past')).toBe('one-value');
  });

  it('is asked about by number, and the version of the question comes back', async () => {
    for (const input of ['one-value', 'two-value']) {
      await world.as('owner', 'set asked password=-', { input });
    }
    const refused = await world.as('owner', 'rollback asked', { typed: ['n'] });
    const question = 'replace the present state of pay/asked by version 1? [y/N] ';
    expect(refused).toMatchObject({ code: 0, err: 'nothing was done\n', prompts: [question] });
    expect(await value('asked')).toBe('two-value');
    const back = await world.as('owner', 'rollback asked', { typed: ['y'] });
    expect(back.err).toBe('pay/asked: changed password (version 3)\n');
    const absent = await world.as('owner', 'rollback asked --to absent', { typed: ['y'] });
    expect(absent).toMatchObject({ code: 4, prompts: [] });
  });
});

describe('a user without rights', () => {
  it.each([
    'get db',
    'key db password',
    'set db password=-',
    'delete db --yes',
    'list',
    'copy db other',
    'history db',
  ])('is denied: %s', async (line) => {
    const { code, out, err } = await world.as('nobody', line, { input: 'x-value' });
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain('sallyport can-i --list');
  });

  it('learns what is allowed', async () => {
    expect(await world.as('nobody', 'can-i get db')).toMatchObject({ code: 3, out: 'no\n' });
    expect(await world.as('reader', 'can-i get db')).toMatchObject({ code: 0, out: 'yes\n' });
    const { out } = await world.as('reader', 'can-i --list');
    expect(out).toMatch(/^get +yes$/m);
    expect(out).toMatch(/^delete +no$/m);
  });
});
