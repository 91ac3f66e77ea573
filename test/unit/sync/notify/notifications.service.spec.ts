import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditFacts } from '../../../../src/audit/domain/audit-event.js';
import { CallOutcome, CallTrace } from '../../../../src/calls/domain/call-trace.js';
import type { CallContext } from '../../../../src/core/call-context.js';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { StoreRegistry } from '../../../../src/sync/domain/external-stores.js';
import { SyncRegistry } from '../../../../src/sync/domain/secret-syncs.js';
import { NotificationsService } from '../../../../src/sync/notify/notifications.service.js';
import type {
  ProvedNotification,
  StoreNotification,
} from '../../../../src/sync/notify/store-notification.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { aStore, aSync } from '../domain/sync.builder.js';
import { accounts } from '../engine/pass-world.js';

const caller = {
  ...{ auditId: 'audit-1', requestId: 'request-1', sourceIp: '192.0.2.1' },
  requestUri: '/v1/stores/bao/notify',
};
const sent: StoreNotification = {
  webhookId: 'a-1',
  webhookTimestamp: undefined,
  webhookSignature: 'v1,x',
  authorization: undefined,
  body: Buffer.from('{}'),
};
const named = { event: { names: ['k8s/pay/db'] }, hasEvent: true };

interface Recorded {
  readonly ctx: CallContext;
  readonly facts: AuditFacts;
  readonly status: number;
}

let clock: ManualClock;
let proved: ProvedNotification | undefined;
let noted: string[];
let recorded: Recorded[];
let failedCredentials: string[];
let tooMany: SallyportError | undefined;
let state: {
  isWorking: boolean;
  isLoaded: boolean;
  hasRoom: boolean;
  knowsSyncs: boolean;
  record: () => void;
};
let stores: StoreRegistry;
let service: NotificationsService;

beforeEach(() => {
  clock = new ManualClock();
  proved = named;
  [noted, recorded, failedCredentials, tooMany] = [[], [], [], undefined];
  state = {
    ...{ isWorking: true, isLoaded: true, hasRoom: true, knowsSyncs: true },
    record: () => undefined,
  };
  service = make();
});

function make(): NotificationsService {
  stores = new StoreRegistry();
  const syncs = new SyncRegistry();
  const made = new NotificationsService({
    isWorking: state.isWorking,
    gate: { refusal: undefined },
    calls: {
      read: async (ctx, facts, effect) => {
        state.record();
        const outcome = await effect(new CallTrace());
        if (!(outcome instanceof CallOutcome)) return outcome;
        recorded.push({ ctx, facts, status: outcome.status });
        return outcome.value;
      },
    },
    accounts,
    clock,
    limits: {
      credentialFailed: (address, credential) => {
        failedCredentials.push(`${address} ${credential}`);
        return tooMany;
      },
    },
    knownStores: stores,
    storeFeed: {
      get isLoaded() {
        return state.isLoaded;
      },
    },
    knownSyncs: syncs,
    knowsSyncsOf: () => state.knowsSyncs,
    proof: { proved: async (store) => (store === undefined ? undefined : proved) },
    looks: {
      hasRoomFor: () => state.hasRoom,
      note: ({ object }) => void noted.push(object.name),
    },
    onFault: () => undefined,
  });
  stores.put(aStore().object, '');
  stores.put(aStore({}, { name: 'other', uid: 'other' }).object, '');
  syncs.put(aSync().object, 'ns');
  const api = { remote: { name: 'api' } };
  syncs.put(aSync(api, { name: 'api-sync', uid: 'api' }).object, 'ns');
  const elsewhere = { storeName: 'other' };
  syncs.put(aSync(elsewhere, { name: 'other-sync', uid: 'elsewhere' }).object, 'ns');
  return made;
}

const toStore = (name = 'bao') => service.notifyStore(caller, name, sent);
const toSync = (name = 'db-sync') => service.notifySync(caller, { namespace: 'pay', name }, sent);

const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'taken',
    (error: unknown) => (error instanceof SallyportError ? error.code : 'fault'),
  );

describe('a notification of a store', () => {
  it('notes the syncs of this store whose names it has, and is on record', async () => {
    expect(await toStore()).toEqual({ validationCode: undefined });
    expect(noted).toEqual(['db-sync']);
    expect(recorded).toMatchObject([
      {
        ctx: {
          ...{ auditId: 'audit-1', sourceIp: '192.0.2.1', door: 'rest' },
          onBehalfOf: 'externalstores/bao',
        },
        facts: {
          action: 'syncs.notify',
          object: { verb: 'create', resource: 'externalstores/notify', name: 'bao' },
        },
        status: 202,
      },
    ]);
  });

  it('notes no sync of another store', async () => {
    await toStore('other');
    expect(noted).toEqual(['other-sync']);
  });

  it('has the same answer if it names nothing that is known', async () => {
    for (const event of [undefined, {}, { names: ['k8s/pay/none'] }]) {
      proved = { event, hasEvent: true };
      expect(await toStore()).toEqual({ validationCode: undefined });
    }
    expect([noted, recorded.length]).toEqual([[], 3]);
  });

  it('must name a secret if it is a signed webhook to a store', async () => {
    const signature = { secret: { namespace: 'stores', name: 'webhook', key: 'secret' } };
    stores.put(aStore({ notify: { signature } }, { generation: 2 }).object, '');
    proved = { event: { name: 'k8s/pay/db' }, hasEvent: true, id: 'one' };
    expect(await codeOf(toStore())).toBe('Invalid');
    expect([noted, recorded]).toEqual([[], []]);
    expect(await codeOf(toSync())).toBe('taken');
  });
});

describe('a notification of a sync', () => {
  it('notes this sync, whatever it names', async () => {
    proved = { event: { names: ['k8s/pay/api'] }, hasEvent: true };
    await toSync();
    expect(noted).toEqual(['db-sync']);
    const facts = { action: 'syncs.notify', namespace: 'pay', secret: 'db-sync' };
    expect(recorded).toMatchObject([{ facts, ctx: { onBehalfOf: 'externalstores/bao' } }]);
  });

  it('about the subscription itself notes nothing', async () => {
    proved = { event: undefined, hasEvent: false };
    await toSync();
    expect([noted, recorded.length]).toEqual([[], 1]);
  });
});

describe('a notification that is not proved', () => {
  it('is refused alike for each store and each sync, and counts for its address', async () => {
    proved = undefined;
    const refusals = [toStore(), toStore('none'), toSync(), toSync('none')];
    const errors = await Promise.all(
      refusals.map((one) => one.catch(({ code, message }: SallyportError) => [code, message])),
    );
    expect(new Set(errors.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(errors[0]).toEqual(['Unauthenticated', 'the notification has no valid credential']);
    expect(failedCredentials).toEqual(Array.from({ length: 4 }, () => '192.0.2.1 a-1 v1,x'));
    expect([noted, recorded]).toEqual([[], []]);
  });

  it('is 429 once its address has sent too many', async () => {
    proved = undefined;
    tooMany = new SallyportError('TooManyRequests', 'too many');
    expect(await codeOf(toStore())).toBe('TooManyRequests');
  });

  it('counts by what stands for the credential, and not without one', async () => {
    proved = undefined;
    const none = { ...sent, webhookSignature: undefined };
    const token = { ...none, authorization: 'Bearer a' };
    await codeOf(service.notifyStore(caller, 'bao', token));
    await codeOf(service.notifyStore(caller, 'bao', none));
    await codeOf(service.notifyStore(caller, 'bao', { ...none, body: Buffer.alloc(0) }));
    expect(failedCredentials).toEqual(['192.0.2.1 Bearer a', '192.0.2.1 {}']);
  });
});

describe('repeated deliveries', () => {
  it('count once, for each store and path', async () => {
    proved = { ...named, id: 'a-1' };
    for (let count = 0; count < 500; count += 1) await toStore();
    expect([noted, recorded.length]).toEqual([['db-sync'], 1]);
    const other = { ...caller, requestUri: '/v1/namespaces/pay/syncs/db-sync/notify' };
    await service.notifySync(other, { namespace: 'pay', name: 'db-sync' }, sent);
    expect(recorded).toHaveLength(2);
  });

  it('count if the first one could not be recorded', async () => {
    proved = { ...named, id: 'a-1' };
    state.record = () => {
      throw unavailable('the audit trail cannot be written');
    };
    expect(await codeOf(toStore())).toBe('Unavailable');
    expect(noted).toEqual([]);
    state.record = () => undefined;
    expect(await codeOf(toStore())).toBe('taken');
    expect(noted).toEqual(['db-sync']);
  });
});

describe('many notifications', () => {
  it('of one store wait, and those of another do not', async () => {
    const answers: string[] = [];
    for (let count = 0; count < 201; count += 1) answers.push(await codeOf(toStore()));
    expect(answers.filter((one) => one === 'taken')).toHaveLength(200);
    await expect(toStore()).rejects.toMatchObject({ headers: { 'retry-after': '1' } });
    expect(await codeOf(toStore('other'))).toBe('taken');
    clock.advance(1_000);
    expect(await codeOf(toStore())).toBe('taken');
    expect(recorded).toHaveLength(202);
  });

  it('count by the secrets that they name, of which one has at most 100', async () => {
    const of = (length: number) => ({
      ...{ event: { names: Array.from({ length }, (_, at) => `k8s/pay/${at}`) }, hasEvent: true },
    });
    proved = of(101);
    expect(await codeOf(toStore())).toBe('Invalid');
    proved = of(100);
    const answers = [await codeOf(toStore()), await codeOf(toStore()), await codeOf(toStore())];
    expect(answers).toEqual(['taken', 'taken', 'TooManyRequests']);
  });

  it('wait if too many syncs wait for a look', async () => {
    state.hasRoom = false;
    expect([await codeOf(toStore()), noted, recorded]).toEqual(['Unavailable', [], []]);
  });
});

describe('a handshake', () => {
  it('has the code of Event Grid only for a token', async () => {
    const eventType = 'Microsoft.EventGrid.SubscriptionValidationEvent';
    const event = [{ eventType, data: { validationCode: 'code' } }];
    proved = { event, hasEvent: true, isByToken: true };
    expect(await toSync()).toEqual({ validationCode: 'code' });
    expect(noted).toEqual([]);
    proved = { event, hasEvent: true };
    expect(await toSync()).toEqual({ validationCode: undefined });
  });

  it('is carried out before the answer, and repeated if it fails', async () => {
    let isUp = false;
    let confirmations = 0;
    const confirm = async () => {
      if (!isUp) throw new Error('no answer');
      confirmations += 1;
    };
    proved = { event: undefined, hasEvent: false, id: 'a-1', confirm };
    expect(await codeOf(toStore())).toBe('Unavailable');
    isUp = true;
    expect([await codeOf(toStore()), await codeOf(toStore())]).toEqual(['taken', 'taken']);
    expect([confirmations, noted]).toEqual([1, []]);
  });
});

describe('a gateway that does not work on syncs', () => {
  it('takes no notification, whoever sends it', async () => {
    state.isWorking = false;
    service = make();
    expect([await codeOf(toStore()), await codeOf(toStore('none'))]).toEqual([
      ...['Unavailable', 'Unavailable'],
    ]);
    expect(failedCredentials).toEqual([]);
  });

  it('takes none before the stores are known', async () => {
    state.isLoaded = false;
    expect(await codeOf(toStore())).toBe('Unavailable');
  });
});

describe('a gateway that does not know all syncs yet', () => {
  beforeEach(() => {
    state.knowsSyncs = false;
  });

  it('takes what is about known syncs, and lets the sender repeat what may be about others', async () => {
    expect([await codeOf(toStore()), await codeOf(toSync())]).toEqual(['taken', 'taken']);
    proved = { event: { names: ['k8s/pay/none'] }, hasEvent: true, id: 'a-1' };
    expect([await codeOf(toStore()), await codeOf(toSync('none'))]).toEqual([
      ...['Unavailable', 'Unavailable'],
    ]);
    state.knowsSyncs = true;
    expect([await codeOf(toStore()), await codeOf(toSync('none'))]).toEqual([
      ...['taken', 'Unauthenticated'],
    ]);
  });

  it('takes what is about no sync', async () => {
    proved = { event: undefined, hasEvent: false };
    expect(await codeOf(toStore())).toBe('taken');
  });
});
