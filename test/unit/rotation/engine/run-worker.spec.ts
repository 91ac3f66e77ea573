import { beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../../src/core/clock.js';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import type { RotationRun, RunChange } from '../../../../src/rotation/domain/rotation-run.js';
import type {
  ChangeRecord,
  RotationStore,
  RunValues,
} from '../../../../src/rotation/domain/rotation.store.js';
import { RunStopped } from '../../../../src/rotation/domain/run-stopped.js';
import { TargetFault } from '../../../../src/rotation/domain/target-fault.js';
import { noTarget, type RotationTarget } from '../../../../src/rotation/engine/rotation-target.js';
import { RunWorker } from '../../../../src/rotation/engine/run-worker.js';
import type { StepDependencies } from '../../../../src/rotation/engine/step-dependencies.js';
import { callContext } from '../../audit/audit-builders.js';
import { aKnownPolicy, postgresBody } from '../policy.builder.js';
import { aRun } from '../rotation-run.builder.js';

const DAY_MS = 86_400_000;
const values: RunValues = {
  body: postgresBody(),
  pending: new Map(),
  former: new Map(),
};

let changes: RunChange[];
let records: ChangeRecord[];
let released: number;
let stopping: AbortController;
let target: RotationTarget;
let readSecret: () => Promise<{ readonly data: RunValues['former'] }>;
let readValues: () => Promise<RunValues>;

beforeEach(() => {
  changes = [];
  records = [];
  released = 0;
  stopping = new AbortController();
  target = noTarget;
  readSecret = async () => ({ data: new Map() });
  readValues = async () => values;
});

/** Has a worker take a run as far as it goes. */
async function work(change: Partial<RotationRun>): Promise<boolean> {
  const run = aRun({ step: 'test', stepStartedMs: Date.now(), ...change });
  const store = {
    renew: async () => ({ run, fencedAtMs: 2 ** 30 }),
    release: async () => void (released += 1),
    values: () => readValues(),
    find: async () => run,
    advance: async (_run: RotationRun, made: RunChange, record?: ChangeRecord) => {
      if (record !== undefined) records.push(record);
      return changes.push(made) > 0;
    },
  } as Partial<RotationStore> as RotationStore;
  const parts = {
    ...{ store, clock: new SystemClock() },
    secrets: { read: () => readSecret() },
    openTarget: async () => target,
  } as unknown as StepDependencies;
  const worker = new RunWorker({
    steps: () => parts,
    policyOf: () => aKnownPolicy(postgresBody()),
    caller: callContext,
    ...{ onChange: () => undefined, onFault: () => undefined },
  });
  return worker.work({ run, fencedAtMs: 2 ** 30 }, store, stopping.signal);
}

const unreachable = async (): Promise<never> => {
  throw new TargetFault('TargetUnreachable', 'away');
};
const refused = async (): Promise<never> => {
  throw new RunStopped('TestFailed', 'not let in');
};
const isLater = { state: undefined, dueMs: expect.any(Number) as number };

it('says in each event of a run who asked for it, and why', async () => {
  await work({ requestedBy: 'bob', reason: 'leaked' });
  expect(records.length).toBeGreaterThan(0);
  for (const { ctx } of records) {
    expect(ctx).toMatchObject({ onBehalfOf: 'bob', changeReason: 'leaked' });
  }
});

describe('what was set and cannot be taken back', () => {
  it.each<[string, () => void]>([
    ['the target is away', () => (target = { ...noTarget, test: refused, undo: unreachable })],
    [
      'the cluster is away',
      () => {
        let reads = 0;
        target = { ...noTarget, test: refused };
        readSecret = async () => {
          reads += 1;
          if (reads > 1) throw unavailable('away');
          return { data: new Map() };
        };
      },
    ],
  ])('ends no run while %s: it is tried again', async (_what, arrange) => {
    arrange();
    await work({ attempts: 9 });
    expect(changes).toEqual([expect.objectContaining({ attempts: 10 })]);
    expect(changes).toMatchObject([{ problem: { reason: 'TestFailed' } }]);
    expect({ state: undefined, ...changes[0] }).toMatchObject(isLater);
  });

  it('ends no run whose keys are away', async () => {
    readValues = async () => {
      throw unavailable('no key');
    };
    await work({ step: 'set', attempts: rotationLimits.attemptsMax.set });
    expect({ state: undefined, ...changes[0] }).toMatchObject(isLater);
  });

  it('ends it after a day, and is told', async () => {
    target = { ...noTarget, test: refused, undo: unreachable };
    await work({ attempts: 9, stepStartedMs: Date.now() - DAY_MS });
    expect(changes).toMatchObject([{ state: 'failed' }]);
    expect(changes[0]?.problem?.message).toMatch(/may still be there/);
  });
});

describe('a worker that is stopped in the middle', () => {
  it.each<keyof Pick<RotationTarget, 'test' | 'undo'>>(['test', 'undo'])(
    'counts that as no failure of the run, and lets go of it: %s',
    async (call) => {
      const brokenOff = async (): Promise<never> => {
        stopping.abort();
        return unreachable();
      };
      target = { ...noTarget, test: refused, [call]: brokenOff };
      expect(await work({ attempts: 400, stepStartedMs: Date.now() - DAY_MS })).toBe(true);
      expect(changes).toEqual([]);
      expect(released).toBe(1);
    },
  );
});
