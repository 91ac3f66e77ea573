import { Buffer } from 'node:buffer';
import type { StatusCause } from '../../model/api-status.js';
import type { JsonObject, KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { isSameJson } from '../../model/same-json.js';
import { objectAt, textAt } from '../../table/columns/object-fields.js';
import { forbiddenField, immutable, invalidValue, tooLong } from '../field-errors.js';
import { configKeyComplaints } from '../name-rules.js';
import { secretTypeCauses } from './secret-types.js';
import { tlsWarnings } from './tls-warnings.js';

/** Limit for the sum of the decoded values. */
export const dataBytesMax = 1024 * 1024;
export const immutableDetail = 'field is immutable when `immutable` is set';

/**
 * Strategy of Secrets; no error quotes a value. `data` is already canonical base64.
 * https://kubernetes.io/docs/concepts/configuration/secret/
 */
export const secretStrategy: Strategy = {
  prepareForCreate: prepare,
  prepareForUpdate: prepare,
  validate: (secret) => [...dataCauses(secret), ...secretTypeCauses(secret)],
  validateUpdate,
  warnings: (secret) => {
    if (secret['type'] !== 'kubernetes.io/tls') return [];
    return tlsWarnings(decoded(secret, 'tls.crt'), decoded(secret, 'tls.key'));
  },
};

function prepare(secret: KubeObject): void {
  secret['type'] ??= 'Opaque';
  const texts = Object.entries(objectAt(secret, 'stringData') ?? {});
  delete secret['stringData'];
  if (texts.length === 0) return;
  const data: JsonObject = { ...objectAt(secret, 'data') };
  for (const [key, value] of texts) {
    data[key] = Buffer.from(typeof value === 'string' ? value : '', 'utf8').toString('base64');
  }
  // Go writes the keys of a map in sorted order.
  const keys = Object.keys(data).toSorted();
  secret['data'] = Object.fromEntries(keys.map((key) => [key, data[key]]));
}

function dataCauses(secret: KubeObject): StatusCause[] {
  const data = objectAt(secret, 'data') ?? {};
  const causes = Object.keys(data).flatMap((key) => {
    return configKeyComplaints(key).map((it) => invalidValue(`data[${key}]`, key, it));
  });
  const bytes = Object.keys(data).reduce((sum, key) => {
    return sum + Buffer.byteLength(textAt(data, key), 'base64');
  }, 0);
  return bytes > dataBytesMax ? [...causes, tooLong('data', dataBytesMax)] : causes;
}

function validateUpdate(secret: KubeObject, old: KubeObject): StatusCause[] {
  const causes: StatusCause[] = [];
  const type = textAt(secret, 'type');
  if (type !== textAt(old, 'type')) causes.push(immutable('type', type));
  if (old['immutable'] !== true) return causes;
  if (secret['immutable'] !== true) causes.push(forbiddenField('immutable', immutableDetail));
  if (!isSameJson(secret['data'], old['data'])) {
    causes.push(forbiddenField('data', immutableDetail));
  }
  return causes;
}

function decoded(secret: KubeObject, key: string): string {
  return Buffer.from(textAt(secret, 'data', key), 'base64').toString('latin1');
}
