import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import type { StoredSecret } from '../../../src/secrets/domain/secret.js';
import type { SecretFields } from '../../../src/secrets/domain/secret.store.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { startSandboxCluster } from '../../sandbox/sandbox-cluster.js';
import { callAs, type Gateway, installGateway, manifest, user } from './support.js';

const clusters: [string, () => Promise<TestCluster>][] = [
  ['the API server', () => sharedCluster()],
  ['the sandbox', () => startSandboxCluster()],
];
const write = { dryRun: false };

describe.each(clusters)('fields that a manager applies to a Secret of %s', (_name, start) => {
  let cluster: TestCluster;
  let store: Gateway['store'];

  beforeAll(async () => {
    cluster = await start();
    ({ store } = await installGateway(cluster));
  }, 900_000);
  afterAll(() => cluster?.stop());

  const call = () => callAs(user('alice'), 'broker');
  const failure = (writing: Promise<unknown>) =>
    writing.then(
      () => expect.fail('it succeeded'),
      (error: SallyportError) => error,
    );
  const stored = (name: string) => store.get(call(), { namespace: 'pay', name });

  function apply(
    name: string,
    texts: Readonly<Record<string, string>>,
    fields: Partial<SecretFields> = {},
  ): Promise<StoredSecret> {
    const { namespace, type, data } = manifest('pay', name, texts);
    const annotations = Object.keys(texts).length > 0 ? { origin: 'a share' } : {};
    const rest = { manager: 'one', before: undefined, force: false, ...fields };
    return store.apply(call(), { namespace, name, type, data, annotations, ...rest });
  }

  const textsOf = ({ data }: StoredSecret) =>
    Object.fromEntries([...data].map(([key, value]) => [key, value.revealText()]));

  it('create it, and the manager owns them', async () => {
    const made = await apply('made', { a: '1', __proto__key: '2' });
    expect(textsOf(made)).toEqual({ a: '1', __proto__key: '2' });
    expect([...(made.appliedKeys?.get('one') ?? [])].toSorted()).toEqual(['__proto__key', 'a']);
    expect(made).toMatchObject({ type: 'Opaque', annotations: { origin: 'a share' } });
    expect(await stored('made')).toEqual(made);
  });

  it('change nothing if they are to create it, and it is there', async () => {
    const { resourceVersion } = await store.create(
      call(),
      manifest('pay', 'there', { own: 'mine' }),
      write,
    );
    for (const force of [false, true]) {
      const refused = await failure(apply('there', { a: '1' }, { force }));
      expect(refused).toMatchObject({ code: 'Conflict' });
    }
    expect(await stored('there')).toMatchObject({ resourceVersion });
    await apply('own', { a: '1' });
    expect(await failure(apply('own', { a: '1' }))).toMatchObject({ code: 'Conflict' });
  });

  it('are created by one of several that apply them at the same time', async () => {
    const managers = Array.from({ length: 8 }, (_, index) => `m${index}`);
    const results = await Promise.allSettled(
      managers.map((manager) => apply('raced', { key: manager }, { manager })),
    );
    const won = managers.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(won).toHaveLength(1);
    const secret = await stored('raced');
    expect([textsOf(secret), [...(secret.appliedKeys?.keys() ?? [])]]).toEqual([
      { key: won[0] },
      won,
    ]);
  });

  it('change the state that was seen, and no other', async () => {
    const before = await apply('seen', { a: '1', b: '1' });
    const after = await apply('seen', { a: '2' }, { before });
    expect(textsOf(after)).toEqual({ a: '2' });
    const late = await failure(apply('seen', { a: '3' }, { before, force: true }));
    expect(late).toMatchObject({ code: 'Conflict' });
    const same = await apply('seen', { a: '2' }, { before: after });
    expect(same.resourceVersion).toBe(after.resourceVersion);
  });

  it('do not bring back a Secret that was deleted, nor go into its successor', async () => {
    const before = await apply('gone', { a: '1' });
    await store.delete(call(), { namespace: 'pay', name: 'gone' }, {}, write);
    expect((await failure(apply('gone', { a: '2' }, { before }))).code).toBe('Conflict');
    expect((await failure(stored('gone'))).code).toBe('NotFound');
    const other = await store.create(call(), manifest('pay', 'gone', { a: 'mine' }), write);
    const again = apply('gone', { a: '2' }, { before, force: true });
    expect((await failure(again)).code).toBe('Conflict');
    expect(await stored('gone')).toMatchObject({ resourceVersion: other.resourceVersion });
  });

  it('are taken from other managers only by force, and values of no error say so', async () => {
    const made = await store.create(
      call(),
      manifest('pay', 'taken', { a: 'hunter2', own: '1' }),
      write,
    );
    const error = await failure(apply('taken', { a: 'hunter3' }, { before: made }));
    expect(error.code).toBe('Conflict');
    expect(JSON.stringify([error, error.message, error.internal])).not.toMatch(/hunter/);
    const forced = await apply('taken', { a: 'hunter3' }, { before: made, force: true });
    expect(textsOf(forced)).toEqual({ a: 'hunter3', own: '1' });
  });

  it('that two managers have applied stay until both give them up', async () => {
    const first = await apply('both', { a: '1', b: '1' });
    const both = await apply('both', { a: '1' }, { manager: 'two', before: first });
    expect(both.appliedKeys?.get('two')).toEqual(['a']);
    const left = await apply('both', {}, { before: both });
    expect(textsOf(left)).toEqual({ a: '1' });
    expect(textsOf(await apply('both', {}, { manager: 'two', before: left }))).toEqual({});
  });

  it('are refused by an immutable Secret and for another type', async () => {
    const fixed = manifest('pay', 'fixed', { a: '1' }, { immutable: true });
    const before = await store.create(call(), fixed, write);
    expect((await failure(apply('fixed', { b: '2' }, { before }))).code).toBe('Invalid');
    const typed = await apply('typed', { a: '1' });
    const other = apply('typed', { a: '1' }, { before: typed, type: 'example.com/other' });
    expect((await failure(other)).code).toBe('Invalid');
  });
});
