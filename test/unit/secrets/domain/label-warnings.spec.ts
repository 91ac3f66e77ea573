import { expect, it } from 'vitest';
import { labelWarnings } from '../../../../src/secrets/domain/label-warnings.js';

const subject = { namespace: 'shop', type: 'Opaque', labels: {} };
const fault = (schema: string) => ({ schema, reason: 'names no schema' });

it('have the form of other warnings of schemas', () => {
  expect(labelWarnings({ labelFaults: () => [fault('logni')] }, subject)).toEqual([
    'schema logni: /labels/sallyport.dev~1schema names no schema',
  ]);
  expect(labelWarnings({ labelFaults: () => [] }, subject)).toEqual([]);
});

it('are few, however many schemas cannot be used', () => {
  const labelFaults = () => Array.from({ length: 100 }, (_, index) => fault(`s${index}`));
  expect(labelWarnings({ labelFaults }, subject)).toHaveLength(5);
});
