import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RestCaller } from '../../support/rest-caller.js';
import { eventually } from '../../support/tokens-world.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
  await world.as('owner', 'set db password=-', { input: 'first-value' });
});
afterAll(() => world?.stop());

describe('sallyport token', () => {
  const create = 'token create --description ci --expires-in 1h --namespaces pay';

  it('creates a token that is shown once, lists it, and ends it', async () => {
    const created = await world.as('owner', `${create} --actions read`);
    expect(created.code).toBe(0);
    const token = created.out.trim();
    const id = /^token (\S+) ends at 20/.exec(created.err)?.[1] ?? '';
    const login = `whoami --address ${world.url} -o json --token-file ${world.tokenFile('owner')}`;
    expect(await world.run(login)).toMatchObject({ code: 0 });
    const { out } = await world.as('owner', 'token list');
    expect(out).toMatch(new RegExp(`^${id} +20\\S+ +never +pay +ci$`, 'm'));
    expect(out).not.toContain(token);
    expect(await world.as('owner', `token revoke ${id} --yes`)).toMatchObject({ code: 0 });
    expect((await world.as('owner', 'token list')).out).not.toContain(id);
  });

  it('writes a token to a file that only the user can read', async () => {
    const file = join(world.folder, 'ci.token');
    const created = await world.as('owner', `${create} --file ${file}`);
    expect(created).toMatchObject({ code: 0, out: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const line = `key db password -n pay --address ${world.url} --token-file ${file}`;
    expect(await world.run(line)).toMatchObject({ code: 0, out: 'first-value' });
    expect(readFileSync(file, 'utf8')).not.toContain('first-value');
  });

  it('creates nothing in a dry run', async () => {
    const before = (await world.as('owner', 'token list -o json')).out;
    const planned = await world.as('owner', `${create} --dry-run`);
    expect(planned).toMatchObject({ code: 0, out: '' });
    expect((await world.as('owner', 'token list -o json')).out).toBe(before);
  });

  it.each([
    ['token create --description ci', "required option '--expires-in"],
    ['token create --description ci --expires-in 1year', 'is no duration'],
  ])('refuses %s', async (line, message) => {
    const { code, err } = await world.as('owner', line);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('sallyport rotate', () => {
  beforeAll(async () => {
    const token = readFileSync(world.tokenFile('owner'), 'utf8').trim();
    const rest = new RestCaller(world.installation.gateway.fastify, token);
    const policy = { generate: [{ key: 'password', password: { length: 24 } }] };
    await eventually(async () => {
      const { status, text } = await rest.put('/v1/namespaces/pay/secrets/db/rotation', policy);
      if (status > 201) throw new Error(text);
    });
  });

  it('rotates, and waits for the end', async () => {
    const { code, err } = await world.as('owner', 'rotate db --reason leaked');
    expect([code, err]).toEqual([0, expect.stringContaining('pay/db: succeeded')]);
    expect((await world.as('owner', 'key db password')).out).toHaveLength(24);
  });

  it('shows on a terminal what it waits for, and leaves one line', async () => {
    const { code, err } = await world.as('owner', 'rotate db', { typed: [] });
    expect(code).toBe(0);
    expect(err.split('\r').at(-1)).toMatch(/pay\/db: succeeded \(.*\)\n$/);
  });

  it('prints the run if nobody waits', async () => {
    const { code, out } = await world.as('owner', 'rotate db --no-wait');
    expect([code, out]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}\n$/)]);
    await eventually(async () => {
      const status = await world.as('owner', 'rotation status db');
      expect(status.out.match(/succeeded/g)).toHaveLength(3);
    });
  });

  it('says that there is no rotation', async () => {
    expect(await world.as('owner', 'rotate absent')).toMatchObject({ code: 4, out: '' });
    expect(await world.as('owner', 'rotation status absent')).toMatchObject({ code: 4 });
  });
});

describe('sallyport audit', () => {
  it('finds denied calls', async () => {
    await world.as('nobody', 'key db password');
    await eventually(async () => {
      const { code, out } = await world.as('auditor', 'audit search --outcome denied --secret db');
      expect(code).toBe(0);
      expect(out).toMatch(
        /system:serviceaccount:pay:nobody +secrets\.reveal +denied +pay\/db +password/,
      );
    });
  });

  it('names who has read a key', async () => {
    await world.as('reader', 'key db password');
    await eventually(async () => {
      const { out } = await world.as('auditor', 'audit who-read db password --since 1h -o json');
      const { items } = JSON.parse(out) as { items: { user: string; outcome: string }[] };
      expect(items.map(({ user }) => user)).toContain('system:serviceaccount:pay:reader');
      expect(new Set(items.map(({ outcome }) => outcome))).toEqual(new Set(['allowed']));
    });
  });

  it('prints as many events as it should', async () => {
    const { out } = await world.as('auditor', 'audit search --limit 2 -o json');
    expect((JSON.parse(out) as { items: unknown[] }).items).toHaveLength(2);
    expect(await world.as('auditor', 'audit search --limit 0')).toMatchObject({ code: 2 });
  });

  it('is for those who may search it', async () => {
    expect(await world.as('nobody', 'audit search')).toMatchObject({ code: 3, out: '' });
    expect(await world.as('auditor', 'audit search -A')).toMatchObject({ code: 3, out: '' });
  });
});
