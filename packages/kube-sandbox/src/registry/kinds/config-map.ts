import { Buffer } from 'node:buffer';
import type { StatusCause } from '../../model/api-status.js';
import type { JsonObject, KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { isSameJson } from '../../model/same-json.js';
import { objectAt } from '../../table/columns/object-fields.js';
import { forbiddenField, invalidValue, tooLong } from '../field-errors.js';
import { configKeyComplaints } from '../name-rules.js';
import { dataBytesMax, immutableDetail } from './secret.js';

const maps = ['data', 'binaryData'] as const;

/** https://kubernetes.io/docs/concepts/configuration/configmap/ */
export const configMapStrategy: Strategy = { validate, validateUpdate };

function validate(configMap: KubeObject): StatusCause[] {
  const data = objectAt(configMap, 'data') ?? {};
  const binaryData = objectAt(configMap, 'binaryData') ?? {};
  const causes = Object.keys(data).flatMap((key) => {
    const twice = binaryData[key] === undefined ? [] : ['duplicate of key present in binaryData'];
    return [...configKeyComplaints(key), ...twice].map((complaint) => {
      return invalidValue(`data[${key}]`, key, complaint);
    });
  });
  for (const key of Object.keys(binaryData)) {
    for (const complaint of configKeyComplaints(key)) {
      causes.push(invalidValue(`binaryData[${key}]`, key, complaint));
    }
  }
  const bytes = bytesOf(data, 'utf8') + bytesOf(binaryData, 'base64');
  // The API server's name for the whole object in this error.
  if (bytes > dataBytesMax) causes.push(tooLong('[]', dataBytesMax));
  return causes;
}

function validateUpdate(configMap: KubeObject, old: KubeObject): StatusCause[] {
  if (old['immutable'] !== true) return [];
  const causes: StatusCause[] = [];
  if (configMap['immutable'] !== true) causes.push(forbiddenField('immutable', immutableDetail));
  for (const map of maps) {
    if (!isSameJson(configMap[map], old[map])) causes.push(forbiddenField(map, immutableDetail));
  }
  return causes;
}

function bytesOf(map: JsonObject, encoding: 'utf8' | 'base64'): number {
  return Object.values(map).reduce<number>((sum, value) => {
    return sum + (typeof value === 'string' ? Buffer.byteLength(value, encoding) : 0);
  }, 0);
}
