import { SecretValue } from '../../../../../src/core/secret-value.js';
import type { SecretData } from '../../../../../src/secrets/domain/secret.js';
import type { CopyRecord } from '../../../../../src/shares/copies/domain/copy-record.js';
import type { CopyTarget } from '../../../../../src/shares/copies/domain/copy-target.js';
import type { WantedCopy } from '../../../../../src/shares/copies/domain/plan-delivery.js';

export const values = (texts: Readonly<Record<string, string>>): SecretData =>
  new Map(
    Object.entries(texts).map(([key, text]) => [key, SecretValue.fromBytes(Buffer.from(text))]),
  );

/** The record of a copy of `password` that the import created. */
export const aRecord = (rest: Partial<CopyRecord> = {}): CopyRecord => ({
  namespace: 'shop',
  name: 'pay-db',
  secretName: 'pay-db',
  type: 'Opaque',
  delivery: 'd1',
  secretUID: 'target',
  isCreated: true,
  keys: ['password'],
  reshare: false,
  ...rest,
});

/** The Secret of that record, as it was delivered. */
export const aTarget = (rest: Partial<CopyTarget> = {}): CopyTarget => ({
  uid: 'target',
  resourceVersion: '7',
  type: 'Opaque',
  immutable: false,
  isBeingDeleted: false,
  labels: {},
  annotations: {},
  data: values({ password: 'old' }),
  owned: new Set(['password']),
  ofOthers: new Set(),
  isManaged: true,
  delivery: 'd1',
  stated: new Set(['password']),
  manager: undefined,
  ...rest,
});

export const aWanted = (rest: Partial<WantedCopy> = {}): WantedCopy => ({
  type: 'Opaque',
  data: values({ password: 'new' }),
  repair: false,
  adopts: false,
  ...rest,
});
