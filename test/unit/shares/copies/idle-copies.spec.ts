import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scaled } from '../../../support/scale.js';
import { IdleWorld } from './idle-world.js';

const SECONDS = scaled(60, 20);

let world: IdleWorld;

beforeEach(() => {
  vi.useFakeTimers();
  world = new IdleWorld();
});
afterEach(async () => {
  await world.stop();
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

describe('10,000 idle copies', () => {
  it.each([
    // A question costs 0.4 ms of the processor: 24 in a second are a hundredth of a core.
    { namespaces: 1, questionsMax: 5 },
    { namespaces: 10, questionsMax: 10 },
    { namespaces: 100, questionsMax: 24 },
    { namespaces: 1_000, questionsMax: 24 },
  ])(
    'with $namespaces authors cause few questions a second',
    async ({ namespaces, questionsMax }) => {
      await world.start({ namespaces, copiesOfEach: 10_000 / namespaces });
      await world.passed(SECONDS * 1_000);
      const { questions, records, looks } = world.takeCost();
      expect(questions / SECONDS).toBeLessThan(questionsMax);
      expect(records / SECONDS).toBeLessThan(15);
      expect(looks / SECONDS).toBeLessThan(5);
      expect(world.ended.size).toBe(0);
    },
  );

  it('cause no look by a change of RBAC that takes no right away', async () => {
    await world.start({ namespaces: 100, copiesOfEach: 100 });
    world.rbacChanged('all');
    await world.passed(10_000);
    const { questions, looks } = world.takeCost();
    // Twice for each right of an author, and what is asked anyway.
    expect(questions).toBeLessThan(2 * 201 + 10 * 24);
    expect(looks).toBeLessThan(50);
  });
});

describe('of 10,000 copies, those of an author end within ten seconds', () => {
  beforeEach(() => world.start({ namespaces: 10, copiesOfEach: 1_000 }));

  it('after its account was deleted', async () => {
    world.deleted.add('deployer-3');
    await world.passed(10_000);
    expect(world.ended.size).toBe(1_000);
    expect([...world.ended].every((uid) => uid.startsWith('ns-3/'))).toBe(true);
  });

  it('after RBAC has taken away its right', async () => {
    world.refused.add('deployer-3 patch ns-3');
    world.rbacChanged({ namespace: 'ns-3' });
    await world.passed(10_000);
    expect(world.ended.size).toBe(1_000);
  });

  it('after RBAC has taken away its right, of which the authorizer knows late', async () => {
    world.rbacChanged({ namespace: 'ns-3' });
    await world.passed(1_750);
    world.refused.add('deployer-3 patch ns-3');
    await world.passed(8_000);
    expect(world.ended.size).toBe(1_000);
  });

  it('after the author of the shares has lost a right', async () => {
    world.refused.add('owner get pay');
    world.rbacChanged({ namespace: 'pay' });
    await world.passed(10_000);
    expect(world.ended.size).toBe(10_000);
  });
});
