import { expect, it } from 'vitest';
import type { CallRunner } from '../../../../src/calls/call-runner.service.js';
import type { CallContext } from '../../../../src/core/call-context.js';
import type { StoredSecret } from '../../../../src/secrets/domain/secret.js';
import { BrokerSecrets } from '../../../../src/rotation/engine/broker-secrets.js';
import { LeaseLost } from '../../../../src/rotation/engine/lease.js';
import { callContext } from '../../audit/audit-builders.js';
import { NoChecks } from '../../secrets/no-checks.js';
import { aRun } from '../rotation-run.builder.js';

it('publishes nothing where the lease ended while the intent was written down', async () => {
  const calls: string[] = [];
  let isHeld = true;
  const secrets = new BrokerSecrets({
    checks: new NoChecks(),
    calls: {
      write: async (_ctx: unknown, _facts: unknown, effect: (draft: object) => unknown) => {
        // A slow disk.
        isHeld = false;
        return effect({ trace: { plane: 'none', upstreamIds: [] } });
      },
    } as unknown as CallRunner,
    store: { patch: async () => void calls.push('patch') },
    history: { begin: () => ({ end: () => void calls.push('end') }) },
  } as unknown as ConstructorParameters<typeof BrokerSecrets>[0]);
  const requireLease = (): void => {
    if (!isHeld) throw new LeaseLost();
  };
  const call = { ctx: callContext(), run: aRun(), requireLease };
  const seen = { uid: 'uid', resourceVersion: '1', data: new Map() } as unknown as StoredSecret;
  const values = { pending: new Map(), user: { key: undefined, name: null } };
  await expect(secrets.publish(call, seen, values)).rejects.toThrow(LeaseLost);
  expect(calls).toEqual(['end']);
});

it('names in a version the event of the write that led to it', async () => {
  const events: CallContext[] = [];
  const begun: CallContext[] = [];
  const secrets = new BrokerSecrets({
    checks: new NoChecks(),
    calls: {
      write: async (ctx: CallContext, _facts: unknown, effect: (draft: object) => unknown) => {
        events.push(ctx);
        return effect({ trace: { plane: 'none', upstreamIds: [] } });
      },
    } as unknown as CallRunner,
    store: { patch: async () => ({ uid: 'uid', resourceVersion: '2' }) },
    history: {
      begin: (ctx: CallContext) => {
        begun.push(ctx);
        return { wrote: async () => undefined, end: () => undefined };
      },
    },
  } as unknown as ConstructorParameters<typeof BrokerSecrets>[0]);
  const call = { ctx: callContext(), run: aRun(), requireLease: () => undefined };
  const seen = { uid: 'uid', resourceVersion: '1', data: new Map() } as unknown as StoredSecret;
  const values = { pending: new Map(), user: { key: undefined, name: null } };
  await secrets.publish(call, seen, values);
  expect(begun.map(({ auditId }) => auditId)).toEqual(events.map(({ auditId }) => auditId));
  expect(begun).toHaveLength(1);
});
