import { describe, expect, it } from 'vitest';
import { isOwn, planDelivery } from '../../../../../src/shares/copies/domain/plan-delivery.js';
import { aRecord, aTarget, aWanted, values } from './copy.builder.js';

const refused = (problem: string) => ({ kind: 'refuse', problem });

describe('a target that is absent', () => {
  it('is created', () => {
    const created = { kind: 'apply', before: undefined, isCreated: true, force: false };
    expect(planDelivery(aWanted(), undefined, undefined)).toEqual(created);
    const ended = aRecord({ keys: [], isCreated: false });
    expect(planDelivery(aWanted(), undefined, ended)).toEqual(created);
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
    expect(planDelivery(aWanted(), before, aRecord())).toEqual({
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
    ['KeyExists', {}, { data: values({ user: 'new' }) }],
  ])('is refused with %s', (problem, target, wanted) => {
    const data = values({ password: 'old', user: 'mine' });
    const plan = planDelivery(aWanted(wanted), aTarget({ data, ...target }), aRecord());
    expect(plan).toEqual(refused(problem));
  });

  it('takes a key with the wanted value, whoever wrote it', () => {
    const wanted = aWanted({ data: values({ user: 'same' }), adopts: true });
    const target = aTarget({ data: values({ user: 'same' }), owned: new Set() });
    expect(planDelivery(wanted, target, undefined)).toMatchObject({ kind: 'apply', force: false });
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
