import type { Random } from '../../conformance/scenarios/random.js';
import { varint } from '../../support/protobuf.js';

/** A field of a message, in which every part may be written otherwise than it should be. */
export interface Field {
  readonly number: bigint;
  readonly content: readonly Field[] | Buffer | bigint;
  /** Bytes more than needed for the tag, and for the length. */
  readonly padding?: readonly [tag: number, length: number];
  readonly wireType?: bigint;
}

const PREFIX = Buffer.from('k8s\0', 'latin1');

export const text = (number: number, content: string): Field => ({
  number: BigInt(number),
  content: Buffer.from(content),
});
export const message = (number: number, ...content: readonly Field[]): Field => ({
  number: BigInt(number),
  content,
});
export const number = (of: number, content: number): Field => ({
  number: BigInt(of),
  content: BigInt(content),
});

/** An object in Kubernetes' protobuf form, with what stands beside it in its envelope. */
export function envelopeOf(
  kind: string,
  content: readonly Field[],
  beside: readonly Field[] = [],
): readonly Field[] {
  return [message(1, text(1, 'v1'), text(2, kind)), message(2, ...content), ...beside];
}

export function protobufBytes(envelope: readonly Field[]): Buffer {
  return Buffer.concat([PREFIX, ...envelope.map(bytesOf)]);
}

function bytesOf({ number: of, content, padding = [0, 0], wireType }: Field): Buffer {
  const isNumber = typeof content === 'bigint';
  const tag = padded(varint(of * 8n + (wireType ?? (isNumber ? 0n : 2n))), padding[0]);
  if (isNumber) return Buffer.concat([tag, padded(varint(content), padding[1])]);
  const bytes = Buffer.isBuffer(content) ? content : Buffer.concat(content.map(bytesOf));
  return Buffer.concat([tag, padded(varint(bytes.byteLength), padding[1]), bytes]);
}

function padded(bytes: Buffer, more: number): Buffer {
  if (more === 0) return bytes;
  const last = bytes.byteLength - 1;
  const start = Buffer.from(bytes);
  start[last] = (start[last] ?? 0) | 0x80;
  return Buffer.concat([start, Buffer.alloc(more - 1, 0x80), Buffer.from([0])]);
}

/** The envelope with one change somewhere, of a kind that readers may take differently. */
export function mutatedFields(
  fields: readonly Field[],
  other: Field,
  random: Random,
): readonly Field[] {
  const deeper = fields.findIndex(({ content }) => Array.isArray(content) && random.isOne(2));
  const inner = fields[deeper];
  if (inner !== undefined && Array.isArray(inner.content) && !random.isOne(4)) {
    const content = mutatedFields(inner.content as readonly Field[], other, random);
    return fields.with(deeper, { ...inner, content });
  }
  return changedFields(fields, other, random);
}

function changedFields(fields: readonly Field[], other: Field, random: Random): readonly Field[] {
  const at = random.below(Math.max(fields.length, 1));
  const field = fields[at] ?? other;
  const add = (added: Field): readonly Field[] =>
    fields.toSpliced(random.below(fields.length + 1), 0, added);
  const shift = random.pick([2n ** 29n, 2n ** 31n, 2n ** 32n, 2n ** 33n, 2n ** 61n]);
  if (fields.length === 0) return [other];
  switch (random.below(9)) {
    case 0:
      return add({ ...field, number: field.number + shift });
    case 1:
      return add({ ...other, number: other.number + shift });
    case 2:
      return add(random.isOne(2) ? field : other);
    case 3:
      return add({ ...other, number: BigInt(20 + random.below(1_000)) });
    case 4:
      return fields.with(at, { ...field, padding: [1 + random.below(9), 0] });
    case 5:
      return fields.with(at, { ...field, padding: [0, 1 + random.below(9)] });
    case 6:
      return fields.with(at, { ...field, wireType: BigInt(random.below(8)) });
    case 7:
      return add({ number: field.number, content: random.pick([0n, 1n, 2n ** 64n - 1n]) });
    default:
      return add({ number: 99n, content: Buffer.alloc(random.pick([0, 1, 70_000])) });
  }
}
