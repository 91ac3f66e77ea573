import { expect, it } from 'vitest';
import { namingWarnings } from '../../../../src/secrets/domain/naming-warnings.js';

const subject = { namespace: 'shop', type: 'Opaque', labels: {} };
const pointer = '/labels/sallyport.dev~1schema';
const fault = (schema: string) => ({ schema, pointer, reason: 'names no schema' });

it('have the form of other warnings of schemas', () => {
  expect(namingWarnings({ namingFaults: () => [fault('logni')] }, subject)).toEqual([
    'schema logni: /labels/sallyport.dev~1schema names no schema',
  ]);
  expect(namingWarnings({ namingFaults: () => [] }, subject)).toEqual([]);
});

it('are few, however many schemas cannot be used', () => {
  const namingFaults = () => Array.from({ length: 100 }, (_, index) => fault(`s${index}`));
  expect(namingWarnings({ namingFaults }, subject)).toHaveLength(5);
});
