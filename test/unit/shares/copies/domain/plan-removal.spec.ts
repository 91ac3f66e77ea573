import { expect, it } from 'vitest';
import { planRemoval } from '../../../../../src/shares/copies/domain/plan-removal.js';
import { aRecord, aTarget, values } from './copy.builder.js';

it('a Secret that the import created, and alone has keys in, is deleted', () => {
  const target = aTarget();
  expect(planRemoval(target, aRecord())).toEqual({ kind: 'delete', target });
});

it('a Secret stays if another client has a key in it, or had it before', () => {
  const data = values({ password: 'old', own: 'mine' });
  expect(planRemoval(aTarget({ data }), aRecord())).toMatchObject({ kind: 'release' });
  const adopted = aRecord({ isCreated: false });
  expect(planRemoval(aTarget(), adopted)).toMatchObject({ kind: 'release' });
});

it('a key that another client changed stays', () => {
  const target = aTarget({ owned: new Set() });
  expect(planRemoval(target, aRecord())).toMatchObject({ kind: 'release' });
});

it('a Secret that finalizers keep loses the keys', () => {
  const plan = planRemoval(aTarget({ isBeingDeleted: true }), aRecord());
  expect(plan).toMatchObject({ kind: 'release' });
});

it('nothing is taken from a Secret that is foreign, gone, or not managed any more', () => {
  for (const target of [
    undefined,
    aTarget({ uid: 'other' }),
    aTarget({ owned: new Set(), isManaged: false }),
  ]) {
    expect(planRemoval(target, aRecord())).toEqual({ kind: 'none' });
  }
});

it('a Secret stays if another import or client has applied a key as well', () => {
  const target = aTarget({ ofOthers: new Set(['password']) });
  expect(planRemoval(target, aRecord())).toEqual({ kind: 'release', target });
  const elsewhere = aTarget({ ofOthers: new Set(['gone']) });
  expect(planRemoval(elsewhere, aRecord())).toMatchObject({ kind: 'delete' });
});
