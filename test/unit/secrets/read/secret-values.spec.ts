import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import { valuesBody } from '../../../../src/secrets/domain/values/values-body.js';
import { parseValuesEntry } from '../../../../src/secrets/domain/values/values-entry.js';
import type { ValuesOptions } from '../../../../src/secrets/read/secret-values.js';
import { type Holdings, valuesWorld } from './values.builder.js';

const holdings: Holdings = {
  db: { password: 'one', user: 'me' },
  mail: { password: 'two' },
  seal: { bytes: new Uint8Array([0xff]) },
};

const world = (wishes: Partial<Parameters<typeof valuesWorld>[0]> = {}) =>
  valuesWorld({ holdings, ...wishes });

type World = ReturnType<typeof world>;

const read = ({ values, ctx }: World, entries: string, options: ValuesOptions = {}) =>
  values.read(
    ctx,
    { namespace: 'pay', entries: entries.split(' ').map(parseValuesEntry) },
    options,
    (shown) => valuesBody(shown, 'auto'),
  );

async function refusalOf(reading: Promise<unknown>): Promise<SallyportError> {
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  if (error instanceof SallyportError) return error;
  throw new Error('nothing was refused');
}

describe('values of several Secrets', () => {
  it('are shown in the order asked, each Secret on record under the call', async () => {
    const made = world();
    const { content, etag } = await read(made, 'mail/password db');
    expect(content).toBe('{"mail":{"password":"two"},"db":{"password":"one","user":"me"}}');
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect(made.trail).toEqual([
      { action: 'secrets.reveal', outcome: 'allowed', code: 200 },
      ...[
        { secret: 'mail', keys: 'password' },
        { secret: 'db', keys: 'password,user' },
      ].map((part) => ({
        ...{ ...part, action: 'secrets.reveal', outcome: 'allowed', code: 200 },
        parentId: made.ctx.auditId,
      })),
    ]);
  });

  it('are not released before all of it is on record', async () => {
    const made = world({ refuses: ({ secret }) => secret === 'mail' });
    expect(await refusalOf(read(made, 'db mail'))).toMatchObject({ code: 'Unavailable' });
  });

  it('are a check where the caller has this state already', async () => {
    const made = world();
    const { etag } = await read(made, 'db mail');
    made.trail.length = 0;
    const again = await read(made, 'db mail', { ifNoneMatch: [etag] });
    expect(again).toEqual({ etag, content: undefined });
    expect(made.trail.map(({ action, code }) => `${action} ${code}`)).toEqual(
      Array.from({ length: 3 }, () => 'secrets.check 304'),
    );
    expect(made.shown).toEqual(['db', 'mail']);
  });

  it('are refused where If-Match names another state', async () => {
    const made = world();
    const error = await refusalOf(read(made, 'db', { ifMatch: ['"other"'] }));
    expect(error).toMatchObject({ code: 'Conflict', status: 412 });
    expect(made.trail.map(({ outcome, code }) => `${outcome} ${code}`)).toEqual([
      'failed 412',
      'failed 412',
    ]);
  });

  it('whose bytes do not fit are revealed to nobody, the trail says', async () => {
    const made = world();
    const error = await refusalOf(read(made, 'db seal'));
    expect(error).toMatchObject({ code: 'Invalid', errors: [{ pointer: '/seal/bytes' }] });
    expect(made.trail.map(({ secret, outcome }) => `${secret} ${outcome}`)).toEqual([
      'undefined failed',
      'db failed',
      'seal failed',
    ]);
  });

  it('that are too many are refused before they are rendered, and revealed to nobody', async () => {
    const large = new Uint8Array(1024 * 1024).fill(0x78);
    const names = Array.from({ length: 9 }, (_, index) => `s${index}`);
    const made = world({ holdings: Object.fromEntries(names.map((name) => [name, { k: large }])) });
    const error = await refusalOf(read(made, names.join(' ')));
    expect(error).toMatchObject({ code: 'TooLarge', status: 413 });
    expect(made.trail.map(({ outcome, code }) => `${outcome} ${code}`)).toEqual(
      Array.from({ length: 10 }, () => 'failed 413'),
    );
    expect(made.shown).toEqual(names.slice(0, 8));
  });

  it('of one Secret show one state of it', async () => {
    const made = world();
    const { content } = await read(made, 'db/user db db/password');
    expect(content).toBe('{"db":{"password":"one","user":"me"}}');
    expect(made.found).toEqual(['secrets/db']);
  });
});

describe('values of which some cannot be shown', () => {
  it('are refused with the first failure in the order asked, and the place of each', async () => {
    const made = world({ denied: ['secrets/mail', 'secretkeys/mail/password'] });
    const error = await refusalOf(read(made, 'db gone mail/password db/none'));
    expect(error).toMatchObject({ code: 'NotFound', status: 404 });
    expect(error.message).toBe('secrets "gone" not found');
    expect(error.errors).toEqual([
      { pointer: '/query/secret/1', reason: 'secrets "gone" not found' },
      { pointer: '/query/secret/2', reason: 'secrets "mail" is forbidden' },
      { pointer: '/query/secret/3', reason: 'key "none" of secrets "db" not found' },
    ]);
  });

  it('are on record as what they are: denied, failed, and not shown because of others', async () => {
    const made = world({ denied: ['secrets/mail'] });
    await refusalOf(read(made, 'db mail gone'));
    expect(made.trail.map(({ secret, outcome, code }) => [secret, outcome, code])).toEqual([
      [undefined, 'denied', 403],
      ['db', 'failed', 403],
      ['mail', 'denied', 403],
      ['gone', 'failed', 404],
    ]);
    expect(made.shown).toEqual([]);
  });

  it('are on record as denied where one Secret is denied and lacks a key as well', async () => {
    const made = world({ denied: ['secrets/db', 'secretkeys/db/user'] });
    const error = await refusalOf(read(made, 'db/none db/user'));
    expect(error).toMatchObject({ code: 'NotFound' });
    expect(made.trail.at(-1)).toMatchObject({ secret: 'db', outcome: 'denied', code: 403 });
  });

  it('fail as the cluster does', async () => {
    const made = world({ broken: ['secrets/mail'] });
    expect(await refusalOf(read(made, 'db mail'))).toMatchObject({ code: 'Internal', status: 500 });
  });
});

describe('a caller who may read some keys', () => {
  const denied = ['secrets/db'];

  it('is shown these', async () => {
    const made = world({ denied });
    const { content } = await read(made, 'db/password db/user');
    expect(content).toBe('{"db":{"password":"one","user":"me"}}');
  });

  it('is asked about once where he wants one', async () => {
    const made = world({ denied });
    await read(made, 'db/password');
    expect(made.found).toEqual(['secrets/db or secretkeys/db/password']);
  });

  it('is not shown the Secret', async () => {
    const error = await refusalOf(read(world({ denied }), 'db/password db'));
    expect(error.errors).toEqual([
      { pointer: '/query/secret/1', reason: 'secrets "db" is forbidden' },
    ]);
  });
});

describe('a token for keys', () => {
  const scope: TokenScope = { keys: ['password'] };

  it('is shown these', async () => {
    const { content } = await read(world({ scope }), 'db/password mail/password');
    expect(content).toBe('{"db":{"password":"one"},"mail":{"password":"two"}}');
  });

  it.each(['db', 'db/user'])('is refused another, which is not looked up: %s', async (other) => {
    const made = world({ scope });
    const error = await refusalOf(read(made, `mail/password ${other}`));
    expect(error).toMatchObject({ code: 'Forbidden', errors: [{ pointer: '/query/secret/1' }] });
    expect(error.message).toMatch(/^the scope of the token forbids this: /);
    expect(made.found).toEqual(['secrets/mail or secretkeys/mail/password']);
    expect(made.trail.at(-1)).toMatchObject({ secret: 'db', outcome: 'denied', code: 403 });
  });
});

describe('many values', () => {
  it('are looked up a few at a time', async () => {
    const names = Array.from({ length: 50 }, (_none, index) => `s${index}`);
    const many = Object.fromEntries(names.map((name) => [name, { a: name }]));
    const made = world({ holdings: many });
    await read(made, names.join(' '));
    expect(made.found).toHaveLength(50);
    expect(made.atOnceMax()).toBe(8);
  });
});

describe('members of documents among values', () => {
  const documents: Holdings = { db: { 'c.json': '{"a": "one", "b": 2}', plain: 'SECRET' } };
  const member = (key: string, pointer: string) => ({ name: 'db', key, pointer });
  const readMembers = (made: World, entries: readonly { name: string; key: string }[]) =>
    made.values.read(made.ctx, { namespace: 'pay', entries }, {}, (shown) =>
      shown.map(({ data }) => [...data.values()].map((value) => value.revealText()).join()),
    );

  it('are read with the right to their key, and count as documents', async () => {
    const made = world({ holdings: documents });
    let counted = 0;
    const ctx = { ...made.ctx, charge: (count: number) => void (counted += count) };
    const { content } = await readMembers({ ...made, ctx }, [
      member('c.json', '/a'),
      { name: 'db', key: 'plain' },
      member('c.json', '/b'),
    ]);
    expect([content, counted]).toEqual([['one', 'SECRET', '2'], 16 + 1 + 16 - 1]);
    const denied = ['secrets/db', 'secretkeys/db/c.json'];
    const refused = await refusalOf(
      readMembers(world({ holdings: documents, denied }), [member('c.json', '/a')]),
    );
    expect(refused.code).toBe('Forbidden');
  });

  it('that cannot be read are all named, and nothing is revealed', async () => {
    const made = world({ holdings: documents });
    const entries = [member('c.json', '/a'), member('c.json', '/x'), member('plain', '/y')];
    const error = await refusalOf(readMembers(made, entries));
    expect(error).toMatchObject({
      code: 'NotFound',
      errors: [
        { pointer: '/query/secret/1', reason: expect.stringContaining('"/x" in key "c.json"') },
        { pointer: '/query/secret/2', reason: expect.stringContaining('"/y" in key "plain"') },
      ],
    });
    expect(JSON.stringify([error.message, error.errors])).not.toContain('SECRET');
    expect(made.trail.map(({ outcome, code }) => `${outcome} ${code}`)).toEqual([
      'failed 404',
      'failed 404',
    ]);
  });
});
