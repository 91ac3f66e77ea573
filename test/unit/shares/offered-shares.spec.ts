import { beforeEach, describe, expect, it } from 'vitest';
import { CallTrace } from '../../../src/calls/domain/call-trace.js';
import { SallyportError, unavailable } from '../../../src/core/errors/sallyport-error.js';
import { ShareRegistry } from '../../../src/shares/domain/secret-shares.js';
import { noPins, type SharePins } from '../../../src/shares/domain/share-pins.js';
import type { ParsedShare } from '../../../src/shares/domain/share-spec.js';
import { OfferedShares } from '../../../src/shares/offered-shares.js';
import { SharesByConsumer } from '../../../src/shares/shares-by-consumer.js';
import type { ShareDependencies } from '../../../src/shares/shares.dependencies.js';
import { callContext } from '../audit/audit-builders.js';
import { ManualClock } from '../auth/manual-clock.js';
import { aShare, NAMESPACE_UID } from './domain/sharing.builder.js';

let shares: ShareRegistry;
let offered: OfferedShares;
/** What was asked, in order. */
let asked: string[];
let charged: number[];
let mayList: boolean;
let unwatched: string;
let pins: SharePins;
let suspended: string;
/** Problem of a Secret, by the name of its share. */
let secretFaults: Readonly<Record<string, SallyportError>>;
let stateFault: SallyportError | undefined;

beforeEach(() => {
  keysThere = ['password'];
  shares = new ShareRegistry();
  asked = [];
  charged = [];
  mayList = true;
  unwatched = '';
  pins = noPins;
  suspended = '';
  secretFaults = {};
  stateFault = undefined;
  offered = new OfferedShares(world());
});

/** Keys of the shared Secrets. */
let keysThere: readonly string[];

/** Parts of the gateway in which the test decides what each says. */
function world(): ShareDependencies {
  const access = {
    require: async () => {
      asked.push('right');
      if (!mayList) throw new SallyportError('Forbidden', 'you may not');
      return { reason: 'allowed' };
    },
  };
  const isKnown = (_feed: unknown, namespace: string) => namespace !== unwatched;
  return {
    access: { tracedBy: () => access },
    served: { requireReachable: () => undefined, requireServed: () => undefined },
    calls: { read: (_ctx: unknown, _facts: unknown, effect: Effect) => effect(new CallTrace()) },
    clock: new ManualClock(),
    namespaces: {
      confirm: async (name: string) => {
        asked.push(`namespace ${name}`);
        return name === 'absent' ? undefined : { uid: NAMESPACE_UID };
      },
    },
    sharesByConsumer: new SharesByConsumer(shares),
    states: {
      of: async ({ object: { name } }: ParsedShare) => {
        asked.push(`state ${name}`);
        if (stateFault !== undefined) throw stateFault;
        return { pins, problem: name === suspended ? { reason: 'AuthorForbidden' } : undefined };
      },
    },
    secrets: {
      find: async (_call: unknown, { share }: { readonly share: ParsedShare }) => {
        const fault = secretFaults[share.object.name];
        if (fault !== undefined) throw fault;
        return { keys: keysThere };
      },
    },
    isKnown,
    requireKnown: (feed: unknown, namespace: string) => {
      if (!isKnown(feed, namespace)) throw unavailable('not known');
    },
  } as unknown as ShareDependencies; // only what the list uses
}

type Effect = (trace: CallTrace) => unknown;

function share(name: string, spec: Readonly<Record<string, unknown>> = {}, namespace = 'pay') {
  const { object } = aShare(spec, { namespace, name, uid: `uid-of-${namespace}-${name}` });
  shares.put(object, 'uid-of-owner');
}

async function list({ namespace = 'shop', limit = 10, cursor = undefined as string | undefined }) {
  const ctx = callContext({ charge: (requests) => charged.push(requests) });
  const page = await offered.list(ctx, namespace, { limit, cursor });
  return { ...page, names: page.items.map(({ from }) => from.share) };
}

describe('what is not offered', () => {
  it('costs no question, so that all namespaces without offers wait equally long', async () => {
    await list({});
    const ofNothing = [...asked];
    share('other', { to: [{ namespace: 'web' }] });
    share('revoked', { revoked: true });
    share('subject', { to: [{ namespace: 'shop', subjects: [{ kind: 'User', name: 'x' }] }] });
    share('before', { to: [{ namespace: 'shop', namespaceUID: 'another' }] });
    asked = [];
    expect(await list({})).toEqual({ items: [], names: [] });
    expect(asked).toEqual(ofNothing);
    expect(charged).toEqual([0, 0]);
  });

  it('is left out: the author may not share, another namespace used it, it is not watched', async () => {
    share('a');
    share('suspended');
    share('unwatched', {}, 'far');
    suspended = 'suspended';
    unwatched = 'far';
    expect((await list({})).names).toEqual(['a']);
    pins = { consumers: { shop: { namespaceUID: 'another', sinceMs: 0 } } };
    expect((await list({})).names).toEqual([]);
  });

  it('is left out: the Secret has none of the keys', async () => {
    share('a');
    keysThere = ['another'];
    expect((await list({})).names).toEqual([]);
  });

  it('is not listed for a namespace that the cluster does not have', async () => {
    share('a', { to: [{ namespace: 'absent' }] });
    expect((await list({ namespace: 'absent' })).names).toEqual([]);
  });
});

describe('a fault', () => {
  it('of the Secret of one share hides no other share', async () => {
    for (const name of ['a', 'b', 'c']) share(name);
    secretFaults = { b: new SallyportError('Forbidden', 'the broker may not') };
    expect((await list({})).names).toEqual(['a', 'c']);
  });

  it('of the database is no empty list', async () => {
    share('a');
    stateFault = unavailable('the database is down');
    await expect(list({})).rejects.toMatchObject({ code: 'Unavailable' });
    unwatched = 'shop';
    await expect(list({})).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('a call', () => {
  it('without the right ends before any look-up, whatever its cursor is', async () => {
    share('a');
    mayList = false;
    await expect(list({ cursor: 'wrong' })).rejects.toMatchObject({ code: 'Forbidden' });
    expect(asked).toEqual(['right']);
  });

  it('checks at most the shares of a page, and is charged for each', async () => {
    for (const name of ['a', 'b', 'c', 'd']) share(name);
    suspended = 'b';
    const first = await list({ limit: 3 });
    expect([first.names, charged]).toEqual([['a', 'c'], [2]]);
    expect(asked.filter((one) => one.startsWith('state'))).toHaveLength(3);
    const second = await list({ limit: 3, cursor: first.continue });
    expect(second).toMatchObject({ names: ['d'] });
    expect(second).not.toHaveProperty('continue');
  });
});
