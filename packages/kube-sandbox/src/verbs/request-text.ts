import { unsupportedMediaType } from '../model/api-status.js';
import { protobufToJson } from '../protobuf/decode-protobuf.js';
import type { ResourceRequest } from './resource-request.js';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

const accepted = ['application/json', 'application/yaml', PROTOBUF];

/** Expected type of the object in a body. */
export interface ExpectedType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly isCustom?: boolean;
}

/** Returns a body as JSON or YAML text and converts protobuf; throws 400 and 415. */
export function textOfBody(
  { body, contentType }: Pick<ResourceRequest, 'body' | 'contentType'>,
  expected: ExpectedType,
): { readonly body: Buffer; readonly contentType: string } {
  if (contentType === '' || contentType === 'application/json') {
    return { body, contentType: 'application/json' };
  }
  if (contentType === 'application/yaml') return { body, contentType };
  // Custom resources have no protobuf form.
  if (contentType !== PROTOBUF || expected.isCustom === true) throw unsupportedMediaType(accepted);
  const text = JSON.stringify(protobufToJson(body, expected));
  return { body: Buffer.from(text), contentType: 'application/json' };
}
