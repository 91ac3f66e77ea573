import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogPublisher } from '../../../../src/audit/log/log-publisher.js';
import { limits } from '../../../../src/core/limits.js';
import { StorageError } from '../../../../src/platform/storage/storage-error.js';

describe('signing in the background', () => {
  const problems: (string | undefined)[] = [];
  let isFailing = true;
  const publish = () =>
    isFailing
      ? Promise.reject(new StorageError('the checkpoint is not there'))
      : Promise.resolve({ checkpoint: undefined, isSigned: false, againMs: 0 });
  let publisher: LogPublisher;

  beforeEach(() => {
    vi.useFakeTimers();
    problems.length = 0;
    isFailing = true;
    publisher = new LogPublisher({
      integrator: { publish: () => Promise.reject(new Error('over')), publishDue: publish },
      onProblem: (problem) => void problems.push(problem),
      onPublished: () => undefined,
      // Fake timers do not reach those of node:timers/promises.
      delay: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
    publisher.start();
  });
  afterEach(async () => {
    const stopped = publisher.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    await stopped;
    vi.useRealTimers();
  });

  it('tells nobody of a database that does not answer for a while', async () => {
    await vi.advanceTimersByTimeAsync(limits.auditPublishFailingMsTold - 2_000);
    expect(problems).toEqual([]);
  });

  it('tells where no checkpoint can be written for long, and when one can be again', async () => {
    await vi.advanceTimersByTimeAsync(limits.auditPublishFailingMsTold + 2_000);
    const told = 'no checkpoint of the audit log can be written: the checkpoint is not there';
    expect(problems).toEqual([told]);
    isFailing = false;
    await vi.advanceTimersByTimeAsync(2 * limits.auditPublishRefusedMs);
    expect(problems).toEqual([told, undefined]);
  });
});
