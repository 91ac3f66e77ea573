import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensurePythonClient, type PythonClient } from '../../python-client/python-client.js';
import { forgetChanges } from '../../support/forgotten-changes.js';
import { InterruptedPort } from '../../support/interrupted-port.js';
import { LineProgram } from '../../support/line-program.js';
import { seedSecret } from '../../support/seed.js';
import { shownSecrets } from '../../support/shown-secret.js';
import { eventually } from '../../support/tokens-world.js';
import { LibraryWorld, namespace } from './library-world.js';
import { outcomesOf, type PythonLine } from './library-lines.js';

const secrets = `/api/v1/namespaces/${namespace}/secrets`;

// Python takes seconds to load the client where a machine has other things to do.
const patience = { timeout: 120_000 };

let python: PythonClient;
let world: LibraryWorld;
let port: InterruptedPort;
let running: LineProgram<PythonLine>[] = [];

beforeAll(async () => {
  python = await ensurePythonClient();
  world = await LibraryWorld.start();
  port = await InterruptedPort.to(world.port);
  for (const name of ['db', 'mail', 'queue']) {
    await seedSecret(world.installation, namespace, name, { password: `of-${name}-12345678` });
  }
});

afterAll(async () => {
  await port.close();
  await world.stop();
});

afterEach(async () => {
  await Promise.all(running.map((program) => program.stop()));
  running = [];
});

function start(
  mode: 'lifecycle' | 'watch',
  kubeconfig: string,
  ...options: readonly string[]
): LineProgram<PythonLine> {
  const { program: path, script, environment } = python;
  const places = ['--kubeconfig', kubeconfig, '--namespace', namespace];
  const program = new LineProgram<PythonLine>({ path, environment }, [
    ...[script, mode],
    ...places,
    ...options,
  ]);
  running.push(program);
  return program;
}

async function change(name: string, value: string): Promise<void> {
  const body = { stringData: { password: value } };
  const answer = await world.installation.cluster.request('PATCH', `${secrets}/${name}`, body);
  expect(answer.status).toBe(200);
}

async function watchAt({ port: at }: Pick<InterruptedPort, 'port'>) {
  const watch = start('watch', await world.kubeconfig('python', world.token, at));
  await watch.next('watch');
  return watch;
}

async function expectMirrored(program: LineProgram<PythonLine>): Promise<void> {
  await eventually(async () => {
    const { mark } = program;
    program.command('mirror');
    const { mirrors } = await program.next('mirror', undefined, { mark });
    expect(mirrors).toEqual([await shownSecrets(world.installation.cluster, namespace)]);
  });
}

describe('the Python client', patience, () => {
  it('takes a Secret through its life as straight at the cluster', async () => {
    const life = async (kubeconfig: string) =>
      outcomesOf(await start('lifecycle', kubeconfig).finished());
    const outcomes = await life(await world.kubeconfig('lifecycle'));
    expect(outcomes).toEqual(await life(await world.directKubeconfig()));
    expect(outcomes.filter(({ code }) => code !== undefined)).toEqual([
      { step: 'read what is gone', hash: undefined, code: 404, reason: 'NotFound' },
    ]);
  });

  it('has every step of it on record, with its name and the names of its keys', async () => {
    const before = (await world.events()).length;
    await start('lifecycle', await world.kubeconfig('recorded')).finished();
    const events = (await world.events()).slice(before);
    const ofSecret = events.filter(({ secret }) => secret === 'lifecycle');
    const user = `system:serviceaccount:${namespace}:app`;
    expect(new Set(ofSecret.map((event) => event.user))).toEqual(new Set([user]));
    const actions = new Set(ofSecret.map(({ action }) => action));
    for (const action of ['create', 'update', 'patch', 'delete', 'reveal']) {
      expect(actions).toContain(`secrets.${action}`);
    }
  });

  it('is told of each change by a watch', async () => {
    const watch = await watchAt(world);
    await change('db', 'changed-12345678');
    await seedSecret(world.installation, namespace, 'new', { password: 'new-12345678' });
    await world.installation.cluster.request('DELETE', `${secrets}/new`);
    await watch.next('event', ({ event, name }) => event === 'MODIFIED' && name === 'db');
    await watch.next('event', ({ event, name }) => event === 'DELETED' && name === 'new');
    await expectMirrored(watch);
  });

  it('goes on where it was when its connection breaks, and lists nothing again', async () => {
    const watch = await watchAt(port);
    await change('mail', 'seen-12345678');
    const { resourceVersion } = await watch.next('event', ({ name }) => name === 'mail');
    await port.close();
    await watch.next('disconnected');
    await change('mail', 'missed-12345678');
    const { mark } = watch;
    await port.open();
    await watch.next('event', ({ name }) => name === 'mail', { mark });
    await expectMirrored(watch);
    const types = watch.lines.map(({ type }) => type);
    expect(types.filter((type) => type === 'list')).toHaveLength(1);
    const watched = watch.lines.filter((line) => line.type === 'watch');
    expect(watched.at(-1)).toEqual({ type: 'watch', resourceVersion });
  });

  it('lists again where the changes that it missed are forgotten', async () => {
    const watch = await watchAt(port);
    await change('queue', 'before-12345678');
    await watch.next('event', ({ name }) => name === 'queue');
    await port.close();
    await change('queue', 'forgotten-12345678');
    await forgetChanges(world.installation.cluster);
    await change('db', 'after-12345678');
    const { mark } = watch;
    await port.open();
    const refused = await watch.next('refused', undefined, { mark });
    expect(refused.code).toBe(410);
    await watch.next('list', undefined, { mark });
    await expectMirrored(watch);
  });
});
