import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureClientGo } from '../../client-go/client-go.js';
import { forgetChanges } from '../../support/forgotten-changes.js';
import { InterruptedPort } from '../../support/interrupted-port.js';
import { LineProgram } from '../../support/line-program.js';
import { seedSecret } from '../../support/seed.js';
import { shownSecrets } from '../../support/shown-secret.js';
import { eventually } from '../../support/tokens-world.js';
import { LibraryWorld, namespace } from './library-world.js';
import { type ClientGoLine, outcomesOf, type RequestLine } from './library-lines.js';

const secrets = `/api/v1/namespaces/${namespace}/secrets`;
const gateway = 'system:serviceaccount:sallyport:sallyport';
const seeded = ['db', 'mail', 'queue', 'search', 'vault'];
// Informers wait before they try again, ever longer.
const patience = { timeout: 120_000 };
const protobuf = 'application/vnd.kubernetes.protobuf';

/** The two ways in which informers learn what there is. */
const ways = [
  { way: 'by a watch that lists', environment: {} },
  { way: 'by a list and a watch', environment: { KUBE_FEATURE_WatchListClient: 'false' } },
];

let path: string;
let world: LibraryWorld;
let running: LineProgram<ClientGoLine>[] = [];

beforeAll(async () => {
  path = await ensureClientGo();
  world = await LibraryWorld.start();
  for (const name of seeded) {
    await seedSecret(world.installation, namespace, name, { password: `of-${name}-12345678` });
  }
});

afterAll(() => world.stop());

afterEach(async () => {
  await Promise.all(running.map((program) => program.stop()));
  running = [];
});

function start(
  kubeconfig: string,
  goArguments: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): LineProgram<ClientGoLine> {
  const places = ['--kubeconfig', kubeconfig, '--namespace', namespace];
  const program = new LineProgram<ClientGoLine>({ path, environment }, [...places, ...goArguments]);
  running.push(program);
  return program;
}

function requestsOf({ lines }: LineProgram<ClientGoLine>, mark = 0): readonly RequestLine[] {
  return lines.slice(mark).filter((line) => line.type === 'request');
}

async function change(name: string, value: string): Promise<void> {
  const body = { stringData: { password: value } };
  const answer = await world.installation.cluster.request('PATCH', `${secrets}/${name}`, body);
  expect(answer.status).toBe(200);
}

/** Waits until the informer holds what the cluster does. */
async function expectMirrored(program: LineProgram<ClientGoLine>): Promise<void> {
  await eventually(async () => {
    const { mark } = program;
    program.command('mirror');
    const { mirrors } = await program.next('mirror', undefined, { mark });
    expect(mirrors).toEqual([await shownSecrets(world.installation.cluster, namespace)]);
  });
}

describe('the typed client of client-go', patience, () => {
  it.each([
    { client: 'as it is made', options: [], environment: {} },
    {
      client: 'that is told to speak protobuf',
      options: [`--content-type=${protobuf}`, `--accept=${protobuf},application/json`],
      environment: {},
    },
    { client: 'that is told to speak JSON', options: ['--content-type=application/json'] },
    {
      client: 'that is told to speak CBOR',
      options: ['--content-type=application/cbor', '--accept=application/cbor,application/json'],
      environment: { KUBE_FEATURE_ClientsAllowCBOR: 'true' },
    },
    {
      client: 'that prefers CBOR',
      options: [],
      environment: {
        KUBE_FEATURE_ClientsAllowCBOR: 'true',
        KUBE_FEATURE_ClientsPreferCBOR: 'true',
      },
    },
  ])('$client takes a Secret through its life as straight at the cluster', async (one) => {
    const life = async (kubeconfig: string) => {
      const program = start(kubeconfig, [...one.options, 'lifecycle'], one.environment);
      return outcomesOf(await program.finished());
    };
    const outcomes = await life(await world.kubeconfig('lifecycle'));
    expect(outcomes).toEqual(await life(await world.directKubeconfig()));
    const failed = outcomes.filter(({ code }) => code !== undefined && code !== 404);
    // Where it has learnt what is not spoken here, it goes on in JSON.
    expect(failed.every(({ code }) => code === 415)).toBe(true);
  });

  it('has every step of it on record, with its name and the names of its keys', async () => {
    const before = (await world.events()).length;
    const program = start(await world.kubeconfig('recorded'), ['lifecycle']);
    await program.finished();
    // Beside what the gateway follows by itself.
    const events = (await world.events()).slice(before).filter(({ user }) => user !== gateway);
    expect(new Set(events.map(({ user }) => user))).toEqual(
      new Set([`system:serviceaccount:${namespace}:app`]),
    );
    const ofSecret = events.filter(({ secret }) => secret === 'lifecycle');
    const actions = ofSecret.map(({ action }) => action);
    for (const action of ['create', 'update', 'patch', 'delete', 'reveal']) {
      expect(actions).toContain(`secrets.${action}`);
    }
    const reveals = ofSecret.filter(
      ({ action, outcome }) => action === 'secrets.reveal' && outcome === 'allowed',
    );
    expect(reveals.every(({ keys }) => keys.includes('a'))).toBe(true);
  });

  it('lists page by page, and misses nothing', async () => {
    const program = start(await world.kubeconfig('pages'), ['--limit=2', 'pages']);
    const pages = (await program.finished()).filter((line) => line.type === 'page');
    expect(pages.length).toBeGreaterThanOrEqual(seeded.length / 2);
    for (const { items, isLast } of pages) {
      expect(items.length).toBeLessThanOrEqual(2);
      expect(isLast || items.length === 2).toBe(true);
    }
    const listed = pages.flatMap(({ items }) => items);
    expect(listed).toEqual(await shownSecrets(world.installation.cluster, namespace));
  });
});

describe.each(ways)('an informer of client-go that learns $way', patience, ({ environment }) => {
  async function informerAt(port: InterruptedPort): Promise<LineProgram<ClientGoLine>> {
    const kubeconfig = await world.kubeconfig('informer', world.token, port.port);
    const informer = start(kubeconfig, ['informer'], environment);
    await informer.next('synced');
    return informer;
  }

  it('mirrors what there is, and each change', async () => {
    const informer = start(await world.kubeconfig('informer'), ['informer'], environment);
    await informer.next('synced');
    await expectMirrored(informer);
    await change('db', `first-of-${JSON.stringify(environment)}`);
    await seedSecret(world.installation, namespace, 'new', { password: 'new-12345678' });
    await world.installation.cluster.request('DELETE', `${secrets}/new`);
    await informer.next('update', ({ name }) => name === 'db');
    await informer.next('delete', ({ name }) => name === 'new');
    await expectMirrored(informer);
  });

  it('goes on where it was when its connection breaks, and lists nothing again', async () => {
    const port = await InterruptedPort.to(world.port);
    try {
      const informer = await informerAt(port);
      await change('mail', `seen-${JSON.stringify(environment)}`);
      const { resourceVersion } = await informer.next('update', ({ name }) => name === 'mail');
      await port.close();
      await change('mail', `missed-${JSON.stringify(environment)}`);
      const { mark } = informer;
      await port.open();
      await informer.next('update', ({ name }) => name === 'mail', { mark });
      await expectMirrored(informer);
      const answered = requestsOf(informer, mark).filter(({ status }) => status !== 0);
      expect(answered).toHaveLength(1);
      const query = new URLSearchParams(answered[0]?.query);
      expect(query.get('watch')).toBe('true');
      expect(query.get('resourceVersion')).toBe(resourceVersion);
      expect(query.has('sendInitialEvents')).toBe(false);
    } finally {
      await port.close();
    }
  });

  it('lists again where the changes that it missed are forgotten', async () => {
    const port = await InterruptedPort.to(world.port);
    try {
      const informer = await informerAt(port);
      await change('queue', `before-${JSON.stringify(environment)}`);
      await informer.next('update', ({ name }) => name === 'queue');
      await port.close();
      await change('queue', `forgotten-${JSON.stringify(environment)}`);
      await forgetChanges(world.installation.cluster);
      await change('search', `after-${JSON.stringify(environment)}`);
      const { mark } = informer;
      await port.open();
      await informer.next('update', ({ name }) => name === 'queue', { mark });
      await informer.next('update', ({ name }) => name === 'search', { mark });
      await expectMirrored(informer);
      // One watch that was too late, then what there is, by either way.
      const answered = requestsOf(informer, mark).filter(({ status }) => status !== 0);
      expect(answered.length).toBeGreaterThanOrEqual(2);
      expect(answered.length).toBeLessThanOrEqual(5);
    } finally {
      await port.close();
    }
  });
});
