import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEventView } from '../../../src/audit/domain/audit-view.js';
import { ensureClientGo } from '../../client-go/client-go.js';
import { ensurePythonClient } from '../../python-client/python-client.js';
import { LineProgram } from '../../support/line-program.js';
import { RandomCuts } from '../../support/random-cuts.js';
import { scaled } from '../../support/scale.js';
import { shownSecrets } from '../../support/shown-secret.js';
import { patiently } from '../../support/tokens-world.js';
import { LibraryWorld, namespace } from './library-world.js';
import type { ClientGoLine, PythonLine } from './library-lines.js';
import { RandomChanges } from './random-changes.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const seed = Date.now() % 2 ** 31;
const INFORMERS = 10;
/** Each cut costs a watch, and where nothing had come yet one that lists. */
const requestsMax = (cuts: number) => 3 * cuts + 5 * INFORMERS;
// An informer that was cut short a few times in a row waits up to a minute by itself.
const timeout = scaled(900_000, 180_000);

let world: LibraryWorld;

beforeAll(async () => {
  world = await LibraryWorld.start();
  process.stderr.write(`random disconnects: seed ${seed}\n`);
});

afterAll(() => world.stop());

interface Cutting {
  readonly prefix: string;
  readonly cutsMax: number;
  readonly start: (kubeconfig: string) => LineProgram<ClientGoLine | PythonLine>;
}

/** Cuts a program off while Secrets change, until all cuts are made and it holds what there is. */
async function cutOff({ prefix, cutsMax, start }: Cutting) {
  const plan = { seed, cutsMax, livesMsMax: 800, bytesMax: 40_000 };
  const cuts = await RandomCuts.to(world.port, plan);
  const program = start(await world.kubeconfig('cut-off', world.token, cuts.port));
  const changes = new RandomChanges(world, prefix, seed);
  try {
    await cuts.spent;
    await changes.reached(cutsMax);
    await changes.stop();
    await patiently(async () => {
      const { mark } = program;
      program.command('mirror');
      const { mirrors } = await program.next('mirror', undefined, { mark });
      const held = await shownSecrets(world.installation.cluster, namespace);
      for (const mirror of mirrors) expect(mirror, `seed ${seed}`).toEqual(held);
    });
    return { cuts, lines: program.lines, made: changes.made };
  } finally {
    await changes.stop();
    await program.stop();
    await cuts.stop();
  }
}

describe('informers of client-go whose connections break at random moments', () => {
  it.each([
    {
      way: 'by watches that list',
      prefix: 'streamed',
      cutsMax: scaled(1_000, 50),
      environment: {},
    },
    {
      way: 'by lists and watches',
      prefix: 'listed',
      cutsMax: scaled(200, 25),
      environment: { KUBE_FEATURE_WatchListClient: 'false' },
    },
  ])('lose nothing, and do not hammer the gateway: $way', { timeout }, async (one) => {
    const { prefix, cutsMax, environment } = one;
    const path = await ensureClientGo();
    const { cuts, lines, made } = await cutOff({
      prefix,
      cutsMax,
      start: (kubeconfig) => {
        const options = ['--kubeconfig', kubeconfig, '--namespace', namespace];
        return new LineProgram<ClientGoLine>({ path, environment }, [
          ...options,
          `--informers=${INFORMERS}`,
          'informer',
        ]);
      },
    });
    expect(cuts.cut).toBe(cutsMax);
    const requests = lines.filter(({ type }) => type === 'request').length;
    process.stderr.write(`${made} changes, ${cuts.opened} connections, ${requests} requests\n`);
    expect(requests).toBeLessThan(requestsMax(cutsMax));
    expect(cuts.opened).toBeLessThan(requestsMax(cutsMax));
  });
});

describe('a watch of the Python client whose connection breaks at random moments', () => {
  const cutsMax = scaled(100, 25);

  it('loses nothing, and does not hammer the gateway', { timeout }, async () => {
    const { program: path, script, environment } = await ensurePythonClient();
    const { cuts, lines } = await cutOff({
      prefix: 'watched',
      cutsMax,
      start: (kubeconfig) => {
        const options = ['--kubeconfig', kubeconfig, '--namespace', namespace];
        return new LineProgram<PythonLine>({ path, environment }, [script, 'watch', ...options]);
      },
    });
    expect(cuts.cut).toBe(cutsMax);
    expect(lines.filter(({ type }) => type === 'watch').length).toBeLessThan(3 * cutsMax);
    expect(cuts.opened).toBeLessThan(4 * cutsMax);
  });
});

describe('watches whose clients are gone', () => {
  it('are over: each that began has its end on record', { timeout }, async () => {
    const audit = partOf(world.installation.gateway, AuditService);
    await patiently(async () => {
      const watches: AuditEventView[] = [];
      for (let cursor: string | undefined; cursor !== '';) {
        const request = { limit: 500, ...(cursor === undefined ? {} : { cursor }) };
        const page = await audit.list(
          { action: ['secrets.watch'], user: `system:serviceaccount:${namespace}:app` },
          request,
        );
        watches.push(...page.items);
        cursor = page.continue ?? '';
      }
      // Of one that the API server has not answered nothing can end.
      const begun = watches.filter(
        ({ outcome, parentId }) => outcome === 'allowed' && parentId === undefined,
      );
      const ended = new Set(watches.flatMap(({ parentId }) => parentId ?? []));
      expect(begun.length).toBeGreaterThan(INFORMERS);
      expect(begun.filter(({ auditId }) => !ended.has(auditId)).length).toBe(0);
    });
  });
});
