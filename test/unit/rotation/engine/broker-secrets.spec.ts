import { describe, expect, it } from 'vitest';
import type { CallRunner } from '../../../../src/calls/call-runner.service.js';
import type { CallContext } from '../../../../src/core/call-context.js';
import type { StoredSecret } from '../../../../src/secrets/domain/secret.js';
import { BrokerSecrets } from '../../../../src/rotation/engine/broker-secrets.js';
import { LeaseLost } from '../../../../src/rotation/engine/lease.js';
import { callContext } from '../../audit/audit-builders.js';
import { checksWith } from '../../schemas/built-in-checks.js';
import { aSchema } from '../../schemas/schema.builder.js';
import { storedSecret, values } from '../../secrets/domain/secret.builder.js';
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
  const nothing = { pending: new Map(), user: { key: undefined, name: null } };
  await secrets.publish(call, seen, nothing);
  expect(begun.map(({ auditId }) => auditId)).toEqual(events.map(({ auditId }) => auditId));
  expect(begun).toHaveLength(1);
});

describe('the check of new values', () => {
  const keys = { username: { schema: { pattern: '^[a-z]+$' } } };
  const rule = 'secret.dsn.contains(secret.username)';
  const rules = [{ rule, message: 'dsn and username differ' }];
  const before = storedSecret({
    labels: { 'sallyport.dev/schema': 'login' },
    data: values({ username: 'app', dsn: 'postgresql://app@db/shop' }),
  });

  function check(schema: object, name: string, dsn = `postgresql://${name}@db/shop`) {
    const secrets = new BrokerSecrets({
      checks: checksWith(aSchema('login', schema)),
    } as unknown as ConstructorParameters<typeof BrokerSecrets>[0]); // a check uses no more
    return secrets.check(before, { pending: values({ dsn }), user: { key: 'username', name } });
  }

  it('covers the name of the user, which is published as well', async () => {
    await expect(check({ keys }, 'app')).resolves.toBeUndefined();
    await expect(check({ keys }, 'app_b')).rejects.toMatchObject({
      errors: [{ pointer: '/data/username' }],
    });
  });

  it('compares the new name of the user with the new values', async () => {
    await expect(check({ rules }, 'other')).resolves.toBeUndefined();
    await expect(check({ rules }, 'other', 'postgresql://app@db/shop')).rejects.toMatchObject({
      errors: [{ reason: 'dsn and username differ' }],
    });
  });

  it('leaves a name alone that was there before', async () => {
    const digits = { username: { schema: { pattern: '^[0-9]+$' } } };
    await expect(check({ keys: digits }, 'app')).resolves.toBeUndefined();
  });
});
