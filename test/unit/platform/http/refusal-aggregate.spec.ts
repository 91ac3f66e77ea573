import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../../src/core/limits.js';
import {
  RefusalAggregate,
  type RefusalAggregateOptions,
} from '../../../../src/platform/http/refusal-aggregate.js';

interface Written {
  readonly sourceIp: string;
  readonly count: number | undefined;
  readonly code: number;
  readonly reason: string | undefined;
}

function aggregateOver(isWritable = () => true, options: Partial<RefusalAggregateOptions> = {}) {
  const written: Written[] = [];
  const ids: string[] = [];
  const log = {
    record({ sourceIp, auditId }: Caller, { count }: { count?: number }, result: Result) {
      const { code, decisionReason: reason } = result;
      if (!isWritable()) return Promise.reject(new Error('full'));
      written.push({ sourceIp, count, code, reason });
      ids.push(auditId);
      return Promise.resolve();
    },
  };
  const aggregate = new RefusalAggregate(log, { windowMs: 60_000, ...options });
  const add = (sourceIp: string): string => {
    const caller = { auditId: 'id', requestUri: '/v1/secrets', sourceIp };
    return aggregate.add({ key: sourceIp, othersKey: 'others', caller, error: refused });
  };
  return { written, ids, aggregate, add };
}

interface Caller {
  readonly sourceIp: string;
  readonly auditId: string;
}

interface Result {
  readonly code: number;
  readonly decisionReason?: string;
}

const refused = new SallyportError('TooManyRequests', 'too many', { internal: 'rate limit: x' });

describe('refusals that are recorded together', () => {
  it('become one event for each caller, with their number', async () => {
    const { written, aggregate, add } = aggregateOver();
    for (let index = 0; index < 500; index += 1) add('10.0.0.1');
    add('10.0.0.2');
    await aggregate.flush();
    expect(written).toEqual([
      { sourceIp: '10.0.0.1', count: 500, code: 429, reason: 'rate limit: x' },
      { sourceIp: '10.0.0.2', count: 1, code: 429, reason: 'rate limit: x' },
    ]);
  });

  it('are answered under the audit id of their event, also where that is written later', async () => {
    let isWritable = false;
    const { ids, aggregate, add } = aggregateOver(() => isWritable);
    const told = [add('10.0.0.1'), add('10.0.0.1'), add('10.0.0.2')];
    await aggregate.flush();
    isWritable = true;
    await aggregate.flush();
    expect(ids).toEqual([told[0], told[2]]);
    expect(told[1]).toBe(told[0]);
    expect(add('10.0.0.1')).not.toBe(told[0]);
  });

  it('are written once', async () => {
    const { written, aggregate, add } = aggregateOver();
    add('10.0.0.1');
    await Promise.all([aggregate.flush(), aggregate.flush()]);
    await aggregate.flush();
    expect(written).toHaveLength(1);
  });

  it('are kept while they cannot be written', async () => {
    let isWritable = false;
    const { written, aggregate, add } = aggregateOver(() => isWritable);
    add('10.0.0.1');
    await aggregate.flush();
    add('10.0.0.1');
    isWritable = true;
    await aggregate.flush();
    expect(written).toMatchObject([{ count: 2 }]);
  });

  it('are kept while they must wait, and nothing is written of them', async () => {
    let mustWait = true;
    const { written, aggregate, add } = aggregateOver(() => true, { mustWait: () => mustWait });
    add('10.0.0.1');
    await aggregate.flush();
    expect(written).toEqual([]);
    mustWait = false;
    add('10.0.0.1');
    await aggregate.flush();
    expect(written).toMatchObject([{ count: 2 }]);
  });

  it('of very many callers are counted together, and none is dropped', async () => {
    const { written, aggregate, add } = aggregateOver();
    const callers = limits.refusalAggregatesMax + 500;
    for (let index = 0; index < callers; index += 1) add(`a${index}`);
    await aggregate.flush();
    expect(written.length).toBe(limits.refusalAggregatesMax + 1);
    expect(written.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(callers);
    expect(written.at(-1)).toMatchObject({ sourceIp: '', count: 500 });
  });

  it('of callers that may not be named are counted together', async () => {
    let names = 2;
    const { written, aggregate, add } = aggregateOver(() => true, { mayName: () => names-- > 0 });
    for (let index = 0; index < 10; index += 1) add(`a${index}`);
    await aggregate.flush();
    expect(written.map(({ sourceIp, count }) => [sourceIp, count])).toEqual([
      ['a0', 1],
      ['a1', 1],
      ['', 8],
    ]);
  });
});
