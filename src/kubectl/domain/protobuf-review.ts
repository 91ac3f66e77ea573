import {
  type ProtobufFields,
  protobufMessage,
  protobufObject,
  protobufText,
} from '../../core/protobuf-fields.js';

/** Field numbers of every review; its spec uses the first two. */
const SPEC = 2;
const FIRST = 1;
const SECOND = 2;
/**
 * Fields of ResourceAttributes, in the order of their numbers from 1; selectors come after them.
 * https://github.com/kubernetes/api/blob/v0.37.2/authorization/v1/generated.proto
 */
const resourceAttributes = [
  'namespace',
  'verb',
  'group',
  'version',
  'resource',
  'subresource',
  'name',
] as const;
const nonResourceAttributes = ['path', 'verb'] as const;

/**
 * Parses a review about the caller from protobuf, as generated Go clients send it. Throws
 * BadRequest for invalid input.
 */
export function protobufReview(body: Buffer): unknown {
  const { apiVersion, kind, fields } = protobufObject(body);
  const spec = protobufMessage(fields, SPEC);
  if (kind === 'SelfSubjectRulesReview') {
    return { apiVersion, kind, spec: { namespace: protobufText(spec, FIRST) } };
  }
  return {
    apiVersion,
    kind,
    spec: {
      ...(spec.has(FIRST) && {
        resourceAttributes: named(protobufMessage(spec, FIRST), resourceAttributes),
      }),
      ...(spec.has(SECOND) && {
        nonResourceAttributes: named(protobufMessage(spec, SECOND), nonResourceAttributes),
      }),
    },
  };
}

function named(message: ProtobufFields, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, protobufText(message, index + 1)]));
}
