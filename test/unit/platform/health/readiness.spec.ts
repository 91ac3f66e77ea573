import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Readiness } from '../../../../src/platform/health/readiness.js';

const passes = { name: 'cluster', probe: async () => undefined };
const fails = { name: 'audit', probe: () => Promise.reject(new Error('disk full')) };
const never = { name: 'cluster', probe: () => new Promise<void>(() => undefined) };

describe('Readiness', () => {
  it('is ready while every check passes', async () => {
    expect(await new Readiness({ checks: [passes] }).isReady()).toBe(true);
    expect(await new Readiness({ checks: [passes, fails] }).isReady()).toBe(false);
  });

  it('is not ready from the moment of stopping, also for who asked before', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const readiness = new Readiness({ checks: [{ name: 'cluster', probe: () => promise }] });
    const asked = readiness.isReady();
    readiness.markStopping();
    resolve();
    expect(await asked).toBe(false);
    expect(await readiness.isReady()).toBe(false);
  });

  it('fails a check that does not answer by its deadline, and aborts its signal', async () => {
    const probe = vi.fn((signal: AbortSignal) => never.probe().finally(() => signal));
    const readiness = new Readiness({ checks: [{ name: 'cluster', probe }], deadlineMs: 20 });
    expect(await readiness.states()).toEqual([{ name: 'cluster', isUp: false }]);
    expect(probe.mock.calls[0]?.[0].aborted).toBe(true);
  });

  it('says why a check fails where that check does', async () => {
    const open = { ...fails, name: 'rights', reasons: () => ['too many'] };
    const silent = { ...passes, reasons: () => ['of yesterday'] };
    const readiness = new Readiness({ checks: [open, silent, fails] });
    expect(await readiness.states()).toEqual([
      { name: 'rights', isUp: false, reasons: ['too many'] },
      { name: 'cluster', isUp: true },
      { name: 'audit', isUp: false },
    ]);
  });

  it('asks once for all who ask at a time and for a while after', async () => {
    const probe = vi.fn(async () => undefined);
    const readiness = new Readiness({ checks: [{ name: 'cluster', probe }], keptMs: 30 });
    await Promise.all([readiness.isReady(), readiness.isReady(), readiness.states()]);
    await readiness.isUp('cluster');
    expect(probe).toHaveBeenCalledTimes(1);
    await wait(60);
    await readiness.isReady();
    expect(probe).toHaveBeenCalledTimes(2);
  });

  it('tells of a change once, by the kind of the error and not its message', async () => {
    const onChange = vi.fn();
    const outcomes = [Promise.reject(new TypeError('shhhhhh')), Promise.reject(new Error('x'))];
    for (const outcome of outcomes) outcome.catch(() => undefined);
    const probe = async () => outcomes.shift();
    const readiness = new Readiness({ checks: [{ name: 'audit', probe }], onChange, keptMs: 1 });
    for (let round = 0; round < 3; round += 1) {
      await readiness.isReady();
      await wait(10);
    }
    expect(onChange.mock.calls).toEqual([
      ['audit', false, 'TypeError'],
      ['audit', true, undefined],
    ]);
  });

  it('takes a probe that throws at once for a failed one', async () => {
    const probe = () => {
      throw new Error('at once');
    };
    expect(await new Readiness({ checks: [{ name: 'x', probe }] }).isReady()).toBe(false);
  });
});
