import { expect, it, vi } from 'vitest';
import { schemaLimits } from '../../../src/core/schema-limits.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import type { CustomResources } from '../../../src/custom-resources/domain/custom-resources.js';
import { SchemaRegistry } from '../../../src/schemas/domain/schema-registry.js';
import type { StoredSchemas } from '../../../src/schemas/stored-schemas.js';
import { ViolationStatuses } from '../../../src/schemas/violation-statuses.js';
import { callContext } from '../audit/audit-builders.js';
import { aLocalSchema, aSchema } from './schema.builder.js';

const finding = (schema: string, isEnforced = true) => ({
  schema,
  isEnforced,
  isOfEachWrite: false,
  keys: ['a'],
  error: { pointer: '/data/a', reason: 'is wrong' },
});

/** Schemas of which only the status is written. */
function storing(writeStatus: CustomResources['writeStatus']): Pick<StoredSchemas, 'of'> {
  return { of: () => ({ writeStatus }) as CustomResources };
}

it('adds counts to the status, and keeps them if another replica was first', async () => {
  const registry = new SchemaRegistry();
  registry.put(aSchema('login', {}), '');
  await registry.ready();
  vi.useFakeTimers();
  const written: unknown[] = [];
  const faults: unknown[] = [];
  let conflicts = 1;
  const statuses = new ViolationStatuses({
    registry,
    schemas: storing(async (_call, _object, status) => {
      if (conflicts > 0) {
        conflicts -= 1;
        throw new SallyportError('Conflict', 'another state', { status: 409 });
      }
      written.push(status['violations']);
      registry.put({ ...aSchema('login', {}), status }, '');
    }),
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

it('counts for a schema of a namespace apart from those of its name', async () => {
  const registry = new SchemaRegistry();
  const places = ['', 'pay', 'shop'] as const;
  for (const namespace of places) {
    registry.put(
      namespace === '' ? aSchema('login', {}) : aLocalSchema(namespace, 'login', {}),
      '',
    );
  }
  await registry.ready();
  vi.useFakeTimers();
  const written = new Map<string, unknown>();
  const statuses = new ViolationStatuses({
    registry,
    schemas: storing(async (_call, { namespace }, status) => {
      written.set(namespace, status['violations']);
    }),
    caller: callContext,
    onFault: (error) => expect.unreachable(String(error)),
  });
  try {
    statuses.start();
    statuses.note([finding('login'), finding('shop/login')]);
    statuses.note([finding('shop/login')]);
    await vi.advanceTimersByTimeAsync(schemaLimits.statusMs);
    expect(Object.fromEntries(written)).toEqual({
      '': { refused: 1, warned: 0 },
      pay: { refused: 0, warned: 0 },
      shop: { refused: 2, warned: 0 },
    });
  } finally {
    await statuses.stop();
    vi.useRealTimers();
  }
});
