import { beforeEach, describe, expect, it } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { backgroundLimits } from '../../../../src/core/background-limits.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import { aSchema } from '../../schemas/schema.builder.js';
import { copyOf, CopyWorld } from './copy-world.js';

const uid = copyOf().imported.object.uid;
const lost = () => new SallyportError('OutcomeUnknown', 'no answer');

let world: CopyWorld;

beforeEach(() => {
  world = new CopyWorld();
});

const texts = () => world.cluster.textsOf('pay-db');
const copied = (name = 'pay-db') => world.rows.facts.get(world.cluster.uidOf(name));
const count = (step: string) => world.cluster.steps.filter((one) => one.startsWith(step)).length;

/** Lets one step fail once. */
function once(fail: () => Error, isStep: (step: string) => boolean = () => true) {
  let isDone = false;
  return (step = ''): void => {
    if (isDone || !isStep(step)) return;
    isDone = true;
    throw fail();
  };
}

describe('a delivery', () => {
  it('is recorded before the cluster has it, and its origin right after', async () => {
    world.cluster.before = (step) => {
      if (step !== 'apply') return;
      expect(world.rows.facts.get(uid)).toMatchObject({ keys: ['password'], isCreated: true });
      expect(world.events).toMatchObject([{ namespace: 'shop' }, { namespace: 'pay' }]);
    };
    expect(await world.deliver({ password: 'first' })).toBe('written');
    expect(texts()).toEqual({ password: 'first' });
    expect(world.records.get(uid)?.secretUID).toBe(world.cluster.uidOf('pay-db'));
    expect(copied()).toEqual({ imports: { [uid]: { keys: ['password'], reshare: false } } });
    expect(world.reads).toEqual(['read']);
  });

  it('writes nothing if the target has it already, in this process and the next', async () => {
    await world.deliver({ password: 'first' });
    expect(await world.deliver({ password: 'first' })).toBe('unchanged');
    world = await world.restarted();
    expect(await world.deliver({ password: 'first' })).toBe('unchanged');
    expect(count('apply')).toBe(1);
  });

  it('of more keys, or with another permission, has its origin on record before', async () => {
    await world.deliver({ password: 'first' });
    const more = { password: 'first', user: 'app' };
    world.cluster.before = (step) => {
      if (step !== 'apply') return;
      const keys = ['password', 'user'];
      expect(copied()).toEqual({ imports: { [uid]: { keys, reshare: false } } });
    };
    expect(await world.deliver(more)).toBe('written');
    world.cluster.before = (step) => {
      if (step === 'apply')
        expect(copied()).toMatchObject({ imports: { [uid]: { reshare: true } } });
    };
    expect(await world.deliver({ ...more, user: 'web' }, copyOf(), { reshare: true })).toBe(
      'written',
    );
    expect(world.records.get(uid)?.reshare).toBe(true);
  });

  it('of another value asks the database for no origin', async () => {
    await world.deliver({ password: 'first' });
    const gets = world.rows.gets.length;
    await world.deliver({ password: 'second' });
    expect(world.rows.gets.slice(gets)).toEqual([]);
  });

  it('drops keys that the source does not have any more, also from the records', async () => {
    await world.deliver({ password: 'first', user: 'app' });
    await world.deliver({ user: 'app' });
    expect(texts()).toEqual({ user: 'app' });
    expect(world.records.get(uid)?.keys).toEqual(['user']);
    expect(copied()).toEqual({ imports: { [uid]: { keys: ['user'], reshare: false } } });
  });

  it('waits while another replica records the use of the share', async () => {
    world.isPinned = false;
    await expect(world.deliver({ password: 'first' })).rejects.toMatchObject({
      code: 'Unavailable',
    });
    expect(count('apply')).toBe(0);
    expect(world.rows.facts.size).toBe(0);
  });

  it('is tried again at a conflict, but not forever', async () => {
    world.cluster.before = once(
      () => new SallyportError('Conflict', 'changed'),
      (step) => step === 'apply',
    );
    expect(await world.deliver({ password: 'first' })).toBe('written');
    world.cluster.before = (step) => {
      if (step === 'apply') throw new SallyportError('Conflict', 'changed');
    };
    const before = count('apply');
    await expect(world.deliver({ password: 'second' })).rejects.toMatchObject({
      code: 'Unavailable',
    });
    expect(count('apply') - before).toBe(shareLimits.copyTriesMax);
    expect(texts()).toEqual({ password: 'first' });
  });

  it('that the cluster refuses is no delivery, and nothing remains of it', async () => {
    world.cluster.before = (step) => {
      if (step === 'apply') throw new SallyportError('Invalid', 'too large');
    };
    expect(await world.deliver({ password: 'first' })).toBe('TargetRefused');
    expect([texts(), world.reads]).toEqual([undefined, []]);
    expect(await world.remove()).toBeUndefined();
  });

  it('that the cluster forbids is attempted again after pauses that grow', async () => {
    world.cluster.before = (step) => {
      if (step === 'apply') throw new SallyportError('Forbidden', 'exceeded quota: secrets');
    };
    const { refusedRetryMsMin, refusedRetryMsMax } = backgroundLimits;
    const attemptsAt: number[] = [];
    for (const end = 3 * refusedRetryMsMax; world.nowMs < end; world.nowMs += 1_000) {
      const before = count('apply');
      expect(await world.deliver({ password: 'first' })).toBe('TargetForbidden');
      if (count('apply') > before) attemptsAt.push(world.nowMs);
    }
    const pauses = attemptsAt.slice(1).map((atMs, index) => atMs - (attemptsAt[index] ?? 0));
    expect(pauses.slice(0, 3)).toEqual([1, 2, 4].map((times) => times * refusedRetryMsMin));
    expect(pauses.at(-1)).toBe(refusedRetryMsMax);
    // Each attempt is one release in the trail of the owner.
    expect(world.events.filter(({ namespace }) => namespace === 'pay')).toHaveLength(
      attemptsAt.length,
    );
  });

  it('of another value is attempted at once after a refusal', async () => {
    world.cluster.before = once(
      () => new SallyportError('Forbidden', 'exceeded quota: secrets'),
      (step) => step === 'apply',
    );
    expect(await world.deliver({ password: 'first' })).toBe('TargetForbidden');
    expect(await world.deliver({ password: 'first' })).toBe('TargetForbidden');
    expect(await world.deliver({ password: 'second' }, copyOf({}, { generation: 2 }))).toBe(
      'written',
    );
  });

  it('releases nothing in a namespace in which the gateway has no rights', async () => {
    world.cluster.before = (step) => {
      if (step === 'get') throw unavailable('no right', { isInstallationFault: true });
    };
    expect(await world.deliver({ password: 'first' })).toBe('GatewayForbidden');
    expect([world.events, world.rows.facts.size]).toEqual([[], 0]);
  });

  it('leaves a Secret that somebody creates in the same moment', async () => {
    world.cluster.before = (step) => {
      if (step === 'apply') world.cluster.edit('pay-db', { own: 'mine' });
    };
    expect(await world.deliver({ password: 'first' })).toBe('TargetExists');
    world.cluster.before = () => undefined;
    expect(await world.remove()).toBeUndefined();
    expect(texts()).toEqual({ own: 'mine' });
    expect(world.records.get(uid)?.keys).toEqual([]);
  });
});

describe('a Secret that a user restored with the annotation of a copy', () => {
  const adopting = copyOf({ adopt: 'restored', repair: true });

  it('keeps its own values, although the former one had these keys from the import', async () => {
    await world.deliver({ password: 'first', user: 'app' }, adopting);
    world.cluster.edit('pay-db', { user: 'mine' }, { uid: 'restored' });
    world.isLeader = false;
    await expect(world.deliver({ password: 'first' }, adopting)).rejects.toThrow('another replica');
    world.isLeader = true;
    const both = { password: 'second', user: 'app' };
    expect(await world.deliver(both, adopting)).toBe('KeyExists');
    expect(texts()).toMatchObject({ user: 'mine' });
  });
});

describe('a process that ends', () => {
  it('after the record and before the write delivers later', async () => {
    world.isLeader = false;
    await expect(world.deliver({ password: 'first' })).rejects.toMatchObject({
      code: 'Unavailable',
    });
    expect(world.rows.facts.get(uid)).toMatchObject({ keys: ['password'] });
    expect(texts()).toBeUndefined();
    world = await world.restarted();
    expect(await world.deliver({ password: 'first' })).toBe('written');
  });

  it.each(['delivers nothing twice', 'takes the copy away'])(
    'after the creation and before its record %s',
    async (then) => {
      world.cluster.after = once(lost);
      await expect(world.deliver({ password: 'first' })).rejects.toMatchObject({
        code: 'OutcomeUnknown',
      });
      world = await world.restarted();
      if (then === 'takes the copy away') {
        expect(await world.remove()).toBeUndefined();
        expect(texts()).toBeUndefined();
        return;
      }
      expect(await world.deliver({ password: 'first' })).toBe('unchanged');
      expect(world.records.get(uid)?.secretUID).toBe(world.cluster.uidOf('pay-db'));
      expect(copied()).toMatchObject({ imports: { [uid]: { keys: ['password'] } } });
      expect(count('apply')).toBe(1);
    },
  );

  it('after a removal and before its record removes nothing else later', async () => {
    await world.deliver({ password: 'first' });
    await interruptedRemoval();
    expect(texts()).toBeUndefined();
    world.cluster.edit('pay-db', { own: 'mine' });
    world = await world.restarted();
    expect(await world.remove()).toBeUndefined();
    expect(texts()).toEqual({ own: 'mine' });
    expect(world.records.get(uid)?.keys).toEqual([]);
  });
});

/** Takes the copy away, and ends before that is recorded. */
async function interruptedRemoval(imported = copyOf()): Promise<void> {
  const fail = once(() => unavailable('down'));
  world.rows.beforeSave = ({ uid: saved }, { after }) => {
    if (saved === uid && (after as { keys: readonly string[] }).keys.length === 0) fail();
  };
  await expect(world.remove(imported)).rejects.toMatchObject({ code: 'Unavailable' });
  world = await world.restarted();
}

describe('a removal that was not recorded, when the share is granted again', () => {
  it('is followed by a creation, because nobody else has deleted the Secret', async () => {
    await world.deliver({ password: 'first' });
    await interruptedRemoval();
    expect(await world.deliver({ password: 'first' })).toBe('written');
  });

  it('is followed by a delivery whose origin is recorded', async () => {
    const adopting = copyOf({ adopt: 'it' });
    world.cluster.edit('pay-db', { own: 'mine' });
    await world.deliver({ password: 'first' }, adopting);
    await interruptedRemoval(adopting);
    expect([texts(), copied()]).toEqual([{ own: 'mine' }, undefined]);
    expect(await world.deliver({ password: 'first' }, adopting)).toBe('written');
    expect(copied()).toMatchObject({ imports: { [uid]: { keys: ['password'] } } });
  });
});

describe('a creation whose answer is lost', () => {
  /** Holds back a creation; the result carries it out. */
  async function late(): Promise<() => Promise<unknown>> {
    const apply = world.cluster.apply.bind(world.cluster);
    const held: Parameters<typeof apply>[] = [];
    world.cluster.apply = async (...sent) => {
      held.push(sent);
      throw lost();
    };
    await expect(world.deliver({ password: 'first' })).rejects.toThrow('no answer');
    world.cluster.apply = apply;
    const [sent] = held;
    if (sent === undefined) throw new Error('nothing was sent');
    return () => apply(...sent);
  }

  it('is recognized if it happens during the next try', async () => {
    const arrive = await late();
    let isFirst = true;
    world.cluster.before = async (step) => {
      if (step !== 'apply' || !isFirst) return;
      isFirst = false;
      await arrive();
    };
    expect(await world.deliver({ password: 'first' })).toBe('unchanged');
    expect(await world.remove()).toBeUndefined();
    expect(texts()).toBeUndefined();
  });

  it('is taken away if it happens after the end of the share', async () => {
    const arrive = await late();
    expect(await world.remove()).toBeUndefined();
    await arrive();
    expect(texts()).toEqual({ password: 'first' });
    expect(await world.remove()).toBeUndefined();
    expect(texts()).toBeUndefined();
  });

  it('does not make a Secret of a user that of the import', async () => {
    await late();
    world.cluster.edit('pay-db', { own: 'mine' });
    expect(await world.deliver({ password: 'first' })).toBe('TargetExists');
    expect(await world.remove()).toBeUndefined();
    expect(texts()).toEqual({ own: 'mine' });
  });
});

describe('a schema of the target', () => {
  const adopting = copyOf({ adopt: 'yes' });
  const labels = { 'sallyport.dev/schema': 'dsn.postgresql' };

  it('refuses values that it gets by its label, before the cluster has them', async () => {
    world.cluster.edit('pay-db', { own: 'mine' }, { labels });
    expect(await world.deliver({ dsn: 'mysql://nope' }, adopting)).toBe('SchemaRefused');
    expect(texts()).toEqual({ own: 'mine' });
    expect(world.events).toEqual([]);
    world.nowMs += backgroundLimits.refusedRetryMsMin;
    const dsn = 'postgresql://app:pw@db.pay.svc/shop';
    expect(await world.deliver({ dsn }, adopting)).toBe('written');
    expect(texts()).toEqual({ own: 'mine', dsn });
  });

  it('compares the values with keys of others', async () => {
    const rule = 'secret.dsn.contains(secret.user)';
    const rules = [{ rule, message: 'dsn and user differ' }];
    world.schemas.put(aSchema('login', { rules }), '');
    const login = { labels: { 'sallyport.dev/schema': 'login' } };
    world.cluster.edit('pay-db', { user: 'other' }, login);
    expect(await world.deliver({ dsn: 'postgresql://app@db' }, adopting)).toBe('SchemaRefused');
    world.cluster.edit('pay-db', { user: 'app' }, login);
    expect(await world.deliver({ dsn: 'postgresql://app@db' }, adopting)).toBe('written');
  });

  it('refuses a new target by its type', async () => {
    const appliesTo = { types: ['example.com/login'] };
    world.schemas.put(aSchema('login', { appliesTo, keys: { user: { required: true } } }), '');
    const target = { secretName: 'pay-db', type: 'example.com/login' };
    expect(await world.deliver({ password: 'first' }, copyOf({ target }))).toBe('SchemaRefused');
    expect(texts()).toBeUndefined();
    expect(await world.deliver({ password: 'first', user: 'app' }, copyOf({ target }))).toBe(
      'SchemaRefused',
    );
    world.nowMs += backgroundLimits.refusedRetryMsMin;
    expect(await world.deliver({ password: 'first', user: 'app' }, copyOf({ target }))).toBe(
      'written',
    );
  });

  it('that is new stops no copy whose keys stay as they are', async () => {
    await world.deliver({ password: 'first', user: 'app' });
    const keys = { user: { schema: { minLength: 10 } } };
    world.schemas.put(aSchema('login', { keys }), '');
    const login = { labels: { 'sallyport.dev/schema': 'login' } };
    world.cluster.edit('pay-db', {}, login);
    expect(await world.deliver({ password: 'first', user: 'app' })).toBe('unchanged');
    expect(await world.deliver({ password: 'second', user: 'app' })).toBe('written');
    expect(await world.deliver({ password: 'second', user: 'other' })).toBe('SchemaRefused');
    expect(texts()).toEqual({ password: 'second', user: 'app' });
  });
});
