import { expect, it } from 'vitest';
import type { AuditService } from '../../../../src/audit/audit.service.js';
import type { StoredSecret } from '../../../../src/secrets/domain/secret.js';
import { BrokerSecrets } from '../../../../src/rotation/engine/broker-secrets.js';
import { LeaseLost } from '../../../../src/rotation/engine/lease.js';
import { callContext } from '../../audit/audit-builders.js';
import { aRun } from '../rotation-run.builder.js';

it('publishes nothing where the lease ended while the intent was written down', async () => {
  const calls: string[] = [];
  let isHeld = true;
  const secrets = new BrokerSecrets({
    audit: {
      write: async (_ctx: unknown, _facts: unknown, effect: (draft: object) => unknown) => {
        // A slow disk.
        isHeld = false;
        return effect({ trace: { plane: 'none', upstreamIds: [] } });
      },
    } as unknown as AuditService,
    store: { patch: async () => void calls.push('patch') },
    history: { begin: () => ({ end: () => void calls.push('end') }) },
  } as unknown as ConstructorParameters<typeof BrokerSecrets>[0]);
  const requireLease = (): void => {
    if (!isHeld) throw new LeaseLost();
  };
  const call = { ctx: callContext(), run: aRun(), requireLease };
  const seen = { uid: 'uid', resourceVersion: '1' } as StoredSecret;
  const values = { pending: new Map(), user: { key: undefined, name: null } };
  await expect(secrets.publish(call, seen, values)).rejects.toThrow(LeaseLost);
  expect(calls).toEqual(['end']);
});
