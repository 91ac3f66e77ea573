import { describe, expect, it } from 'vitest';
import type { AuditCaller } from '../../../src/audit/domain/build-event.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../src/core/limits.js';
import { RefusalAggregate } from '../../../src/http/refusal-aggregate.js';

interface Written {
  readonly sourceIp: string;
  readonly count: number | undefined;
  readonly code: number;
  readonly reason: string | undefined;
}

function aggregateOver(isWritable = () => true) {
  const written: Written[] = [];
  const aggregate = new RefusalAggregate({
    record({ sourceIp }, { count }, { code, decisionReason: reason }) {
      if (!isWritable()) return Promise.reject(new Error('full'));
      written.push({ sourceIp, count, code, reason });
      return Promise.resolve();
    },
  });
  return { written, aggregate };
}

function caller(sourceIp: string): AuditCaller {
  return { auditId: 'id', requestUri: '/v1/secrets', sourceIp };
}

const refused = new SallyportError('TooManyRequests', 'too many', { internal: 'rate limit: x' });

describe('refusals by a rate limit', () => {
  it('become one event for each caller, with their number', async () => {
    const { written, aggregate } = aggregateOver();
    for (let index = 0; index < 500; index += 1) aggregate.add(caller('10.0.0.1'), refused);
    aggregate.add(caller('10.0.0.2'), refused);
    await aggregate.flush();
    expect(written).toEqual([
      { sourceIp: '10.0.0.1', count: 500, code: 429, reason: 'rate limit: x' },
      { sourceIp: '10.0.0.2', count: 1, code: 429, reason: 'rate limit: x' },
    ]);
  });

  it('are written once', async () => {
    const { written, aggregate } = aggregateOver();
    aggregate.add(caller('10.0.0.1'), refused);
    await Promise.all([aggregate.flush(), aggregate.flush()]);
    await aggregate.flush();
    expect(written).toHaveLength(1);
  });

  it('are kept while they cannot be written', async () => {
    let isWritable = false;
    const { written, aggregate } = aggregateOver(() => isWritable);
    aggregate.add(caller('10.0.0.1'), refused);
    await aggregate.flush();
    aggregate.add(caller('10.0.0.1'), refused);
    isWritable = true;
    await aggregate.flush();
    expect(written).toMatchObject([{ count: 2 }]);
  });

  it('of very many callers are counted together, and none is dropped', async () => {
    const { written, aggregate } = aggregateOver();
    const callers = limits.refusalAggregatesMax + 500;
    for (let index = 0; index < callers; index += 1) aggregate.add(caller(`a${index}`), refused);
    await aggregate.flush();
    expect(written.length).toBe(limits.refusalAggregatesMax + 1);
    expect(written.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(callers);
    expect(written.at(-1)).toMatchObject({ sourceIp: '', count: 500 });
  });
});
