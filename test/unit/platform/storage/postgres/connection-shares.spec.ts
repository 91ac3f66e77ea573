import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../src/core/limits.js';
import {
  poolSizes,
  sharedConnections,
} from '../../../../../src/platform/storage/postgres/connection-shares.js';

describe('the connections of a gateway', () => {
  it('are split between requests and work, and requests have the odd one', () => {
    expect(poolSizes(18)).toEqual({ requests: 9, work: 9 });
    expect(poolSizes(5)).toEqual({ requests: 3, work: 2 });
  });

  it('leave those of the threads, and of sinks where there are any', () => {
    expect(sharedConnections(24, false)).toBe(18);
    expect(sharedConnections(24, true)).toBe(12);
  });

  it('are enough for two in each pool at the least that can be set', () => {
    const sizes = poolSizes(sharedConnections(limits.postgresConnectionsSettableMin, true));
    expect(sizes).toEqual({ requests: 2, work: 2 });
  });
});
