import { expect, it, vi } from 'vitest';
import { schemaLimits } from '../../../src/core/schema-limits.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { SchemaRegistry } from '../../../src/schemas/domain/secret-schemas.js';
import { ViolationStatuses } from '../../../src/schemas/violation-statuses.js';
import { callContext } from '../audit/audit-builders.js';
import { aSchema } from './schema.builder.js';

const finding = (schema: string, isEnforced = true) => ({
  schema,
  isEnforced,
  isOfEachWrite: false,
  keys: ['a'],
  error: { pointer: '/data/a', reason: 'is wrong' },
});

it('adds counts to the status, and keeps them if another replica was first', async () => {
  vi.useFakeTimers();
  const registry = new SchemaRegistry();
  registry.put(aSchema('login', {}), '');
  const written: unknown[] = [];
  const faults: unknown[] = [];
  let conflicts = 1;
  const statuses = new ViolationStatuses({
    registry,
    schemas: {
      writeStatus: async (_call, _object, status) => {
        if (conflicts > 0) {
          conflicts -= 1;
          throw new SallyportError('Conflict', 'another state', { status: 409 });
        }
        written.push(status['violations']);
        registry.put({ ...aSchema('login', {}), status }, '');
      },
    },
    caller: callContext,
    onFault: (error) => void faults.push(error),
  });
  try {
    statuses.start();
    statuses.note([finding('login'), finding('login'), finding('kubernetes.io/tls')]);
    statuses.note([finding('login', false)]);
    for (let round = 0; round < 3; round += 1) {
      await vi.advanceTimersByTimeAsync(schemaLimits.statusMs);
    }
    expect(written).toEqual([{ refused: 1, warned: 1 }]);
    expect(faults).toEqual([]);
  } finally {
    await statuses.stop();
    vi.useRealTimers();
  }
});
