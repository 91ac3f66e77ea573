import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Resources } from '../../../../src/platform/lifecycle/resources.js';

function opened(names: readonly string[], failing?: string) {
  const closed: string[] = [];
  const resources = new Resources();
  for (const name of names) {
    resources.defer(async () => {
      await wait(1);
      closed.push(name);
      if (name === failing) throw new Error(`${name} does not close`);
    });
  }
  return { resources, closed };
}

describe('resources', () => {
  it('are closed in reverse order of opening, one after the other', async () => {
    const { resources, closed } = opened(['database', 'log', 'cache']);
    await resources.close();
    expect(closed).toEqual(['cache', 'log', 'database']);
  });

  it('are all closed if one of them fails to close', async () => {
    const { resources, closed } = opened(['database', 'log', 'cache'], 'log');
    await expect(resources.close()).rejects.toThrow('log does not close');
    expect(closed).toEqual(['cache', 'log', 'database']);
  });

  it('are closed at once if they were opened after the others were closed', async () => {
    const { resources, closed } = opened(['database']);
    await resources.close();
    resources.defer(() => void closed.push('pool'));
    resources.defer(() => Promise.reject(new Error('the cache does not close')));
    expect(closed).toEqual(['database', 'pool']);
    await resources.close();
    expect(closed).toEqual(['database', 'pool']);
  });

  it('are closed once', async () => {
    const { resources, closed } = opened(['database']);
    await resources.close();
    await resources.close();
    expect(closed).toEqual(['database']);
  });
});
