import { expect, it } from 'vitest';
import { checkedDelivery } from '../../../../../src/shares/copies/domain/checked-delivery.js';
import { aTarget, values } from './copy.builder.js';

const place = { namespace: 'shop', name: 'pay-db', type: 'Opaque' };
const labels = { 'sallyport.dev/schema': 'login' };

it('checks a target with its labels, annotations and other keys, for the keys that change', () => {
  const before = aTarget({
    labels,
    annotations: { note: 'kept' },
    data: values({ own: 'mine', password: 'old', same: 'same' }),
    owned: new Set(['password', 'same']),
  });
  const write = checkedDelivery(place, { before, data: values({ password: 'new', same: 'same' }) });
  const data = values({ own: 'mine', password: 'new', same: 'same' });
  expect(write).toMatchObject({
    before: { namespace: 'shop', type: 'Opaque', labels },
    after: { ...place, labels, annotations: { note: 'kept' } },
    touched: new Set(['password']),
    isDryRun: false,
    caller: { work: 'copies', namespace: 'shop' },
  });
  expect([...write.after.data.keys()].toSorted()).toEqual([...data.keys()].toSorted());
  expect(write.after.data.get('password')?.revealText()).toBe('new');
});

it('sees that an own key ends which the import does not have any more, but none of others', () => {
  const before = aTarget({
    data: values({ password: 'old', user: 'app', shared: 'both' }),
    owned: new Set(['password', 'user', 'shared']),
    ofOthers: new Set(['shared']),
  });
  const { after, touched } = checkedDelivery(place, { before, data: values({ password: 'old' }) });
  expect([...after.data.keys()].toSorted()).toEqual(['password', 'shared']);
  expect(touched).toEqual(new Set(['user']));
});

it('checks all keys of a new target', () => {
  const write = checkedDelivery(place, { before: undefined, data: values({ password: 'new' }) });
  expect(write).toMatchObject({ before: undefined, touched: 'all' });
  expect(write.caller).toEqual({ work: 'copies', namespace: 'shop' });
  expect([...write.after.data.keys()]).toEqual(['password']);
});
