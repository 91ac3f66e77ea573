import { afterEach, expect, it, vi } from 'vitest';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import type { RotationRun } from '../../../../src/rotation/domain/rotation-run.js';
import type { ClaimedRun, RotationStore } from '../../../../src/rotation/domain/rotation.store.js';
import { RotationEngine } from '../../../../src/rotation/engine/rotation-engine.js';
import type { RunWorker } from '../../../../src/rotation/engine/run-worker.js';
import { aRun } from '../rotation-run.builder.js';

/** Runs by the order in which they are due; those that are begun are nobody else's. */
class Runs {
  readonly waiting: RotationRun[];

  constructor(names: readonly string[], namespaceOf = (name: string) => `of-${name}`) {
    this.waiting = names.map((name, index) =>
      aRun({ id: `${index}`, name, namespace: namespaceOf(name), dueMs: index }),
    );
  }

  due: RotationStore['due'] = async (limit, after) =>
    this.waiting.filter(({ dueMs }) => dueMs > (after?.dueMs ?? -1)).slice(0, limit);

  claim = async (id: string): Promise<ClaimedRun | undefined> => {
    const index = this.waiting.findIndex((run) => run.id === id);
    const [run] = index === -1 ? [] : this.waiting.splice(index, 1);
    return run && { run, fencedAtMs: 2 ** 30 };
  };
}

let engine: RotationEngine | undefined;
afterEach(() => engine?.stop());

function engineOver(runs: Runs, worker: Pick<RunWorker, 'work'>): RotationEngine {
  return new RotationEngine({
    store: runs as Partial<RotationStore> as RotationStore,
    worker: worker as RunWorker,
    hostOf: ({ name }) => (name === 'quick' ? undefined : name),
    isReady: ({ name }) => name !== 'unknown',
    onFault: (error) => {
      throw error;
    },
  });
}

it.each(['slow', 'unknown'])('runs that have to wait hold up no others: %s', async (waiting) => {
  const many = Array.from({ length: 5 * rotationLimits.dueRunsMax }, () => waiting);
  const runs = new Runs([...many, 'quick']);
  const ended: string[] = [];
  engine = engineOver(runs, {
    work: ({ run }, _store, stopping) => {
      ended.push(run.name);
      if (run.name === 'quick') return Promise.resolve(true);
      return new Promise((resolve) => {
        stopping.addEventListener('abort', () => resolve(true));
      });
    },
  });
  for (let looks = 0; looks < 10; looks += 1) {
    engine.nudge();
    await new Promise(setImmediate);
  }
  await vi.waitFor(() => expect(ended).toContain('quick'));
  const atOnce = waiting === 'slow' ? rotationLimits.runsAtOncePerHostMax : 0;
  expect(ended.filter((name) => name === waiting)).toHaveLength(atOnce);
});

it('runs of one namespace leave room for those of others', async () => {
  const many = Array.from({ length: 5 * rotationLimits.dueRunsMax }, (_, at) => `greedy-${at}`);
  const runs = new Runs([...many, 'quick'], (name) => (name === 'quick' ? 'other' : 'greedy'));
  const begun: string[] = [];
  engine = engineOver(runs, {
    work: ({ run }, _store, stopping) => {
      begun.push(run.namespace);
      return new Promise((resolve) => {
        stopping.addEventListener('abort', () => resolve(true));
      });
    },
  });
  for (let looks = 0; looks < 10; looks += 1) {
    engine.nudge();
    await new Promise(setImmediate);
  }
  await vi.waitFor(() => expect(begun).toContain('other'));
  const greedy = begun.filter((namespace) => namespace === 'greedy');
  expect(greedy).toHaveLength(rotationLimits.runsAtOncePerNamespaceMax);
  expect(rotationLimits.runsAtOncePerNamespaceMax).toBe(rotationLimits.runsAtOnceMax / 4);
});
