import { describe, expect, it } from 'vitest';
import { isOwn, planDelivery } from '../../../../../src/shares/copies/domain/plan-delivery.js';
import { aRecord, aTarget, aWanted, values } from './copy.builder.js';

const refused = (problem: string) => ({ kind: 'refuse', problem });

describe('a target that is absent', () => {
  it('is created', () => {
    const created = { kind: 'apply', before: undefined, isCreated: true, force: false };
    expect(planDelivery(aWanted(), undefined, undefined)).toMatchObject(created);
    const ended = aRecord({ keys: [], isCreated: false });
    expect(planDelivery(aWanted(), undefined, ended)).toMatchObject(created);
  });

  it('is not created again after somebody deleted it, unless it is repaired', () => {
    expect(planDelivery(aWanted(), undefined, aRecord())).toEqual(refused('TargetDeleted'));
    const plan = planDelivery(aWanted({ repair: true }), undefined, aRecord());
    expect(plan).toMatchObject({ kind: 'apply', isCreated: true });
  });
});

describe('a target that is there', () => {
  it('is changed without force, in the state that was seen', () => {
    const before = aTarget();
    expect(planDelivery(aWanted(), before, aRecord())).toMatchObject({
      ...{ kind: 'apply', before, isCreated: true, force: false },
    });
  });

  it('is left alone once it has exactly the wanted keys', () => {
    const wanted = aWanted({ data: values({ password: 'old' }) });
    expect(planDelivery(wanted, aTarget(), aRecord())).toEqual({ kind: 'none' });
    const more = aTarget({ owned: new Set(['password', 'user']) });
    expect(planDelivery(wanted, more, aRecord())).toMatchObject({ kind: 'apply' });
  });

  it('is refused if the import did not create it', () => {
    const other = aTarget({ uid: 'other' });
    expect(planDelivery(aWanted(), other, aRecord())).toEqual(refused('TargetExists'));
    expect(planDelivery(aWanted(), other, undefined)).toEqual(refused('TargetExists'));
    const managed = aTarget({ uid: 'other', manager: 'Argo CD' });
    expect(planDelivery(aWanted(), managed, aRecord())).toEqual(refused('ManagedElsewhere'));
  });

  it('is adopted where the import says so, and never deleted then', () => {
    const other = aTarget({ uid: 'other', data: values({ own: 'x' }), owned: new Set() });
    const plan = planDelivery(aWanted({ adopts: true }), other, undefined);
    expect(plan).toMatchObject({ kind: 'apply', isCreated: false, force: false });
  });

  it.each([
    ['TargetTerminating', { isBeingDeleted: true }, {}],
    ['TypeDiffers', { type: 'other' }, {}],
    ['TargetImmutable', { immutable: true }, {}],
  ])('is refused with %s', (problem, target, wanted) => {
    const data = values({ password: 'old', user: 'mine' });
    const plan = planDelivery(aWanted(wanted), aTarget({ data, ...target }), aRecord());
    expect(plan).toEqual(refused(problem));
  });

  it('is written again if it has all, and is not the Secret of the record', () => {
    const wanted = aWanted({ data: values({ password: 'old' }), adopts: true });
    const adopted = { kind: 'apply', isCreated: false, force: false };
    expect(planDelivery(wanted, aTarget({ uid: 'restored' }), aRecord())).toMatchObject(adopted);
    expect(planDelivery(wanted, aTarget(), undefined)).toMatchObject(adopted);
  });

  it('takes a key with the wanted value, whoever wrote it', () => {
    const wanted = aWanted({ data: values({ user: 'same' }), adopts: true });
    const target = aTarget({ data: values({ user: 'same' }), owned: new Set() });
    expect(planDelivery(wanted, target, undefined)).toMatchObject({ kind: 'apply', force: false });
  });
});

describe('a target with a key of another client', () => {
  const data = values({ password: 'old', user: 'mine' });

  it('gets the other keys, and loses what is not wanted any more', () => {
    const both = aWanted({ data: values({ password: 'new', user: 'new' }) });
    const plan = planDelivery(both, aTarget({ data }), aRecord());
    expect(plan).toMatchObject({ kind: 'apply', problem: 'KeyExists', keys: ['password'] });
    expect(plan.kind === 'apply' && [...plan.data.keys()]).toEqual(['password']);
    const only = aWanted({ data: values({ user: 'new' }) });
    const emptied = planDelivery(only, aTarget({ data }), aRecord());
    expect(emptied.kind === 'apply' && [...emptied.data.keys()]).toEqual([]);
  });

  it('is left alone if nothing else is to be changed, or if its type demands all keys', () => {
    const wanted = values({ password: 'old', user: 'new' });
    const target = aTarget({ data });
    expect(planDelivery(aWanted({ data: wanted }), target, aRecord())).toEqual(
      refused('KeyExists'),
    );
    const type = 'kubernetes.io/basic-auth';
    const typed = aWanted({ data: values({ password: 'new', user: 'new' }), type });
    const plan = planDelivery(typed, aTarget({ data, type }), aRecord());
    expect(plan).toEqual(refused('KeyExists'));
  });

  it('is left alone if that client has applied the value that the import delivered', () => {
    const shared = aTarget({ ofOthers: new Set(['password']) });
    const plan = planDelivery(aWanted(), shared, aRecord());
    expect(plan).toMatchObject({ kind: 'apply', problem: 'Drifted', keys: ['password'] });
    const forced = planDelivery(aWanted({ repair: true }), shared, aRecord());
    expect(forced).toMatchObject({ kind: 'apply', force: true, problem: undefined });
  });

  it('is not forced to a key that was recorded and never delivered', () => {
    const target = aTarget({ data, stated: new Set(['password']) });
    const wanted = aWanted({ data: values({ password: 'old', user: 'new' }), repair: true });
    const recorded = aRecord({ keys: ['password', 'user'] });
    expect(planDelivery(wanted, target, recorded)).toEqual(refused('KeyExists'));
  });
});

describe('a delivered key that another client changed or removed', () => {
  it.each([
    ['changed', values({ password: 'edited' })],
    ['removed', values({})],
  ])('is left: %s', (_how, data) => {
    const target = aTarget({ data, owned: new Set() });
    expect(planDelivery(aWanted(), target, aRecord())).toEqual(refused('Drifted'));
    const plan = planDelivery(aWanted({ repair: true }), target, aRecord());
    expect(plan).toMatchObject({ kind: 'apply', force: true });
  });

  it('is never taken from another client if the import did not deliver it', () => {
    const data = values({ password: 'edited', user: 'mine' });
    const wanted = aWanted({ data: values({ password: 'new', user: 'new' }), repair: true });
    const plan = planDelivery(wanted, aTarget({ data, owned: new Set() }), aRecord());
    expect(plan).toEqual(refused('KeyExists'));
  });
});

describe('a key whose first delivery was begun, when the process ended', () => {
  const pending = aRecord({ keys: ['password', 'user'], pending: ['user'] });
  const wanted = aWanted({ data: values({ password: 'old', user: 'new' }), repair: true });

  it('is delivered if it is not there', () => {
    const plan = planDelivery({ ...wanted, repair: false }, aTarget(), pending);
    expect(plan).toMatchObject({ kind: 'apply', force: false });
  });

  it('is not taken from another client, although the import repairs', () => {
    const target = aTarget({ data: values({ password: 'old', user: 'mine' }) });
    expect(planDelivery(wanted, target, pending)).toEqual(refused('KeyExists'));
  });

  it('does not make a target that was never there a deleted one', () => {
    const record = aRecord({ pending: ['password'] });
    expect(planDelivery(aWanted(), undefined, record)).toMatchObject({ kind: 'apply' });
  });
});

it('a Secret whose uid is not recorded yet is known by the id of its delivery', () => {
  const { secretUID: _, ...unrecorded } = aRecord();
  expect(isOwn(aTarget(), unrecorded)).toBe(true);
  expect(isOwn(aTarget({ delivery: 'd2' }), unrecorded)).toBe(false);
  expect(isOwn(aTarget({ delivery: undefined }), unrecorded)).toBe(false);
  expect(isOwn(aTarget({ uid: 'other' }), aRecord())).toBe(false);
});

it('a Secret that a user restored after the end of a copy is not that copy', () => {
  const { secretUID: _, ...ended } = aRecord({ keys: [], isCreated: false });
  expect(isOwn(aTarget({ uid: 'restored' }), ended)).toBe(false);
  expect(planDelivery(aWanted(), aTarget({ uid: 'restored' }), ended)).toEqual(
    refused('TargetExists'),
  );
});
