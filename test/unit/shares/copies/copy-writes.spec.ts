import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { NoHistory, type OwnWrite } from '../../../../src/secrets/domain/secret-history.js';
import type { StoreCall } from '../../../../src/secrets/domain/secret.store.js';
import { CopyWrites } from '../../../../src/shares/copies/copy-writes.js';
import { CallOutcome, CallTrace } from '../../../../src/calls/domain/call-trace.js';
import type { AuditFacts } from '../../../../src/audit/domain/audit-event.js';
import type { CallContext } from '../../../../src/core/call-context.js';
import type { CallRunner } from '../../../../src/calls/call-runner.service.js';
import { copyTargetOf } from '../../../../src/shares/copies/domain/copy-target.js';
import { ClusterSecrets } from './cluster-secrets.builder.js';
import { accounts } from './copy-world.js';
import { values } from './domain/copy.builder.js';

const owner = { uid: 'u', name: 'pay-db', author: 'alice' };
const ref = { namespace: 'shop', name: 'web-db' };
const shared = {
  facts: { action: 'secrets.reveal', namespace: 'pay', secret: 'db', keys: ['password'] },
  decisionReason: 'SecretShare "db-for-shop", generation 1',
} as const;

/** Everything in its order. */
let steps: string[];
let contexts: CallContext[];
let announced: AuditFacts[];
let outcomes: CallOutcome<unknown>[];
/** Events in the namespace of the share. */
let ofOwner: unknown[];
let cluster: ClusterSecrets;
let isLeader: boolean;
let isOwnerRecorded: boolean;
let writes: CopyWrites;

beforeEach(() => {
  [steps, contexts, announced, outcomes] = [[], [], [], []];
  ofOwner = [];
  cluster = new ClusterSecrets();
  cluster.before = (step) => void steps.push(step);
  isLeader = true;
  isOwnerRecorded = true;
  const write = async (
    ctx: CallContext,
    facts: AuditFacts,
    effect: (trace: CallTrace) => Promise<CallOutcome<unknown>>,
  ) => {
    steps.push('intent');
    contexts.push(ctx);
    announced.push(facts);
    const outcome = await effect(new CallTrace());
    outcomes.push(outcome);
    return outcome.value;
  };
  writes = new CopyWrites({
    store: cluster,
    calls: { write: write as CallRunner['write'] },
    audit: {
      record: async (ctx, facts, result) => {
        steps.push('owner');
        contexts.push(ctx as CallContext); // copies have no anonymous caller
        ofOwner.push([facts, result.plane, result.decisionReason]);
        if (!isOwnerRecorded) throw unavailable('down');
      },
    },
    history: new Recording(),
    accounts,
    requireLease: () => {
      steps.push('lease');
      if (!isLeader) throw unavailable('over');
    },
  });
});

/** A history that knows each state as version 7. */
class Recording extends NoHistory {
  override begin(): OwnWrite {
    steps.push('begin');
    return {
      wrote: async (_secret, origin) => {
        steps.push(`wrote by ${origin?.door}`);
        return { version: 7, updatedBy: null, keyVersions: [], isFinal: true };
      },
      deleted: async () => 7,
      end: () => void steps.push('end'),
    };
  }
}

const fields = (texts: Readonly<Record<string, string>>) => ({
  ...{ target: ref, type: 'Opaque', data: values(texts) },
  ...{ annotations: {}, before: undefined, force: false },
});
const recorded = {
  event: shared,
  onCreated: async () => void steps.push('created'),
};
const deliver = () => writes.deliver(owner, fields({ password: 'first' }), recorded);

async function delivered() {
  const seen = copyTargetOf(await deliver(), owner.uid);
  steps = [];
  return seen;
}

describe('a delivery', () => {
  it('is on record in both namespaces before the cluster has it', async () => {
    await deliver();
    const before = ['intent', 'begin', 'owner', 'lease'];
    expect(steps).toEqual([...before, 'apply', 'created', 'wrote by share', 'end']);
    expect(announced).toEqual([
      { action: 'imports.deliver', keys: ['password'], namespace: 'shop', secret: 'web-db' },
    ]);
    expect(ofOwner).toEqual([[shared.facts, 'broker', shared.decisionReason]]);
    const [own, part] = contexts;
    expect(own).toMatchObject({ onBehalfOf: 'alice', door: 'job' });
    expect(own?.principal.username).toContain('sallyport-broker');
    expect(part?.parentId).toBe(own?.auditId);
    expect(part?.auditId).not.toBe(own?.auditId);
    expect(outcomes[0]?.facts).toEqual({ version: 7 });
    expect(cluster.steps).toEqual(['apply as broker']);
  });

  it('stays a delivery if the origin of a created Secret cannot be recorded then', async () => {
    const onCreated = async () => {
      throw unavailable('down');
    };
    await writes.deliver(owner, fields({ password: 'first' }), { ...recorded, onCreated });
    expect(cluster.textsOf('web-db')).toEqual({ password: 'first' });
  });

  it('does not happen if the owner has no record of it', async () => {
    isOwnerRecorded = false;
    await expect(deliver()).rejects.toThrow('down');
    expect(cluster.textsOf('web-db')).toBeUndefined();
    expect(steps.at(-1)).toBe('end');
  });

  it('does not happen if the lease ends while it is being recorded', async () => {
    isLeader = false;
    await expect(deliver()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(cluster.textsOf('web-db')).toBeUndefined();
    expect(steps).not.toContain('apply');
    expect(steps.at(-1)).toBe('end');
  });

  it('that changes nothing makes no version', async () => {
    const before = await delivered();
    const apply = cluster.apply.bind(cluster);
    cluster.apply = async (...sent) => ({
      ...(await apply(...sent)),
      resourceVersion: before.resourceVersion,
    });
    await writes.deliver(owner, { ...fields({ password: 'first' }), before }, recorded);
    expect(steps).not.toContain('wrote by share');
    expect(outcomes.at(-1)?.facts).toEqual({ version: undefined });
  });

  it('of an import whose author is not known is that of the broker alone', async () => {
    await writes.deliver({ ...owner, author: undefined }, fields({ a: 'b' }), recorded);
    expect(contexts[0]).not.toHaveProperty('onBehalfOf');
  });
});

describe('an end', () => {
  it('deletes the state that was seen, with its last version on record', async () => {
    const seen = await delivered();
    await writes.delete(owner, ref, seen);
    expect(steps).toEqual(['intent', 'begin', 'lease', 'delete', 'end']);
    expect(announced.at(-1)).toMatchObject({ action: 'imports.withdraw', keys: ['password'] });
    expect(outcomes.at(-1)?.facts).toEqual({ version: 7 });
    expect(cluster.textsOf('web-db')).toBeUndefined();
  });

  it('gives up the keys of the import, and leaves the rest', async () => {
    await delivered();
    cluster.edit('web-db', { own: 'mine' });
    const secret = await cluster.get({ as: 'broker' } as StoreCall, ref);
    await writes.release(owner, ref, copyTargetOf(secret, owner.uid));
    expect(cluster.textsOf('web-db')).toEqual({ own: 'mine' });
    expect(announced.at(-1)).toMatchObject({ action: 'imports.withdraw', keys: ['password'] });
  });

  it.each(['delete', 'release'] as const)('changes no other state: %s', async (end) => {
    const seen = await delivered();
    cluster.edit('web-db', { own: 'mine' });
    await expect(writes[end](owner, ref, seen)).rejects.toMatchObject({ code: 'Conflict' });
    expect(cluster.textsOf('web-db')).toEqual({ password: 'first', own: 'mine' });
  });

  it.each(['delete', 'release'] as const)('needs the lease: %s', async (end) => {
    const seen = await delivered();
    isLeader = false;
    await expect(writes[end](owner, ref, seen)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(cluster.textsOf('web-db')).toEqual({ password: 'first' });
    expect(steps.at(-1)).toBe('end');
  });
});
