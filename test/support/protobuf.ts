/** Before every object: `k8s` and a zero byte. */
const PREFIX = Buffer.from('k8s\0', 'latin1');

/** A number as protobuf writes it: seven bits a byte, the lowest first. */
export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const more = rest >> 7n;
    bytes.push(Number(rest & 0x7fn) | (more > 0n ? 0x80 : 0));
    rest = more;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

/** A field whose value is a number. */
export function numberField(number: number | bigint, value: number | bigint): Buffer {
  return Buffer.concat([varint(BigInt(number) * 8n), varint(value)]);
}

/** A field whose value is a text, bytes, or a message. */
export function field(number: number | bigint, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(BigInt(number) * 8n + 2n), varint(bytes.byteLength), bytes]);
}

/** An object in Kubernetes' protobuf form; `beside` stands in its envelope, behind the object. */
export function protobufBody(
  type: { readonly apiVersion: string; readonly kind: string },
  content: readonly Buffer[],
  beside: readonly Buffer[] = [],
): Buffer {
  const typed = Buffer.concat([field(1, type.apiVersion), field(2, type.kind)]);
  return Buffer.concat([PREFIX, field(1, typed), field(2, Buffer.concat(content)), ...beside]);
}
