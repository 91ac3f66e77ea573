import { describe, expect, it } from 'vitest';
import { WorkloadDirectory } from '../../../src/consumers/domain/workload-directory.js';
import { restartWorkload } from '../../../src/consumers/restart-workload.js';
import { SallyportError, invalid, unavailable } from '../../../src/core/errors/sallyport-error.js';
import { callAs, user } from '../../integration/kubernetes/support.js';

const place = {
  call: callAs(user('broker'), 'broker'),
  namespace: 'pay',
  workload: { kind: 'Deployment', name: 'app' },
} as const;
const run = { runId: 'run-1', nowIso: '2026-11-25T13:04:33.000Z' };

/** One workload that others write before each of the first patches. */
class OneWorkload extends WorkloadDirectory {
  readonly patches: object[] = [];
  #version = 1;
  readonly #writesOfOthers: number;
  readonly #failure: Error | undefined;

  constructor(writesOfOthers: number, failure?: Error) {
    super();
    this.#writesOfOthers = writesOfOthers;
    this.#failure = failure;
  }

  override list() {
    return Promise.resolve({ pods: [], workloads: [] });
  }

  override get() {
    const resourceVersion = String(this.#version);
    return Promise.resolve({ resourceVersion, isPaused: false, templateAnnotations: {} });
  }

  override patch(...[, , , patch]: Parameters<WorkloadDirectory['patch']>) {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#version <= this.#writesOfOthers) {
      this.#version += 1;
      return Promise.reject(new SallyportError('Conflict', 'was changed'));
    }
    this.patches.push(patch);
    return Promise.resolve();
  }
}

describe('a restart', () => {
  it('looks again where somebody else wrote the workload meanwhile', async () => {
    const directory = new OneWorkload(3);
    expect(await restartWorkload(directory, place, run)).toBeUndefined();
    expect(directory.patches).toMatchObject([{ metadata: { resourceVersion: '4' } }]);
  });

  it('is tried later where others write it all the time', async () => {
    const restarting = restartWorkload(new OneWorkload(1_000), place, run);
    await expect(restarting).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it.each([
    [
      'the gateway has no right to it',
      unavailable('not set up', { isInstallationFault: true }),
      'the gateway may not restart workloads in this namespace',
    ],
    [
      'it is gone',
      new SallyportError('NotFound', 'deployments "app" not found'),
      'it is not there',
    ],
    [
      'a policy is against it',
      new SallyportError('Forbidden', "the cluster refused the request: policy 'x'"),
      "the cluster refused the request: policy 'x'",
    ],
    [
      'the cluster finds it invalid',
      invalid([{ pointer: '/spec', reason: 'quoted' }]),
      'the cluster found the restarted workload invalid',
    ],
  ])('is refused where %s', async (_why, failure, reason) => {
    expect(await restartWorkload(new OneWorkload(0, failure), place, run)).toBe(reason);
  });

  it.each(['Unavailable', 'Timeout', 'OutcomeUnknown', 'TooManyRequests'] as const)(
    'is tried later after %s',
    async (code) => {
      const failure = new SallyportError(code, 'later');
      const restarting = restartWorkload(new OneWorkload(0, failure), place, run);
      await expect(restarting).rejects.toBe(failure);
    },
  );
});
