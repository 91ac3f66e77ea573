import { expect, it } from 'vitest';
import {
  confirmedKeys,
  parseCopyRecord,
} from '../../../../../src/shares/copies/domain/copy-record.js';
import { aRecord } from './copy.builder.js';

it('a record is read as it was written, and absent facts are no record', () => {
  expect(parseCopyRecord({ ...aRecord() })).toEqual(aRecord());
  expect(parseCopyRecord(null)).toBeUndefined();
  expect(parseCopyRecord(undefined)).toBeUndefined();
});

it('facts that are others are not taken for a record', () => {
  expect(() => parseCopyRecord({ consumers: {} })).toThrow('namespace');
});

it('keys are confirmed unless their first delivery was only begun', () => {
  const record = aRecord({ keys: ['password', 'user'], pending: ['user'] });
  expect([...confirmedKeys(parseCopyRecord({ ...record }))]).toEqual(['password']);
  expect([...confirmedKeys(aRecord())]).toEqual(['password']);
  expect([...confirmedKeys(undefined)]).toEqual([]);
});
