import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { eventually, patiently } from '../../support/tokens-world.js';
import { facadeOf, RawWatch } from './facade-watch.js';
import { LibraryWorld, namespace } from './library-world.js';

const secrets = `/api/v1/namespaces/${namespace}/secrets`;
const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
// Large Secrets take their time on a machine that has other things to do.
const patience = { timeout: 120_000 };
const onlyWatch = [{ verbs: ['watch'], resources: ['secrets'] }];

let world: LibraryWorld;
let opened: RawWatch[] = [];
let writing: Writer[] = [];

beforeAll(async () => {
  world = await LibraryWorld.start();
  await seedSecret(world.installation, namespace, 'db', { password: 'of-db-12345678' });
});

afterAll(() => world.stop());

afterEach(async () => {
  for (const watch of opened) watch.close();
  opened = [];
  await Promise.all(writing.map((writer) => writer.stop()));
  writing = [];
});

async function open(token: string, query = ''): Promise<RawWatch> {
  const watch = await RawWatch.open(facadeOf(world, token), query);
  opened.push(watch);
  expect(watch.status).toBe(200);
  return watch;
}

/** Changes a Secret again and again until told to stop. */
class Writer {
  /** When each change was made. */
  readonly madeAtMs: number[] = [];
  readonly #working: Promise<void>;
  #isOver = false;

  constructor(name = 'db', sizeBytes = 16) {
    this.#working = this.#work(name, sizeBytes);
    writing.push(this);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#working;
  }

  async #work(name: string, sizeBytes: number): Promise<void> {
    while (!this.#isOver) {
      const value = `${this.madeAtMs.length}-`.padEnd(sizeBytes, 'x');
      const body = { stringData: { password: value } };
      this.madeAtMs.push(Date.now());
      const answer = await world.installation.cluster.request('PATCH', `${secrets}/${name}`, body);
      if (answer.status !== 200) throw new Error(`not changed: ${answer.status}`);
    }
  }
}

/** The number of the change that each frame about the Secret tells of. */
function toldChanges({ frames }: RawWatch): readonly number[] {
  return frames.flatMap(({ object }) => {
    const value = Buffer.from(object.data?.['password'] ?? '', 'base64').toString();
    const [, number] = /^(\d+)-x/.exec(value) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
}

async function endsOnRecord({ headers }: RawWatch): Promise<number> {
  const id = headers['audit-id'];
  const events = await world.events();
  return events.filter(({ action, parentId }) => action === 'secrets.watch' && parentId === id)
    .length;
}

/** How long after a moment the watch ended; `Infinity` where it does not. */
async function endedAfter(watch: RawWatch, sinceMs: number, patienceMs = 20_000): Promise<number> {
  const late = Promise.withResolvers<number>();
  const timer = setTimeout(() => late.resolve(Infinity), patienceMs);
  const endedAtMs = await Promise.race([watch.ended, late.promise]);
  clearTimeout(timer);
  return endedAtMs - sinceMs;
}

describe('a watch of Secrets ends', () => {
  it('within 5 s of the revocation of its token', async () => {
    const { token, id } = await world.mint();
    const watch = await open(token);
    await watch.next('ADDED', 'db');
    const writer = new Writer();
    await watch.next('MODIFIED', 'db');
    const revoked = await send(world.plain, {
      method: 'DELETE',
      path: `/v1/tokens/${id}`,
      token: world.token,
    });
    expect(revoked.status).toBeLessThan(300);
    expect(await endedAfter(watch, Date.now())).toBeLessThan(5_000);
    await writer.stop();
    await eventually(async () => expect(await endsOnRecord(watch)).toBe(1));
  });

  it('when its token expires', async () => {
    const { token, expiresAt } = await world.mint({}, 4);
    const watch = await open(token);
    await watch.next('ADDED', 'db');
    const after = await endedAfter(watch, Date.parse(expiresAt));
    expect(after).toBeGreaterThan(-500);
    expect(after).toBeLessThan(5_000);
    await eventually(async () => expect(await endsOnRecord(watch)).toBe(1));
  });

  it('within 3 s of the end of the right, and sends nothing that is changed 2 s after', async () => {
    const token = await world.installation.user(namespace, 'leaver', onlyWatch);
    const watch = await open(token);
    const writer = new Writer();
    await watch.next('MODIFIED', 'db');
    await world.installation.cluster.request('DELETE', `${bindings}/${namespace}-leaver`);
    const goneAtMs = Date.now();
    expect(await endedAfter(watch, goneAtMs)).toBeLessThan(3_500);
    await writer.stop();
    const late = toldChanges(watch).filter(
      (number) => (writer.madeAtMs[number] ?? 0) > goneAtMs + 2_000,
    );
    expect(late).toEqual([]);
    await eventually(async () => expect(await endsOnRecord(watch)).toBe(1));
    const again = await RawWatch.open(facadeOf(world, token));
    expect(again.status).toBe(403);
  });

  it(
    'with the right also where its client does not read, and what waits is not sent',
    patience,
    async () => {
      await seedSecret(world.installation, namespace, 'large', { password: 'of-large-12345678' });
      const token = await world.installation.user(namespace, 'sleeper', onlyWatch);
      const query = '&fieldSelector=metadata.name%3Dlarge';
      const watch = await RawWatch.openUnread(facadeOf(world, token), query);
      opened.push(watch);
      const writer = new Writer('large', 700_000);
      // As much as fits on the way, and more: the rest has to wait for the client.
      await patiently(async () => expect(writer.madeAtMs.length).toBeGreaterThan(25));
      await writer.stop();
      await world.installation.cluster.request('DELETE', `${bindings}/${namespace}-sleeper`);
      await eventually(async () => expect(await endsOnRecord(watch)).toBe(1));
      watch.read();
      expect(await endedAfter(watch, Date.now())).toBeLessThan(5_000);
      expect(Math.max(...toldChanges(watch))).toBeLessThan(writer.madeAtMs.length - 1);
    },
  );

  it('with the gateway, at once', async () => {
    const second = await LibraryWorld.start();
    try {
      const watch = await RawWatch.open(facadeOf(second));
      expect(watch.status).toBe(200);
      const stopped = second.stop();
      const since = Date.now();
      expect(await endedAfter(watch, since)).toBeLessThan(5_000);
      await stopped;
    } catch (error) {
      await second.stop().catch(() => undefined);
      throw error;
    }
  });
});

describe('a watch of Secrets goes on', () => {
  it('while rights of others change', async () => {
    const token = await world.installation.user(namespace, 'stayer', onlyWatch);
    await world.installation.user(namespace, 'other', onlyWatch);
    const watch = await open(token);
    await world.installation.cluster.request('DELETE', `${bindings}/${namespace}-other`);
    // Longer than it takes to end those of the other.
    const writer = new Writer();
    await eventually(async () => {
      const [first = Infinity] = writer.madeAtMs;
      expect(Date.now() - first).toBeGreaterThan(3_500);
    });
    await writer.stop();
    await eventually(async () => {
      expect(toldChanges(watch).at(-1)).toBe(writer.madeAtMs.length - 1);
    });
  });
});
