import { expect, it } from 'vitest';
import { ShareRegistry } from '../../../src/shares/domain/secret-shares.js';
import { SharesByConsumer } from '../../../src/shares/shares-by-consumer.js';
import { aShare, NAMESPACE_UID } from './domain/sharing.builder.js';

it('shares are found by each namespace that they name', () => {
  const shares = new ShareRegistry();
  const byConsumer = new SharesByConsumer(shares);
  const both = aShare({ to: [{ namespace: 'shop' }, { namespace: 'web' }] });
  const invalid = aShare({ keys: [] }, { name: 'invalid', uid: 'i' });
  for (const { object } of [both, invalid]) shares.put(object, NAMESPACE_UID);
  const names = (namespace: string) => byConsumer.of(namespace).map(({ object }) => object.name);
  expect([names('shop'), names('web'), names('pay')]).toEqual([
    ['db-for-shop'],
    ['db-for-shop'],
    [],
  ]);
});
